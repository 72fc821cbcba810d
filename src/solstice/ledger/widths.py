"""How wide every answer is for what the trials add together: the numbers the deciding questions compare."""

from functools import lru_cache
from math import ceil
from typing import NamedTuple

from solstice.content.treatment_model import Treatments
from solstice.ledger import adds
from solstice.ledger.adds import Adds, Classes, Legend, Number, classes_of, numbers
from solstice.ledger.staging import step_score, thase_rush_ends
from solstice.ledger.truth import Truth


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
    ect_sure, ect_open = total.sure & adds.ECT_FAILED > 0, total.possible & adds.ECT_FAILED > 0
    return Widths(
        float(counted[0] < rules.needed <= counted[1]),
        episode + _maudsley(total, (counted[0], asked[1]), added, rules) if asked[1] else 0.0,
        *_thase_rush(classes_of(total, legend), total.truth(adds.ECT_BILATERAL)),
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
    sure, possible = total
    lowest, highest = rules.scores[ceil(min(failed[0], MOST))], rules.scores[ceil(min(failed[1], MOST))]
    may, does = (possible & adds.USED > 0) + (possible & adds.ECT_USED > 0), (added[0] > 0) + (sure & adds.ECT_USED > 0)
    return highest - lowest + may - does


@lru_cache(maxsize=4096)
def _thase_rush(classes: Classes, bilateral: Truth) -> tuple[float, float]:
    """The widths of both readings."""
    strict, lenient = (thase_rush_ends(classes, bilateral, strict=strict) for strict in (True, False))
    return float(strict[1] - strict[0]), float(lenient[1] - lenient[0])


def _modalities(total: Adds, counted: Number) -> float:
    """How many of the three modalities are open; a medicine that surely failed settles the first."""
    first, *others = adds.MODALITY_BITS
    is_open = [total.possible & bit > 0 and not total.sure & bit for bit in others]
    may = counted[1] > 0 or total.possible & first > 0
    return float(sum(is_open) + (may and not (counted[0] > 0 or total.sure & first)))
