"""Sign out everywhere: every other session ends at once, is counted, and leaves an event; this one goes on."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.web.conftest import sign_in

from solstice_web.accounts.models import Role, User
from solstice_web.accounts.sessions import SEEN, STARTED, live_sessions
from solstice_web.audit.models import Event
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
STAFF = (Role.CLINICIAN, Role.SERVICE_LEAD, Role.ADMINISTRATOR)
NOW = datetime.now(UTC)


def address(role: str) -> str:
    return "/me/" if role == Role.PATIENT else "/you/"


def press(client: Client, role: str, person: Person, **told: str) -> str:
    """Press the button of one's own page and read the page that answers."""
    told = {"person": str(person.pk), **told}
    return client.post(f"{address(role)}sign-out-everywhere/", told, follow=True).content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_every_other_session_ends_at_once_and_this_one_goes_on(
    users: dict[str, User], person: Person, client_for: Callable[[str], Client], role: str
) -> None:
    here, laptop, phone = (client_for(role) for _ in range(3))
    someone_else = sign_in(Client(), User.objects.create_user("x@example.org", role=Role.CLINICIAN))
    for client in (here, laptop, phone):
        assert client.get(address(role)).status_code == 200
    page = press(here, role, person)
    assert "2 other places are signed out" in page or "2 other sign-ins were ended" in page
    assert here.get(address(role)).status_code == 200
    for client in (laptop, phone):
        assert client.get(address(role)).headers["Location"].startswith("/account/login/")
    assert someone_else.get("/you/").status_code == 200
    event = Event.objects.get(action="account.sign_out_everywhere")
    assert (event.actor, json.loads(event.detail)["others"]) == (users[role].pk, 2)


@pytest.mark.parametrize("role", Role.values)
def test_with_the_box_ticked_it_ends_here_too(
    users: dict[str, User], person: Person, client_for: Callable[[str], Client], role: str
) -> None:
    here, phone = client_for(role), client_for(role)
    page = press(here, role, person, here="yes")
    assert "You are signed out" in page
    assert "1 other place is signed out too" in page
    assert 'data-wipe="all"' in page
    for client in (here, phone):
        assert client.get(address(role)).headers["Location"].startswith("/account/login/")
    assert not live_sessions(users[role], at=NOW)


def test_sessions_that_had_ended_already_are_not_counted(
    users: dict[str, User], person: Person, client_for: Callable[[str], Client]
) -> None:
    idle, run_out, here = (client_for(Role.CLINICIAN) for _ in range(3))
    for client in (idle, run_out):
        client.get("/you/")
    session = idle.session
    session[SEEN] = session[STARTED] = session[SEEN] - 3600
    session.save()
    Session.objects.filter(pk=run_out.session.session_key).update(expire_date=NOW - timedelta(days=1))
    assert "You were signed in nowhere else" in press(here, Role.CLINICIAN, person)


def test_a_second_press_finds_nothing_more(
    users: dict[str, User], person: Person, client_for: Callable[[str], Client]
) -> None:
    here, _ = client_for(Role.CLINICIAN), client_for(Role.CLINICIAN)
    assert "1 other sign-in was ended" in press(here, Role.CLINICIAN, person)
    assert "You were signed in nowhere else" in press(here, Role.CLINICIAN, person)


def test_a_page_of_the_person_before_signs_nobody_out(
    users: dict[str, User], stranger: Person, client_for: Callable[[str], Client]
) -> None:
    here, phone = client_for(Role.PATIENT), client_for(Role.PATIENT)
    assert here.post("/me/sign-out-everywhere/", {"person": str(stranger.pk)}).status_code == 409
    assert phone.get("/me/").status_code == 200


def test_only_its_own_numbers_are_said(client_for: Callable[[str], Client]) -> None:
    page = client_for(Role.PATIENT).get("/me/?ended=<b>all</b>").content.decode()
    assert "<b>all" not in page
    assert "still signed in here" not in page
