"""What the staging models count, gathered once from all trials in one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solstice.content.treatment_model import slug
from solstice.kernel import Span
from solstice.ledger.tally import Case, Tally
from solstice.ledger.truth import Truth, all_of, any_of
from solstice.ledger.weigh import Weighed


@dataclass(frozen=True, slots=True)
class Counted:
    """`failed_or_asked` and `failed_strict` leave room for agents that are asked about.

    `augmentation` is (surely used, possibly used); `augmentations` and `optimised` count agents and molecules.
    `modalities` are medicines, psychotherapy and neuromodulation: whether an adequate course failed.
    """

    failed: Span
    failed_or_asked: Span
    failed_strict: Span
    sure_classes: frozenset[str]
    possible_classes: tuple[frozenset[str], ...]
    has_unnamed: bool
    augmentation: tuple[Truth, Truth]
    augmentations: Span
    optimised: Span
    ect_used: Truth
    ect_failed: Truth
    bilateral_ect_failed: Truth
    little: Span
    register_started: Span
    register_failed: Span
    modalities: tuple[Truth, Truth, Truth]


def count(cases: Sequence[Case], *, bare: bool) -> Counted:
    """Gather the counts; `bare` uses no presumption."""
    counted, asked, strict, little = Tally(), Tally(), Tally(), Tally()
    optimised: dict[str | None, Truth] = {}
    started: dict[str | None, Truth] = {}
    in_vain: dict[str | None, Truth] = {}
    for case in cases:
        marks = case.bare_marks if bare else case.marks
        counted.add(case, marks.counted)
        asked.add(case, marks.asked)
        strict.add(case, marks.strict)
        little.add(case, marks.little)
        if marks.started is not False:
            _keep_best(started, *_as_treatment(case, marks.started))
            _keep_best(in_vain, *_as_treatment(case, marks.lasted_in_vain))
        if marks.optimised is not False and case.need.molecule is not None:
            _keep_best(optimised, case.need.molecule, marks.optimised)
    uses = [(case, *use_of(case, case.weighed, cases, bare=bare)) for case in cases if case.is_augmentation]
    augmentations: dict[str | None, Truth] = {}
    for case, sure, _ in uses:
        _keep_best(augmentations, case.need.molecule or case.need.name, sure)
    courses = [case for case in cases if case.trial.kind == "ect"]
    failures = [_course_failure(case, bare=bare) for case in courses]
    return Counted(
        failed=counted.count,
        failed_or_asked=asked.count,
        failed_strict=strict.count,
        sure_classes=counted.sure_classes,
        possible_classes=tuple(counted.possible_class_sets()),
        has_unnamed=bool(counted.unnamed_sure),
        augmentation=(any_of(*[sure for _, sure, _ in uses]), any_of(*[possible for _, _, possible in uses])),
        augmentations=_how_many(augmentations),
        optimised=_how_many(optimised),
        ect_used=any_of(*[case.weighed.in_episode for case in courses]),
        ect_failed=any_of(*failures),
        bilateral_ect_failed=any_of(
            *[all_of(failed, case.weighed.is_bilateral) for failed, case in zip(failures, courses, strict=True)]
        ),
        little=little.count,
        register_started=_how_many(started),
        register_failed=_how_many(in_vain),
        modalities=_modalities(cases, counted, bare=bare),
    )


MODALITY: Mapping[str, int] = {"ketamine": 0, "esketamine": 0, "psychotherapy": 1, "tms": 2, "ect": 2}
MODALITIES = ("medicines", "psychotherapy", "neuromodulation")


def _modalities(cases: Sequence[Case], counted: Tally, *, bare: bool) -> tuple[Truth, Truth, Truth]:
    """Whether each modality had a failed adequate course in this episode."""
    medicines = counted.count
    found: list[Truth] = [True if medicines.low > 0 else None if medicines.high > 0 else False, False, False]
    for case in cases:
        place = MODALITY.get(case.trial.kind)
        if place is not None:
            found[place] = any_of(found[place], _course_failure(case, bare=bare))
    return found[0], found[1], found[2]


def _as_treatment(case: Case, truth: Truth) -> tuple[str, Truth]:
    """The name under which the register counts it once; an unnamed agent may be one of the named."""
    if case.need.role == "course":
        return case.trial.kind, truth
    if case.need.molecule is None:
        return f"unnamed {case.index}", None if truth is True else truth
    return case.need.molecule, truth


def _course_failure(case: Case, *, bare: bool) -> Truth:
    verdict = case.weighed.bare if bare else case.weighed.verdict
    return all_of(verdict.failed, case.weighed.in_episode)


def use_of(case: Case, weighed: Weighed, cases: Sequence[Case], *, bare: bool) -> tuple[Truth, Truth]:
    """Whether an augmentation was surely, and possibly, used adequately in this episode.

    Sure only where adherence or a level proves the use: the item asks for use, so nothing else stands for it.
    """
    adequate = weighed.bare.adequate if bare else weighed.verdict.adequate
    if weighed.is_asked_about and adequate is False:
        adequate = None
    used = all_of(adequate, weighed.in_episode, _partner_dose(case, cases))
    return (used if weighed.is_use_proven else all_of(used, None)), used


def _partner_dose(case: Case, cases: Sequence[Case]) -> Truth:
    """For a combination of two antidepressants: whether the other one was at its own minimum dose."""
    if not case.is_combined:
        return True
    if case.trial.added_to is None:
        return None
    name = slug(case.trial.added_to)
    others = [other for other in cases if other.need.molecule is None or other.need.molecule != case.need.molecule]
    doses = [other.weighed.dose_ok for other in others if other is not case and _is_called(other, name)]
    return any_of(*doses) if doses else None


def _is_called(case: Case, name: str) -> bool:
    return name in {case.need.molecule, slug(case.need.name)} or name == slug(case.trial.agent or "")


def _keep_best(best: dict[str | None, Truth], name: str | None, truth: Truth) -> None:
    best[name] = any_of(best.get(name, False), truth)


def _how_many(truths: Mapping[str | None, Truth]) -> Span:
    """How many names are true: at least the sure ones, at most all that are not ruled out."""
    values = list(truths.values())
    return Span(values.count(True), len(values) - values.count(False))
