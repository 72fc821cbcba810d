"""What is late stands in what needs doing now: tasks, checks and measures, at one query more however many there are."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.whole_record import write_whole_record

from solstice_web.accounts.models import Role, User
from solstice_web.formulations.actions import save_interview
from solstice_web.formulations.queries import current_interview
from solstice_web.measures.clock.actions import EventTold, record_event
from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.tasks import actions as tasks
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import clinic_day

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


@pytest.fixture
def cared(person: Person, clinician: User) -> Person:
    write_whole_record("plain", person=person, clinician=clinician, at=timezone.now())
    return person


def late(person: Person, clinician: User, title: str, days: int, subject: str = "") -> None:
    at = timezone.now()
    task = tasks.add(
        person=person, kind=Task.Kind.BLOOD_TEST, title=title, owner=clinician, due=at.date() + timedelta(days=1),
        by=clinician, at=at, client_id=uuid.uuid4(), subject=subject,
    )  # fmt: skip
    Task.objects.filter(pk=task.pk).update(due_on=clinic_day(at) - timedelta(days=days))


def page(client: Client, person: Person) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/clinic/people/{person.pk}/")
    main = answer.content.decode().partition("<main")[2]
    return main, len(asked)


def test_late_tasks_stand_there_and_cost_nothing_more(
    cared: Person, clinician: User, client_for: ClientFor, record_property: Callable[[str, object], None]
) -> None:
    client = client_for(Role.CLINICIAN)
    page(client, cared)
    before, few = page(client, cared)
    for number in range(6):
        late(cared, clinician, f"late thing {number}", number + 1)
    after, many = page(client, cared)
    record_property("queries", many)
    assert many == few
    needs = after.partition('id="line"')[0]
    assert "late thing 5" in needs
    assert "6 days overdue" in needs
    assert "more task" in needs
    assert "late thing" not in before


def test_a_check_that_is_due_stands_there_once(cared: Person, clinician: User, client_for: ClientFor) -> None:
    told = {"checks": {"thyroid": {"done": "no"}, "anaemia": {"done": "yes", "checked": "2019", "result": "normal"}}}
    latest = current_interview(cared)
    revision = latest.revision if latest else 0
    save_interview(person=cared, told=told, revision=revision, by=clinician, at=timezone.now())
    main, _ = page(client_for(Role.CLINICIAN), cared)
    assert "2 medical checks done" in main
    late(cared, clinician, "thyroid test", 3, subject="interview.check.thyroid")
    main, _ = page(client_for(Role.CLINICIAN), cared)
    assert "1 medical check done" in main
    assert "thyroid test" in main


def test_a_rating_that_is_late_says_since_when(cared: Person, clinician: User, client_for: ClientFor) -> None:
    at = timezone.now()
    event = EventTold(uuid.uuid4(), "ect", at.date() - timedelta(days=20))
    record_event(person=cared, told=event, by=clinician, at=at)
    Response.objects.filter(person=cared, instrument="madrs").delete()
    main, _ = page(client_for(Role.CLINICIAN), cared)
    assert re.search(r"Rate MADRS.{0,400}days overdue", main, re.DOTALL)
