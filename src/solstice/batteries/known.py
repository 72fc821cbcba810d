"""What is known on a day: the latest answers, what was begun, what happened, and which gates are open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from solstice.batteries.battery import Battery
from solstice.content.battery_model import Gate

Opening = Literal["open", "closed", "unanswered", "cannot_tell"]
NOTHING: Mapping[str, bool | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answered:
    """One filling-in of an instrument on the person's own day `on`.

    `cutoffs`: which were reached, None where that cannot be told. `finished` False: begun, up to the item `upto`.
    """

    instrument: str
    on: date
    cutoffs: Mapping[str, bool | None] = field(default_factory=lambda: NOTHING)
    finished: bool = True
    upto: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in treatment on a day; `sessions` where a block of sessions is written down at once."""

    kind: str
    on: date
    sessions: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person chose within what the clinician allows: every so many days, and nothing up to a day."""

    every_days: int | None = None
    paused_until: date | None = None


AS_PLANNED = Wish()


@dataclass(frozen=True, slots=True)
class GateState:
    """Whether a gate lets its instrument through. Unanswered is not closed; neither is an answer without a score."""

    instrument: str
    after: str
    state: Opening


class Known:
    """Answers and events up to a day; later ones are not known yet, except appointments."""

    def __init__(self, battery: Battery, answers: Iterable[Answered], events: Iterable[Event], at: date) -> None:
        self.battery, self.at = battery, at
        self.last: dict[str, Answered] = {}
        self.begun: dict[str, Answered] = {}
        for answer in sorted((one for one in answers if one.on <= at), key=lambda one: one.on):
            (self.last if answer.finished else self.begun)[answer.instrument] = answer
        keep = timedelta(days=battery.file.keep_begun_days)
        self.begun = {
            name: one
            for name, one in self.begun.items()
            if at - one.on <= keep and (name not in self.last or self.last[name].on <= one.on)
        }
        ahead = {kind.id for kind in battery.file.events if kind.ahead}
        self.events = sorted((one for one in events if one.on <= at or one.kind in ahead), key=lambda one: one.on)

    def of(self, **wanted: bool) -> list[Event]:
        """Events up to the day whose kind has this property (`restarts`, `again`)."""
        kinds = {kind.id for kind in self.battery.file.events if all(getattr(kind, name) for name in wanted)}
        return [event for event in self.events if event.kind in kinds and event.on <= self.at]

    def start(self, since: date) -> date:
        """The day from which the starting questions count."""
        return max([since, *(event.on for event in self.of(again=True))])

    def opening(self, gate: Gate, start: date) -> Opening:
        """Whether the gate is open by an answer on or after `start`."""
        answer = self.last.get(gate.after)
        if answer is None or answer.on < start:
            return "unanswered"
        met = [answer.cutoffs.get(name) for name in gate.cutoffs]
        if True in met:
            return "open"
        return "cannot_tell" if None in met else "closed"


def gate_states(
    battery: Battery, answers: Iterable[Answered], events: Iterable[Event], at: date, *, since: date
) -> tuple[GateState, ...]:
    """Every gate of the baseline as it stands on the day `at`."""
    known = Known(battery, answers, events, at)
    start = known.start(since)
    return tuple(
        GateState(one.instrument, one.gate.after, known.opening(one.gate, start))
        for one in battery.file.baseline.order
        if one.gate is not None and battery.is_asked(one.instrument)
    )
