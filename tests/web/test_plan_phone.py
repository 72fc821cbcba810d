"""What the phone's copy of a safety plan is made from: the person's own pages say which version holds, no other page does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

import pytest
from django.test import Client
from tests.web.conftest import sign_in
from tests.web.payloads import PAYLOADS
from tests.web.test_portal_pages import GENERIC, PERSONAL

from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.people.actions import save_safety_plan
from solstice_web.people.models import Person
from solstice_web.people.queries import current_safety_plan, safety_plan_edition

pytestmark = pytest.mark.django_db
SECRET = "the grey heron at the weir"
OPEN_TO_ALL = ("/help/", "/help/card/", "/offline/", "/away/", "/signed-out/")


@pytest.fixture
def phone(client_for: Callable[[str], Client]) -> Client:
    return client_for("patient")


@pytest.fixture
def planned(person: Person, clinician: User) -> Callable[..., UUID]:
    """Save the next version of a plan and give its id."""

    def save(reason: str = SECRET, *, whose: Person = person, at: datetime | None = None) -> UUID:
        latest = current_safety_plan(whose)
        version = save_safety_plan(
            person=whose, told={"reasons_that_matter": reason}, revision=latest.revision if latest else 0,
            by=clinician, at=at or datetime.now(UTC),
        )  # fmt: skip
        assert isinstance(version.pk, UUID)
        return version.pk

    return save


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def named(page: str) -> list[str]:
    """Which version a page says is the one that holds."""
    return re.findall(r'<body[^>]* data-plan="([^"]*)"', page)


@pytest.mark.parametrize("address", PERSONAL)
def test_a_personal_page_names_the_version_that_holds_and_is_kept_nowhere(
    phone: Client, planned: Callable[..., UUID], address: str
) -> None:
    assert named(text(phone, address)) == []
    planned()
    second = planned("another reason")
    answer = phone.get(address)
    assert named(answer.content.decode()) == [str(second)]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [*GENERIC, *OPEN_TO_ALL])
def test_a_page_that_a_phone_keeps_says_nothing_of_a_plan(
    phone: Client, planned: Callable[..., UUID], address: str
) -> None:
    before = text(phone, address)
    edition = planned()
    after = text(phone, address)
    assert after == before
    assert str(edition) not in after


@pytest.mark.parametrize("address", ["/help/", "/offline/"])
def test_help_has_a_closed_place_for_the_copy_that_is_the_same_for_everyone(address: str) -> None:
    page = text(Client(), address)
    (place,) = re.findall(r"<section[^>]*data-plan-copy hidden>(.*?)</section>", page, re.DOTALL)
    assert "<dl" in place
    assert "<dd" not in place
    assert 'href="/away/"' in page


def test_the_plan_page_gives_the_plan_as_it_stands_with_its_day(phone: Client, planned: Callable[..., UUID]) -> None:
    hostile = " ".join(payload for name, payload in PAYLOADS.items() if "emoji" not in name)
    edition = planned(hostile, at=datetime(2025, 3, 3, 12, tzinfo=UTC))
    answer = phone.get("/plan/")
    page = answer.content.decode()
    ((named_here, day, rows),) = re.findall(
        r'<dl[^>]* data-plan-parts="([^"]*)" data-as-of="([^"]*)">(.*?)</dl>', page, re.DOTALL
    )
    assert (named_here, day) == (str(edition), "3 March 2025")
    (written,) = re.findall(r'<dd class="so-own-words">(.*?)</dd>', rows, re.DOTALL)
    assert unescape(written).split() == hostile.split()
    assert rows.count(" data-plan-empty>") == 6
    assert answer["Cache-Control"] == "no-store"


def test_nobody_is_offered_to_keep_a_plan_that_is_not_written(phone: Client, planned: Callable[..., UUID]) -> None:
    assert "data-plan-keep" not in text(phone, "/plan/")
    planned()
    page = text(phone, "/plan/")
    assert re.search(r"<section[^>]*data-plan-phone hidden>", page), (
        "shown by the script alone, where the phone is safe"
    )
    assert "Print it and keep it with you." in page


def test_two_people_are_given_each_their_own(
    phone: Client, planned: Callable[..., UUID], person: Person, stranger: Person
) -> None:
    mine, theirs = planned(), planned("my allotment", whose=stranger)
    assert stranger.user is not None
    other = sign_in(Client(), stranger.user)
    for address in PERSONAL:
        assert (named(text(phone, address)), named(text(other, address))) == ([str(mine)], [str(theirs)])
    assert SECRET in text(phone, "/plan/")
    assert SECRET not in text(other, "/plan/")
    assert (safety_plan_edition(person), safety_plan_edition(stranger)) == (mine, theirs)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PATIENT])
def test_staff_have_no_such_page_and_their_pages_take_a_copy_off(
    client_for: Callable[[str], Client], planned: Callable[..., UUID], role: str
) -> None:
    planned()
    client = client_for(role)
    assert client.get("/plan/").status_code == 404
    home = client.get("/", follow=True).content.decode()
    assert re.search(r"<body[^>]* data-staff>", home)
    assert named(home) == []


def test_without_a_session_there_is_no_plan_to_fetch(planned: Callable[..., UUID]) -> None:
    planned()
    answer = Client().get("/plan/", follow=True)
    assert answer.redirect_chain
    assert "data-owner" not in answer.content.decode()
    assert SECRET not in answer.content.decode()


def test_each_reading_of_the_plan_is_in_the_trail(
    phone: Client, planned: Callable[..., UUID], person: Person, patient: User
) -> None:
    planned()
    before = Event.objects.filter(action="read", person=person.pk).count()
    text(phone, "/plan/")
    reads = Event.objects.filter(action="read", person=person.pk)
    assert reads.count() == before + 1
