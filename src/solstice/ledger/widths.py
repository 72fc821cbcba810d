"""How wide every answer is for what the trials add together: the numbers the deciding questions compare."""

from functools import lru_cache
from typing import NamedTuple

from solstice.content.staging_model import StagingFile
from solstice.content.treatment_model import Treatments
from solstice.ledger import adds
from solstice.ledger.adds import Adds, Legend, classes_in
from solstice.ledger.counted import Counted, counted_of, numbers
from solstice.ledger.definitions import delphi_truth, karolinska_truth, modalities_span
from solstice.ledger.staging import maudsley_width, step_score, thase_rush_stage, widths_apart
from solstice.ledger.truth import Truth, any_of


class Widths(NamedTuple):
    """The width of each answer, in the order in which questions name them; 0 where it is known."""

    regulatory_trd: float
    maudsley: float
    thase_rush_strict: float
    thase_rush_lenient: float
    european: float
    mgh_s: float
    delphi: float
    karolinska: float
    multi_therapy: float


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


def widths_of(total: Adds, legend: Legend, episode: float, treatments: Treatments) -> Widths:
    """Every width for a sum of trials; `episode` is the width the Maudsley range has from the episode."""
    if legend.unnamed:
        return widths_counted(counted_of(total, legend), episode, treatments.staging)
    rules = rules_of(treatments)
    low, high = numbers(total, legend.width)
    ect, classes = total.truth(adds.ECT_FAILED), (classes_in(total.sure), classes_in(total.possible))
    ect_sure, ect_open, bilateral = ect is True, ect is not False, total.truth(adds.ECT_BILATERAL)
    return Widths(
        float(low[adds.COUNTED] < rules.needed <= high[adds.COUNTED]),
        episode + _maudsley(total, low, high, rules) if high[adds.ASKED] else 0.0,
        _stages(classes, bilateral, strict=True),
        _stages(classes, bilateral, strict=False),
        float(min(rules.european, high[adds.STRICT] + ect_open) - min(rules.european, low[adds.STRICT] + ect_sure)),
        (high[adds.STRICT] - low[adds.STRICT]) * rules.failed
        + (high[adds.OPTIMISED] - low[adds.OPTIMISED]) * rules.optimised
        + (high[adds.ADDED] - low[adds.ADDED]) * rules.augmented
        + (ect_open - ect_sure) * rules.ect,
        float(low[adds.LITTLE] < rules.little <= high[adds.LITTLE]),
        float(
            high[adds.IN_VAIN] >= rules.in_vain
            and high[adds.STARTED] >= rules.started
            and (low[adds.IN_VAIN] < rules.in_vain or low[adds.STARTED] < rules.started)
        ),
        _modalities(total, low[adds.COUNTED], high[adds.COUNTED]),
    )


def _maudsley(total: Adds, low: list[int], high: list[int], rules: Rules) -> float:
    used, ect = total.truth(adds.USED), total.truth(adds.ECT_USED)
    failures = rules.scores[min(high[adds.ASKED], MOST)] - rules.scores[min(low[adds.COUNTED], MOST)]
    added = (used is not False) - (low[adds.ADDED] > 0)
    return failures + added + (ect is not False) - (ect is True)


def _modalities(total: Adds, low: int, high: int) -> float:
    medicines: Truth = True if low else None if high else False
    first, second, third = [total.truth(bit) for bit in adds.MODALITY_BITS]
    return float((any_of(medicines, first) is None) + (second is None) + (third is None))


def _stages(classes: tuple[frozenset[str], frozenset[str]], ect: Truth, *, strict: bool) -> float:
    lowest = thase_rush_stage(classes[0], ect_failed=ect is True, strict=strict)
    return float(max(lowest, thase_rush_stage(classes[1], ect_failed=ect is not False, strict=strict)) - lowest)


def widths_counted(counted: Counted, episode: float, staging: StagingFile) -> Widths:
    """The same by the ranges of the models themselves, also where agents have no name."""
    return Widths(
        **widths_apart(counted, staging),
        maudsley=maudsley_width(counted, episode, staging.maudsley),
        delphi=float(delphi_truth(counted, staging) is None),
        karolinska=float(karolinska_truth(counted, staging) is None),
        multi_therapy=modalities_span(counted).width,
    )
