"""Begin, pause and finish a therapy, record sessions and tasks, save what a person did between sessions."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.courses.models import AgreedTask, Course, Entry, SessionRecord, SessionVersion
from solstice_web.courses.told import CourseRefusedError, EntryRefusedError, EntryTold, SessionContent, TaskTold
from solstice_web.measures.content import library
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of
from solstice_web.plans.models import Decision

UNDO_WITHIN = timedelta(days=30)


@transaction.atomic
def start_course(
    *, person: Person, therapy: str, clinician: User, decision: Decision | None, by: User, at: datetime
) -> Course:
    """Begin a therapy of the library; one already under way is returned as it is."""
    content = library().therapies.get(therapy)
    if content is None:
        raise CourseRefusedError("This therapy has no sessions in the library; record it in the ledger.")
    course, created = (
        Course.objects.select_for_update()
        .exclude(state=Course.State.FINISHED)
        .get_or_create(
            person=person,
            therapy=therapy,
            defaults={
                "therapy_version": content.version,
                "clinician": clinician,
                "decision": decision,
                "started_on": at.astimezone(zone_of(person.time_zone)).date(),
            },
        )
    )
    if created:
        record(
            action="course.started",
            by=by,
            at=at,
            person=person,
            subject=str(course.id),
            detail={"therapy": therapy, "version": content.version},
        )
    return course


@transaction.atomic
def change_course(
    *, person: Person, course_id: uuid.UUID, state: str, reason: str = "", by: User, at: datetime
) -> Course:
    """Pause, resume or finish a course. A pause asks for a reason; a finished course stays finished."""
    if state not in Course.State.values:
        raise CourseRefusedError(f"Choose one of {', '.join(Course.State.values)}.")
    course = _course(person, course_id)
    if course.state == state:
        return course
    if course.state == Course.State.FINISHED:
        raise CourseRefusedError("This course is finished. Start it again from the plan.")
    if state == Course.State.PAUSED and not reason.strip():
        raise CourseRefusedError("Say why the course is paused.")
    course.state = state
    course.paused_reason = reason if state == Course.State.PAUSED else ""
    course.revision += 1
    course.save(update_fields=["state", "paused_reason", "revision"])
    record(action=f"course.{state}", by=by, at=at, person=person, subject=str(course.id))
    return course


@transaction.atomic
def record_session(
    *,
    person: Person,
    course_id: uuid.UUID,
    number: int,
    revision: int,
    content: SessionContent,
    by: User,
    at: datetime,
) -> SessionRecord:
    """Save a session record. `revision` is the one that was read, 0 for a new record.

    Raises StaleEditError with both texts when someone saved since; nothing is overwritten.
    """
    course = _course(person, course_id)
    if not 1 <= number <= 200:
        raise CourseRefusedError("Sessions count from 1.")
    session = SessionRecord.objects.select_for_update().filter(course=course, number=number).first()
    if session is None:
        if revision != 0:
            raise StaleEditError(current={}, yours=content.as_text(), revision=0)
        session = SessionRecord(course=course, number=number, revision=0)
    elif session.revision != revision:
        if (
            session.revision == revision + 1
            and session.saved_by_id == by.pk
            and session_text(session) == content.as_text()
        ):
            return session  # the same form sent twice
        raise StaleEditError(current=session_text(session), yours=content.as_text(), revision=session.revision)
    session.held_on, session.agenda, session.notes = content.held_on, content.agenda, content.notes
    session.measures_shown, session.alliance = list(content.measures_shown), content.alliance
    session.revision += 1
    session.saved_at, session.saved_by = at, by
    session.save()
    SessionVersion.objects.create(
        session=session, revision=session.revision, content=content.as_text(), saved_at=at, saved_by=by
    )
    record(
        action="session.recorded",
        by=by,
        at=at,
        person=person,
        subject=str(session.id),
        detail={"number": number, "revision": session.revision},
    )
    return session


def session_text(session: SessionRecord) -> dict[str, Any]:
    """A session record as its page shows it."""
    return {
        "held_on": session.held_on.isoformat(),
        "agenda": session.agenda,
        "notes": session.notes,
        "measures_shown": session.measures_shown,
        "alliance": session.alliance,
    }


@transaction.atomic
def set_task(*, person: Person, course_id: uuid.UUID, told: TaskTold, by: User, at: datetime) -> AgreedTask:
    """Write down an agreed task; its id is made by the form, so that one sent twice is saved once."""
    course = _course(person, course_id)
    if told.session is not None and told.session.course_id != course.pk:
        raise CourseRefusedError("This session belongs to another course.")
    task, created = AgreedTask.objects.get_or_create(
        pk=told.id,
        defaults={
            "person": person,
            "course": course,
            "session": told.session,
            "content": told.content,
            "plan": told.plan,
            "confidence": told.confidence,
            "due_on": told.due_on,
            "set_by": by,
            "set_at": at,
        },
    )
    if task.person_id != person.pk:
        raise CourseRefusedError("This task could not be saved. Write it again.")
    if created:
        record(action="task.set", by=by, at=at, person=person, subject=str(task.id))
    return task


@transaction.atomic
def close_task(
    *, person: Person, task_id: uuid.UUID, state: str, outcome: str = "", by: User | None, at: datetime
) -> AgreedTask:
    """Say what became of a task; `open` takes it up again."""
    if state not in AgreedTask.State.values:
        raise CourseRefusedError(f"Choose one of {', '.join(AgreedTask.State.values)}.")
    task = AgreedTask.objects.select_for_update().filter(pk=task_id, person=person).first()
    if task is None:
        raise CourseRefusedError("This task could not be found.")
    if (task.state, task.outcome) == (state, outcome):
        return task
    task.state, task.outcome = state, outcome
    task.closed_at = None if state == AgreedTask.State.OPEN else at
    task.save(update_fields=["state", "outcome", "closed_at"])
    record(action=f"task.{state}", by=by, at=at, person=person, subject=str(task.id))
    return task


def _course(person: Person, course_id: uuid.UUID) -> Course:
    course = Course.objects.select_for_update().filter(pk=course_id, person=person).first()
    if course is None:
        raise CourseRefusedError("This course could not be found.")
    return course


@dataclass(frozen=True, slots=True)
class SavedEntry:
    entry: Entry
    changed: bool


@transaction.atomic
def save_entry(*, person: Person, told: EntryTold, moment: Moment, by: User | None, at: datetime) -> SavedEntry:
    """Save an entry or its next revision; an older or equal one sent again changes nothing.

    Raises EntryRefusedError when the id is taken, or when the same revision holds other words (two phones).
    """
    course = _course_of_entry(person, told)
    settled = moment.settled(at)
    entry, created = Entry.objects.select_for_update().get_or_create(
        pk=told.id,
        defaults={
            "person": person,
            "course": course,
            "recorded_at": settled.recorded_at,
            "received_at": at,
            "local_date": settled.local_date,
            "time_zone": settled.time_zone,
            **_columns(told),
        },
    )
    if entry.person_id != person.pk:
        raise EntryRefusedError("This entry could not be saved. Write it again.")
    if created:
        _audit("entry.saved", entry, by=by, at=at)
        return SavedEntry(entry, changed=True)
    if told.revision <= entry.revision:
        if told.revision == entry.revision and _content(entry) != _columns(told):
            raise EntryRefusedError("This was changed on another device. Open it again to see the latest.")
        return SavedEntry(entry, changed=False)
    if entry.deleted_at is not None:
        raise EntryRefusedError("This entry was deleted. Bring it back first to change it.")
    for name, value in _columns(told).items():
        setattr(entry, name, value)
    entry.course = course
    entry.recorded_at = settled.recorded_at
    entry.save()
    _audit("entry.changed", entry, by=by, at=at)
    return SavedEntry(entry, changed=True)


@transaction.atomic
def import_entries(
    *, person: Person, entries: list[tuple[EntryTold, Moment]], by: User | None, at: datetime
) -> tuple[SavedEntry, ...]:
    """Save many entries of one person in one transaction, all or none."""
    return tuple(save_entry(person=person, told=told, moment=moment, by=by, at=at) for told, moment in entries)


@transaction.atomic
def delete_entry(*, person: Person, entry_id: uuid.UUID, by: User | None, at: datetime) -> SavedEntry:
    """Hide an entry; it can be brought back for 30 days."""
    entry = _entry(person, entry_id)
    if entry.deleted_at is not None:
        return SavedEntry(entry, changed=False)
    return _mark(entry, at, "entry.deleted", by=by, at=at)


@transaction.atomic
def undo_delete_entry(*, person: Person, entry_id: uuid.UUID, by: User | None, at: datetime) -> SavedEntry:
    """Bring a deleted entry back, for 30 days."""
    entry = _entry(person, entry_id)
    if entry.deleted_at is None:
        return SavedEntry(entry, changed=False)
    if at - entry.deleted_at > UNDO_WITHIN:
        raise EntryRefusedError("This was deleted more than 30 days ago and can no longer be brought back.")
    return _mark(entry, None, "entry.restored", by=by, at=at)


def _mark(
    entry: Entry,
    deleted_at: datetime | None,
    action: Literal["entry.deleted", "entry.restored"],
    *,
    by: User | None,
    at: datetime,
) -> SavedEntry:
    entry.deleted_at = deleted_at
    entry.save(update_fields=["deleted_at"])
    _audit(action, entry, by=by, at=at)
    return SavedEntry(entry, changed=True)


def _columns(told: EntryTold) -> dict[str, Any]:
    return {
        "kind": told.kind,
        "content": told.content,
        "dose_seconds": told.dose_seconds,
        "energy": told.energy,
        "answers": dict(told.answers),
        "state": told.state,
        "revision": told.revision,
    }


def _content(entry: Entry) -> dict[str, Any]:
    names = ("kind", "content", "dose_seconds", "energy", "answers", "state", "revision")
    return {name: getattr(entry, name) for name in names}


def _course_of_entry(person: Person, told: EntryTold) -> Course | None:
    """The course that is named; for a phone that knows none, the one under way with this practice or worksheet."""
    if told.course is None:
        return _course_with(person, told.content) if told.content else None
    course = Course.objects.filter(pk=told.course, person=person).first()
    if course is None:
        raise EntryRefusedError("The course of this entry could not be found.")
    return course


def _course_with(person: Person, content: str) -> Course | None:
    under_way = (
        Course.objects.filter(person=person).exclude(state=Course.State.FINISHED).order_by("state", "-started_on")
    )
    for course in under_way:
        therapy = library().therapies.get(course.therapy)
        if therapy is not None and (content in therapy.practices or content in therapy.worksheets):
            return course
    return None


def _entry(person: Person, entry_id: uuid.UUID) -> Entry:
    entry = Entry.objects.select_for_update().filter(pk=entry_id, person=person).first()
    if entry is None:
        raise EntryRefusedError("This entry could not be found.")
    return entry


def _audit(action: str, entry: Entry, *, by: User | None, at: datetime) -> None:
    record(
        action=action,
        by=by,
        at=at,
        person=entry.person_id,
        subject=str(entry.id),
        detail={"kind": entry.kind, "revision": entry.revision},
    )
