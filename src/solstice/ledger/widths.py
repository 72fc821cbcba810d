"""How wide every answer is for what the trials add together: the numbers the deciding questions compare."""

from functools import lru_cache
from math import ceil
from typing import NamedTuple

from solstice.content.treatment_model import Treatments
from solstice.ledger import adds
from solstice.ledger.adds import Adds, Legend, Number, classes_of, numbers
from solstice.ledger.staging import step_score, thase_rush_ends
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
    rules = rules_of(treatments)
    counted, asked, strict, optimised, little, started, in_vain, added = numbers(total, legend)
    classes, ect, bilateral = classes_of(total, legend), total.truth(adds.ECT_FAILED), total.truth(adds.ECT_BILATERAL)
    ect_sure, ect_open = ect is True, ect is not False
    return Widths(
        float(counted[0] < rules.needed <= counted[1]),
        episode + _maudsley(total, (counted[0], asked[1]), added, rules) if asked[1] else 0.0,
        _width(thase_rush_ends(classes, bilateral, strict=True)),
        _width(thase_rush_ends(classes, bilateral, strict=False)),
        float(min(rules.european, strict[1] + ect_open) - min(rules.european, strict[0] + ect_sure)),
        (strict[1] - strict[0]) * rules.failed
        + (optimised[1] - optimised[0]) * rules.optimised
        + (added[1] - added[0]) * rules.augmented
        + (ect_open - ect_sure) * rules.ect,
        float(little[0] < rules.little <= little[1]),
        float(
            in_vain[1] >= rules.in_vain
            and started[1] >= rules.started
            and (in_vain[0] < rules.in_vain or started[0] < rules.started)
        ),
        _modalities(total, counted),
    )


def _maudsley(total: Adds, failed: Number, added: Number, rules: Rules) -> float:
    """What the trials add to the width of the Maudsley range: failures, an augmentation, ECT."""
    used, ect = total.truth(adds.USED), total.truth(adds.ECT_USED)
    lowest, highest = [rules.scores[ceil(min(number, MOST))] for number in failed]
    return highest - lowest + (used is not False) - (added[0] > 0) + (ect is not False) - (ect is True)


def _width(ends: tuple[int, int]) -> float:
    return float(ends[1] - ends[0])


def _modalities(total: Adds, counted: Number) -> float:
    low, high = counted
    medicines: Truth = True if low > 0 else None if high > 0 else False
    first, second, third = [total.truth(bit) for bit in adds.MODALITY_BITS]
    return float((any_of(medicines, first) is None) + (second is None) + (third is None))
