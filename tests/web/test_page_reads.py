"""A page asks each question of the record once, asks few, and asks no more of a longer record (promise 21)."""

import re
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.whole_record import write_whole_record

from solstice_web.accounts.models import User
from solstice_web.courses.actions import change_course, record_session
from solstice_web.courses.models import Course
from solstice_web.courses.told import SessionContent
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.plans.actions import Decided, decide
from solstice_web.plans.queries import current_plan

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
OF_THE_CLINICIAN = {
    "/clinic/": 12,
    "/clinic/alerts/": 10,
    "/clinic/people/{}/": 32,
    "/clinic/people/{}/history/": 22,
    "/clinic/people/{}/questions/": 20,
    "/clinic/people/{}/formulation/": 22,
    "/clinic/people/{}/plan/": 22,
    "/clinic/people/{}/sessions/": 18,
    "/clinic/people/{}/measures/": 22,
    "/clinic/people/{}/tasks/": 14,
}
OF_THE_PATIENT = {"/today/": 22, "/change/": 12, "/week/": 14, "/plan/": 16}
MOST = {**OF_THE_CLINICIAN, **OF_THE_PATIENT}
"""The most questions a page may ask the database, those of the session, the permission and the trail among them."""

MOMENT = re.compile(r"'\d{4}-\d\d-\d\d[ T]\d\d:[^']*'")


def asked(client_for: ClientFor, address: str, person: Person) -> list[str]:
    """What one GET asks, when the process and the session are warm; moments, and PostgreSQL's turn at the trail, left out."""
    client = client_for("clinician" if address in OF_THE_CLINICIAN else "patient")
    client.get(address.format(person.pk))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address.format(person.pk)).status_code == 200
    found = [MOMENT.sub("T", query["sql"]) for query in captured.captured_queries]
    return [sql for sql in found if "pg_advisory_xact_lock" not in sql]


@pytest.fixture
def whole(person: Person, clinician: User) -> Person:
    write_whole_record("plain words", person=person, clinician=clinician, at=timezone.now())
    return person


def longer(person: Person, by: User, *, at: datetime) -> None:
    """Four more of everything that a record has many of."""
    course = Course.objects.get(person=person)
    change_course(person=person, course_id=course.pk, state="active", reason="", by=by, at=at)
    for number in range(4):
        then = at - timedelta(days=7 * number)
        told = Told({"kind": "medicine", "agent": ("sertraline", "phenelzine", "lithium", "mirtazapine")[number]})
        add_trial(person=person, row_id=uuid.uuid4(), told=told, by=by, at=at)
        items = (2,) * 8 + (number % 2,)
        filled = Filled(Sheet(uuid.uuid4(), "phq-9"), items, Moment.at(then, person.time_zone))
        record_answers(person=person, filled=filled, by=person.user, at=then)
        content = SessionContent(then.date(), notes="more")
        record_session(person=person, course_id=course.pk, number=2 + number, revision=0, content=content, by=by, at=at)
        shown = current_plan(person, at=at)
        no = Decided(uuid.uuid4(), "mbct", "reject", "Not now.", shown.inputs_hash, why="other")
        decide(person=person, decided=no, by=by, at=at)


@pytest.mark.parametrize("address", MOST)
def test_a_page_asks_few_questions_and_none_twice(address: str, client_for: ClientFor, whole: Person) -> None:
    found = asked(client_for, address, whole)
    assert len(found) <= MOST[address], "\n".join(found)
    twice = {sql: count for sql, count in Counter(found).items() if count > 1 and sql.startswith("SELECT")}
    assert not twice


def test_a_longer_record_asks_no_more(client_for: ClientFor, whole: Person, clinician: User) -> None:
    longer(whole, clinician, at=timezone.now())
    few = {address: len(asked(client_for, address, whole)) for address in MOST}
    longer(whole, clinician, at=timezone.now())
    assert {address: len(asked(client_for, address, whole)) for address in MOST} == few
