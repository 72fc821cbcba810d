"""Write down what moves the clock of the measures, and how often a person wants to be asked."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert
from solstice_web.audit.trail import record
from solstice_web.measures.content import battery, core
from solstice_web.measures.models import CheckPace, TreatmentEvent
from solstice_web.measures.schedule import schedule_of
from solstice_web.people.models import Person
from solstice_web.people.zones import zone_of
from solstice_web.progress.actions import refresh_standing

UNDO_WITHIN = timedelta(days=30)
OLDEST_EVENT, FURTHEST_APPOINTMENT = timedelta(days=730), timedelta(days=366)
MOST_SESSIONS = 60


class EventRefusedError(ValueError):
    """The event cannot be written down; `field` names what is wrong and the text what would be right."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


class PaceRefusedError(ValueError):
    """The person cannot choose this now; the text says why, to them."""


@dataclass(frozen=True, slots=True)
class EventTold:
    """`id` is made by the form: sent twice it is saved once."""

    id: uuid.UUID
    kind: str
    on: date
    sessions: int = 1
    note: str = ""


@transaction.atomic
def record_event(*, person: Person, told: EventTold, by: User, at: datetime) -> TreatmentEvent:
    """Write down an event of treatment or an appointment; the measures that follow are counted anew."""
    _check(told, today=at.astimezone(zone_of(person.time_zone)).date())
    event, created = TreatmentEvent.objects.get_or_create(
        pk=told.id,
        defaults={
            "person": person,
            "kind": told.kind,
            "on": told.on,
            "sessions": told.sessions,
            "note": told.note,
            "recorded_at": at,
            "recorded_by": by,
        },
    )
    if event.person_id != person.pk:
        raise EventRefusedError("kind", "This could not be saved. Open the page again.")
    if created:
        record(action="event.added", by=by, at=at, person=person, subject=str(event.pk), detail={"kind": told.kind})
        refresh_standing(person, at=at)
    return event


def _check(told: EventTold, *, today: date) -> None:
    kind = battery().kind(told.kind)
    if kind is None:
        raise EventRefusedError("kind", "Choose what happened from the list.")
    if told.on > today + FURTHEST_APPOINTMENT:
        raise EventRefusedError("day", "This is more than a year ahead. Check the year.")
    if told.on > today and not kind.ahead:
        raise EventRefusedError("day", "This day has not come yet. Write it down when it has happened.")
    if told.on < today and kind.ahead:
        raise EventRefusedError("day", "This day is over. Write down the next appointment.")
    if told.on < today - OLDEST_EVENT:
        raise EventRefusedError("day", "This is more than two years ago. It belongs to the history.")
    if not 1 <= told.sessions <= MOST_SESSIONS:
        raise EventRefusedError("sessions", f"Write how many sessions were given, from 1 to {MOST_SESSIONS}.")


@transaction.atomic
def remove_event(*, person: Person, event_id: uuid.UUID, by: User, at: datetime) -> TreatmentEvent | None:
    """Take an event off; it can be brought back for 30 days. None when this person has no such event."""
    event = TreatmentEvent.objects.select_for_update().filter(pk=event_id, person=person).first()
    if event is None or event.deleted_at is not None:
        return event
    event.deleted_at = at
    event.save(update_fields=["deleted_at"])
    record(action="event.removed", by=by, at=at, person=person, subject=str(event.pk))
    refresh_standing(person, at=at)
    return event


@transaction.atomic
def bring_event_back(*, person: Person, event_id: uuid.UUID, by: User, at: datetime) -> TreatmentEvent | None:
    """Bring a removed event back. None when there is none, or when it was removed more than 30 days ago."""
    event = TreatmentEvent.objects.select_for_update().filter(pk=event_id, person=person).first()
    if event is None or event.deleted_at is None:
        return event
    if at - event.deleted_at > UNDO_WITHIN:
        return None
    event.deleted_at = None
    event.save(update_fields=["deleted_at"])
    record(action="event.restored", by=by, at=at, person=person, subject=str(event.pk))
    refresh_standing(person, at=at)
    return event


@transaction.atomic
def choose_pace(*, person: Person, every_days: int, by: User, at: datetime) -> CheckPace:
    """How often the person is asked, within what the clinician allows. Raises PaceRefusedError."""
    if every_days not in battery().file.choices.every_days:
        raise PaceRefusedError("Pick one of the choices.")
    pace = _pace(person, at=at)
    usual = battery().file.core.every_days
    if every_days > usual:
        _refuse_less(person, pace)
    pace.every_days = None if every_days == usual else every_days
    pace.chosen_at = at
    pace.save()
    record(action="check.pace", by=by, at=at, person=person, subject=str(person.pk), detail={"every_days": every_days})
    refresh_standing(person, at=at)
    return pace


@transaction.atomic
def pause_check(*, person: Person, days: int, by: User, at: datetime) -> CheckPace:
    """Ask nothing for so many days. One pause follows another only after a check in between (hazard H60)."""
    if not 1 <= days <= battery().file.choices.longest_pause_days:
        raise PaceRefusedError("Pick one of the choices.")
    pace = _pace(person, at=at)
    _refuse_less(person, pace)
    schedule = schedule_of(person, at=at)
    answered = max((schedule.last[name] for name in core() if name in schedule.last), default=None)
    if schedule.is_paused:
        return pace
    if pace.paused_until is not None and (answered is None or answered <= pace.paused_until):
        raise PaceRefusedError("You had a break just now. After your next check you can take one again.")
    pace.paused_until = schedule.today + timedelta(days=days)
    pace.chosen_at = at
    pace.save()
    record(action="check.paused", by=by, at=at, person=person, subject=str(person.pk), detail={"days": days})
    refresh_standing(person, at=at)
    return pace


@transaction.atomic
def end_pause(*, person: Person, by: User, at: datetime) -> CheckPace:
    """Ask again from today on."""
    pace = _pace(person, at=at)
    today = at.astimezone(zone_of(person.time_zone)).date()
    if pace.paused_until is not None and pace.paused_until >= today:
        pace.paused_until = today - timedelta(days=1)
        pace.chosen_at = at
        pace.save()
        record(action="check.pause_ended", by=by, at=at, person=person, subject=str(person.pk))
        refresh_standing(person, at=at)
    return pace


@transaction.atomic
def allow_choice(*, person: Person, may_choose: bool, by: User, at: datetime) -> CheckPace:
    """Whether the person may be asked less often; without it the usual rhythm holds again at once."""
    pace = _pace(person, at=at)
    if pace.may_choose == may_choose:
        return pace
    pace.may_choose = may_choose
    if not may_choose:
        today = at.astimezone(zone_of(person.time_zone)).date()
        pace.every_days = None
        pace.paused_until = min(pace.paused_until, today - timedelta(days=1)) if pace.paused_until else None
    pace.save()
    record(
        action="check.choice_allowed" if may_choose else "check.choice_withdrawn",
        by=by,
        at=at,
        person=person,
        subject=str(person.pk),
    )
    refresh_standing(person, at=at)
    return pace


def _pace(person: Person, *, at: datetime) -> CheckPace:
    pace, _ = CheckPace.objects.select_for_update().get_or_create(person=person, defaults={"chosen_at": at})
    return pace


def _refuse_less(person: Person, pace: CheckPace) -> None:
    if not pace.may_choose:
        raise PaceRefusedError("Your care team would like to hear from you each week for now. Talk with them about it.")
    if Alert.objects.filter(person=person).exclude(state=Alert.State.DONE).exists():
        raise PaceRefusedError(
            "You told us about hard thoughts. So for now we would like to hear from you each week. "
            "Talk with your care team about it."
        )
