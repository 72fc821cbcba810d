"""How people do over time: series, reviews, and the caseload by who needs a clinician now."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, DateField, F, IntegerField, Min, Q, QuerySet, Value, When

from solstice.content.instrument_model import Instrument
from solstice.progress import Point, Review, ReviewError, Series, review
from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert
from solstice_web.measures.content import library
from solstice_web.measures.context import age_on
from solstice_web.measures.queries import Finished, completed, grace
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back, whole
from solstice_web.people.teams import caseload as people_of
from solstice_web.people.zones import zone_of
from solstice_web.progress.models import Need, Standing
from solstice_web.storage.once import once

PAGE = 50


def points_for(person: Person, instrument: str) -> tuple[Point, ...]:
    """Every finished measure in order; one that could not be scored is a gap.

    Only answers to the present main version of the instrument are joined (hazard H12).
    """
    if instrument in library().private.instruments and keeps_back(person):
        return ()
    return _points(person, instrument)


@once
def _points(person: Person, instrument: str) -> tuple[Point, ...]:
    """The same, whoever reads."""
    with whole():
        rows = completed(person, instrument).values_list("local_date", "total", "instrument_version")
    main = _main(instrument)
    return tuple(Point(on, total) for on, total, version in rows if version.partition(".")[0] == main)


def points_of(told: Iterable[Finished], instrument: str) -> tuple[Point, ...]:
    """The same of measures that were read already."""
    main = _main(instrument)
    return tuple(Point(one.on, one.total) for one in told if one.instrument == instrument and one.main_version == main)


def _main(instrument: str) -> str:
    return library().instruments[instrument].version.partition(".")[0]


def series_for(person: Person, instrument: str, *, at: datetime) -> Series:
    """The person's series as known at `at`, in the person's own days."""
    return Series.until(points_for(person, instrument), today_of(person, at))


def review_for(person: Person, *, at: datetime, instrument: str = "phq-9") -> Review | None:
    """The engine's review of one series; None for an instrument without an expected course."""
    today = today_of(person, at)
    return review_of(
        points_for(person, instrument), library().instruments[instrument], today, ages=ages_of(person, today)
    )


def ages_of(person: Person, today: date) -> tuple[int, int] | None:
    """The age on that day as a review reads it; None where the birth date is not known."""
    if person.birth_date is None:
        return None
    age = age_on(person.birth_date, today)
    return age, age


def review_of(
    points: Sequence[Point], instrument: Instrument, today: date, *, ages: tuple[int, int] | None
) -> Review | None:
    """The engine's review of points that were read already; None for an instrument without an expected course."""
    try:
        return review(points, instrument=instrument, at=today, ages=ages)
    except ReviewError:
        return None


def today_of(person: Person, at: datetime) -> date:
    """The day it is for the person at `at`."""
    return at.astimezone(zone_of(person.time_zone)).date()


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One person on a caseload: how urgent, and why in words."""

    person: Person
    need: Need
    reason: str
    act_by: datetime | None
    standing: Standing | None
    late: bool
    raised_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caseload:
    rows: tuple[CaseloadRow, ...]
    page: int
    pages: int
    people: int


def caseload(user: User, *, at: datetime, page: int = 1, name: str = "", today: date | None = None) -> Caseload:
    """The people `user` cares for, those who need someone now first; at most three queries whatever the size.

    Order: risk answers by level and time, then worse, off track, overdue measures, new people, the rest. With `name`
    only people in whose name each of its words occurs. `today` is the clinic's day; the day in UTC when absent.
    """
    mine = people_of(user.pk, at=at)
    for word in name.split():
        mine = mine.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    people = with_need(mine, today or at.date())
    page = max(1, page)
    rows = list(people[(page - 1) * PAGE : page * PAGE + 1])
    if page == 1 and len(rows) <= PAGE:
        count, pages = len(rows), 1
    else:
        count = people.count()
        pages = max(1, math.ceil(count / PAGE))
        if page > pages:
            page = pages
            rows = list(people[(page - 1) * PAGE : page * PAGE])
    rows = rows[:PAGE]
    raised = _raised(rows)
    return Caseload(tuple(_row(person, at, raised.get(person.pk)) for person in rows), page, pages, count)


def _raised(people: list[Person]) -> dict[UUID, datetime]:
    """When the oldest risk answer that is not done came in."""
    waiting = Alert.objects.filter(person__in=people).exclude(state=Alert.State.DONE)
    found = waiting.order_by().values("person_id").annotate(raised=Min("raised_at"))
    return {row["person_id"]: row["raised"] for row in found}


def with_need(people: QuerySet[Person], today: date) -> QuerySet[Person]:
    """People with `need` on the day `today`, ordered by it; a measure becomes overdue with time alone."""
    overdue_before = Value(today - grace(), output_field=DateField())
    need = Case(
        When(standing__need__lt=Need.OVERDUE, then=F("standing__need")),
        When(standing__next_due_on__lt=overdue_before, then=Value(Need.OVERDUE.value)),
        When(standing__isnull=True, then=Value(Need.NEW.value)),
        default=F("standing__need"),
        output_field=IntegerField(),
    )
    return (
        people.annotate(need=need)
        .select_related("standing")
        .order_by(
            "need",
            F("standing__act_by").asc(nulls_last=True),
            F("standing__next_due_on").asc(nulls_last=True),
            "family_name",
            "id",
        )
    )


def _row(person: Person, at: datetime, raised_at: datetime | None) -> CaseloadRow:
    need = Need(person.need)  # type: ignore[attr-defined] # annotated by with_need
    standing: Standing | None = getattr(person, "standing", None)
    if standing is None:
        return CaseloadRow(person, need, "New: nothing is known yet.", None, None, late=False, raised_at=raised_at)
    reason = standing.reason
    if need is Need.OVERDUE and standing.next_due_on is not None:
        days = (at.date() - standing.next_due_on) // timedelta(days=1)
        reason = f"The weekly measure is {days} days overdue. {reason}"
    late = standing.act_by is not None and at > standing.act_by and need in ALERTS
    return CaseloadRow(person, need, reason, standing.act_by, standing, late, raised_at)


ALERTS = frozenset({Need.ALERT_NOW, Need.ALERT_TODAY, Need.ALERT_QUEUE})


def counts_by_state() -> dict[str, int]:
    """How many people of the whole clinic stand in each state of the engine's review; "" is nothing measured yet."""
    found = Person.objects.order_by().values("standing__state").annotate(count=Count("id"))
    counts: dict[str, int] = {}
    for row in found:
        state = row["standing__state"] or ""
        counts[state] = counts.get(state, 0) + row["count"]
    return counts
