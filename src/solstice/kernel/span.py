"""A number that may not be known exactly: the lowest and highest value it can have."""

from dataclasses import dataclass
from functools import lru_cache

from solstice.kernel.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Span:
    """Closed interval of possible values; `low == high` is a known value.

    Raises ValueError when `low` is above `high`.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"the low end {self.low} is above the high end {self.high}; swap them")

    @classmethod
    def exactly(cls, value: float) -> "Span":
        return _known(value)

    @classmethod
    def between(cls, low: float, high: float) -> "Span":
        """The same as `Span(low, high)`, shared: the small counts of a ledger are made again and again."""
        return _between(low, high)

    @property
    def is_known(self) -> bool:
        return self.low == self.high

    @property
    def width(self) -> float:
        return self.high - self.low

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def hull(self, other: "Span") -> "Span":
        """The smallest span that holds both."""
        return _between(min(self.low, other.low), max(self.high, other.high))


@lru_cache(maxsize=8192)
def _known(value: float) -> Span:
    """A known value; the same few doses and weeks are asked for again and again."""
    return Span(value, value)


@lru_cache(maxsize=8192)
def _between(low: float, high: float) -> Span:
    return Span(low, high)
