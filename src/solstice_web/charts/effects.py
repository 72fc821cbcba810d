"""A line of effects in SD units: where a value stands on the paper, what lies beyond its ends, and readable ticks."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100)
MOST_TICKS = 7
ROOM = 0.4
"""SD units shown beyond the outermost estimates; an interval that goes on is cut there and marked with an arrow."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects from `low` to `high` laid over `left` … `right` (user units)."""

    low: float
    high: float
    left: float
    right: float

    def x(self, value: float) -> float:
        """The place of a value; values outside are held at the edge."""
        share = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        span = self.high - self.low
        step = next((one for one in STEPS if span / one <= MOST_TICKS), span / MOST_TICKS)
        for number in range(math.ceil(self.low / step), math.floor(self.high / step) + 1):
            yield self.x(number * step), f"{number * step:g}".replace("-", "−")


def line_of_effects(
    estimates: Sequence[float], ends: Sequence[float], *, left: float, right: float, room: float = ROOM
) -> Effects:
    """A line that holds nothing, every estimate, and `ends` as far as there is room beyond the estimates."""
    low, high = min(0.0, *estimates) - room, max(0.0, *estimates) + room
    inside = [end for end in ends if low <= end <= high]
    cut_low, cut_high = any(end < low for end in ends), any(end > high for end in ends)
    return Effects(
        low if cut_low else min([0.0, *estimates, *inside]) - 0.05,
        high if cut_high else max([0.0, *estimates, *inside]) + 0.05,
        left,
        right,
    )


def signed(value: float) -> str:
    """Two places with a true minus sign."""
    text = f"{value:.2f}"
    return text.removeprefix("-") if text == "-0.00" else text.replace("-", "−")


def with_interval(estimate: float, lower: float, upper: float) -> str:
    return f"{signed(estimate)} ({signed(lower)} to {signed(upper)})"
