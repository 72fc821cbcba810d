"""Courses, sessions, tasks and entries: once each, nothing overwritten, everything can be brought back."""

import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.courses.actions import (
    change_course,
    close_task,
    delete_entry,
    record_session,
    save_entry,
    set_task,
    start_course,
    undo_delete_entry,
)
from solstice_web.courses.models import AgreedTask, Course, Entry, SessionRecord, SessionVersion
from solstice_web.courses.queries import active_course, deleted_entries, energy_on, entries_for, open_tasks
from solstice_web.courses.told import CourseRefusedError, EntryRefusedError, EntryTold, SessionContent, TaskTold
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
NOW = Moment.at(AT, "Europe/Tallinn")
pytestmark = pytest.mark.django_db


@pytest.fixture
def course(person: Person, clinician: User) -> Course:
    return start_course(
        person=person, therapy="behavioural-activation", clinician=clinician, decision=None, by=clinician, at=AT
    )


def entry(**told: Any) -> EntryTold:
    return EntryTold(
        **{"id": uuid.uuid4(), "kind": "practice", "content": "step-outside", "answers": {"note": "rain"}, **told}
    )


def save(person: Person, told: EntryTold, at: datetime = AT) -> bool:
    return save_entry(person=person, told=told, moment=Moment.at(at, "Europe/Tallinn"), by=None, at=at).changed


def test_a_course_is_begun_once_and_remembers_its_content(person: Person, course: Course, clinician: User) -> None:
    again = start_course(person=person, therapy=course.therapy, clinician=clinician, decision=None, by=clinician, at=AT)
    assert again == course
    assert course.therapy_version
    assert active_course(person) == course
    with pytest.raises(CourseRefusedError):
        start_course(person=person, therapy="tms", clinician=clinician, decision=None, by=clinician, at=AT)


def test_a_course_is_paused_with_a_reason_and_finished_for_good(
    person: Person, course: Course, clinician: User
) -> None:
    def change(state: str, reason: str = "") -> Course:
        return change_course(person=person, course_id=course.pk, state=state, reason=reason, by=clinician, at=AT)

    with pytest.raises(CourseRefusedError, match="why"):
        change("paused")
    assert change("paused", "in hospital").paused_reason == "in hospital"
    assert active_course(person) is None
    assert change("active").paused_reason == ""
    change("finished")
    with pytest.raises(CourseRefusedError, match="finished"):
        change("active")


def test_two_write_one_session_and_the_second_is_told(
    person: Person, course: Course, clinician: User, users: dict[str, User]
) -> None:
    def write(revision: int, notes: str, by: User) -> SessionRecord:
        content = SessionContent(date(2026, 11, 20), {"check_in": "done"}, notes, alliance=8)
        return record_session(
            person=person, course_id=course.pk, number=1, revision=revision, content=content, by=by, at=AT
        )

    write(0, "first", clinician)
    assert write(0, "first", clinician).revision == 1
    with pytest.raises(StaleEditError) as stale:
        write(0, "second", users["service_lead"])
    assert (stale.value.current["notes"], stale.value.yours["notes"]) == ("first", "second")
    assert write(1, "both", users["service_lead"]).revision == 2
    assert SessionRecord.objects.get().notes == "both"
    assert SessionVersion.objects.count() == Event.objects.filter(action="session.recorded").count() == 2


@pytest.mark.parametrize("wrong", [{"agenda": {"check_in": "perhaps"}}, {"alliance": 11}])
def test_a_session_is_parsed(wrong: dict[str, Any]) -> None:
    with pytest.raises(CourseRefusedError):
        SessionContent(date(2026, 11, 20), **wrong)


def test_a_task_is_set_once_and_closed_in_the_persons_words(person: Person, course: Course, clinician: User) -> None:
    told = TaskTold(uuid.uuid4(), {"task": "Water the plants", "when": "Monday"}, confidence=8)
    for _ in range(2):
        set_task(person=person, course_id=course.pk, told=told, by=clinician, at=AT)
    (task,) = open_tasks(person)
    closed = close_task(person=person, task_id=task.pk, state="partly", outcome="one of them", by=person.user, at=AT)
    assert (closed.state, closed.outcome, closed.closed_at) == ("partly", "one of them", AT)
    assert close_task(person=person, task_id=task.pk, state="open", by=None, at=AT).closed_at is None
    with pytest.raises(CourseRefusedError):
        close_task(person=person, task_id=task.pk, state="failed", by=None, at=AT)
    assert AgreedTask.objects.count() == 1


@pytest.mark.parametrize("plan", [{}, {"task": " "}, {"task": "x", "blame": "y"}])
def test_a_task_needs_words_that_fit(plan: dict[str, str]) -> None:
    with pytest.raises(CourseRefusedError):
        TaskTold(uuid.uuid4(), plan)


def test_an_entry_grows_by_revisions_and_old_ones_change_nothing(person: Person) -> None:
    name = uuid.uuid4()
    assert save(person, entry(id=name, state="begun"))
    assert save(person, entry(id=name, revision=3, answers={"note": "rain, then sun"}))
    assert not save(person, entry(id=name, revision=2, answers={"note": "rain,"}))
    assert not save(person, entry(id=name, revision=3, answers={"note": "rain, then sun"}))
    assert Entry.objects.get().answers == {"note": "rain, then sun"}
    with pytest.raises(EntryRefusedError, match="another device"):
        save(person, entry(id=name, revision=3, answers={"note": "something else"}))


def test_an_entry_of_someone_else_is_refused(person: Person, stranger: Person, course: Course) -> None:
    told = entry()
    save(person, told)
    with pytest.raises(EntryRefusedError) as refused:
        save(stranger, told)
    assert "another" not in str(refused.value)
    with pytest.raises(EntryRefusedError):
        save(stranger, entry(course=course.pk))
    with pytest.raises(EntryRefusedError):
        delete_entry(person=stranger, entry_id=told.id, by=None, at=AT)


def test_deleted_entries_come_back_for_thirty_days(person: Person) -> None:
    told = entry()
    save(person, told)
    for _ in range(2):
        delete_entry(person=person, entry_id=told.id, by=None, at=AT)
    assert not entries_for(person)
    assert deleted_entries(person, at=AT).count() == 1
    with pytest.raises(EntryRefusedError, match="deleted"):
        save(person, entry(id=told.id, revision=2))
    undo_delete_entry(person=person, entry_id=told.id, by=None, at=AT + timedelta(days=30))
    assert entries_for(person).count() == 1
    delete_entry(person=person, entry_id=told.id, by=None, at=AT)
    with pytest.raises(EntryRefusedError, match="30 days"):
        undo_delete_entry(person=person, entry_id=told.id, by=None, at=AT + timedelta(days=31))
    assert Event.objects.filter(action__in=["entry.deleted", "entry.restored"]).count() == 3


def test_energy_is_the_latest_of_the_patients_day(person: Person) -> None:
    save(person, entry(kind="energy", content="", energy=3))
    save(person, entry(kind="energy", content="", energy=6), AT + timedelta(hours=1))
    assert energy_on(person, date(2026, 11, 20)) == 6
    assert energy_on(person, date(2026, 11, 21)) is None


@pytest.mark.django_db(transaction=True)
def test_eighty_parallel_replays_are_one_entry(person: Person) -> None:
    told = entry()
    changed: list[bool] = []

    def send() -> None:
        try:
            changed.extend(save(person, told) for _ in range(10))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(changed), sum(changed), Entry.objects.count()) == (80, 1, 1)
    assert Event.objects.filter(action="entry.saved").count() == 1
