"""The history says who said which value: one answer in place does not put words in the mouth of who told the rest."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial, check_trial, edit_trial, restore_version
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.told import Told
from solstice_web.people.actions import join_care_team
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
SAID = {"kind": "medicine", "agent": "sertraline", "outcome": "no_response", "started": "2025-01"}


@pytest.fixture
def row(person: Person, clinician: User) -> TrialRow:
    at = timezone.now()
    join_care_team(person=person, user=clinician, role="lead", by=clinician, at=at)
    told = Told(SAID, "", TrialRow.Teller.PATIENT)
    return add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=at)


def answered(client: Client, row: TrialRow, key: str, answer: str, **more: str) -> TrialRow:
    sent = {"person": str(row.person_id), "target": str(row.pk), "key": key, "answer": answer}
    saved = client.post(
        f"/clinic/people/{row.person_id}/history/answer/", {**sent, "revision": str(row.revision), **more}
    )
    assert saved.status_code == 302
    row.refresh_from_db()
    return row


def test_an_answer_in_place_keeps_who_said_the_rest(row: TrialRow, client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    row = answered(client, row, "dose", "150", teller="record")
    row = answered(client, row, "weeks_at_dose", "9")
    assert (row.told_by, row.tellers) == ("patient", {"dose": "record", "weeks_at_dose": "clinician"})
    versions = {one.revision: one.tellers for one in LedgerVersion.objects.filter(row=row)}
    assert versions == {1: {}, 2: {"dose": "record"}, 3: {"dose": "record", "weeks_at_dose": "clinician"}}
    saves = client.get(f"/clinic/people/{row.person_id}/history/{row.pk}/versions/").content.decode()
    places = [saves.index(f"told by {who}") for who in ("a clinician", "a record", "the person")]
    assert places == sorted(places)
    card = client.get(f"/clinic/people/{row.person_id}/history/").content.decode()
    assert "Told by the person (" in card
    assert "by a record" in card


def test_a_value_said_again_by_the_same_one_and_what_nobody_changed(row: TrialRow, clinician: User) -> None:
    at, whole = timezone.now(), {**SAID, "dose": 100.0}
    told = Told(whole, "", TrialRow.Teller.PATIENT)
    edited = edit_trial(
        person=row.person, row_id=row.pk, revision=1, told=told, by=clinician, at=at, teller="clinician"
    )
    assert edited.tellers == {"dose": "clinician"}
    same = edit_trial(person=row.person, row_id=row.pk, revision=2, told=told, by=clinician, at=at)
    assert same.tellers == {"dose": "clinician"}
    record = Told(whole, "", TrialRow.Teller.RECORD)
    assert edit_trial(person=row.person, row_id=row.pk, revision=3, told=record, by=clinician, at=at).tellers == {}
    back = restore_version(person=row.person, row_id=row.pk, number=2, revision=4, by=clinician, at=at)
    assert (back.told_by, back.tellers) == ("patient", {"dose": "clinician"})
    checked = check_trial(
        person=row.person, row_id=row.pk, revision=5, against="record", note="", by=clinician, at=timezone.now()
    )
    assert checked.tellers == {"dose": "clinician"}
