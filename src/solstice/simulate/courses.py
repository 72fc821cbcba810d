"""Weekly PHQ-9 and GAD-7 answers of a virtual person: random intercept and slope on log(1 + week).

Every number of this module is invented to give each state a demonstration clinic needs. None is an estimate from
people, so nothing here may be used to judge how a real person is doing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

HIGHEST = 3
"""Highest value of one PHQ-9 or GAD-7 item."""

PHQ9_WEIGHTS = (1.1, 1.2, 1.2, 1.5, 0.9, 1.1, 1.0, 0.5, 0.18)
"""How readily each PHQ-9 item is endorsed, before its cap: tiredness most, the risk item least. Invented."""

GAD7_WEIGHTS = (1.2, 1.1, 1.3, 1.2, 0.7, 1.0, 0.7)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The course of one kind of person, in PHQ-9 points.

    `slope` is the change for each unit of log(1 + week); a course of 26 weeks spans 3.3 such units. `risk` multiplies
    the weight of the risk item. `missed` is the chance that a whole week is left out, `blank` that one item is.
    """

    start: float
    start_sd: float
    slope: float
    slope_sd: float
    noise_sd: float = 1.4
    anxiety_share: float = 0.62
    risk: float = 0.0
    missed: float = 0.12
    blank: float = 0.004


TRAJECTORIES: Mapping[str, Trajectory] = MappingProxyType(
    {
        "remitting": Trajectory(start=17.5, start_sd=1.5, slope=-5.0, slope_sd=0.3),
        "improving": Trajectory(start=19.0, start_sd=1.5, slope=-3.2, slope_sd=0.4),
        "no-change": Trajectory(start=18.0, start_sd=1.5, slope=-0.2, slope_sd=0.3),
        "worsening": Trajectory(start=14.0, start_sd=1.2, slope=2.4, slope_sd=0.3, risk=0.6),
        "in-crisis": Trajectory(start=21.0, start_sd=1.0, slope=-0.4, slope_sd=0.3, risk=1.6),
    }
)


@dataclass(frozen=True, slots=True)
class VirtualWeek:
    """One week's answers; None stands for an item or a whole scale that was not answered."""

    week: int
    phq9: tuple[int | None, ...] | None
    gad7: tuple[int | None, ...] | None


def items_for_total(rng: np.random.Generator, total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Draw item answers of 0 to 3 that add up to `total` exactly.

    An item of weight 0 is used only when all others are full. Raises ValueError for a total the scale cannot reach.
    """
    if not 0 <= total <= HIGHEST * len(weights):
        raise ValueError(f"{total} cannot be reached with {len(weights)} items; give 0 to {HIGHEST * len(weights)}")
    items = np.zeros(len(weights), dtype=int)
    base = np.asarray(weights, dtype=float)
    for _ in range(total):
        room = np.where(items < HIGHEST, base, 0.0)
        if room.sum() == 0:
            room = np.where(items < HIGHEST, 1.0, 0.0)
        items[rng.choice(len(base), p=room / room.sum())] += 1
    return tuple(int(value) for value in items)


def weekly_course(rng: np.random.Generator, trajectory: Trajectory, *, weeks: int) -> tuple[VirtualWeek, ...]:
    """Draw `weeks` weeks starting with week 0; the first week is always answered whole."""
    start = rng.normal(trajectory.start, trajectory.start_sd)
    slope = rng.normal(trajectory.slope, trajectory.slope_sd)
    phq9_weights = (*PHQ9_WEIGHTS[:-1], PHQ9_WEIGHTS[-1] * trajectory.risk)
    course = []
    for week in range(weeks):
        level = start + slope * float(np.log1p(week)) + (rng.normal(0, trajectory.noise_sd) if week else 0.0)
        phq9 = items_for_total(rng, _within(level, 27), phq9_weights)
        anxiety = level * trajectory.anxiety_share + rng.normal(0, 1.0)
        gad7 = items_for_total(rng, _within(anxiety, 21), GAD7_WEIGHTS)
        missed = rng.random() < trajectory.missed and week > 0
        blank = trajectory.blank if week else 0.0
        course.append(
            VirtualWeek(
                week,
                None if missed else _with_blanks(rng, phq9, blank),
                None if missed or (week > 0 and rng.random() < trajectory.missed / 2) else gad7,
            )
        )
    return tuple(course)


def _within(level: float, highest: int) -> int:
    return int(np.clip(round(level), 0, highest))


def _with_blanks(rng: np.random.Generator, items: tuple[int, ...], chance: float) -> tuple[int | None, ...]:
    return tuple(None if rng.random() < chance else value for value in items)
