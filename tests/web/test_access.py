"""Promise 1: every URL × every role × every method, against another's record: nothing leaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, StringConverter, UUIDConverter
from tests.web.conftest import sign_in

from solstice_web.accounts.access import ABOUT_A_PERSON, ROLES, Access, Right, access_of, may
from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.people.actions import ReasonMissingError, leave_care_team, open_in_emergency
from solstice_web.people.models import CareTeamMember, Person

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Address:
    """One URL pattern with its names; `path(values)` fills in the parts."""

    name: str
    pattern: str
    parts: dict[str, Any]
    access: Access | None

    def path(self, person: object) -> str:
        filled = self.pattern
        for part, converter in self.parts.items():
            filled = re.sub(rf"<(\w+:)?{part}>", str(self._value(part, converter, person)), filled)
        return "/" + filled

    def _value(self, part: str, converter: Any, person: object) -> object:
        if self.access and part == self.access.person:
            return person
        match converter:
            case UUIDConverter():
                return "7d444840-9dc0-11d1-b245-5ffdce74fad2"
            case IntConverter():
                return 1
            case StringConverter():
                return "abcdefgh"
            case _:
                return "a"


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", "", {}))


def _walk(patterns: list[Any], prefix: str, namespace: str, outer: dict[str, Any]) -> Iterator[Address]:
    for item in patterns:
        if isinstance(item, URLResolver):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from _walk(item.url_patterns, prefix + str(item.pattern), inner, {**outer, **item.pattern.converters})
        elif isinstance(item, URLPattern):
            name = f"{namespace}{item.name}" if item.name else ""
            match = type("Match", (), {"func": item.callback, "view_name": name})
            route = str(item.pattern)
            if route.startswith("^"):  # allauth's key links
                route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).strip("^$").replace("/$", "/")
            converters = {**outer, **item.pattern.converters}
            for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
                converters.setdefault(part, None)
            yield Address(name, prefix + route, converters, access_of(match))  # type: ignore[arg-type] # the two attributes it reads


UNUSED_LIBRARY_URLS = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_set_password",
    "account_confirm_login_code",
    "mfa_trust",
    "mfa_signup_webauthn",
}
"""URLs of allauth that Solstice does not offer: they answer 404 to everyone."""

SIGNS_OUT = {"account_logout", "away", "signed_out"}
"""Addresses after which a session is over."""


def test_every_url_declares_who_may_reach_it() -> None:
    undeclared = {address.name or address.pattern for address in addresses() if address.access is None}
    assert undeclared <= UNUSED_LIBRARY_URLS


@pytest.mark.parametrize("role", [None, *Role.values])
def test_an_undeclared_url_is_there_for_no_one(users: dict[str, User], role: str | None) -> None:
    client = Client() if role is None else sign_in(Client(), users[role])
    for address in addresses():
        if address.access is None:
            assert client.get(address.path(uuid4())).status_code == 404, address


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", [None, *Role.values])
def test_no_one_reaches_a_record_that_is_not_theirs(
    *, users: dict[str, User], person: Person, stranger: Person, role: str | None, method: str
) -> None:
    client = Client() if role is None else sign_in(Client(), users[role])
    for address in addresses():
        if address.access is None or address.access.person is None:
            continue
        theirs = getattr(client, method)(address.path(stranger.pk))
        nobodys = getattr(client, method)(address.path(uuid4()))
        assert same_answer(theirs, stranger.pk) == same_answer(nobodys, None), address
        assert theirs.status_code == (302 if role is None else 404), (address, theirs.status_code)
        assert stranger.given_name.encode() + b" " + stranger.family_name.encode() not in theirs.content


def same_answer(response: Any, person: object) -> tuple[Any, ...]:
    location = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", response.headers.get("Location", ""))
    headers = {name: value for name, value in response.headers.items() if name not in {"Location", "Set-Cookie"}}
    return response.status_code, response.content, location, headers


@pytest.mark.parametrize("role", [None, *Role.values])
def test_a_role_without_the_right_gets_the_page_that_is_not_there(
    users: dict[str, User], person: Person, role: str | None
) -> None:
    client = Client() if role is None else sign_in(Client(), users[role])
    missing = client.get("/nothing-of-this-name/").content
    for address in addresses():
        if address.access is None or address.access.right is None or role in ROLES[address.access.right]:
            continue
        response = client.get(address.path(person.pk))
        if response.status_code == 405:  # an address for scripts refuses the method before it asks who calls
            continue
        assert response.status_code == (302 if role is None else 404), address
        assert role is None or response.content == missing, address


@pytest.mark.parametrize("role", Role.values)
def test_no_url_answers_a_server_error(users: dict[str, User], person: Person, role: str | None) -> None:
    client = sign_in(Client(raise_request_exception=False), users[role])
    for address in addresses():
        for method in METHODS:
            response = getattr(client, method)(address.path(person.pk))
            assert response.status_code < 500, (address, method, response.status_code)
            if address.name in SIGNS_OUT:
                sign_in(client, users[role])


def test_the_care_team_decides(clinician: User, patient: User, person: Person, stranger: Person) -> None:
    for right in ABOUT_A_PERSON:
        assert may(clinician, right, person)
        assert not may(clinician, right, stranger)
        assert not may(clinician, right)
        assert not may(patient, right, person)
    assert may(patient, Right.PORTAL, person)
    assert not may(patient, Right.PORTAL, stranger)
    leave_care_team(person=person, user=clinician, by=clinician, at=NOW)
    assert not may(clinician, Right.READ_RECORD, person)


def test_a_membership_that_has_not_begun_opens_nothing(clinician: User, stranger: Person) -> None:
    CareTeamMember.objects.create(person=stranger, user=clinician, since=NOW + timedelta(days=1))
    assert not may(clinician, Right.READ_RECORD, stranger)


def test_emergency_access_needs_a_reason_ends_by_itself_and_is_in_the_trail(clinician: User, stranger: Person) -> None:
    with pytest.raises(ReasonMissingError):
        open_in_emergency(person=stranger, reason="because", by=clinician, at=NOW)
    opened = open_in_emergency(person=stranger, reason="called from A&E, colleague on leave", by=clinician, at=NOW)
    assert may(clinician, Right.READ_RECORD, stranger)
    assert Event.objects.filter(action="break_glass.open", person=stranger.pk).count() == 1
    opened.since, opened.until = NOW - timedelta(hours=5), NOW - timedelta(hours=1)
    opened.save()
    assert not may(clinician, Right.READ_RECORD, stranger)
