"""What an option costs a person: hours, weeks until it can be judged, side effects, travel, and the wait before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from solstice.content.option_model import Asks, Option
from solstice.person.file import Offer

Level = Literal["none", "mild", "some", "marked"]
LEVELS: tuple[Level, ...] = ("none", "mild", "some", "marked")
TRAVEL = {"none": 0.0, "weekly": 0.5, "several_a_week": 1.0}
MOST_HOURS = 100.0
"""Hours in all at which the burden of time counts as its greatest."""
LONGEST_WEEKS = 26.0
"""Weeks until it can be judged at which the burden of waiting for help counts as its greatest."""


@dataclass(frozen=True, slots=True)
class Burden:
    """`hours` low to high over the whole course; `waiting_weeks` None where the clinic has not said."""

    hours: tuple[float, float]
    hours_per_week: float
    weeks: tuple[int, int]
    weeks_to_judge: float
    travel: str
    side_effects: Level
    side_effect_words: tuple[str, ...]
    waiting_weeks: float | None

    def scores(self, shortest_wait: float | None) -> dict[str, float]:
        """Each burden from 0 (none) to 1 (as great as any here).

        A wait counts by what it is longer than `shortest_wait`, the shortest of all that is compared; where that is
        None no wait counts, so that a clinic which said nothing of an option does not make it look soon.
        """
        middle = sum(self.hours) / 2
        longer = 0.0
        if shortest_wait is not None and self.waiting_weeks is not None:
            longer = round(self.waiting_weeks - shortest_wait, 6)
        return {
            "speed": min(1.0, (self.weeks_to_judge + longer) / LONGEST_WEEKS),
            "time": min(1.0, middle / MOST_HOURS),
            "side_effects": LEVELS.index(self.side_effects) / (len(LEVELS) - 1),
            "travel": TRAVEL[self.travel],
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "hours": list(self.hours),
            "hours_per_week": self.hours_per_week,
            "weeks": list(self.weeks),
            "weeks_to_judge": self.weeks_to_judge,
            "travel": self.travel,
            "side_effects": self.side_effects,
            "side_effect_words": list(self.side_effect_words),
            "waiting_weeks": self.waiting_weeks,
        }


def shortest_wait(burdens: Iterable[Burden]) -> float | None:
    """The shortest wait of what is compared; None unless every one of them has a known wait."""
    waits = [burden.waiting_weeks for burden in burdens]
    known = [wait for wait in waits if wait is not None]
    return min(known) if known and len(known) == len(waits) else None


def burden_of(option: Option, offer: Offer) -> Burden:
    """What one option asks, with the wait at this clinic."""
    asks = option.asks
    return Burden(
        hours=(_hours(asks, asks.weeks.low), _hours(asks, asks.weeks.high)),
        hours_per_week=asks.hours_per_week,
        weeks=(asks.weeks.low, asks.weeks.high),
        weeks_to_judge=float(asks.weeks_to_judge),
        travel=asks.travel,
        side_effects=option.side_effects.level,
        side_effect_words=(option.side_effects.words,),
        waiting_weeks=_wait(option, offer),
    )


def _wait(option: Option, offer: Offer) -> float | None:
    """As the clinic said; a combination it said nothing of begins when both its parts can."""
    own = offer.waiting_weeks.get(option.id)
    if own is not None or not option.parts:
        return own
    return _longest(offer.waiting_weeks.get(part) for part in option.parts)


def _longest(waits: Iterable[float | None]) -> float | None:
    """Unknown where one of them is: what has to wait for an unknown time waits for an unknown time."""
    known: list[float] = []
    for wait in waits:
        if wait is None:
            return None
        known.append(wait)
    return max(known, default=None)


def _hours(asks: Asks, weeks: int) -> float:
    return round(asks.hours_per_week * weeks, 1)


def together(first: Burden, second: Burden, *, in_order: bool) -> Burden:
    """The burden of two treatments at once, or one after the other; what comes second is waited for meanwhile."""
    if in_order:
        weeks = (first.weeks[0] + second.weeks[0], first.weeks[1] + second.weeks[1])
        hours_per_week = max(first.hours_per_week, second.hours_per_week)
    else:
        weeks = (max(first.weeks[0], second.weeks[0]), max(first.weeks[1], second.weeks[1]))
        hours_per_week = round(first.hours_per_week + second.hours_per_week, 1)
    return Burden(
        hours=(round(first.hours[0] + second.hours[0], 1), round(first.hours[1] + second.hours[1], 1)),
        hours_per_week=hours_per_week,
        weeks=weeks,
        weeks_to_judge=first.weeks_to_judge if in_order else max(first.weeks_to_judge, second.weeks_to_judge),
        travel=max(first.travel, second.travel, key=lambda name: TRAVEL[name]),
        side_effects=max(first.side_effects, second.side_effects, key=LEVELS.index),
        side_effect_words=tuple(dict.fromkeys((*first.side_effect_words, *second.side_effect_words))),
        waiting_weeks=first.waiting_weeks if in_order else _longest((first.waiting_weeks, second.waiting_weeks)),
    )
