"""What is ready to be answered, as one card in plain words: an offer, never a reproach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from solstice.batteries import Due
from solstice_web.measures.content import core
from solstice_web.measures.schedule import Schedule
from solstice_web.portal.codes import CHAIN, check_code

READY = "Ready when you are."


@dataclass(frozen=True, slots=True)
class CheckCard:
    """One card of Today. `hrefs`: the pages it leads through; `begun` when some answers are there already."""

    title: str
    note: str
    text: str
    href: str
    hrefs: tuple[str, ...]
    begun: bool


def check_card(schedule: Schedule) -> CheckCard | None:
    """The one set of questions to offer now: the weekly ones first, then a piece of the starting ones."""
    ready = [one for one in schedule.due if one.by == "person"]
    weekly = [one for one in ready if one.kind != "baseline"]
    if not (weekly or ready):
        return None
    shown = sorted(weekly or ready, key=lambda one: one.piece)
    codes = [check_code(one.instrument) for one in shown]
    begun = any(one.instrument in schedule.begun for one in shown)
    title, text = _words(shown)
    hrefs = tuple(f"/check/{code}/" for code in codes)
    then = f"?then={CHAIN.join(codes[1:])}" if len(codes) > 1 else ""
    return CheckCard(title, _length(shown), text, hrefs[0] + then, hrefs, begun)


def _words(shown: Sequence[Due]) -> tuple[str, str]:
    kinds = {one.kind for one in shown}
    if kinds == {"baseline"}:
        text = "They help your care team to know you. They come in small parts over some days."
        return "A few first questions", f"{text} {READY}"
    if "before_appointment" in kinds:
        return (
            "A check before you meet",
            f"You meet your care team soon. These questions help you both to start. {READY}",
        )
    if {one.instrument for one in shown} & set(core()):
        return (
            "Your weekly check",
            f"A few questions on how things were. If today is not the day, that is fine. {READY}",
        )
    return "A few more questions", f"You have answered these before. They show what has changed. {READY}"


def _length(shown: Sequence[Due]) -> str:
    minutes = -(-sum(one.seconds for one in shown) // 60)
    parts = len({one.piece for one in shown})
    told = f"About {minutes} {'minute' if minutes == 1 else 'minutes'}"
    return told if parts == 1 else f"{told}, in {parts} parts"


def next_check(schedule: Schedule) -> date | None:
    """The day of the next weekly check, when nothing is ready now."""
    day = schedule.next_core_on
    return day if day is not None and day > schedule.today else None
