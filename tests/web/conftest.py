"""Fixtures of the web tests: a user of each role, people with and without a care team, signed-in clients."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from solstice_web.accounts.models import Role, User
from solstice_web.audit.anchor import anchors_path, head_path
from solstice_web.audit.models import Event
from solstice_web.audit.protection import protect, unprotect
from solstice_web.people.models import CareTeamMember, Person

PASSWORD = "violet-anchor-47-teapot"


@pytest.fixture
def users(db: None) -> dict[str, User]:
    """One user a role, by the role's name."""
    return {
        role: User.objects.create_user(f"{role}@example.org", PASSWORD, role=role, name=role) for role in Role.values
    }


@pytest.fixture
def clinician(users: dict[str, User]) -> User:
    return users[Role.CLINICIAN]


@pytest.fixture
def patient(users: dict[str, User]) -> User:
    return users[Role.PATIENT]


@pytest.fixture
def person(users: dict[str, User]) -> Person:
    """The person of the patient's account, on the clinician's caseload."""
    person = Person.objects.create(
        given_name="Ada",
        family_name="Invented",
        birth_date=date(1979, 4, 2),
        sex="female",
        user=users[Role.PATIENT],
        invented=True,
    )
    CareTeamMember.objects.create(person=person, user=users[Role.CLINICIAN])
    return person


@pytest.fixture
def stranger(users: dict[str, User]) -> Person:
    """A person whom no user of `users` cares for, with an account of their own."""
    account = User.objects.create_user("stranger@example.org", PASSWORD, role=Role.PATIENT)
    other = User.objects.create_user("other-clinician@example.org", PASSWORD, role=Role.CLINICIAN)
    person = Person.objects.create(given_name="Bo", family_name="Stranger", birth_date=date(1980, 1, 1), user=account)
    CareTeamMember.objects.create(person=person, user=other)
    return person


def sign_in(client: Client, user: User) -> Client:
    """Open a session as after password and, for staff, second factor."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}, {"method": "mfa", "at": 0}]
    session.save()
    return client


@pytest.fixture
def client_for(users: dict[str, User], person: Person) -> Callable[[str], Client]:
    """A new signed-in client for a role; the patient has `person`, who is on the clinician's caseload."""

    def make(role: str) -> Client:
        return sign_in(Client(), users[role])

    return make


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    if marker and not marker.kwargs.get("transaction"):
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture(autouse=True)
def _no_anchor_of_another_test(request: pytest.FixtureRequest) -> None:
    """Heads and anchors are files: those of a trail that was rolled back would make the next one look cut."""
    if request.node.get_closest_marker("django_db"):
        for path in (head_path(), anchors_path()):
            path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let the test run itself empty the trail between transactional tests; rows stay protected inside tests."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_truncate ON audit_event")


@pytest.fixture(autouse=True)
def _emptied_trail(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a transactional test, empty the trail: its triggers would refuse the flush."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    unprotect()
    Event.objects.all().delete()
    protect()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER audit_event_no_truncate ON audit_event")
