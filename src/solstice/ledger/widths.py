"""How wide every answer is when one trial is told in another way: the rest of the history is summed up once.

The same numbers as `counted.count` gives, for histories in which every antidepressant has a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from solstice.content.treatment_model import Treatments
from solstice.ledger.counted import MODALITY, use_of
from solstice.ledger.staging import step_score, thase_rush_stage
from solstice.ledger.tally import Case, marks_of
from solstice.ledger.truth import Truth, all_of, any_of
from solstice.ledger.weigh import Weighed

Widths = Mapping[str, float]
COUNTED, ASKED, STRICT, OPTIMISED, LITTLE, STARTED, IN_VAIN, ADDED = range(8)
NO_ECT: tuple[Truth, Truth, Truth] = (False, False, False)
NOTHING: frozenset[str] = frozenset()


class Part(NamedTuple):
    """What one trial adds: its name in each tally with the truth that it counts there, and its other effects."""

    names: tuple[str, ...]
    truths: tuple[Truth, ...]
    classes: frozenset[str]
    use: Truth
    ect: tuple[Truth, Truth, Truth]
    place: int
    failed: Truth


@dataclass(frozen=True, slots=True)
class Rest:
    """All trials but one: for each tally the sure and possible number and what each name has already."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    best: tuple[Mapping[str, Truth], ...]
    sure_classes: frozenset[str]
    possible_classes: frozenset[str]
    use: Truth
    ect: tuple[Truth, Truth, Truth]
    failed: tuple[Truth, Truth, Truth]


def is_separable(cases: Sequence[Case]) -> bool:
    """Whether the trials can be summed up one by one; an unnamed agent may be one of the named."""
    return not any(case.need.role == "medicine" and case.need.molecule is None for case in cases)


def part_of(case: Case, weighed: Weighed, cases: Sequence[Case]) -> Part:
    """The part of a trial, weighed as it is or with one more fact, beside the others as they are told now."""
    need = case.need
    marks = case.marks if weighed is case.weighed else marks_of(case, weighed, bare=False)
    sure, used = use_of(case, weighed, cases, bare=False) if case.is_augmentation else (False, False)
    molecule = need.molecule or need.name
    register = case.trial.kind if need.role == "course" else molecule
    failed, ect = all_of(weighed.verdict.failed, weighed.in_episode), NO_ECT
    if case.trial.kind == "ect":
        ect = (weighed.in_episode, failed, all_of(failed, weighed.is_bilateral))
    return Part(
        names=(molecule, molecule, molecule, molecule, molecule, register, register, molecule),
        truths=(
            marks.counted,
            marks.asked,
            marks.strict,
            marks.optimised,
            marks.little,
            marks.started,
            marks.lasted_in_vain,
            sure,
        ),
        classes=_as_set(need.classes),
        use=used,
        ect=ect,
        place=MODALITY.get(case.trial.kind, -1),
        failed=failed,
    )


@lru_cache(maxsize=64)
def _as_set(classes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(classes)


def rest_of(parts: Sequence[Part]) -> Rest:
    """Sum up."""
    best: tuple[dict[str, Truth], ...] = tuple({} for _ in range(8))
    classes: dict[str, frozenset[str]] = {}
    use: Truth = False
    ect = NO_ECT
    failed: list[Truth] = [False, False, False]
    for part in parts:
        for table, name, truth in zip(best, part.names, part.truths, strict=True):
            if truth is not False and table.get(name) is not True:
                table[name] = truth
        if part.truths[COUNTED] is not False:
            classes[part.names[COUNTED]] = part.classes
        use = any_of(use, part.use)
        if part.ect is not NO_ECT:
            ect = (any_of(ect[0], part.ect[0]), any_of(ect[1], part.ect[1]), any_of(ect[2], part.ect[2]))
        if part.place >= 0:
            failed[part.place] = any_of(failed[part.place], part.failed)
    counted = best[COUNTED]
    return Rest(
        low=tuple([sum(truth is True for truth in table.values()) for table in best]),
        high=tuple([len(table) for table in best]),
        best=best,
        sure_classes=NOTHING.union(*[classes[name] for name, truth in counted.items() if truth is True]),
        possible_classes=NOTHING.union(*[classes[name] for name in counted]),
        use=use,
        ect=ect,
        failed=(failed[0], failed[1], failed[2]),
    )


class Rules(NamedTuple):
    """The numbers of the staging file that the widths need, looked up once."""

    scores: tuple[int, ...]
    needed: int
    little: int
    in_vain: int
    started: int
    european: int
    failed: float
    optimised: float
    augmented: float
    ect: float


MOST = 60
"""Failed molecules from which the failures item no longer changes; far beyond its last step."""


@lru_cache(maxsize=8)
def rules_of(treatments: Treatments) -> Rules:
    staging = treatments.staging
    return Rules(
        scores=tuple(step_score(max(1, value), staging.maudsley.failures) for value in range(MOST + 1)),
        needed=staging.regulatory.min_failed,
        little=staging.delphi.min_failed,
        in_vain=staging.karolinska.min_failed,
        started=staging.karolinska.min_started,
        european=staging.european.stages[-1].failed,
        failed=staging.mgh_s.failed_trial,
        optimised=staging.mgh_s.optimised,
        augmented=staging.mgh_s.augmented,
        ect=staging.mgh_s.ect_failed,
    )


def widths_with(rest: Rest, part: Part | None, episode: float, rules: Rules) -> Widths:
    """Every width with the part beside the rest; `episode` is the width the Maudsley range has from the episode."""
    if part is None:
        sums = (list(rest.low), list(rest.high), rest.use, rest.ect, rest.failed)
        return _widths(sums, (rest.sure_classes, rest.possible_classes), episode, rules)
    low, high = list(rest.low), list(rest.high)
    for place, truth in enumerate(part.truths):
        if truth is not False:
            known = rest.best[place].get(part.names[place], False)
            low[place] += truth is True and known is not True
            high[place] += known is False
    ect, failed = rest.ect, rest.failed
    if part.ect is not NO_ECT:
        ect = (any_of(ect[0], part.ect[0]), any_of(ect[1], part.ect[1]), any_of(ect[2], part.ect[2]))
    if part.place >= 0:
        told = list(failed)
        told[part.place] = any_of(told[part.place], part.failed)
        failed = (told[0], told[1], told[2])
    sure, possible, counted = rest.sure_classes, rest.possible_classes, part.truths[COUNTED]
    if counted is not False:
        possible |= part.classes
        if counted is True:
            sure |= part.classes
    return _widths((low, high, any_of(rest.use, part.use), ect, failed), (sure, possible), episode, rules)


Three = tuple[Truth, Truth, Truth]
Classes = tuple[frozenset[str], frozenset[str]]


def _widths(
    sums: tuple[list[int], list[int], Truth, Three, Three], classes: Classes, episode: float, rules: Rules
) -> Widths:
    low, high, use, ect, failed = sums
    ect_sure, ect_open = ect[1] is True, ect[1] is not False
    maudsley = 0.0
    if high[ASKED]:
        failures = rules.scores[min(high[ASKED], MOST)] - rules.scores[min(low[COUNTED], MOST)]
        added = (use is not False) - (low[ADDED] > 0)
        maudsley = episode + failures + added + (ect[0] is not False) - (ect[0] is True)
    drugs = any_of(failed[0], True if low[COUNTED] else None if high[COUNTED] else False)
    return {
        "regulatory_trd": float(low[COUNTED] < rules.needed <= high[COUNTED]),
        "maudsley": maudsley,
        "thase_rush_strict": _stages(classes, ect[2], strict=True),
        "thase_rush_lenient": _stages(classes, ect[2], strict=False),
        "european": float(min(rules.european, high[STRICT] + ect_open) - min(rules.european, low[STRICT] + ect_sure)),
        "mgh_s": (high[STRICT] - low[STRICT]) * rules.failed
        + (high[OPTIMISED] - low[OPTIMISED]) * rules.optimised
        + (high[ADDED] - low[ADDED]) * rules.augmented
        + (ect_open - ect_sure) * rules.ect,
        "delphi": float(low[LITTLE] < rules.little <= high[LITTLE]),
        "karolinska": float(
            high[IN_VAIN] >= rules.in_vain
            and high[STARTED] >= rules.started
            and (low[IN_VAIN] < rules.in_vain or low[STARTED] < rules.started)
        ),
        "multi_therapy": float((drugs is None) + (failed[1] is None) + (failed[2] is None)),
    }


def _stages(classes: Classes, ect: Truth, *, strict: bool) -> float:
    lowest = thase_rush_stage(classes[0], ect_failed=ect is True, strict=strict)
    return float(max(lowest, thase_rush_stage(classes[1], ect_failed=ect is not False, strict=strict)) - lowest)
