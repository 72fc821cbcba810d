"""Results of one person, instrument by instrument: the sentence, the picture, the table, and the source of the rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from markupsafe import Markup

from solstice.content.instrument_model import Instrument
from solstice.progress import Comparison, Point, Review, compare
from solstice_web.charts.series import Curve, Level, Mark, series_chart
from solstice_web.charts.series import Point as Dot
from solstice_web.measures.models import Response, TreatmentEvent
from solstice_web.measures.queries import completed, event_name, events_of
from solstice_web.people.models import Person
from solstice_web.progress.queries import ages_of, review_of, today_of
from solstice_web.workspace.clock import counted, day, in_words
from solstice_web.workspace.latest import in_order, meaning, why_not_scored


@dataclass(frozen=True, slots=True)
class Row:
    """One answer; `parts` stand in the order of the columns, `edit` is the id where the clinic wrote the total down."""

    on: str
    total: str
    parts: tuple[str, ...]
    words: str
    source: str
    edit: UUID | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What the sentence rests on: how large a change must be, and who says so."""

    points: str
    citation: str
    url: str | None
    is_draft: bool
    note: str


@dataclass(frozen=True, slots=True)
class Result:
    """One measure: what it says, what it looks like, the numbers; `more` are the sentences after the first."""

    id: str
    name: str
    full_name: str
    sentence: str
    more: tuple[str, ...]
    svg: Markup
    marks: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    basis: Basis | None


def results(person: Person, *, at: datetime) -> tuple[Result, ...]:
    """Every instrument with a finished response, the weekly ones first; two queries."""
    found: dict[str, list[Response]] = {}
    for response in completed(person).select_related("rated_by"):
        found.setdefault(response.instrument, []).append(response)
    known, today = in_order(), today_of(person, at)
    events = [event for event in events_of(person) if event.on <= today]
    ages = ages_of(person, today)
    return tuple(_result(known[name], found[name], events, today, ages=ages) for name in known if name in found)


def _result(
    instrument: Instrument,
    responses: list[Response],
    events: Sequence[TreatmentEvent],
    today: date,
    *,
    ages: tuple[int, int] | None,
) -> Result:
    joined = [one for one in responses if is_joined(one, instrument)]
    points = tuple(Point(one.local_date, one.total) for one in joined)
    comparison = compare(points, instrument=instrument, at=today)
    sentence = _sentence(instrument, responses[-1], comparison)
    reviewed = review_of(points, instrument, today, ages=ages)
    is_judged = reviewed is None or reviewed.refused is None
    first = responses[0].local_date
    marks = [Mark(event.on, event_name(event.kind)) for event in events if event.on >= first]
    return Result(
        id=f"measure-{instrument.id}",
        name=instrument.short_name,
        full_name=instrument.name,
        sentence=sentence,
        more=(*_exact(comparison), *_reviewed(reviewed), *_broken(instrument, responses)),
        svg=_picture(instrument, responses, sentence, marks=marks, today=today, is_judged=is_judged),
        marks=tuple(f"{day(mark.on)}: {mark.label}" for mark in marks),
        columns=tuple(part.name for part in instrument.subscales.parts) if instrument.subscales else (),
        rows=tuple(_row(response, instrument) for response in reversed(responses)),
        basis=_basis(instrument),
    )


def _sentence(instrument: Instrument, latest: Response, comparison: Comparison | None) -> str:
    if latest.total is None:
        return f"{instrument.short_name} of {day(latest.local_date)}: {why_not_scored(latest)}"
    if comparison is not None:
        return comparison.sentence
    words = meaning(latest)
    said = f"{instrument.short_name} {latest.total:g} on {day(latest.local_date)}"
    return f"{said} ({words})." if words else f"{said}."


def _exact(comparison: Comparison | None) -> tuple[str, ...]:
    if comparison is None:
        return ()
    before, after = f"{comparison.before:g}", f"{comparison.after:g}"
    return (f"{before} on {day(comparison.before_on)}, {after} on {day(comparison.after_on)}.",)


def _reviewed(review: Review | None) -> tuple[str, ...]:
    """What the review says against the expected course; nothing for a measure without one."""
    if review is None or review.current is None:
        return ()
    return (*map(in_words, review.clinician), *((review.age_note,) if review.age_note else ()))


def _broken(instrument: Instrument, responses: Sequence[Response]) -> tuple[str, ...]:
    other = [one for one in responses if not is_joined(one, instrument)]
    if not other:
        return ()
    told = f"{counted(len(other), 'answer')} {'was' if len(other) == 1 else 'were'} given to another version"
    return (f"{told} of the questions; the line breaks there, and no change is counted across it.",)


def _picture(
    instrument: Instrument,
    responses: Sequence[Response],
    sentence: str,
    *,
    marks: Sequence[Mark],
    today: date,
    is_judged: bool,
) -> Markup:
    """Every total that the scale can hold; the line breaks between versions (hazard H12), and a gap stays a gap."""
    points = [
        Dot(one.local_date, one.total, "" if one.total is not None else "not scored", version=main_version(one))
        for one in responses
        if one.total is None or instrument.ends[0] <= one.total <= instrument.ends[1]
    ]
    limit = instrument.remission.at_most if instrument.remission and is_judged else None
    levels = [Level(limit, "remission at or below this line")] if limit is not None else []
    curve = Curve(instrument.short_name, points, *instrument.ends, levels)
    if sum(point.value is not None for point in points) < 2:
        return Markup("")
    title = f"{instrument.short_name} over time"
    return series_chart(curve, title=title, description=sentence, last=today, marks=marks)


def main_version(response: Response) -> str:
    return response.instrument_version.partition(".")[0]


def is_joined(response: Response, instrument: Instrument) -> bool:
    return main_version(response) == instrument.version.partition(".")[0]


def _row(response: Response, instrument: Instrument) -> Row:
    words = why_not_scored(response) if response.total is None else meaning(response)
    if not is_joined(response, instrument):
        words = f"{words}; version {response.instrument_version}, not compared with the others"
    scores = (response.score or {}).get("scores", {})
    parts = [scores.get(part.id) for part in instrument.subscales.parts] if instrument.subscales else []
    by = response.rater or response.get_source_display()
    is_rating = response.source == Response.Source.CLINIC and not response.items
    return Row(
        on=day(response.local_date),
        total="" if response.total is None else f"{response.total:g}",
        parts=tuple("–" if part is None else f"{part:g}" for part in parts),
        words=words,
        source=f"{by} (changed {counted(response.revision - 1, 'time')})" if response.revision > 1 else by,
        edit=response.pk if is_rating else None,
    )


def _basis(instrument: Instrument) -> Basis | None:
    rule = instrument.reliable_change
    if rule is None:
        return None
    source = instrument.source(rule.source)
    return Basis(f"{rule.value:g}", source.citation, source.url, source.is_draft, rule.note or "")
