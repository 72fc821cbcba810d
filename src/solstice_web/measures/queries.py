"""Which measures are due, and what was answered."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet

from solstice.person import Answers
from solstice_web.measures.models import Response
from solstice_web.people.models import Person

WEEKLY = ("phq-9", "gad-7")
"""Asked every week from the first day of care on."""

EVERY = timedelta(days=7)
GRACE = timedelta(days=3)
"""So many days after the due day a measure counts as overdue; before, it is simply due."""


@dataclass(frozen=True, slots=True)
class Due:
    """One measure the person is asked for today."""

    instrument: str
    due_on: date
    overdue: bool
    begun: Response | None


def due(person: Person, today: date) -> tuple[Due, ...]:
    """The weekly measures due on the person's own day `today`, with the one already begun, if any.

    A measure that was finished without a score (an item was left out) counts as answered.
    """
    last = last_days(person)
    begun = {
        response.instrument: response
        for response in Response.objects.filter(
            person=person, status=Response.Status.IN_PROGRESS, instrument__in=WEEKLY, local_date__gt=today - EVERY
        ).order_by("recorded_at")
    }
    first_day = min(person.created_at.date(), today)
    found = []
    for instrument in WEEKLY:
        due_on = last[instrument] + EVERY if instrument in last else first_day
        if due_on <= today:
            found.append(Due(instrument, due_on, today > due_on + GRACE, begun.get(instrument)))
    return tuple(found)


def last_days(person: Person) -> dict[str, date]:
    """The patient's day of the latest finished response of each weekly measure."""
    rows = (
        Response.objects.filter(person=person, status=Response.Status.COMPLETE, instrument__in=WEEKLY)
        .values("instrument")
        .annotate(last=Max("local_date"))
        .order_by()
    )
    return {row["instrument"]: row["last"] for row in rows}


def completed(person: Person, instrument: str | None = None) -> QuerySet[Response]:
    """Finished responses, the oldest first; each has a total or the reason why not."""
    found = Response.objects.filter(person=person, status=Response.Status.COMPLETE)
    if instrument is not None:
        found = found.filter(instrument=instrument)
    return found.order_by("local_date", "recorded_at")


def response_of(person: Person, response_id: UUID) -> Response | None:
    """One response of this person, or None, whoever else may have it."""
    return Response.objects.filter(pk=response_id, person=person).first()


def answers_for(person: Person) -> tuple[Answers, ...]:
    """Finished measures as the person file holds them: items with null for what was not answered, or a total."""
    rows = completed(person).values_list("instrument", "local_date", "items", "total", "rater")
    return tuple(
        Answers(instrument=instrument, on=on, items=tuple(items), rater=rater or None)
        if items
        else Answers(instrument=instrument, on=on, total=total, rater=rater or None)
        for instrument, on, items, total, rater in rows
        if items or total is not None
    )
