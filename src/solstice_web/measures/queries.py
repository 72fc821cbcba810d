"""What was answered."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from solstice.person import Answers
from solstice_web.measures.content import battery, library
from solstice_web.measures.models import Response, TreatmentEvent
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back


def grace() -> timedelta:
    """So long after the due day a measure counts as overdue; before, it is simply due."""
    return timedelta(days=battery().file.grace_days)


def completed(person: Person, instrument: str | None = None) -> QuerySet[Response]:
    """Finished responses the reader may see, the oldest first; each has a total or the reason why not."""
    found = readable(person, Response.objects.filter(person=person, status=Response.Status.COMPLETE))
    if instrument is not None:
        found = found.filter(instrument=instrument)
    return found.order_by("local_date", "recorded_at")


def response_of(person: Person, response_id: UUID) -> Response | None:
    """One response of this person that the reader may see, or None, whoever else may have it."""
    return readable(person, Response.objects.filter(pk=response_id, person=person)).first()


def readable(person: Person, found: QuerySet[Response]) -> QuerySet[Response]:
    """Without what is private, where the reader does not treat this person."""
    return found.exclude(instrument__in=library().private.instruments) if keeps_back(person) else found


def events_of(person: Person) -> QuerySet[TreatmentEvent]:
    """What happened in treatment, and appointments, the earliest first."""
    return TreatmentEvent.objects.filter(person=person, deleted_at=None).order_by("on", "recorded_at")


def event_name(kind: str) -> str:
    """What an event is called; one the content no longer knows keeps its id."""
    known = battery().kind(kind)
    return known.name if known else kind


def answers_for(person: Person) -> tuple[Answers, ...]:
    """Finished measures as the person file holds them: items with null for what was not answered, or a total.

    Where the question before the items was answered with No there are no items: the total stands for them.
    """
    rows = completed(person).values_list("instrument", "local_date", "items", "total", "rater", "gate")
    return tuple(
        Answers(instrument=instrument, on=on, items=tuple(items), rater=rater or None)
        if items and gate is not False
        else Answers(instrument=instrument, on=on, total=total, rater=rater or None)
        for instrument, on, items, total, rater, gate in rows
        if (items and gate is not False) or total is not None
    )
