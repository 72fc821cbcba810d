"""What was tried is kept in versions, checked field by field, and never overwritten unseen."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.ledger.actions import NoTrialError, UndoTooLateError, add_trial, delete_trial, edit_trial, undo_delete
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.queries import assessment, deleted_for, trials_for, versions
from solstice_web.ledger.told import FactsRefusedError, Told
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SERTRALINE: dict[str, Any] = {
    "kind": "medicine", "agent": "sertraline", "dose": 150, "weeks_at_dose": 9, "adherence": "good",
    "outcome": "no_response", "stopped_for": "inefficacy", "in_episode": True, "started": "2023-04",
}  # fmt: skip
pytestmark = pytest.mark.django_db


def add(person: Person, by: User, **facts: Any) -> TrialRow:
    return add_trial(
        person=person, row_id=uuid.uuid4(), told=Told({**SERTRALINE, **facts}, "told at visit"), by=by, at=AT
    )


def test_a_trial_reaches_the_engine_as_it_was_told(person: Person, clinician: User) -> None:
    add(person, clinician, dose=None, weeks_at_dose={"at_least": 4})
    (trial,) = trials_for(person)
    assert (trial.agent, trial.dose, str(trial.started), trial.note) == ("sertraline", None, "2023-04", "told at visit")
    assert assessment(person, at=AT).trials[0].adequate is None


def test_a_known_dose_makes_it_adequate_at_once(person: Person, clinician: User) -> None:
    row = add(person, clinician, dose=None)
    assert assessment(person, at=AT).trials[0].adequate is None
    edit_trial(person=person, row_id=row.pk, revision=1, told=Told(SERTRALINE), by=clinician, at=AT)
    assert assessment(person, at=AT).trials[0].adequate is True


def test_sent_twice_is_saved_once(person: Person, clinician: User) -> None:
    name = uuid.uuid4()
    for _ in range(3):
        add_trial(person=person, row_id=name, told=Told(SERTRALINE), by=clinician, at=AT)
    assert (TrialRow.objects.count(), LedgerVersion.objects.count()) == (1, 1)
    for _ in range(3):
        edit_trial(person=person, row_id=name, revision=1, told=Told({**SERTRALINE, "dose": 200}), by=clinician, at=AT)
    assert (TrialRow.objects.get().revision, LedgerVersion.objects.count()) == (2, 2)


def test_the_second_editor_is_told_both_texts(person: Person, clinician: User, users: dict[str, User]) -> None:
    row = add(person, clinician)
    edit_trial(person=person, row_id=row.pk, revision=1, told=Told({**SERTRALINE, "dose": 200}), by=clinician, at=AT)
    with pytest.raises(StaleEditError) as stale:
        edit_trial(
            person=person,
            row_id=row.pk,
            revision=1,
            told=Told({**SERTRALINE, "dose": 50}, "mine"),
            by=users["service_lead"],
            at=AT,
        )
    assert (stale.value.current["dose"], stale.value.yours["dose"], stale.value.yours["note"]) == (200, 50, "mine")
    assert stale.value.revision == 2
    row.refresh_from_db()
    assert row.facts["dose"] == 200
    assert [version.revision for version in versions(person, row.pk)] == [2, 1]
    assert Event.objects.filter(action__startswith="ledger.").count() == 2


def test_deleted_can_be_brought_back_for_thirty_days(person: Person, clinician: User) -> None:
    row = add(person, clinician)
    delete_trial(person=person, row_id=row.pk, revision=1, by=clinician, at=AT)
    assert trials_for(person) == ()
    assert list(deleted_for(person, at=AT + timedelta(days=30))) == [row]
    undo_delete(person=person, row_id=row.pk, by=clinician, at=AT + timedelta(days=30))
    assert len(trials_for(person)) == 1
    delete_trial(person=person, row_id=row.pk, revision=3, by=clinician, at=AT)
    with pytest.raises(UndoTooLateError):
        undo_delete(person=person, row_id=row.pk, by=clinician, at=AT + timedelta(days=30, seconds=1))
    assert LedgerVersion.objects.count() == 4


def test_a_row_of_someone_else_is_not_there(person: Person, stranger: Person, clinician: User) -> None:
    row = add(stranger, clinician)
    with pytest.raises(NoTrialError):
        edit_trial(person=person, row_id=row.pk, revision=1, told=Told(SERTRALINE), by=clinician, at=AT)
    with pytest.raises(NoTrialError):
        add_trial(person=person, row_id=row.pk, told=Told(SERTRALINE), by=clinician, at=AT)
    assert not versions(person, row.pk).exists()


def test_every_fault_of_every_field_is_named() -> None:
    with pytest.raises(FactsRefusedError) as refused:
        Told({"kind": "pill", "dose": "lots", "started": "soon", "colour": "blue"})
    assert {"kind", "dose", "started", "colour"} <= set(refused.value.errors)
    with pytest.raises(FactsRefusedError) as refused:
        Told({**SERTRALINE, "ended": "2022"})
    assert refused.value.errors == {"ended": ["the trial ends before it starts; check started and ended"]}


def test_words_are_never_in_clear_in_the_table(person: Person, clinician: User) -> None:
    from django.db import connection

    add(person, clinician, agent="a herb of my aunt")
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts, note FROM ledger_trialrow")
        stored = str(cursor.fetchall())
    assert "aunt" not in stored
    assert "visit" not in stored


def test_a_treatment_that_has_not_begun_is_refused_by_every_way_in(person: Person, clinician: User) -> None:
    later = Told({"kind": "medicine", "agent": "sertraline", "started": "2999-01"})
    with pytest.raises(FactsRefusedError) as refused:
        add_trial(person=person, row_id=uuid.uuid4(), told=later, by=clinician, at=AT)
    assert "future" in refused.value.errors["started"][0]
    assert not TrialRow.objects.filter(person=person).exists()
