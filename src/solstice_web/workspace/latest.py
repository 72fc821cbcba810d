"""The latest finished measure of each instrument, with what it means in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from solstice.content.instrument_model import Instrument
from solstice_web.measures.content import core, library
from solstice_web.measures.models import Response
from solstice_web.measures.queries import Finished, finished
from solstice_web.people.models import Person
from solstice_web.progress.queries import ages_of, points_of, review_of, today_of
from solstice_web.workspace.clock import day, sentence


@dataclass(frozen=True, slots=True)
class Latest:
    """`total` is empty where there is none; `words` then says why."""

    name: str
    total: str
    of: str
    on: str
    words: str


def latest_measures(person: Person, *, at: datetime) -> tuple[Latest, ...]:
    """One line an instrument, the weekly ones first; these carry the review's own sentence."""
    told, today = finished(person), today_of(person, at)
    newest = {one.instrument: one for one in told}
    shown = [(newest[name], instrument) for name, instrument in in_order().items() if name in newest]
    return tuple(_latest(one, instrument, told, today, ages=ages_of(person, today)) for one, instrument in shown)


def in_order() -> dict[str, Instrument]:
    """Every instrument, the weekly ones first."""
    known = library().instruments
    return {name: known[name] for name in (*core(), *(name for name in known if name not in core()))}


def _latest(
    one: Finished, instrument: Instrument, told: Sequence[Finished], today: date, *, ages: tuple[int, int] | None
) -> Latest:
    words = why_not_scored(one) if one.total is None else meaning(one)
    if one.total is not None and one.instrument in core():
        found = review_of(points_of(told, one.instrument), instrument, today, ages=ages)
        if found and found.current == one.total and len(found.clinician) > 1:
            words = sentence(found.clinician[1].partition(": ")[2])
    total = "" if one.total is None else f"{one.total:g}"
    of = f"{instrument.min} to {instrument.max}"
    return Latest(instrument.short_name, total, of, day(one.on), words)


def meaning(response: Response | Finished) -> str:
    """The band of a total in the instrument's own words, and what qualifies it."""
    told = response.score or {}
    flags = [FLAGS[flag] for flag in told.get("flags", []) if flag in FLAGS]
    note = told.get("note")
    parts = [response.band, *flags, *([note] if isinstance(note, str) else [])]
    return "; ".join(part for part in parts if part)


def why_not_scored(response: Response | Finished) -> str:
    """The engine's reason why there is no total."""
    reason = (response.score or {}).get("reason")
    return f"Not scored: {reason}" if isinstance(reason, str) and reason else "Not scored."


FLAGS = {
    "risk_item": "the risk item was answered with yes",
    "risk_item_unknown": "the total does not show the risk item",
    "risk_item_unanswered": "the risk item is not answered",
    "prorated": "one or more items missing, total estimated from the others",
}
