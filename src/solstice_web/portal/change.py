"""What has changed: a sentence first, then a picture, then the numbers; no labels and no cut-offs (hazard H33)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from markupsafe import Markup

from solstice.content.instrument_model import Instrument
from solstice.progress import Point, Series, compare
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.charts import Curve, Mark, series_chart
from solstice_web.charts import Point as Dot
from solstice_web.measures.content import core, library
from solstice_web.measures.queries import Finished, event_name, events_told, finished
from solstice_web.people.models import Person
from solstice_web.portal.days import day_words
from solstice_web.portal.pages import personal
from solstice_web.progress.queries import ages_of, points_of, review_of, today_of

SHOWN: Mapping[str, str] = {
    "phq-9": "How low things feel",
    "gad-7": "How much worry there is",
    "pcl-5": "How much hard memories press",
    "isi": "How hard sleep is",
    "wsas": "How hard daily life is",
}
"""What a person answers again and again, in plain words; the lower the number, the lighter it is."""

WEEK = timedelta(days=7)
MOST_GAPS = 4
LONG_GAP_DAYS = 45
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
    marks: tuple[str, ...]
    changed_questions: bool
    highest: int


@requires(Right.PORTAL)
@require_safe
def change(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    known = [name for name in SHOWN if name in library().instruments]
    pictures = [picture for name in known if (picture := picture_of(request.person, name, at=at))]
    return personal(request, "change", {"pictures": pictures})


def picture_of(person: Person, name: str, *, at: datetime) -> Picture | None:
    """The picture of one measure; None while there is no number yet."""
    instrument, today, told = library().instruments[name], today_of(person, at), finished(person)
    points = points_of(told, name)
    series = Series.until(points, today)
    if not series.scored:
        return None
    found = review_of(points, instrument, today, ages=ages_of(person, today))
    weekly = name in core()
    empty = tuple(empty_weeks(points, today=today)) if weekly else ()
    sentence = found.patient if found else _compared(points, instrument, today)
    dots = dots_of(told, instrument, today)
    gap = JOINED_DAYS if weekly else LONG_GAP_DAYS
    curve = Curve(SHOWN[name], dots, *instrument.ends, longest_gap_days=gap)
    first = min(dot.on for dot in dots if dot.value is not None)
    marks = [Mark(event.on, event_name(event.kind)) for event in events_told(person) if first <= event.on <= today]
    return Picture(
        title=SHOWN[name],
        sentence=sentence,
        svg=series_chart(curve, title=SHOWN[name], description=sentence, last=today, marks=marks),
        rows=rows_of(series.points, empty),
        gaps=gap_sentence(empty[-MOST_GAPS:]),
        marks=tuple(f"{day_words(mark.on)}: {mark.label}" for mark in marks),
        changed_questions=len({dot.version for dot in dots if dot.value is not None}) > 1,
        highest=instrument.ends[1],
    )


def _compared(points: Sequence[Point], instrument: Instrument, today: date) -> str:
    found = compare(points, instrument=instrument, at=today)
    return found.sentence if found else "This is your first score. The next one will show if things move."


def dots_of(told: Sequence[Finished], instrument: Instrument, today: date) -> list[Dot]:
    """Every answer up to today with the version of the questions, so that the line breaks where they changed."""
    return [
        Dot(one.on, one.total, version=one.main_version)
        for one in told
        if one.instrument == instrument.id and one.on <= today
        if one.total is None or instrument.ends[0] <= one.total <= instrument.ends[1]
    ]


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
