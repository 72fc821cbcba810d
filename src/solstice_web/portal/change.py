"""What has changed: a sentence first, then a picture, then the numbers; no labels and no cut-offs (hazard H33)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from markupsafe import Markup

from solstice.progress import Point
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.charts import Curve, series_chart
from solstice_web.charts import Point as Dot
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.portal.days import day_words
from solstice_web.portal.pages import personal
from solstice_web.progress.queries import points_for, review_for, series_for, today_of

SHOWN: Mapping[str, str] = {"phq-9": "How low things feel", "gad-7": "How much worry there is"}
"""The weekly measures in plain words; the lower the number, the lighter it is."""

WEEK = timedelta(days=7)
MOST_GAPS = 4
JOINED_DAYS = 10
"""Points further apart than a week and a few days have a week without an answer between them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One measure: the finding in words, its drawing, and the rows of its table (day, number or words)."""

    title: str
    sentence: str
    svg: Markup
    rows: tuple[tuple[str, str], ...]
    gaps: str
    highest: int


@requires(Right.PORTAL)
@require_safe
def change(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    pictures = [picture for name in SHOWN if (picture := picture_of(request.person, name, at=at))]
    return personal(request, "change", {"pictures": pictures})


def picture_of(person: Person, name: str, *, at: datetime) -> Picture | None:
    """The picture of one measure; None while there is no number yet."""
    found = review_for(person, at=at, instrument=name)
    series = series_for(person, name, at=at)
    instrument = library().instruments[name]
    if found is None or not series.scored:
        return None
    empty = tuple(empty_weeks(points_for(person, name), today=today_of(person, at)))
    dots = [Dot(point.on, point.total) for point in series.points]
    curve = Curve(SHOWN[name], dots, *instrument.ends, longest_gap_days=JOINED_DAYS)
    return Picture(
        title=SHOWN[name],
        sentence=found.patient,
        svg=series_chart(curve, title=SHOWN[name], description=found.patient),
        rows=rows_of(series.points, empty),
        gaps=gap_sentence(empty[-MOST_GAPS:]),
        highest=instrument.ends[1],
    )


def empty_weeks(points: Sequence[Point], *, today: date) -> Iterator[date]:
    """The first day of each week, counted from answer to answer, in which there was none."""
    days = sorted({point.on for point in points if point.on <= today})
    for before, after in zip(days, [*days[1:], today], strict=True):
        start = before + WEEK
        while (after - start).days > JOINED_DAYS - WEEK.days:
            yield start
            start += WEEK


def gap_sentence(empty: Sequence[date]) -> str:
    """Which weeks have no answer, in words; an empty text when there is none to tell of."""
    days = [day_words(day) for day in empty]
    if not days:
        return ""
    if len(days) == 1:
        return f"No answer in the week of {days[0]}. That is fine."
    return f"No answer in the weeks of {', '.join(days[:-1])} and {days[-1]}. That is fine."


def rows_of(points: Sequence[Point], empty: Sequence[date]) -> tuple[tuple[str, str], ...]:
    """Newest first; a week without an answer stays in the table and says so."""
    rows = {point.on: "Not counted" if point.total is None else f"{point.total:g}" for point in points}
    rows |= {day: "No answer this week" for day in empty if day not in rows}
    return tuple((day_words(day), rows[day]) for day in sorted(rows, reverse=True))
