"""Reliable and clinically significant change by Jacobson and Truax, for a scale where higher is worse."""

import math
from dataclasses import dataclass
from typing import Literal

Category = Literal["recovered", "improved", "unchanged", "deteriorated"]

Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class ClinicalSignificance:
    """`index` is the change in standard errors of a difference; negative is better."""

    category: Category
    index: float
    cutoff: float


def cutoff_c(*, clinical: tuple[float, float], functional: tuple[float, float]) -> float:
    """The point between two populations, each given as (mean, SD), weighted by their spread.

    Source: Jacobson and Truax 1991, cut-off c.
    """
    mean_clinical, sd_clinical = clinical
    mean_functional, sd_functional = functional
    return (sd_functional * mean_clinical + sd_clinical * mean_functional) / (sd_functional + sd_clinical)


def reliable_change_index(before: float, after: float, *, sd: float, reliability: float) -> float:
    """Change divided by the standard error of a difference. Raises ValueError for a reliability outside [0, 1)."""
    if not 0 <= reliability < 1 or sd <= 0:
        raise ValueError("reliability must lie in [0, 1) and sd above 0")
    return (after - before) / math.sqrt(2 * (sd * math.sqrt(1 - reliability)) ** 2)


def jacobson_truax(
    before: float, after: float, *, cutoff: float, sd: float, reliability: float
) -> ClinicalSignificance:
    """Recovered (reliable and across the cut-off), improved, unchanged or deteriorated.

    Source: Jacobson and Truax 1991.
    """
    index = reliable_change_index(before, after, sd=sd, reliability=reliability)
    category: Category = "unchanged"
    if index < -Z_95:
        category = "recovered" if before > cutoff > after else "improved"
    elif index > Z_95:
        category = "deteriorated"
    return ClinicalSignificance(category, index, cutoff)
