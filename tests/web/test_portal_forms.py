"""Without script the portal's forms call the same actions: saved once, alerts at once, both texts when two people edit."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert, Level
from solstice_web.courses.actions import set_task, start_course
from solstice_web.courses.models import Course, Entry
from solstice_web.courses.told import TaskTold
from solstice_web.measures.models import Response
from solstice_web.people.actions import save_safety_plan
from solstice_web.people.models import Person, SafetyPlanVersion
from solstice_web.portal.codes import check_code, step_code, write_code

pytestmark = pytest.mark.django_db
THERAPY = "behavioural-activation"
STEP = f"/step/{step_code(THERAPY, 'one-small-thing')}/"
WRITE = f"/write/{write_code(THERAPY, 'monitor')}/"
CHECK = f"/check/{check_code('phq-9')}/"


@pytest.fixture
def phone(client_for: Callable[[str], Client]) -> Client:
    return client_for("patient")


@pytest.fixture
def course(person: Person, clinician: User) -> Course:
    return start_course(
        person=person, therapy=THERAPY, clinician=clinician, decision=None, by=clinician, at=datetime.now(UTC)
    )


def hidden_id(page: bytes) -> str:
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', page.decode())
    assert found
    return found[1]


def told(person: Person, **fields: Any) -> dict[str, Any]:
    return {"person": str(person.pk), "id": str(uuid.uuid4()), **fields}


def test_energy_picks_the_dose_and_is_saved_once(phone: Client, person: Person, course: Course) -> None:
    form = told(person, level=2)
    for _ in range(2):
        assert phone.post("/today/", form).status_code == 302
    entry = Entry.objects.get()
    assert (entry.kind, entry.energy) == ("energy", 6)
    page = phone.get("/today/").content.decode()
    assert re.search(r'data-energy-card="2">', page)
    assert "You told us: some." in page


def test_rest_is_saved_and_is_enough(phone: Client, person: Person, course: Course) -> None:
    phone.post("/today/", told(person, do="rest"))
    assert Entry.objects.get().kind == "rest"
    assert "Rest is a full answer" in phone.get("/today/").content.decode()


def test_a_step_is_an_entry_of_its_course(phone: Client, person: Person, course: Course) -> None:
    page = phone.get(f"{STEP}?form=1&d=1").content
    form = told(person, id=hidden_id(page), dose=1, outcome="partly", after=4)
    for _ in range(2):
        assert b"A part of it counts" in phone.post(f"{STEP}?form=1", form).content
    entry = Entry.objects.get()
    assert (entry.course, entry.content, entry.dose_seconds, entry.answers) == (
        course,
        "one-small-thing",
        120,
        {"outcome": "partly", "after": 4},
    )


def test_a_worksheet_keeps_what_was_answered_and_names_what_is_wrong(
    phone: Client, person: Person, course: Course
) -> None:
    form = told(person, hour="ten", activity="<b>Tea</b>", mood_0_10="5")
    refused = phone.post(f"{WRITE}?form=1", form)
    assert refused.status_code == 422
    assert b"Write the time like 14:30." in refused.content
    assert b"&lt;b&gt;Tea&lt;/b&gt;" in refused.content
    assert phone.post(f"{WRITE}?form=1", {**form, "hour": "10:00"}).status_code == 200
    assert Entry.objects.get().answers == {"hour": "10:00", "activity": "<b>Tea</b>", "mood_0_10": 5}
    assert b"<b>Tea</b>" not in phone.get("/week/").content


def answer(phone: Client, person: Person, response_id: str, item: int, value: int | None) -> Any:
    said = {"declined": "1"} if value is None else {"value": value}
    return phone.post(f"{CHECK}?form=1", told(person, id=response_id, item=item, **said))


def test_a_check_is_saved_answer_by_answer_and_taken_up_again(phone: Client, person: Person) -> None:
    response_id = hidden_id(phone.get(f"{CHECK}?form=1").content)
    for item in (1, 2):
        answer(phone, person, response_id, item, 1)
    answer(phone, person, response_id, 3, None)
    again = phone.get(f"{CHECK}?form=1").content
    assert b"Question 4 of 9" in again
    assert hidden_id(again) == response_id
    assert Response.objects.get().items == [1, 1, None, None, None, None, None, None, None]


@pytest.mark.parametrize(
    ("value", "level", "words"),
    [(1, Level.DAY_QUEUE, "next working day"), (2, Level.TODAY, "today"), (3, Level.NOW, "right away")],
)
def test_a_risk_answer_is_one_alert_and_help_at_once(
    phone: Client, person: Person, value: int, level: Level, words: str
) -> None:
    response_id = str(uuid.uuid4())
    reply = answer(phone, person, response_id, 9, value)
    alert = Alert.objects.get()
    assert alert.level == level
    page = phone.get(reply["Location"]).content.decode()
    assert "We are glad you told us" in page
    assert "Nobody is watching this right now" in page
    assert 'href="tel:' in page
    assert words in page
    answer(phone, person, response_id, 9, value)
    assert Alert.objects.count() == 1


def test_left_open_at_the_end_is_followed_up(phone: Client, person: Person) -> None:
    response_id = str(uuid.uuid4())
    for item in range(1, 9):
        answer(phone, person, response_id, item, 2)
    answer(phone, person, response_id, 9, None)
    assert (Alert.objects.get().level, Response.objects.get().total) == (Level.DAY_QUEUE, None)


def test_the_end_of_a_check_is_a_thank_you_without_a_score(phone: Client, person: Person) -> None:
    response_id = str(uuid.uuid4())
    for item in range(1, 9):
        answer(phone, person, response_id, item, 2)
    end = phone.get(answer(phone, person, response_id, 9, 0)["Location"]).content.decode()
    words = re.sub(r"<[^>]*>", " ", end)
    assert "Thank you" in words
    assert "16" not in words
    assert Response.objects.get().total == 16


def test_no_answer_is_asked_for_again_and_not_saved(phone: Client, person: Person) -> None:
    reply = phone.post(f"{CHECK}?form=1", told(person, item=1))
    assert b"Tap one answer" in phone.get(reply["Location"]).content
    assert not Response.objects.exists()


def test_an_entry_is_removed_and_comes_back(phone: Client, person: Person, course: Course) -> None:
    phone.post("/today/", told(person, do="rest"))
    entry_id = str(Entry.objects.get().pk)
    page = phone.post("/week/remove/", {"person": str(person.pk), "entry_id": entry_id}, follow=True).content.decode()
    assert "You can bring it back for 30 days." in page
    assert "Recently removed (1)" in page
    phone.post("/week/bring-back/", {"person": str(person.pk), "entry_id": entry_id})
    assert Entry.objects.get().deleted_at is None


def test_anothers_entry_and_task_are_not_there(phone: Client, person: Person, stranger: Person) -> None:
    theirs = Entry.objects.create(
        person=stranger,
        kind="rest",
        recorded_at=datetime.now(UTC),
        received_at=datetime.now(UTC),
        local_date=datetime.now(UTC).date(),
        time_zone="UTC",
    )
    assert phone.post("/week/remove/", {"person": str(person.pk), "entry_id": str(theirs.pk)}).status_code == 404
    assert (
        phone.post("/week/tasks/", {"person": str(person.pk), "task": str(uuid.uuid4()), "state": "done"}).status_code
        == 404
    )


def test_a_planned_task_is_told_with_one_tap(phone: Client, person: Person, clinician: User, course: Course) -> None:
    task = set_task(
        person=person,
        course_id=course.pk,
        told=TaskTold(uuid.uuid4(), {"task": "Call my sister", "when": "Friday"}),
        by=clinician,
        at=datetime.now(UTC),
    )
    page = phone.get("/week/").content.decode()
    assert "Call my sister" in page
    phone.post("/week/tasks/", {"person": str(person.pk), "task": str(task.pk), "state": "partly"})
    task.refresh_from_db()
    assert task.state == "partly"


def test_a_safety_plan_saved_by_someone_else_first_shows_both_texts(
    phone: Client, person: Person, clinician: User
) -> None:
    form = {"person": str(person.pk), "revision": 0, "reasons_that_matter": "My cat"}
    save_safety_plan(
        person=person, told={"reasons_that_matter": "My garden"}, revision=0, by=clinician, at=datetime.now(UTC)
    )
    stale = phone.post("/plan/mine/", form)
    page = stale.content.decode()
    assert (stale.status_code, SafetyPlanVersion.objects.count()) == (409, 1)
    assert "My cat" in page
    assert "My garden" in page
    assert phone.post("/plan/mine/", {**form, "revision": 1}).status_code == 302
    assert "My cat" in phone.get("/plan/").content.decode()


def test_the_outbox_refuses_what_someone_else_wrote_on_this_phone(
    phone: Client, person: Person, stranger: Person
) -> None:
    entry = {
        "id": str(uuid.uuid4()),
        "kind": "energy",
        "recorded_at": datetime.now(UTC).isoformat(),
        "local_date": datetime.now(UTC).date().isoformat(),
        "time_zone": "UTC",
        "payload": {"energy": 3},
    }
    for owner, status in ((stranger.pk, 409), (person.pk, 200)):
        reply = phone.post("/outbox/", {"owner": str(owner), "entries": [entry]}, content_type="application/json")
        assert reply.status_code == status
    assert Entry.objects.get().person == person


def test_a_new_time_zone_is_kept(phone: Client, person: Person) -> None:
    assert phone.post("/me/", {"person": str(person.pk), "time_zone": "Pacific/Auckland"}).status_code == 302
    person.refresh_from_db()
    assert person.time_zone == "Pacific/Auckland"
    assert phone.post("/me/", {"person": str(person.pk), "time_zone": "Mars/Base"}).status_code == 422
