"""A person's totals in order of time; a week without a total stays a gap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement; a total of None is a gap (asked and not answered, or not scored), never a zero."""

    on: date
    total: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order of time, one a day, none after the day asked.

    Of two totals on one day the one entered last counts; a gap never takes the place of a total. `doubled` names such
    days.
    """

    points: tuple[Point, ...]
    doubled: tuple[date, ...] = ()

    @classmethod
    def until(cls, points: Iterable[Point], at: date) -> Self:
        """The series as it was known on the day `at`."""
        by_day: dict[date, Point] = {}
        doubled: set[date] = set()
        for point in sorted((point for point in points if point.on <= at), key=lambda point: point.on):
            earlier = by_day.get(point.on)
            if earlier is not None and earlier.total is not None:
                if point.total is None:
                    continue
                doubled.add(point.on)
            by_day[point.on] = point
        return cls(tuple(by_day.values()), tuple(sorted(doubled)))

    @property
    def scored(self) -> tuple[tuple[date, float], ...]:
        return tuple((point.on, point.total) for point in self.points if point.total is not None)

    @property
    def gaps(self) -> tuple[date, ...]:
        return tuple(point.on for point in self.points if point.total is None)
