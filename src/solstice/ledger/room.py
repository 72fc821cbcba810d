"""How many trials can fit into the episode, one after the other, and whether more is claimed than fits."""

import math
from collections.abc import Sequence

from solstice.content.treatment_model import Treatments
from solstice.kernel import Span
from solstice.ledger.result import Room
from solstice.ledger.staging import Standing
from solstice.ledger.tally import Case

DAYS_A_MONTH = 365.25 / 12
DAYS_A_WEEK = 7


def room_of(cases: Sequence[Case], claimed: Span, standing: Standing, treatments: Treatments) -> Room:
    """Weeks of the episode against the weeks its counted trials need at least; `claimed` is how many are counted."""
    least = treatments.adequacy.duration.weeks
    months = standing.months
    weeks = Span(months.low * DAYS_A_MONTH / DAYS_A_WEEK, months.high * DAYS_A_MONTH / DAYS_A_WEEK)
    needed = _weeks_needed(cases)
    if months.low == 0 and months.high == float("inf"):
        text = "When the episode began is not known: how many trials fit into it cannot be told"
        return Room(weeks, None, claimed, needed, is_over=False, text=text)
    fits = Span(math.floor(weeks.low / least), math.inf if weeks.high == math.inf else math.floor(weeks.high / least))
    is_over = needed > weeks.high
    return Room(weeks, fits, claimed, needed, is_over=is_over, text=_text(weeks, fits, needed, is_over=is_over))


def _weeks_needed(cases: Sequence[Case]) -> float:
    """Weeks of the surely failed medicines that were not added to another, each molecule with its longest trial."""
    longest: dict[str, float] = {}
    for case in cases:
        if case.need.role == "medicine" and case.marks.counted is True and case.trial.added_to is None:
            name = case.need.molecule or f"unnamed {case.index}"
            longest[name] = max(longest.get(name, 0.0), case.need.weeks, case.weighed.weeks.low)
    return sum(longest.values())


def _text(weeks: Span, fits: Span, needed: float, *, is_over: bool) -> str:
    if math.isinf(weeks.high):
        return f"At least {fits.low:g} trials of the minimum length fit into the episode, one after the other"
    number = f"{fits.low:g}" if fits.is_known else f"{fits.low:g} to {fits.high:g}"
    told = f"{number} trials of the minimum length fit into the episode, one after the other"
    if not is_over:
        return told
    return (
        f"{told}; the failed trials that are counted need {needed:g} weeks at least, the episode has had at most "
        f"{math.floor(weeks.high)}: some ran side by side, belong to an earlier episode, or a date is wrong"
    )
