"""The latest total beside the one about four weeks before: how far apart, and whether that is more than chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from solstice.content.instrument_model import Instrument
from solstice.instruments import Change, reliable_change
from solstice.progress.sentences import about_four_weeks_before, how_long_before
from solstice.progress.series import Point, Series


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two totals and what lies between them; `sentence` holds no label and no cut-off, so that anyone can read it."""

    before_on: date
    before: float
    after_on: date
    after: float
    change: Change
    sentence: str


def compare(points: Iterable[Point], *, instrument: Instrument, at: date) -> Comparison | None:
    """Compare the latest total with the one nearest to four weeks before it; None while there is only one."""
    known = Series.until(points, at)
    if len(known.scored) < 2:
        return None
    before_on, before = about_four_weeks_before(known)
    after_on, after = known.scored[-1]
    change = reliable_change(instrument, before, after)
    when = how_long_before(before_on, after_on, at)
    return Comparison(before_on, before, after_on, after, change, _sentence(change, when))


def _sentence(change: Change, when: str) -> str:
    if change.points == 0:
        return f"The same as {when}."
    size = abs(change.points)
    told = f"{size:g} {'point' if size == 1 else 'points'} {'better' if change.points > 0 else 'worse'} than {when}"
    match change.verdict:
        case "unchanged":
            return f"{told}; that is within the usual wobble."
        case "improved" | "worse":
            return f"{told}; that is more than the usual wobble."
        case None:
            return f"{told}."
