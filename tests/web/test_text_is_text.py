"""Promise 12: what someone writes is shown as they wrote it: no markup, no script, no template, no formula."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from tests.web.conftest import sign_in
from tests.web.payloads import PAYLOADS
from tests.web.test_access import SIGNS_OUT, Address, addresses
from tests.web.test_sums import other_file
from tests.web.whole_record import Written, free_text_fields, write_whole_record

from solstice_web.accounts.models import Role, User
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.plans.actions import add_other_clinic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
PLAIN = "quokkaword"
"""A word of no page; where it shows, a payload must show in its place and nothing else may change."""

ONCE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{8}\b|\b[0-9a-f]{16}\b")
CHANGING = {"csrfmiddlewaretoken", "nonce", "inputs_hash"}
NO_NAME = re.compile(
    r"\S.* is not in the library: it is recorded, not counted, and asked about"
    r"|[Tt]his is no name of a treatment: write it in letters",
    re.DOTALL,
)
"""What is no word at all is called so, and not repeated; a word that is not known is."""
SPACES = re.compile(r"\s+")
Token = tuple[str, ...]


class Tokens(HTMLParser):
    """A page as a browser reads it: elements with their attributes, and text; what differs at every request left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        changing = given.get("name") in CHANGING
        shown = ["…" if name == "nonce" or (changing and name == "value") else same(value) for name, value in attrs]
        self.found.append(("<", tag, *(part for pair in zip(given, shown, strict=False) for part in pair)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((">", tag))

    def handle_data(self, data: str) -> None:
        if text := same(data).strip():
            self.found.append(("text", text))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", decl))


def same(text: str | None) -> str:
    return SPACES.sub(" ", ONCE.sub("ID", NO_NAME.sub("NOT IN THE LIBRARY", text or "")))


def tokens(html: str) -> list[Token]:
    parser = Tokens()
    parser.feed(html)
    parser.close()
    return parser.found


@cache
def sums_of_another_clinic() -> str:
    return other_file()


def record_of(words: str, person: Person, clinician: User) -> Written:
    """The person's record, and beside it another clinic that counts here under these words."""
    add_other_clinic(name=words.replace("\0", "")[:80], text=sums_of_another_clinic(), by=clinician, at=NOW)
    return write_whole_record(words, person=person, clinician=clinician, at=NOW)


def pages_of(written: Written) -> Iterator[tuple[str, Address]]:
    """Every address with the ids of the record in it."""
    for address in addresses():
        if address.name not in SIGNS_OUT:
            values = {**written.ids(), **codes_of(address)}
            filled = address.pattern
            for part in address.parts:
                value = values.get(part) or address._value(part, address.parts[part], written.person.pk)
                filled = re.sub(rf"<(\w+:)?{part}>", str(value), filled)
            yield "/" + filled, address


def codes_of(address: Address) -> dict[str, str]:
    from solstice_web.portal.codes import check_code, step_code, write_code

    match address.name:
        case "portal:step":
            return {"code": step_code("behavioural-activation", "step-outside")}
        case "portal:write":
            return {"code": write_code("behavioural-activation", "activity_monitoring")}
        case "portal:check":
            return {"code": check_code("phq-9")}
        case _:
            return {}


READ_BY_A_BROWSER = ("text/html", "application/json")
"""Paper and plain text are attachments that no browser runs."""


def answers(client: Client, written: Written) -> dict[str, Any]:
    found = {}
    for path, _ in pages_of(written):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer["Content-Type"].split(";")[0] in READ_BY_A_BROWSER:
            found[path] = answer
    return found


def plain_again(tokens_of_page: list[Token], payload: str) -> list[Token]:
    """The tokens with the payload, whole or cut where its field ends, replaced by the plain word."""
    lengths = (len(payload), 5000, 4000, 2000, 1000, 500, 400, 300, 200, 120, 80, 60)
    parts = sorted({clean(payload[:length]) for length in lengths}, key=len, reverse=True)
    back = re.compile("|".join(re.escape(part) for part in parts))
    return [tuple(back.sub(PLAIN, clean(part)) for part in token) for token in tokens_of_page]


def clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\0", "")).strip().casefold()


def differences(plain: list[Token], hostile: list[Token], payload: str, *, in_order: bool = True) -> list[Any]:
    """Places where the hostile page is not the plain page with the payload as text."""
    before, after = plain_again(plain, PLAIN), plain_again(hostile, payload)
    if in_order and len(before) == len(after):
        return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    missing, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return [*(("missing", token) for token in missing), *(("new", token) for token in new)]


@pytest.fixture
def person(users: dict[str, User]) -> Person:
    """As in the other web tests, with an id that stays the same from test to test, so that pages can be compared."""
    person = Person.objects.create(pk=UUID(int=0x501571CE), birth_date=date(1979, 4, 2), user=users[Role.PATIENT])
    CareTeamMember.objects.create(person=person, user=users[Role.CLINICIAN], since=NOW)
    return person


PLAIN_PAGES: dict[tuple[str, str], Any] = {}


@pytest.fixture
def shows_words(users: dict[str, User], person: Person) -> dict[tuple[str, str], Any]:
    """By role and address: each page of a record with a harmless word everywhere that shows the word; made once."""
    if not PLAIN_PAGES:
        with time_machine.travel(NOW, tick=False), transaction.atomic():
            written = record_of(PLAIN, person, users[Role.CLINICIAN])
            for role in Role.values:
                found = answers(sign_in(Client(), users[role]), written)
                shown = {path: page for path, page in found.items() if PLAIN in page.content.decode().casefold()}
                PLAIN_PAGES.update({(role, path): page for path, page in shown.items()})
            transaction.set_rollback(True)
        person.refresh_from_db()
    return PLAIN_PAGES


def test_the_record_fills_every_field_that_takes_words(person: Person, clinician: User) -> None:
    record_of(PLAIN, person, clinician)
    empty = [
        f"{model._meta.label}.{name}"
        for model, name in free_text_fields()
        if not any(PLAIN in str(getattr(row, name)) for row in model._default_manager.all())
    ]
    assert empty == [], "write_whole_record must fill these too"


def test_enough_pages_show_what_was_written(shows_words: dict[tuple[str, str], Any]) -> None:
    assert {role for role, _ in shows_words} >= {Role.PATIENT, Role.CLINICIAN}
    assert len(shows_words) >= 12, sorted(shows_words)


ALSO_IN_THE_DRILL = {
    "script in capitals",
    "image with handler",
    "details with handler",
    "link",
    "frame",
    "form elsewhere",
    "base address",
    "refresh",
    "style",
    "data address",
    "script address with a tab",
    "formula plus",
    "formula minus",
    "formula at",
    "template statement",
}
"""Each leaves text the same way as one that stays in `make test`; `make drill` walks every page with these as well."""
NAMES = [pytest.param(name, marks=[pytest.mark.drill] if name in ALSO_IN_THE_DRILL else []) for name in PAYLOADS]


@pytest.mark.parametrize("name", NAMES)
def test_every_page_shows_it_as_text(
    name: str, users: dict[str, User], person: Person, shows_words: dict[tuple[str, str], Any]
) -> None:
    payload = PAYLOADS[name]
    with time_machine.travel(NOW, tick=False):
        record_of(payload, person, users[Role.CLINICIAN])
        clients = {role: sign_in(Client(), users[role]) for role in Role.values}
        for (role, path), plain in shows_words.items():
            answer = clients[role].get(path)
            assert answer.status_code == 200, (role, path)
            assert answer["Content-Type"] == plain["Content-Type"]
            assert "hit" not in answer.cookies
            check(plain, answer, payload, where=f"{role} {path}")


def check(plain: Any, answer: Any, payload: str, *, where: str) -> None:
    match answer["Content-Type"].partition(";")[0]:
        case "text/html":
            pages = tokens(plain.content.decode()), tokens(answer.content.decode())
            found = differences(*pages, payload, in_order="/admin/users/" not in where)  # listed by name
            assert not found, (where, found[:3])
        case "application/json":
            assert answer["X-Content-Type-Options"] == "nosniff"
            json.loads(answer.content)
        case "text/csv":
            cells = [cell for row in csv.reader(io.StringIO(answer.content.decode())) for cell in row]
            assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))], where
        case other:
            raise AssertionError(f"{where} shows words as {other}: say here how they stay text")


def test_the_comparison_sees_markup_where_text_was(rf: Any) -> None:
    before = tokens(f"<p title='{PLAIN}'>{PLAIN}</p>")
    assert not differences(before, tokens("<p title='&lt;b&gt;'>&lt;b&gt;</p>"), "<b>")
    assert differences(before, tokens("<p title='&lt;b&gt;'><b></p>"), "<b>")
    assert differences(before, tokens("<p title='x' onclick='1'>x' onclick='1</p>"), "x' onclick='1")
    assert differences(tokens(f"<p>{PLAIN}</p>"), tokens("<p>49</p>"), "{{7*7}}")


@pytest.mark.parametrize("role", Role.values)
def test_what_is_sent_back_is_text_too(role: str, users: dict[str, User], person: Person) -> None:
    """Each form with every payload in every field, and in the query: refused or taken, nothing of it is markup."""
    with time_machine.travel(NOW, tick=False):
        written = record_of(PLAIN, person, users[Role.CLINICIAN])
        sent = 0
        for path, page in answers(sign_in(Client(), users[role]), written).items():
            for payload in (EVERYTHING, EVERYTHING[::-1]):
                client = sign_in(Client(raise_request_exception=False), users[role])
                clean_page(client.get(path, {"q": payload, "name": payload, "back": payload, "page": payload}), path)
                for action, fields in forms_of(page, path):
                    told = {name: payload if kind == "text" else value for name, (kind, value) in fields.items()}
                    clean_page(client.post(action, told), f"{role} POST {action}")
                    sent += 1
    assert sent >= 2


EVERYTHING = " ".join(payload[:200] for payload in PAYLOADS.values())


def clean_page(answer: Any, where: str) -> None:
    assert answer.status_code < 500, where
    if not answer["Content-Type"].startswith("text/html"):
        return
    for token in tokens(answer.content.decode()):
        if token[0] != "<":
            continue
        attributes = dict(zip(token[2::2], token[3::2], strict=True))
        assert not [name for name in attributes if name.startswith("on")], (where, token)
        assert token[1] not in {"iframe", "base", "object", "embed"}, (where, token)
        assert token[1] != "script" or attributes.get("src", "/").startswith("/"), (where, token)
        for name in ("href", "src", "action", "formaction", "hx-post", "hx-get"):
            scheme = re.match(r"\s*([a-z]+)\s*:", attributes.get(name, "").casefold())
            assert scheme is None or scheme.group(1) in {"http", "https", "tel", "sms", "mailto"}, (where, token)


def forms_of(answer: Any, path: str) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Each POST form of a page: where it goes, and its fields as (text or kept, value)."""
    if not answer["Content-Type"].startswith("text/html"):
        return
    raw = RawForms()
    raw.feed(answer.content.decode())
    for form in raw.forms:
        action = form.pop("")[1].partition("#")[0] or path
        if action.startswith("/") and "logout" not in action:
            yield action, form


class RawForms(HTMLParser):
    """The POST forms of a page; the action stands under the empty name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, tuple[str, str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method", "").lower() == "post"
            if self.inside:
                self.forms.append({"": ("", given.get("action", ""))})
        elif self.inside and tag in {"input", "textarea", "select", "button"} and given.get("name"):
            kept = given.get("type") in {"hidden", "radio", "checkbox", "submit"} or tag in {"select", "button"}
            self.forms[-1][given["name"]] = ("kept" if kept else "text", given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
