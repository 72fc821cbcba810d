"""Promise 19: malformed input is refused: every URL, every method, no server error, and every refusal is a page."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.web.conftest import sign_in
from tests.web.test_access import Address, addresses

from solstice_web.accounts.models import Role, User
from solstice_web.config.requests import Request
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _served_as_in_a_clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client makes its requests as the WSGI application does."""
    monkeypatch.setattr("django.test.client.WSGIRequest", Request)


SPOILT: tuple[bytes, ...] = (
    b"", b"\x00", b"a=\x00", b"%00=%00", b"=", b"&&&", b"a=%ff%fe", b"\xff\xfe\xfd", b"{", b"[]", b"null", b'{"entries": [' * 900,
    b'{"entries": [{"id": 1}]}', b'{"entries": NaN}', b'{"entries": [null, 1e999, "\\ud800"]}', b"9" * 5000, b"a=" + b"b" * 70000,
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', b"id=" + "𝕊🕯️ø".encode(), b"x=1&" * 700, b"revision=-1&revision=x",
    b"revision=99999999999999999999", b"date=0000-00-00&at=9999-99-99T99:99", b'{"a":' * 500 + b"1" + b"}" * 500,
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", "application/json", "text/plain",
    "application/json; charset=utf-7", "application/x-www-form-urlencoded; charset=nonsense", "", "\x01", "multipart/form-data; boundary=" + "y" * 300,
)  # fmt: skip
QUERIES = (
    "",
    "?a=%00",
    "?next=//elsewhere.example",
    "?next=javascript:alert(1)",
    "?%ff=%fe",
    "?page=-1",
    "?page=99999999999999999999",
    "?page=x&page=y",
    "?" + "q=1&" * 1200,
)
PATHS = (
    "%00",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "a" * 3000,
    "💥",
    "%252e%252e",
    "1" * 400,
    "-1",
    "'",
    "%0d%0aSet-Cookie:x=1",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW")


def request_like(chance: random.Random, address: Address, person: Person) -> dict[str, Any]:
    path = address.path(person.pk)
    if chance.random() < 0.2:
        path = path.rstrip("/").rpartition("/")[0] + "/" + chance.choice(PATHS) + "/"
    headers = {"HTTP_HX_REQUEST": "true"} if chance.random() < 0.2 else {}
    if chance.random() < 0.1:
        headers["HTTP_COOKIE"] = chance.choice(
            ("solstice=\x00", "solstice=" + "x" * 5000, "csrf=;;;", "theme=<script>")
        )
    if chance.random() < 0.1:
        headers["CONTENT_LENGTH"] = chance.choice(("-1", "x", "99999999999"))
    return {
        "method": chance.choice(METHODS),
        "path": path + chance.choice(QUERIES),
        "data": chance.choice(SPOILT),
        "content_type": chance.choice(TYPES),
        **headers,
    }


def storm(users: dict[str, User], person: Person, *, requests: int) -> None:
    chance = random.Random(20261122)
    known = addresses()
    clients = [
        Client(raise_request_exception=False),
        *(sign_in(Client(raise_request_exception=False), user) for user in users.values()),
    ]
    for number in range(requests):
        client = clients[number % len(clients)]
        request = request_like(chance, known[number % len(known)], person)
        response = client.generic(**{**request, "method": request["method"]})
        assert response.status_code < 500, (number, response.status_code, request)


def test_a_thousand_malformed_requests_are_no_server_error(users: dict[str, User], person: Person) -> None:
    storm(users, person, requests=1000)


@pytest.mark.drill
def test_twenty_thousand_malformed_requests_are_no_server_error(users: dict[str, User], person: Person) -> None:
    storm(users, person, requests=20_000)


def locked(*_: Any) -> Any:
    raise OperationalError("database is locked")


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}])
def test_a_database_that_does_not_answer_is_said_plainly_and_is_over_by_itself(
    client_for: Callable[[str], Client], headers: dict[str, str]
) -> None:
    client = client_for(Role.PATIENT)
    client.raise_request_exception = False
    with connection.execute_wrapper(lambda execute, *rest: locked()):
        response = client.post("/account/password/change/", {}, **headers)
    assert response.status_code == 503
    assert b"not_saved" in response.content or b"Not saved" in response.content
    assert (b"<html" in response.content) is (headers == {})
    assert client.get("/account/password/change/").status_code == 200


def test_a_fault_of_ours_says_that_nothing_is_certain(
    client_for: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(Role.PATIENT)
    client.raise_request_exception = False
    monkeypatch.setattr("solstice_web.accounts.sessions.limits_of", lambda user: 1 / 0)
    page = client.get("/account/password/change/")
    assert page.status_code == 500
    assert b"cannot be sure that this was saved" in page.content


def test_personal_pages_are_not_stored_and_load_nothing_from_elsewhere(client_for: Callable[[str], Client]) -> None:
    page = client_for(Role.PATIENT).get("/account/password/change/")
    policy = page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert page.headers["Referrer-Policy"] == "same-origin"
