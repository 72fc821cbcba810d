"""Titles, addresses, the home screen and mails tell a stranger nothing (hazard H18)."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import sign_in
from tests.web.test_access import SIGNS_OUT, addresses
from tests.web.test_access_mixing import with_ids
from tests.web.whole_record import write_whole_record

from solstice_web.accounts.models import Role, User
from solstice_web.measures.content import library
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
ILLNESS = (
    "depress", "suicid", "self-harm", "mood", "anxi", "therap", "psych", "trauma", "mental", "illness", "disorder",
    "symptom", "diagnos", "cbt", "activation", "severity", "remission", "relapse", "medicine", "treatment", "risk", "alcohol",
)  # fmt: skip


def names() -> set[str]:
    """Every name of an instrument, a therapy or an option."""
    known = library()
    instruments = {name for one in known.instruments.values() for name in (one.id, one.short_name.casefold())}
    instruments -= {"audit"}  # the audit trail tells nothing; "alcohol" would
    therapies = {name for one in known.therapies.values() for name in (one.id, one.patient_name.casefold())}
    return instruments | therapies | set(known.options)


def told(text: str) -> list[str]:
    """The words in a text that would tell: parts of words of illness, and whole names."""
    low = text.casefold()
    parts = {word for word in ILLNESS if re.search(rf"(?<![a-z]){word}", low)}
    whole = {name for name in names() if re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", low)}
    return sorted(parts | whole)


def test_the_list_catches_what_it_should() -> None:
    assert told("PHQ-9 – Solstice") == ["phq-9"]
    assert told("/check/behavioural-activation/")
    assert told("Today – Solstice") == []


def test_titles_addresses_and_mails_tell_a_stranger_nothing(
    users: dict[str, User], person: Person, mailoutbox: Any
) -> None:
    written = write_whole_record("word", person=person, clinician=users[Role.CLINICIAN], at=datetime.now(UTC))
    titles: dict[str, str] = {}
    for role in (*Role.values, None):
        client = sign_in(Client(), users[role]) if role else Client()
        for address in addresses():
            assert told(address.pattern) == [], address.pattern
            if address.name in SIGNS_OUT:
                continue
            answer = client.get(with_ids(address, written.ids(), person.pk))
            assert told(str(answer.headers.get("Content-Disposition", ""))) == []
            head = answer.content.decode(errors="replace").partition("</head>")[0]
            for title in re.findall(r"<title>(.*?)</title>", head, re.DOTALL):
                titles[title] = address.name
    assert len(titles) >= 20
    found = {title: words for title in titles if (words := told(title))}
    assert found == {}, {titles[title]: words for title, words in found.items()}
    Client().post("/account/password/reset/", {"email": users[Role.PATIENT].email})
    Client().post("/account/password/reset/", {"email": "unknown@example.org"})
    assert mailoutbox
    for mail in mailoutbox:
        assert told(f"{mail.subject} {mail.body} {mail.from_email}") == [], mail.subject


def test_the_manifest_and_pages_without_an_account_are_neutral(client: Client) -> None:
    assert told(client.get("/manifest.webmanifest").content.decode()) == []
