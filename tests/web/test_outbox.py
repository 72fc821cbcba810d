"""A phone's outbox is saved message by message, exactly once, and answers in words a script understands."""

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.conftest import sign_in

from solstice_web.alerts.models import Alert
from solstice_web.courses.models import Entry
from solstice_web.measures.models import Response
from solstice_web.outbox.models import Receipt
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db


def message(kind: str, payload: dict[str, Any], **changes: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "recorded_at": now.isoformat(),
        "local_date": now.date().isoformat(),
        "time_zone": "UTC",
        "payload": payload,
        **changes,
    }


def tap(response_id: str, item: int, value: int | None, **more: Any) -> dict[str, Any]:
    return message("answer", {"response_id": response_id, "instrument": "phq-9", "item": item, "value": value, **more})


def practice(**changes: Any) -> dict[str, Any]:
    return message("entry", {"kind": "practice", "content": "step-outside", "answers": {"note": "rain"}}) | changes


def send(client: Client, *entries: Any, **headers: Any) -> Any:
    return client.post("/outbox/", json.dumps({"entries": entries}), content_type="application/json", **headers)


def states(response: Any) -> list[str]:
    return [entry["state"] for entry in response.json()["entries"]]


@pytest.fixture
def phone(client_for: Callable[[str], Client]) -> Client:
    return client_for("patient")


def test_every_kind_is_saved_and_again_is_a_duplicate(phone: Client, person: Person) -> None:
    response_id, worksheet = str(uuid.uuid4()), practice()
    entries = [
        tap(response_id, 1, 2),
        tap(response_id, 9, None, declined=True),
        message(
            "complete", {"response_id": response_id, "instrument": "phq-9", "items": [2] * 8 + [None], "declined": [9]}
        ),
        worksheet,
        message("energy", {"energy": 4}),
        message("delete_entry", {"entry_id": worksheet["id"]}),
        message("undo_entry", {"entry_id": worksheet["id"]}),
    ]
    first, second = send(phone, *entries), send(phone, *entries)
    assert (first.status_code, states(first)) == (200, ["saved"] * 7), first.content
    assert states(second) == ["duplicate"] * 7
    assert [reply["id"] for reply in first.json()["entries"]] == [entry["id"] for entry in entries]
    assert (Response.objects.count(), Entry.objects.count(), Alert.objects.count(), Receipt.objects.count()) == (
        1,
        2,
        1,
        7,
    )
    assert Response.objects.get().person == person
    assert Entry.objects.get(pk=worksheet["id"]).deleted_at is None


def test_a_risk_answer_asks_for_help_now_each_time_it_is_sent(phone: Client) -> None:
    risk = tap(str(uuid.uuid4()), 9, 2)
    for _ in range(2):
        assert send(phone, risk).json()["entries"][0]["help_now"] is True
    assert Alert.objects.count() == 1


def test_a_risk_answer_that_is_refused_still_asks_for_help(phone: Client, stranger: Person) -> None:
    assert stranger.user is not None
    response_id = str(uuid.uuid4())
    send(sign_in(Client(), stranger.user), tap(response_id, 1, 1))
    (reply,) = send(phone, tap(response_id, 9, 3)).json()["entries"]
    assert (reply["state"], reply["help_now"]) == ("refused", True)


def test_an_id_of_another_person_is_refused_without_a_word_about_it(phone: Client, stranger: Person) -> None:
    assert stranger.user is not None
    theirs = practice()
    send(sign_in(Client(), stranger.user), theirs)
    (reply,) = send(phone, theirs).json()["entries"]
    assert reply == {
        "id": theirs["id"],
        "state": "refused",
        "message": "This could not be saved. Write it again.",
        "help_now": False,
    }
    (again,) = send(phone, message("entry", {**theirs["payload"], "entry_id": theirs["id"]})).json()["entries"]
    assert again["state"] == "refused"
    assert Entry.objects.get().person == stranger


def test_a_refused_message_leaves_nothing_and_the_others_are_saved(phone: Client) -> None:
    gone = message("delete_entry", {"entry_id": str(uuid.uuid4())})
    assert states(send(phone, practice(), gone, practice())) == ["saved", "refused", "saved"]
    assert not Receipt.objects.filter(pk=gone["id"]).exists()


def test_a_message_that_cannot_be_read_does_not_hold_up_the_others(phone: Client) -> None:
    broken = practice(kind="poem")
    reply = send(phone, broken, tap(str(uuid.uuid4()), 9, 1))
    assert (reply.status_code, states(reply)) == (200, ["refused", "saved"])
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b" ", "body"),
        (b"\xff", "body"),
        (b"[" * 200_000, "body"),
        (b'{"entries": NaN}', "body"),
        (b'{"entries": {}}', "body"),
        (b'{"entries": [], "more": 1}', "body"),
        (b'{"entries": []}', "entries"),
        (b'{"entries": [1]}', "entries[0].id"),
        (b'{"entries": [{"id": "x"}]}', "entries[0].id"),
        (json.dumps({"entries": [{"id": str(uuid.uuid4())}] * 21}).encode(), "entries"),
        (b'{"entries": [' + b"9" * 6000 + b"]}", "body"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_place(phone: Client, body: bytes, where: str) -> None:
    reply = phone.post("/outbox/", body, content_type="application/json")
    assert (reply.status_code, reply.json()["where"]) == (400, where)


@pytest.mark.parametrize(
    "changes",
    [
        {"time_zone": "no zone!"},
        {"time_zone": 5},
        {"recorded_at": "2026-11-22T09:30:00"},
        {"recorded_at": "yesterday"},
        {"local_date": "2020-01-01"},
        {"payload": {}},
        {"payload": {"kind": "practice", "answers": {"note": "\ud800"}}},
        {"payload": {"kind": "practice", "answers": {"note": "x" * 20_001}}},
        {"payload": {"kind": "practice", "answers": {"n": 1e999}}},
        {"payload": {"kind": "practice", "answers": {"a b": 1}}},
        {"payload": {"kind": "practice", "surprise": 1}},
        {"more": True},
    ],
)
def test_a_single_wrong_message_is_four_hundred_with_the_place(phone: Client, changes: dict[str, Any]) -> None:
    body = json.dumps({"entries": [practice(**changes)]}).replace("Infinity", "1e999")
    reply = phone.post("/outbox/", body, content_type="application/json")
    assert reply.status_code == 400, reply.content
    assert reply.json()["where"].startswith("entries[0]")
    assert not Entry.objects.exists()


def test_a_body_too_large_is_refused(phone: Client) -> None:
    reply = phone.post("/outbox/", b" " * (256 * 1024 + 1), content_type="application/json")
    assert reply.status_code in {400, 413}


def test_who_is_not_a_signed_in_patient_is_told_so(phone: Client, client_for: Callable[[str], Client]) -> None:
    signed_out = send(Client(), practice())
    assert (signed_out.status_code, signed_out["Content-Type"]) == (401, "application/json")
    assert send(client_for("clinician"), practice()).status_code == 404
    assert phone.get("/outbox/").status_code == 405
    assert phone.post("/outbox/", {"entries": "x"}).status_code == 415
    assert send(phone, practice(), HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert send(phone, practice(), HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert not Entry.objects.exists()


def test_no_csrf_token_is_needed_from_this_site(users: dict[str, Any], person: Person) -> None:
    phone = sign_in(Client(enforce_csrf_checks=True), users["patient"])
    assert states(send(phone, practice(), HTTP_ORIGIN="http://testserver")) == ["saved"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_malformed_input_is_never_a_server_error(phone: Client, data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from([practice(), tap(str(uuid.uuid4()), 9, 1), message("energy", {"energy": 1})]))
    place = data.draw(st.sampled_from([*entry, "payload/" + data.draw(st.sampled_from([*entry["payload"]]))]))
    target = entry["payload"] if "/" in place else entry
    target[place.rpartition("/")[2]] = data.draw(JSON)
    reply = send(phone, entry)
    assert reply.status_code in {200, 400}, reply.content


@pytest.mark.django_db(transaction=True)
def test_eighty_parallel_replays_of_one_message_are_one(phone: Client, person: Person) -> None:
    entries = [practice(), tap(str(uuid.uuid4()), 9, 2)]
    cookies = phone.cookies
    answers: list[tuple[int, list[str]]] = []

    def replay() -> None:
        client = Client()
        client.cookies = cookies
        try:
            for _ in range(10):
                reply = send(client, *entries)
                answers.append((reply.status_code, states(reply)))
        finally:
            connection.close()

    threads = [threading.Thread(target=replay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [200] * 80
    assert [sum(found[place] == "saved" for _, found in answers) for place in (0, 1)] == [1, 1]
    assert (Entry.objects.count(), Response.objects.count(), Alert.objects.count(), Receipt.objects.count()) == (
        1,
        1,
        1,
        2,
    )
