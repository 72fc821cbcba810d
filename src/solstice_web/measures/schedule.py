"""What is due for whom, from rows, in a fixed number of queries however many people are asked about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from solstice.batteries import Answered, Due, Event, GateState, Wish, coming, gate_states, why_not_for_age
from solstice.kernel import Refusal
from solstice_web.measures.content import battery, core, library
from solstice_web.measures.context import age_on
from solstice_web.measures.models import CheckPace, Response, TreatmentEvent
from solstice_web.measures.queries import Finished, events_told
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back
from solstice_web.people.zones import zone_of


@dataclass(frozen=True, slots=True)
class Schedule:
    """One person on their own day `today`. `refused`: why nothing is asked of them at all."""

    person: Person
    today: date
    coming: tuple[Due, ...]
    gates: tuple[GateState, ...]
    begun: frozenset[str]
    pace: CheckPace
    events: tuple[TreatmentEvent, ...]
    last: Mapping[str, date]
    refused: Refusal | None

    @property
    def due(self) -> tuple[Due, ...]:
        return tuple(one for one in self.coming if one.from_day <= self.today)

    @property
    def overdue(self) -> tuple[Due, ...]:
        return tuple(one for one in self.due if one.is_overdue(self.today))

    @property
    def is_paused(self) -> bool:
        return self.pace.paused_until is not None and self.pace.paused_until >= self.today

    @property
    def next_core_on(self) -> date | None:
        """When the weekly measure, or the question that opens it, is due; None when none is asked of this person."""
        opening = {gate.after for gate in self.gates if gate.instrument in core()}
        days = [one.from_day for one in self.coming if one.by == "person" and one.instrument in {*core(), *opening}]
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Everything the schedules of some people rest on."""

    last: Mapping[UUID, dict[str, date]]
    first: Mapping[UUID, date]
    gates: Mapping[UUID, list[Answered]]
    begun: Mapping[UUID, list[Answered]]
    events: Mapping[UUID, list[TreatmentEvent]]
    paces: Mapping[UUID, CheckPace]


def schedule_of(person: Person, *, at: datetime) -> Schedule:
    """What is due for one person at `at`, on their own day."""
    return schedules([person], at=at)[person.pk]


def schedule_from(person: Person, told: Sequence[Finished], *, at: datetime) -> Schedule:
    """The same where every finished measure (`finished_whole`) was read already; at most three queries."""
    return _as_readable(_schedule(person, _rows_from(person, told, oldest=_oldest(at)), at))


def schedules(people: Iterable[Person], *, at: datetime) -> dict[UUID, Schedule]:
    """The schedule of each person; five queries."""
    asked = list(people)
    rows = _rows([person.pk for person in asked], oldest=_oldest(at))
    return {person.pk: _as_readable(_schedule(person, rows, at)) for person in asked}


def _oldest(at: datetime) -> date:
    """Measures left in the middle before this day are not gone on with."""
    return at.date() - timedelta(days=9)


def _as_readable(schedule: Schedule) -> Schedule:
    return _readable(schedule) if keeps_back(schedule.person) else schedule


def _readable(schedule: Schedule) -> Schedule:
    """Without what is private: that something was asked, or not opened, tells of it too."""
    hidden = library().private.instruments
    return replace(
        schedule,
        coming=tuple(one for one in schedule.coming if one.instrument not in hidden),
        gates=tuple(one for one in schedule.gates if not {one.instrument, one.after} & hidden),
        begun=schedule.begun - hidden,
        last={name: on for name, on in schedule.last.items() if name not in hidden},
    )


def _schedule(person: Person, rows: _Rows, at: datetime) -> Schedule:
    key, zone = person.pk, zone_of(person.time_zone)
    today = at.astimezone(zone).date()
    pace = rows.paces.get(key) or CheckPace(person=person, chosen_at=person.created_at)
    last = rows.last.get(key, {})
    told = [
        *(Answered(name, on) for name, on in last.items()),
        *rows.gates.get(key, ()),
        *rows.begun.get(key, ()),
    ]
    happened = rows.events.get(key, [])
    events = [Event(event.kind, event.on, event.sessions) for event in happened]
    admitted = person.created_at.astimezone(zone).date()
    since = min(admitted, rows.first.get(key, admitted), today)
    age = age_on(person.birth_date, today) if person.birth_date else None
    wish = Wish(pace.every_days, pace.paused_until)
    return Schedule(
        person=person,
        today=today,
        coming=coming(battery(), told, events, today, since=since, wish=wish, age=age),
        gates=gate_states(battery(), told, events, today, since=since),
        begun=frozenset(answer.instrument for answer in rows.begun.get(key, ())),
        pace=pace,
        events=tuple(happened),
        last=last,
        refused=why_not_for_age(age),
    )


def _rows(people: list[UUID], *, oldest: date) -> _Rows:
    finished = Response.objects.filter(person__in=people, status=Response.Status.COMPLETE)
    last: dict[UUID, dict[str, date]] = defaultdict(dict)
    first: dict[UUID, date] = {}
    days = (
        finished.order_by().values("person_id", "instrument").annotate(last=Max("local_date"), first=Min("local_date"))
    )
    for row in days:
        last[row["person_id"]][row["instrument"]] = row["last"]
        first[row["person_id"]] = min(row["first"], first.get(row["person_id"], row["first"]))
    events: dict[UUID, list[TreatmentEvent]] = defaultdict(list)
    for event in TreatmentEvent.objects.filter(person__in=people, deleted_at=None).order_by("on", "recorded_at"):
        events[event.person_id].append(event)
    paces = {pace.person_id: pace for pace in CheckPace.objects.filter(person__in=people)}
    return _Rows(last, first, _gate_answers(people), _begun(people, oldest), events, paces)


def _rows_from(person: Person, told: Sequence[Finished], *, oldest: date) -> _Rows:
    """What the schedule of one person rests on; `told` is in order of time."""
    key, openers = person.pk, _openers()
    return _Rows(
        last={key: {one.instrument: one.on for one in told}},
        first={key: told[0].on} if told else {},
        gates={key: [_opened(one.instrument, one.on, one.score) for one in told if one.instrument in openers]},
        begun=_begun([key], oldest),
        events={key: list(events_told(person))},
        paces={pace.person_id: pace for pace in CheckPace.objects.filter(person=person)},
    )


def _openers() -> list[str]:
    """The instruments that open others."""
    return [one.gate.after for one in battery().file.baseline.order if one.gate]


def _opened(instrument: str, on: date, score: Mapping[str, Any] | None) -> Answered:
    return Answered(instrument, on, {cut["id"]: cut["met"] for cut in (score or {}).get("cutoffs", ())})


def _gate_answers(people: list[UUID]) -> dict[UUID, list[Answered]]:
    """Answers to the instruments that open others, with the cut-offs they reached."""
    openers = _openers()
    found: dict[UUID, list[Answered]] = defaultdict(list)
    rows = Response.objects.filter(person__in=people, status=Response.Status.COMPLETE, instrument__in=openers)
    for row in rows.order_by("local_date", "recorded_at").only("person_id", "instrument", "local_date", "score"):
        found[row.person_id].append(_opened(row.instrument, row.local_date, row.score))
    return found


def _begun(people: list[UUID], oldest: date) -> dict[UUID, list[Answered]]:
    """Measures left in the middle lately, with the last item that was answered or left out."""
    found: dict[UUID, list[Answered]] = defaultdict(list)
    rows = Response.objects.filter(
        person__in=people,
        status=Response.Status.IN_PROGRESS,
        source=Response.Source.PORTAL,
        local_date__gte=oldest,
    )
    for row in rows.order_by("local_date", "recorded_at"):
        answered = [number for number, value in enumerate(row.items, start=1) if value is not None]
        upto = max([0, *answered, *row.declined])
        found[row.person_id].append(Answered(row.instrument, row.local_date, finished=False, upto=upto))
    return found
