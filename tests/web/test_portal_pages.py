"""The portal's pages: generic ones hold nothing personal, personal ones are never kept, empty states are calm."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.web.conftest import sign_in

from solstice_web.accounts.models import User
from solstice_web.courses.actions import change_course, start_course
from solstice_web.courses.models import Course
from solstice_web.people.models import Person
from solstice_web.portal.codes import check_code, pages, step_code, write_code

pytestmark = pytest.mark.django_db
THERAPY = "behavioural-activation"
STEP = f"/step/{step_code(THERAPY, 'one-small-thing')}/"
WRITE = f"/write/{write_code(THERAPY, 'monitor')}/"
CHECK = f"/check/{check_code('phq-9')}/"
GENERIC = (STEP, WRITE, CHECK)
PERSONAL = (
    "/today/",
    "/week/",
    "/change/",
    "/plan/",
    "/plan/mine/",
    "/me/",
    f"{STEP}?form",
    f"{WRITE}?form",
    f"{CHECK}?form",
)


@pytest.fixture
def phone(client_for: Callable[[str], Client]) -> Client:
    return client_for("patient")


@pytest.fixture
def course(person: Person, clinician: User) -> Course:
    return start_course(
        person=person, therapy=THERAPY, clinician=clinician, decision=None, by=clinician, at=datetime.now(UTC)
    )


@pytest.mark.parametrize("address", GENERIC)
def test_a_generic_page_is_the_same_for_two_people(phone: Client, stranger: Person, address: str) -> None:
    assert stranger.user is not None
    mine, theirs = phone.get(address), sign_in(Client(), stranger.user).get(address)
    assert mine.status_code == 200
    assert mine["X-Solstice-Cache"] == "generic"
    assert mine.content == theirs.content
    assert b"csrfmiddlewaretoken" not in mine.content
    assert b"Ada" not in mine.content
    assert b"data-owner" not in mine.content


@pytest.mark.parametrize("address", PERSONAL)
def test_a_personal_page_is_not_kept_and_says_whose_it_is(phone: Client, person: Person, address: str) -> None:
    answer = phone.get(address)
    assert answer.status_code == 200
    assert "X-Solstice-Cache" not in answer
    assert answer["Cache-Control"] == "no-store"
    assert f'data-owner="{person.pk}"' in answer.content.decode()


@pytest.mark.parametrize("address", [*GENERIC, *PERSONAL])
def test_titles_and_addresses_are_neutral(phone: Client, course: Course, address: str) -> None:
    page = phone.get(address).content.decode()
    title = re.search(r"<title>(.*?)</title>", page)
    assert title
    assert title[1] in {
        f"{word} – Solstice" for word in ("Today", "One step", "Write", "Check", "Week", "Change", "Plan", "Me")
    }
    for link in re.findall(r'href="(/[^"]*)"', page):
        assert not re.search(r"phq|gad|behav|activ|depress|anxi|therap|cbt", link), link


def test_codes_are_eight_letters_and_never_shared() -> None:
    assert all(re.fullmatch(r"[a-z]{8}", code) for code in pages())
    assert len(pages()) > 25


@pytest.mark.parametrize(
    "address", ["/step/aaaaaaaa/", "/write/aaaaaaaa/", "/check/aaaaaaaa/", f"/check/{step_code(THERAPY, 'rest')}/"]
)
def test_an_unknown_code_is_not_found(phone: Client, address: str) -> None:
    assert phone.get(address).status_code == 404


@pytest.mark.parametrize("role", ["clinician", "service_lead", "administrator"])
@pytest.mark.parametrize("address", ["/today/", STEP, "/me/data/"])
def test_staff_have_no_portal(client_for: Callable[[str], Client], role: str, address: str) -> None:
    assert client_for(role).get(address).status_code == 404


def test_signed_out_goes_to_the_sign_in_page(person: Person) -> None:
    assert Client().get("/today/").status_code == 302


def test_without_a_course_today_is_calm(phone: Client) -> None:
    page = phone.get("/today/").content.decode()
    assert "Nothing to do here yet" in page
    assert "data-portal-energy" not in page


def test_today_asks_for_energy_and_holds_the_step_of_each_size(phone: Client, course: Course) -> None:
    page = phone.get("/today/").content.decode()
    assert page.count('class="so-tap"') == 4
    assert page.count("data-energy-card") == 4
    assert "streak" not in page.lower()
    assert "I choose rest today" in page
    assert re.search(r'rel="prefetch" href="/step/[a-z]{8}/" data-keep', page)


def test_a_paused_course_shows_calm_words_and_no_step(
    phone: Client, person: Person, clinician: User, course: Course
) -> None:
    change_course(
        person=person, course_id=course.pk, state="paused", reason="holiday", by=clinician, at=datetime.now(UTC)
    )
    page = phone.get("/today/").content.decode()
    assert "On hold for now" in page
    assert "holiday" not in page
    assert "data-portal-energy" not in page


def test_a_check_that_is_late_is_an_offer_and_no_reproach(phone: Client, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(created_at=datetime.now(UTC) - timedelta(days=40))
    page = phone.get("/today/").content.decode()
    assert "Your weekly check" in page
    assert not re.search(r"overdue|late|missed|failed", page, re.IGNORECASE)


def test_my_data_is_a_file_with_what_i_wrote(phone: Client, person: Person) -> None:
    answer = phone.get("/me/data/")
    assert answer["Content-Disposition"] == 'attachment; filename="solstice-my-data.json"'
    assert json.loads(answer.content)["me"]["given_name"] == "Ada"


def test_a_form_of_someone_else_is_refused(phone: Client, person: Person, course: Course) -> None:
    for address, told in (
        ("/today/", {"do": "rest"}),
        (STEP, {"dose": 1, "outcome": "done"}),
        (WRITE, {"activity": "tea"}),
        (CHECK, {"item": 1, "value": 1}),
        ("/plan/mine/", {"revision": 0}),
        ("/me/", {"time_zone": "Europe/Tallinn"}),
        ("/week/remove/", {"entry_id": str(uuid.uuid4())}),
    ):
        answer = phone.post(address, {"id": str(uuid.uuid4()), "person": str(uuid.uuid4()), **told})
        assert answer.status_code == 409, address
