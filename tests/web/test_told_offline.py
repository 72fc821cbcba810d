"""What a person told without network is taken once, as on the page; what the page would ask about stays on the phone."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.test_entry_portal import answer, begin, phone
from tests.web.test_outbox import message, send

from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.people.models import Person

__all__ = ["phone"]
pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


def told(row: TrialRow, question: str, words: str, **more: Any) -> dict[str, Any]:
    payload = {"row_id": str(row.pk), "question": question, "words": words, "base": "", "revision": row.revision}
    return message("told", {**payload, **more})


def states(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [one["state"] for one in json.loads(response.content)["entries"]]


def test_answers_given_offline_are_taken_once_in_their_order(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    sent = [told(row, "name", "zoloft"), told(row, "when", "spring 2021"), told(row, "dose", "100")]
    assert states(send(phone, *sent)) == ["saved", "saved", "saved"]
    row.refresh_from_db()
    assert row.facts["agent"] == "sertraline"
    assert row.facts["dose"] == 100
    assert (row.told_by, row.checked) == ("patient", False)
    count = LedgerVersion.objects.filter(row=row).count()
    assert states(send(phone, *sent)) == ["duplicate", "duplicate", "duplicate"]
    assert LedgerVersion.objects.filter(row=row).count() == count


@pytest.mark.parametrize(
    ("question", "words"),
    [("dose", "5000"), ("dose", "no number at all"), ("when", "2099"), ("helped", "perhaps"), ("nothing-asked", "x")],
)
def test_what_the_page_would_ask_about_stays_on_the_phone(
    phone: Client, person: Person, question: str, words: str
) -> None:
    (row,) = begin(phone, person, "medicine")
    answer(phone, row, "name", words="zoloft")
    row.refresh_from_db()
    before = dict(row.facts)
    reply = send(phone, told(row, question, words))
    assert states(reply) == ["refused"]
    assert "needs another look" in reply.json()["entries"][0]["message"]
    assert words not in reply.json()["entries"][0]["message"]
    row.refresh_from_db()
    assert row.facts == before


def test_an_older_answer_never_goes_over_a_newer_one(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    late = told(row, "name", "prozac")
    answer(phone, row, "name", words="zoloft")
    assert states(send(phone, late)) == ["refused"]
    row.refresh_from_db()
    assert row.said["name"] == "zoloft"
    assert states(send(phone, told(row, "name", "prozac", base="zoloft"))) == ["saved"]


def test_nobody_tells_of_another_ones_treatment(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    other = Person.objects.create(given_name="Other", family_name="Invented", invented=True)
    TrialRow.objects.filter(pk=row.pk).update(person=other)
    assert states(send(phone, told(row, "name", "zoloft"))) == ["refused"]
    unknown = message(
        "told", {"row_id": str(uuid.uuid4()), "question": "name", "words": "zoloft", "base": "", "revision": 1}
    )
    assert states(send(phone, unknown)) == ["refused"]
