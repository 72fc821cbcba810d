"""From days and scores to places on the paper, with readable ticks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days laid over `left` … `right` (user units of the viewBox)."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """The place of a day; days outside are held at the edge."""
        span = max(1, (self.last - self.first).days)
        share = min(1.0, max(0.0, (day - self.first).days / span))
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self, *, most: int = 8) -> Iterator[tuple[float, str]]:
        """Starts of weeks, months or years, whichever gives at most `most` labels."""
        days = (self.last - self.first).days
        if days <= 7 * most and days < 60:
            yield from self._weeks(max(1, -(-days // (7 * most))))
        else:
            yield from self._months(
                next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if days / 30.4 / step <= most)
            )

    def _weeks(self, step: int) -> Iterator[tuple[float, str]]:
        day = self.first
        while day <= self.last:
            yield self.x(day), f"{day.day} {MONTHS[day.month - 1]}"
            day += timedelta(weeks=step)

    def _months(self, step: int) -> Iterator[tuple[float, str]]:
        month = self.first.year * 12 + self.first.month - 1
        month += -month % step
        while (day := date(month // 12, month % 12 + 1, 1)) <= self.last:
            if day >= self.first:
                with_year = step >= 12 or day.month == 1 or month < self.first.year * 12 + self.first.month - 1 + step
                name = str(day.year) if step >= 12 else MONTHS[day.month - 1]
                yield self.x(day), f"{name} {day.year}" if with_year and step < 12 else name
            month += step


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores from `low` to `high` laid over `bottom` … `top`; larger scores stand higher."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, score: float) -> float:
        share = (score - self.low) / max(1e-9, self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if (self.high - self.low) / s <= 6)
        value = self.low
        while value <= self.high:
            yield self.y(value), f"{value:g}"
            value += step
