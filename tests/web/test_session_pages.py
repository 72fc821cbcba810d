"""Session pages: agenda with ticks, homework, next task, notes in versions, pausing a course."""

import html
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.courses.actions import record_session, start_course
from solstice_web.courses.models import AgreedTask, Course, SessionRecord, SessionVersion
from solstice_web.courses.told import SessionContent
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.content import library
from solstice_web.measures.moment import Moment
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.progress.queries import today_of

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


@pytest.fixture
def course(person: Person, clinician: User) -> Course:
    at = timezone.now() - timedelta(days=10)
    return start_course(
        person=person, therapy="behavioural-activation", clinician=clinician, decision=None, by=clinician, at=at
    )


def address(person: Person, rest: str = "") -> str:
    return f"/clinic/people/{person.pk}/sessions/{rest}"


def words(response: Any) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def form(person: Person, course: Course, **changes: str) -> dict[str, str]:
    return {
        "person": str(person.pk),
        "course": str(course.pk),
        "revision": "0",
        "task_id": str(uuid.uuid4()),
        "held_on": today_of(person, timezone.now()).isoformat(),
        "notes": "She did the first rung.",
        "agenda_check_in": "done",
        "agenda_main_2": "later",
        "agenda_fidelity_1": "done",
        "alliance": "8",
        **changes,
    }


def test_without_a_course_the_page_says_how_one_begins(client_for: ClientFor, person: Person) -> None:
    client = client_for(Role.CLINICIAN)
    assert "No course has begun" in words(client.get(address(person)))
    assert client.get(address(person, "1/")).status_code == 404


def test_the_list_shows_each_session_and_the_next_one(client_for: ClientFor, person: Person, course: Course) -> None:
    text = words(client_for(Role.CLINICIAN).get(address(person)))
    for session in library().therapies[course.therapy].sessions:
        assert f"{session.number}. {session.title}" in text
    assert "Prepare session 1" in text


def test_a_session_follows_the_spine_with_minutes_and_notes(
    client_for: ClientFor, person: Person, course: Course
) -> None:
    session = library().therapies[course.therapy].session(3)
    page = client_for(Role.CLINICIAN).get(address(person, "3/"))
    text = words(page)
    for item in session.agenda:
        assert f"{item.minutes} min {item.do}" in text
    for heading in session.notes:
        assert heading in text
    for point in session.fidelity:
        assert point in text
    assert client_for(Role.CLINICIAN).get(address(person, "99/")).status_code == 404
    assert client_for(Role.CLINICIAN).get(address(person, "0/")).status_code == 404


def test_a_session_is_saved_whole_with_its_next_task(client_for: ClientFor, person: Person, course: Course) -> None:
    client = client_for(Role.CLINICIAN)
    told = form(person, course, task_task="Open the curtains", task_when="after waking", task_confidence="5")
    for _ in range(2):
        assert client.post(address(person, "1/"), told).status_code == 302
    record = SessionRecord.objects.get()
    assert record.agenda == {"check_in": "done", "main_2": "later", "fidelity_1": "done"}
    assert (record.notes, record.alliance, record.revision) == ("She did the first rung.", 8, 1)
    task = AgreedTask.objects.get()
    assert task.plan == {"task": "Open the curtains", "when": "after waking"}
    text = words(client.get(address(person, "1/")))
    assert "Make it smaller" in text
    assert "Confidence is 5 of 10, below 7" in text


def test_homework_is_reviewed_in_the_next_session(client_for: ClientFor, person: Person, course: Course) -> None:
    client = client_for(Role.CLINICIAN)
    practice = library().therapies[course.therapy].first_practice
    client.post(address(person, "1/"), form(person, course, task_content=practice, task_confidence="8"))
    task = AgreedTask.objects.get()
    title = library().therapies[course.therapy].practices[practice].title
    assert task.plan["task"] == title
    page = client.get(address(person, "2/"))
    assert f"{title}: no answer yet" in words(page)
    told = form(person, course, **{f"state_{task.pk}": "partly", f"outcome_{task.pk}": "Twice, it was fine."})
    assert client.post(address(person, "2/"), told).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("partly", "Twice, it was fine.")
    assert f"{title}: done in part" in words(client.get(address(person, "2/")))


def test_measures_since_last_time_come_first(client_for: ClientFor, person: Person, course: Course) -> None:
    at = timezone.now() - timedelta(days=1)
    filled = Filled(
        Sheet(uuid.uuid4(), "phq-9"), (2, 2, 2, 2, 1, 1, 1, 1, 0), Moment.at(at, "Europe/London"), frozenset()
    )
    record_answers(person=person, filled=filled, by=None, at=at)
    page = client_for(Role.CLINICIAN).get(address(person, "1/"))
    text = words(page)
    assert "PHQ-9" in text
    assert re.search(r"PHQ-9 on \d{4}-\d\d-\d\d: 12", text)
    assert "GAD-7: not answered since the last session" in text
    assert '<svg class="chart"' in page.content.decode()
    told = form(person, course)
    client_for(Role.CLINICIAN).post(address(person, "1/"), told)
    assert len(SessionRecord.objects.get().measures_shown) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("held_on", "", "Give the day."),
        ("held_on", "someday", "Write a day like"),
        ("held_on", "2199-01-01", "lies in the future"),
        ("alliance", "11", "Choose a number from 0 to 10"),
        ("task_confidence", "7.5", "Choose a number from 0 to 10"),
        ("task_when", "after tea", "Say what the task is."),
        ("task_content", "juggling", "Choose one of the practices."),
    ],
)
def test_faults_are_said_and_nothing_is_lost_or_half_saved(
    client_for: ClientFor, person: Person, course: Course, field: str, value: str, said: str
) -> None:
    refused = client_for(Role.CLINICIAN).post(address(person, "1/"), form(person, course, **{field: value}))
    assert refused.status_code == 400
    assert said in words(refused)
    assert "She did the first rung." in refused.content.decode()
    assert not SessionRecord.objects.exists()
    assert not AgreedTask.objects.exists()


def test_a_stale_session_shows_both_texts_keeps_every_field_and_saves_on_top(
    client_for: ClientFor, person: Person, course: Course, clinician: User
) -> None:
    at = datetime.now(UTC)
    record_session(
        person=person,
        course_id=course.pk,
        number=1,
        revision=0,
        content=SessionContent(today_of(person, at), {"check_in": "skipped"}, notes="theirs"),
        by=clinician,
        at=at,
    )
    client = client_for(Role.CLINICIAN)
    told = form(person, course, notes="mine", task_task="A walk")
    stale = client.post(address(person, "1/"), told)
    assert stale.status_code == 409
    for text in ("theirs", "mine", "left out"):
        assert text in words(stale)
    assert not AgreedTask.objects.exists()
    assert 'name="task_task" value="A walk"' in stale.content.decode()
    again = client.post(address(person, "1/"), {**told, "revision": "1", "again": "yes"})
    assert again.status_code == 200
    assert "mine" in again.content.decode()
    assert client.post(address(person, "1/"), {**told, "revision": "1", "on_top": "yes"}).status_code == 302
    assert SessionRecord.objects.get().notes == "mine"
    assert SessionVersion.objects.count() == 2
    assert AgreedTask.objects.get().plan["task"] == "A walk"


def test_a_course_is_paused_with_a_reason_and_taken_up_again(
    client_for: ClientFor, person: Person, course: Course, clinician: User
) -> None:
    client = client_for(Role.CLINICIAN)
    save_facts(person=person, told={"facts": {"active_mania": True}}, revision=0, by=clinician, at=timezone.now())
    text = words(client.get(address(person)))
    assert "The record holds active mania" in text
    assert "Activation can feed an upswing" in text
    told = {"person": str(person.pk), "course": str(course.pk), "state": "paused"}
    refused = client.post(address(person, "course/"), told)
    assert refused.status_code == 400
    assert "Say why the course is paused." in words(refused)
    assert client.post(address(person, "course/"), {**told, "reason": "Signs of mania."}).status_code == 302
    course.refresh_from_db()
    assert (course.state, course.paused_reason) == ("paused", "Signs of mania.")
    assert "Paused: Signs of mania." in words(client.get(address(person)))
    assert client.post(address(person, "course/"), {**told, "state": "active"}).status_code == 302
    assert client.post(address(person, "course/"), {**told, "state": "gone"}).status_code == 400
    course.refresh_from_db()
    assert course.state == "active"


def test_a_course_of_another_person_and_a_form_of_another_person_are_refused(
    client_for: ClientFor, person: Person, course: Course, stranger: Person, clinician: User
) -> None:
    theirs = start_course(
        person=stranger, therapy="cbt", clinician=clinician, decision=None, by=clinician, at=timezone.now()
    )
    client = client_for(Role.CLINICIAN)
    assert client.get(address(person, f"?course={theirs.pk}")).status_code == 404
    assert client.get(address(person, "1/?course=x")).status_code == 404
    assert client.post(address(person, "1/"), form(person, theirs)).status_code == 404
    assert client.post(address(person, "1/"), form(stranger, course)).status_code == 409
    wrong = {"person": str(stranger.pk), "course": str(course.pk), "state": "finished"}
    assert client.post(address(person, "course/"), wrong).status_code == 409
    course.refresh_from_db()
    assert course.state == "active"
