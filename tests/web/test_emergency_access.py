"""Emergency access on its pages: a reason first, for a while only, seen by those who treat and by the service lead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import sign_in

from solstice_web.accounts.access import Right, may
from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.people.actions import end_emergency, open_in_emergency, see_emergency
from solstice_web.people.models import CareTeamMember, EmergencyAccess, Person

pytestmark = pytest.mark.django_db
PAGE = "/clinic/emergency/"
REASON = "called from the ward, own team not reached"
BO = {"given_name": "Bo", "family_name": "stranger", "day": "1", "month": "1", "year": "1980"}
NOW = datetime.now(UTC)


@pytest.fixture
def desk(client_for: Callable[[str], Client]) -> Client:
    return client_for(Role.CLINICIAN)


@pytest.fixture
def treating(stranger: Person) -> Client:
    """A colleague who treats the person whose record is opened."""
    return sign_in(Client(), CareTeamMember.objects.get(person=stranger).user)


def opening(whom: Person, **told: str) -> dict[str, str]:
    return {**BO, "do": "open", "person": str(whom.pk), "reason": REASON, **told}


def events(action: str) -> int:
    return Event.objects.filter(action=action).count()


def home(person: Person) -> str:
    return f"/clinic/people/{person.pk}/"


def test_found_by_name_and_birth_date_opened_with_a_reason_closed_by_hand(desk: Client, stranger: Person) -> None:
    found = desk.post(PAGE, {**BO, "do": "look"}).content.decode()
    assert "Bo Stranger, born 1 January 1980" in found
    assert desk.get(home(stranger)).status_code == 404
    assert (events("break_glass.look"), events("break_glass.open")) == (1, 0)

    answer = desk.post(PAGE, opening(stranger))
    assert answer.headers["Location"] == home(stranger)
    page = desk.get(home(stranger)).content.decode()
    assert "You are not on this care team" in page
    access = EmergencyAccess.objects.get()
    assert access.until - access.since == timedelta(hours=4)
    assert "Bo Stranger" in desk.get(PAGE).content.decode()

    desk.post(f"{PAGE}{access.pk}/end/")
    assert desk.get(home(stranger)).status_code == 404
    assert events("break_glass.end") == 1
    assert "Open for you now" not in desk.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": ""}, "Write why you need this record now."),
        ({"reason": "because      "}, "Write a little more"),
        ({"reason": "x" * 1001}, "Write at most 1000 characters."),
        ({"person": ""}, "Choose the person."),
        ({"person": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}, "Choose the person."),
        ({"year": "1981"}, "Nobody was found"),
        ({"family_name": ""}, "Write the family name."),
        ({"day": "31", "month": "2"}, "There is no such day."),
    ],
)
def test_nothing_opens_without_all_of_it(desk: Client, stranger: Person, changed: dict[str, str], said: str) -> None:
    page = desk.post(PAGE, opening(stranger, **changed))
    assert page.status_code == 400
    assert said in page.content.decode()
    assert not EmergencyAccess.objects.exists()


def test_only_whoever_was_found_can_be_opened(desk: Client, stranger: Person) -> None:
    other = Person.objects.create(given_name="Cy", family_name="Elsewhere", birth_date=stranger.birth_date)
    assert desk.post(PAGE, opening(other)).status_code == 400
    assert not EmergencyAccess.objects.exists()


def test_a_record_without_birth_date_is_found_by_the_full_name_only(desk: Client) -> None:
    Person.objects.create(given_name="Bo", family_name="Stranger")
    assert "Bo Stranger, birth date not known" in desk.post(PAGE, {**BO, "do": "look"}).content.decode()
    assert "Nobody was found" in desk.post(PAGE, {**BO, "do": "look", "given_name": "B"}).content.decode()


def test_a_person_in_ones_own_care_is_opened_as_always(desk: Client, person: Person) -> None:
    own = {**BO, "given_name": "Ada", "family_name": "Invented", "day": "2", "month": "4", "year": "1979"}
    assert "already in your care" in desk.post(PAGE, {**own, "do": "look"}).content.decode()
    assert desk.post(PAGE, {**opening(person), **own}).headers["Location"] == home(person)
    assert not EmergencyAccess.objects.exists()
    assert "You are not on this care team" not in desk.get(home(person)).content.decode()


def test_opening_again_while_it_is_open_begins_no_new_hours(clinician: User, stranger: Person) -> None:
    first = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    again = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW + timedelta(hours=3))
    assert again.pk == first.pk
    assert EmergencyAccess.objects.get().until == NOW + timedelta(hours=4)
    later = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW + timedelta(hours=5))
    assert later.pk != first.pk
    assert events("break_glass.open") == 2


def test_those_who_treat_are_told_until_one_of_them_has_seen_it(
    clinician: User, stranger: Person, treating: Client
) -> None:
    access = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    assert "opened by clinician" in treating.get("/clinic/").content.decode()
    assert "This record was opened in an emergency" in treating.get(home(stranger)).content.decode()
    page = treating.get(f"{home(stranger)}emergency/").content.decode()
    assert REASON in page
    assert "Not seen yet" in page

    seen = f"{home(stranger)}emergency/{access.pk}/seen/"
    treating.post(seen, {"person": str(stranger.pk)})
    treating.post(seen, {"person": str(stranger.pk)})
    assert events("break_glass.seen") == 1
    assert "opened by clinician" not in treating.get("/clinic/").content.decode()
    assert "This record was opened in an emergency" not in treating.get(home(stranger)).content.decode()
    assert "Seen by the team" in treating.get(f"{home(stranger)}emergency/").content.decode()


def test_cover_cannot_say_that_the_team_has_seen_it(users: dict[str, User], clinician: User, stranger: Person) -> None:
    access = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    cover = User.objects.create_user("cover@example.org", role=Role.CLINICIAN)
    CareTeamMember.objects.create(person=stranger, user=cover, role=CareTeamMember.Part.COVER)
    client = sign_in(Client(), cover)
    assert "We have seen it" not in client.get(f"{home(stranger)}emergency/").content.decode()
    posted = client.post(f"{home(stranger)}emergency/{access.pk}/seen/", {"person": str(stranger.pk)})
    assert posted.status_code == 404
    access.refresh_from_db()
    assert access.seen_at is None


def test_the_one_who_opened_it_is_not_told_by_themselves(desk: Client, clinician: User, stranger: Person) -> None:
    open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    assert "This record was opened in an emergency" not in desk.get(home(stranger)).content.decode()
    assert "opened by clinician" not in desk.get("/clinic/").content.decode()


def test_the_lead_reads_the_reason_and_ends_it_the_administrator_sees_ids_only(
    client_for: Callable[[str], Client], desk: Client, clinician: User, stranger: Person
) -> None:
    access = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    lead, administrator = client_for(Role.SERVICE_LEAD), client_for(Role.ADMINISTRATOR)
    pages = [client.get("/admin/emergency/").content.decode() for client in (lead, administrator)]
    assert [REASON in page for page in pages] == [True, False]
    for page in pages:
        assert str(stranger.pk)[:8] in page
        assert "Stranger" not in page
    end = f"/service/emergency/{access.pk}/end/"
    assert administrator.post(end).status_code == 404
    assert desk.get(home(stranger)).status_code == 200
    lead.post(end)
    assert desk.get(home(stranger)).status_code == 404
    assert "ended by hand" in lead.get("/admin/emergency/").content.decode()


def test_nobody_else_ends_it_here(clinician: User, stranger: Person, treating: Client) -> None:
    access = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    assert treating.post(f"{PAGE}{access.pk}/end/").status_code == 404
    assert may(clinician, Right.READ_RECORD, stranger)


def test_an_end_and_a_look_count_once(users: dict[str, User], clinician: User, stranger: Person) -> None:
    access = open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    for minutes in (10, 20):
        end_emergency(access=access, by=clinician, at=NOW + timedelta(minutes=minutes))
        see_emergency(access=access, by=users[Role.CLINICIAN], at=NOW + timedelta(minutes=minutes))
    access.refresh_from_db()
    assert (access.until, access.ended_at, access.seen_at) == (NOW + timedelta(minutes=10),) * 3
    assert (events("break_glass.end"), events("break_glass.seen")) == (1, 1)


def test_the_reason_is_ciphertext_and_in_no_event(clinician: User, stranger: Person) -> None:
    from django.db import connection

    open_in_emergency(person=stranger, reason=REASON, by=clinician, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM people_emergencyaccess")
        row: Any = cursor.fetchone()
    assert REASON not in row[0]
    assert all(REASON not in str(event) for event in Event.objects.values())


def test_the_persons_account_is_not_handed_over_in_an_emergency(desk: Client, clinician: User) -> None:
    """Whoever holds the one-time link can become the person: only those who treat make one."""
    nobodys = Person.objects.create(given_name="Cy", family_name="Withoutaccount")
    open_in_emergency(person=nobodys, reason=REASON, by=clinician, at=NOW)
    page = desk.get(home(nobodys)).content.decode()
    assert "Has no account yet" in page
    assert "invite/" not in page
    told = {"person": str(nobodys.pk), "email": "mine@example.org"}
    assert desk.post(f"{home(nobodys)}invite/", told).status_code == 404
    assert not User.objects.filter(email="mine@example.org").exists()
