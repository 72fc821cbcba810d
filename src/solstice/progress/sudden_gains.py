"""Sudden gains between two measurements by the three criteria of Tang and DeRubeis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from solstice.progress.series import Point

CRITICAL_T = {4: 2.776, 3: 3.182, 2: 4.303}
"""Two-sided 5 % points of t by degrees of freedom: all six values, one missing, one missing on each side."""

LONGEST_STEP_DAYS = 21
"""A drop across a longer silence is not called sudden (our rule)."""


@dataclass(frozen=True, slots=True)
class SuddenGain:
    """A gain from one measurement to the next. `position` counts measurements, gaps too, from 1."""

    position: int
    before_on: date
    after_on: date
    before: float
    after: float

    @property
    def size(self) -> float:
        return self.before - self.after


def sudden_gains(points: Sequence[Point], *, at_least: float, share: float = 0.25) -> tuple[SuddenGain, ...]:
    """Every sudden gain of a scale where higher is worse.

    Criteria: the drop is `at_least` so many points; it is `share` of the total before it; and the mean of the three
    totals before exceeds the mean of the three after by more than t times their pooled SD, with at least two totals
    on each side and t for the number there are.
    Source: Tang and DeRubeis 1999; critical values for missing totals as in Lutz 2013.
    """
    found: list[SuddenGain] = []
    for index in range(len(points) - 1):
        before, after = points[index], points[index + 1]
        if before.total is None or after.total is None or (after.on - before.on).days > LONGEST_STEP_DAYS:
            continue
        drop = before.total - after.total
        if drop < at_least or drop < share * before.total:
            continue
        if is_stable_shift(points[max(0, index - 2) : index + 1], points[index + 1 : index + 4]):
            found.append(SuddenGain(index + 1, before.on, after.on, before.total, after.total))
    return tuple(found)


def is_stable_shift(before: Sequence[Point], after: Sequence[Point]) -> bool:
    """The third criterion; False where fewer than two totals stand on a side."""
    left = [point.total for point in before if point.total is not None]
    right = [point.total for point in after if point.total is not None]
    if len(left) < 2 or len(right) < 2:
        return False
    freedom = len(left) + len(right) - 2
    pooled = math.sqrt((_sum_of_squares(left) + _sum_of_squares(right)) / freedom)
    return fmean(left) - fmean(right) > CRITICAL_T[freedom] * pooled


def _sum_of_squares(values: list[float]) -> float:
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values)
