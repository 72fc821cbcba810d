"""Promise 1, the other way in: ids of someone else's rows under one's own address, form or outbox."""

import dataclasses
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from tests.web.conftest import sign_in
from tests.web.test_access import METHODS, SIGNS_OUT, Address, addresses, same_answer
from tests.web.test_text_is_text import forms_of
from tests.web.whole_record import Written, write_whole_record

from solstice_web.accounts.models import Role, User
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
SECRET = "kestrelword"
NAMELESS = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@pytest.fixture
def theirs(stranger: Person) -> Written:
    """The whole record of a person whom nobody here may see."""
    other = stranger.care_team.get().user
    return write_whole_record(SECRET, person=stranger, clinician=other, at=datetime.now(UTC))


@pytest.fixture
def mine(person: Person, users: dict[str, User]) -> Written:
    return write_whole_record("plain", person=person, clinician=users[Role.CLINICIAN], at=datetime.now(UTC))


def rows_of(written: Written) -> dict[str, list[dict[str, Any]]]:
    """Every row of every model that hangs on the person, as it stands in the database."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model in apps.get_models():
        for path in ("person", "row__person", "alert__person", "course__person", "session__course__person"):
            if _has(model, path) and model._meta.label != "audit.Event":
                rows = model._default_manager.filter(**{path: written.person.pk})
                found[model._meta.label] = list(rows.order_by("pk").values())
    found["person"] = list(Person.objects.filter(pk=written.person.pk).values())
    return found


def _has(model: type[models.Model], path: str) -> bool:
    for part in path.split("__"):
        field = next((field for field in model._meta.fields if field.name == part), None)
        if field is None or field.related_model is None:
            return False
        model = field.related_model
    return model is Person


def with_ids(address: Address, ids: dict[str, Any], person: object) -> str:
    """The address of my own person, with other ids in it."""
    path = address.path(person)
    for part in address.parts:
        if part in ids and not (address.access and part == address.access.person):
            path = path.replace(NAMELESS, str(ids[part]), 1)
    return path


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", [Role.PATIENT, Role.CLINICIAN])
def test_anothers_row_under_my_own_person_is_a_row_that_is_not_there(
    *, role: str, method: str, users: dict[str, User], mine: Written, theirs: Written
) -> None:
    before, walked = rows_of(theirs), 0
    client = sign_in(Client(), users[role])
    for address in addresses():
        parts = [part for part in address.parts if address.access and part != address.access.person]
        if not address.access or not parts or address.name.startswith(("account_", "mfa_")):
            continue
        answers = []
        for ids in (theirs.ids(), dict.fromkeys(theirs.ids(), uuid.uuid4())):
            told = {"person": mine.person.pk, "do": "acknowledge", "revision": 1}
            answers.append(getattr(client, method)(with_ids(address, ids, mine.person.pk), told))
        one, other = (same_answer(answer, None) for answer in answers)
        assert one[0] == other[0], (address, one[0], other[0])
        assert SECRET not in answers[0].content.decode(errors="replace").casefold(), address
        walked += 1
    assert walked >= 3
    assert rows_of(theirs) == before


@pytest.mark.parametrize("role", [Role.PATIENT, Role.CLINICIAN])
def test_no_page_of_mine_shows_a_word_of_theirs(
    role: str, users: dict[str, User], mine: Written, theirs: Written
) -> None:
    client = sign_in(Client(), users[role])
    for address in addresses():
        if address.name not in SIGNS_OUT:
            path = with_ids(address, mine.ids(), mine.person.pk)
            for asked in ("", f"?removed={theirs.entry}", f"?name={SECRET}"):
                text = client.get(path + asked).content.decode(errors="replace").casefold()
                assert SECRET not in text or "name=" in asked, path  # a search box shows what was typed
                assert str(theirs.person.pk) not in text, path + asked


@pytest.mark.parametrize("role", [Role.PATIENT, Role.CLINICIAN])
@pytest.mark.parametrize("whose", ["theirs", "nobody's", "none", "not an id"])
def test_a_form_that_names_another_person_changes_nothing(
    *, role: str, whose: str, users: dict[str, User], mine: Written, theirs: Written
) -> None:
    """As when two tabs were open (hazard H09): 409, and neither record changed; a form without the id is one too."""
    named = {"theirs": str(theirs.person.pk), "nobody's": str(uuid.uuid4()), "none": "", "not an id": "1 OR 1=1"}[whose]
    before, sent = (rows_of(mine), rows_of(theirs)), 0
    client = sign_in(Client(), users[role])
    for address in addresses():
        if address.name in SIGNS_OUT or address.name.startswith(("account_", "mfa_")):
            continue
        page = client.get(with_ids(address, mine.ids(), mine.person.pk))
        for action, fields in forms_of(page, page.wsgi_request.path) if page.status_code == 200 else ():
            if "person" not in fields:
                continue
            told = {name: value or "told" for name, (_, value) in fields.items()}
            answer = client.post(action, {**told, "person": named})
            assert answer.status_code in {404, 409}, (action, answer.status_code)
            assert SECRET not in answer.content.decode().casefold()
            sent += 1
    assert sent >= 4
    assert (rows_of(mine), rows_of(theirs)) == before


def test_every_form_about_a_person_names_the_person(users: dict[str, User], mine: Written) -> None:
    for role in (Role.PATIENT, Role.CLINICIAN):
        client = sign_in(Client(), users[role])
        for address in addresses():
            if address.access and (address.access.person or address.name.startswith("portal:")):
                page = client.get(with_ids(address, mine.ids(), mine.person.pk))
                generic = page.headers.get("X-Solstice-Cache") == "generic"
                for action, fields in forms_of(page, page.wsgi_request.path) if page.status_code == 200 else ():
                    if not action.startswith(("/display", "/account", "/away")) and not generic:
                        assert "person" in fields, (address.name, action, sorted(fields))


def message(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": str(uuid.uuid4()), "kind": kind, "recorded_at": now.isoformat(), "local_date": now.date().isoformat(),
        "time_zone": "UTC", "payload": payload,
    }  # fmt: skip


def messages_about(written: Written) -> list[dict[str, Any]]:
    answer = {"response_id": str(written.response), "instrument": "phq-9"}
    entry = {"kind": "mood", "answers": {"note": "mine"}}
    return [
        message("answer", {**answer, "item": 1, "value": 3}),
        message("answer", {**answer, "item": 9, "value": 3}),
        message("complete", {**answer, "items": [3] * 9}),
        message("complete", answer),
        message("entry", {**entry, "entry_id": str(written.entry), "revision": 9}),
        message("entry", {**entry, "course_id": str(written.course)}),
        message("delete_entry", {"entry_id": str(written.entry)}),
        message("undo_entry", {"entry_id": str(written.entry)}),
    ]


def test_the_outbox_answers_about_anothers_rows_as_about_none(
    users: dict[str, User], mine: Written, theirs: Written
) -> None:
    nobody = Written(mine.person, *(uuid.uuid4() for _ in dataclasses.fields(Written)[1:]))
    before = rows_of(theirs)
    client = sign_in(Client(), users[Role.PATIENT])
    for ours, none in zip(messages_about(theirs), messages_about(nobody), strict=True):
        replies = [
            client.post("/outbox/", json.dumps({"entries": [told]}), content_type="application/json")
            for told in (ours, none)
        ]
        said = [(reply.status_code, *(entry["message"] for entry in reply.json()["entries"])) for reply in replies]
        assert SECRET not in replies[0].content.decode()
        if replies[1].json()["entries"][0]["state"] == "refused":
            assert said[0] == said[1], ours
        else:  # an id nobody has used is simply taken: then the other answer must only not be saved
            assert replies[0].json()["entries"][0]["state"] == "refused", ours
    assert rows_of(theirs) == before


def test_the_outbox_of_another_owner_is_kept_on_the_phone(
    users: dict[str, User], mine: Written, theirs: Written
) -> None:
    before = rows_of(mine), rows_of(theirs)
    client = sign_in(Client(), users[Role.PATIENT])
    for owner in (str(theirs.person.pk), str(uuid.uuid4())):
        told = {"owner": owner, "entries": [message("energy", {"energy": 2})]}
        answer = client.post("/outbox/", json.dumps(told), content_type="application/json")
        assert answer.status_code == 409
        assert SECRET not in answer.content.decode()
    assert (rows_of(mine), rows_of(theirs)) == before


def test_my_download_holds_my_record_alone(users: dict[str, User], mine: Written, theirs: Written) -> None:
    text = sign_in(Client(), users[Role.PATIENT]).get("/me/data/").content.decode()
    assert str(mine.entry) in text
    for their_id in theirs.ids().values():
        assert str(their_id) not in text
    assert SECRET not in text
    assert set(json.loads(text)) >= {"checks", "entries", "safety_plans"}
