"""What was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from solstice.person import Answers
from solstice_web.measures.content import battery, library
from solstice_web.measures.models import Response, TreatmentEvent
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back
from solstice_web.storage.once import once


def grace() -> timedelta:
    """So long after the due day a measure counts as overdue; before, it is simply due."""
    return timedelta(days=battery().file.grace_days)


def completed(person: Person, instrument: str | None = None) -> QuerySet[Response]:
    """Finished responses the reader may see, the oldest first; each has a total or the reason why not."""
    found = readable(person, Response.objects.filter(person=person, status=Response.Status.COMPLETE))
    if instrument is not None:
        found = found.filter(instrument=instrument)
    return found.order_by("local_date", "recorded_at")


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished measure as reviews, pictures and the person file read it; `version` is that of the instrument."""

    instrument: str
    on: date
    items: Sequence[int | None]
    total: float | None
    rater: str
    gate: bool | None
    version: str
    band: str
    score: dict[str, Any] | None

    @property
    def main_version(self) -> str:
        return self.version.partition(".")[0]


FINISHED = ("instrument", "local_date", "items", "total", "rater", "gate", "instrument_version", "band", "score")


@once
def finished_whole(person: Person) -> tuple[Finished, ...]:
    """Every finished measure, the oldest first, whoever reads: for what is compared, scheduled, or gated after it."""
    found = Response.objects.filter(person=person, status=Response.Status.COMPLETE)
    return tuple(Finished(*row) for row in found.order_by("local_date", "recorded_at").values_list(*FINISHED))


def finished(person: Person) -> tuple[Finished, ...]:
    """Finished measures the reader may see, the oldest first."""
    found = finished_whole(person)
    if not keeps_back(person):
        return found
    hidden = library().private.instruments
    return tuple(one for one in found if one.instrument not in hidden)


def response_of(person: Person, response_id: UUID) -> Response | None:
    """One response of this person that the reader may see, or None, whoever else may have it."""
    return readable(person, Response.objects.filter(pk=response_id, person=person)).first()


def readable(person: Person, found: QuerySet[Response]) -> QuerySet[Response]:
    """Without what is private, where the reader does not treat this person."""
    return found.exclude(instrument__in=library().private.instruments) if keeps_back(person) else found


def events_of(person: Person) -> QuerySet[TreatmentEvent]:
    """What happened in treatment, and appointments, the earliest first."""
    return TreatmentEvent.objects.filter(person=person, deleted_at=None).order_by("on", "recorded_at")


@once
def events_told(person: Person) -> tuple[TreatmentEvent, ...]:
    """The same events, read once a page."""
    return tuple(events_of(person))


def event_name(kind: str) -> str:
    """What an event is called; one the content no longer knows keeps its id."""
    known = battery().kind(kind)
    return known.name if known else kind


def answers_for(person: Person) -> tuple[Answers, ...]:
    """Finished measures as the person file holds them: items with null for what was not answered, or a total.

    Where the question before the items was answered with No there are no items: the total stands for them.
    """
    return tuple(
        Answers(instrument=one.instrument, on=one.on, items=tuple(one.items), rater=one.rater or None)
        if one.items and one.gate is not False
        else Answers(instrument=one.instrument, on=one.on, total=one.total, rater=one.rater or None)
        for one in finished(person)
        if (one.items and one.gate is not False) or one.total is not None
    )
