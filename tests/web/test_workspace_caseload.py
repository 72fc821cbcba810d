"""The caseload answers who needs me now and why, at any size, and shows nobody else's people."""

import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.people.models import CareTeamMember, Person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


def add(clinician: User, *, family: str, given: str = "Ida") -> Person:
    person = Person.objects.create(given_name=given, family_name=family, birth_date=date(1980, 1, 1))
    CareTeamMember.objects.create(person=person, user=clinician)
    return person


def answer(person: Person, by: User, *, risk: int, at: datetime | None = None) -> None:
    at = at or timezone.now()
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), (2, 2, 2, 2, 2, 2, 2, 2, risk), Moment.at(at, person.time_zone))
    record_answers(person=person, filled=filled, by=by, at=at)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_number_of_queries_does_not_grow_with_the_caseload(client_for: ClientFor, clinician: User, person: Person):
    client = client_for("clinician")
    answer(person, clinician, risk=2)
    client.get("/clinic/")  # warms what is read once for a process
    few = queries(client, "/clinic/")
    for number in range(30):
        answer(add(clinician, family=f"Many{number}"), clinician, risk=number % 3)
    assert queries(client, "/clinic/") == few
    assert queries(client, "/clinic/alerts/") <= few


def test_a_risk_answer_comes_first_with_reason_age_and_time_on_the_clinics_clock(
    client_for: ClientFor, clinician: User, person: Person, settings: object
):
    settings.SOLSTICE_TIME_ZONE = "Asia/Tokyo"
    for letter in "AB":
        add(clinician, family=f"{letter}calm")
    answer(person, clinician, risk=2, at=timezone.now() - timedelta(minutes=90))
    page = client_for("clinician").get("/clinic/").content.decode()
    first = page.split("<tbody>")[1].split("</tr>")[0]
    assert "Ada Invented" in first
    assert "Contact today" in first
    assert "PHQ-9 item 9 was answered 2 of 3" in first
    assert "Waiting for 1 hour." in first
    assert re.search(r"Act by \w+ [\w ]*\d\d:\d\d JST", first)


def test_what_is_past_its_time_is_said_to_have_been_due(client_for: ClientFor, clinician: User, person: Person):
    answer(person, clinician, risk=3, at=timezone.now() - timedelta(days=2))
    page = client_for("clinician").get("/clinic/").content.decode()
    assert "Was due" in page
    assert "Waiting for 2 days." in page


def test_an_unseen_alert_stands_on_top_of_every_page_until_it_is_seen(
    client_for: ClientFor, clinician: User, person: Person
):
    other = add(clinician, family="Other")
    answer(person, clinician, risk=1)
    client = client_for("clinician")
    for address in ("/clinic/", f"/clinic/people/{other.pk}/", "/clinic/people/new/"):
        page = client.get(address).content.decode()
        assert "1 waiting for you" in page, address
    alert = person.alerts.get()
    told = {"person": str(person.pk), "do": "acknowledge", "revision": alert.revision}
    assert client.post(f"/clinic/people/{person.pk}/alerts/{alert.pk}/", told).status_code == 302
    assert "waiting for you" not in client.get("/clinic/").content.decode()


def test_fifty_a_page_in_one_order_and_nobody_twice(client_for: ClientFor, clinician: User, person: Person):
    for number in range(60):
        add(clinician, family=f"Row{number:02d}")
    client = client_for("clinician")
    shown = [
        re.findall(r'/clinic/people/([0-9a-f-]{36})/"', client.get(f"/clinic/?page={n}").content.decode())
        for n in (1, 2)
    ]
    assert [len(page) for page in shown] == [50, 11]
    assert len({*shown[0], *shown[1]}) == 61
    assert client.get("/clinic/?page=99999999999").status_code == 200
    assert client.get("/clinic/?page=x").status_code == 200


def test_search_finds_by_each_word_and_only_ones_own(
    client_for: ClientFor, clinician: User, person: Person, stranger: Person
):
    add(clinician, given="Ada", family="Second")
    client = client_for("clinician")
    assert "1 person with" in client.get("/clinic/?name=inven+ada").content.decode()
    nobody = client.get(f"/clinic/?name={stranger.family_name}").content.decode()
    assert "Nobody with this name is in your care" in nobody
    assert "<script>" not in client.get("/clinic/?name=<script>").content.decode()


def test_an_empty_caseload_says_what_to_do(client_for: ClientFor, person: Person):
    CareTeamMember.objects.all().delete()
    page = client_for("clinician").get("/clinic/").content.decode()
    assert "Nobody is in your care yet" in page
