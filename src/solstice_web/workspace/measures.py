"""Results of one person: a sentence, a picture and a table for each measure; totals a clinician writes down."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from markupsafe import Markup

from solstice.content.instrument_model import Instrument
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.charts.series import Curve, Level, Point, series_chart
from solstice_web.measures.actions import MeasureRefusedError, Sheet, record_total
from solstice_web.measures.content import library
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment
from solstice_web.measures.queries import completed
from solstice_web.people.models import Person
from solstice_web.progress.queries import review_for, today_of
from solstice_web.workspace.clock import day
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.latest import in_order, meaning, why_not_scored
from solstice_web.workspace.new_person import read_day


@dataclass(frozen=True, slots=True)
class Row:
    on: str
    total: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Result:
    """One measure: what it says, what it looks like, the numbers; `more` are the sentences after the first."""

    id: str
    name: str
    full_name: str
    sentence: str
    more: tuple[str, ...]
    svg: Markup
    rows: tuple[Row, ...]


class TotalForm(forms.Form):
    """A total of a scale whose items Solstice does not show; `id` makes one sent twice count once."""

    id = forms.UUIDField()
    instrument = forms.ChoiceField(
        label="Scale",
        error_messages={"required": "Choose the scale.", "invalid_choice": "Choose a scale from the list."},
    )
    total = forms.FloatField(
        label="Total", error_messages={"required": "Write the total.", "invalid": "Write the total as a number."}
    )
    day = forms.CharField(required=False)
    month = forms.CharField(required=False)
    year = forms.CharField(required=False)
    rater = forms.CharField(label="Rated by", max_length=120, error_messages={"required": "Write who rated."})

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest
        self.fields["instrument"].choices = [("", "Choose a scale"), *scales_by_total()]  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            told["on"] = read_day(told, latest=self.latest)
        except forms.ValidationError as fault:
            self.add_error("day", fault)
        instrument = library().instruments.get(told.get("instrument", ""))
        total = told.get("total")
        if instrument and total is not None and not _fits(instrument, total):
            kind = "number" if instrument.decimals else "whole number"
            self.add_error("total", f"Write a {kind} from {instrument.min} to {instrument.max}.")
        return told


def scales_by_total() -> list[tuple[str, str]]:
    """Scales whose items are not shown here; those with items are answered item by item, so that risk is not missed."""
    known = library().instruments.items()
    return [
        (name, f"{one.short_name} ({one.min} to {one.max})")
        for name, one in known
        if one.has_total and one.text("en") is None
    ]


def _fits(instrument: Instrument, total: float) -> bool:
    low, high = instrument.ends
    return low <= total <= high and round(total, instrument.decimals) == total


@requires(Right.WRITE_RECORD, person="person_id")
def measures(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    at = timezone.now()
    today = today_of(request.person, at)
    if request.method != "POST":
        start = {"id": uuid.uuid4(), "day": today.day, "month": today.month, "year": today.year}
        start["rater"] = request.user.name or request.user.email
        return _page(request, TotalForm(initial=start, latest=today), at=at)
    refused = other_person(request)
    if refused is not None:
        return refused
    form = TotalForm(request.POST, latest=today)
    if not form.is_valid() or not _saved(request, form, at=at):
        return _page(request, form, at=at, status=400)
    messages.success(request, "The total is saved.")
    return redirect("workspace:measures", person_id=request.person.pk)


def _saved(request: PersonRequest, form: TotalForm, *, at: datetime) -> bool:
    told = form.cleaned_data
    person = request.person
    sheet = Sheet(told["id"], told["instrument"], source=Response.Source.CLINIC, rater=told["rater"])
    moment = Moment(at, told["on"], person.time_zone)
    try:
        record_total(person=person, sheet=sheet, total=told["total"], moment=moment, by=request.user, at=at)
    except MeasureRefusedError as refusal:
        form.add_error("total", str(refusal))
        return False
    return True


def _page(request: PersonRequest, form: TotalForm, *, at: datetime, status: int = 200) -> HttpResponse:
    return person_page(
        request,
        "measures",
        place="measures",
        status=status,
        results=results(request.person, at=at),
        form=form,
        form_open=form.is_bound,
    )


def results(person: Person, *, at: datetime) -> tuple[Result, ...]:
    """Every instrument with a finished response, the weekly ones first."""
    found: dict[str, list[Response]] = {}
    for response in completed(person):
        found.setdefault(response.instrument, []).append(response)
    known = in_order()
    return tuple(_result(known[name], found[name], person, at) for name in known if name in found)


def _result(instrument: Instrument, responses: list[Response], person: Person, at: datetime) -> Result:
    sentences = _sentences(instrument, responses, person, at)
    return Result(
        id=f"measure-{instrument.id}",
        name=instrument.short_name,
        full_name=instrument.name,
        sentence=sentences[0],
        more=sentences[1:],
        svg=_picture(instrument, responses, sentences[0], today_of(person, at)),
        rows=tuple(_row(response, instrument) for response in reversed(responses)),
    )


def _sentences(instrument: Instrument, responses: list[Response], person: Person, at: datetime) -> tuple[str, ...]:
    latest = responses[-1]
    if latest.total is None:
        return (f"{instrument.short_name} of {day(latest.local_date)}: {why_not_scored(latest)}",)
    review = review_for(person, at=at, instrument=instrument.id)
    if review is not None and len(review.clinician) > 1 and review.current is not None:
        return (review.clinician[1], review.clinician[0], *review.clinician[2:])
    words = meaning(latest)
    said = f"{instrument.short_name} {latest.total:g} on {day(latest.local_date)}"
    return (f"{said} ({words})." if words else f"{said}.",)


def _picture(instrument: Instrument, responses: list[Response], sentence: str, today: date) -> Markup:
    """Only totals of the present main version are drawn (hazard H12); the table holds all."""
    points = [
        Point(one.local_date, one.total, "" if one.total is not None else "not scored")
        for one in responses
        if _is_joined(one, instrument)
    ]
    limit = instrument.remission.at_most if instrument.remission else None
    levels = [Level(limit, "remission at or below this line")] if limit is not None else []
    curve = Curve(instrument.short_name, points, *instrument.ends, levels)
    if sum(point.value is not None for point in points) < 2:
        return Markup("")
    return series_chart(curve, title=f"{instrument.short_name} over time", description=sentence, last=today)


def _is_joined(response: Response, instrument: Instrument) -> bool:
    return response.instrument_version.partition(".")[0] == instrument.version.partition(".")[0]


def _row(response: Response, instrument: Instrument) -> Row:
    words = why_not_scored(response) if response.total is None else meaning(response)
    if not _is_joined(response, instrument):
        words = f"{words}; version {response.instrument_version}, not drawn with the others"
    by = response.rater or response.get_source_display()
    return Row(day(response.local_date), "" if response.total is None else f"{response.total:g}", words, by)


urls = [path("clinic/people/<uuid:person_id>/measures/", measures, name="measures")]
