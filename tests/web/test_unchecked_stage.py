"""What a person told and nobody checked stands beside what was checked, and no label rests on it."""

import pytest
from django.utils import timezone
from tests.web.test_checklist_label import ClientFor, settle, sign, signed, trials

from solstice.letter import Parties
from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import check_trial, edit_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.queries import assessment
from solstice_web.ledger.told import Told
from solstice_web.letters.queries import drafted
from solstice_web.people.models import Person
from solstice_web.resistance.actions import NotSignableError
from solstice_web.resistance.models import SignedLabel
from solstice_web.resistance.queries import label_of

__all__ = ["signed", "trials"]
pytestmark = pytest.mark.django_db
BESIDE = "By what was checked alone"


def told_by_the_person(row: TrialRow, by: User) -> TrialRow:
    told = Told(row.facts, row.note, TrialRow.Teller.PATIENT)
    return edit_trial(person=row.person, row_id=row.pk, revision=row.revision, told=told, by=by, at=timezone.now())


def test_page_and_letter_show_both_and_the_label_waits_for_the_check(
    person: Person, clinician: User, trials: list[TrialRow], client_for: ClientFor
) -> None:
    at, address = timezone.now(), f"/clinic/people/{person.pk}/history/"
    assert BESIDE not in client_for(Role.CLINICIAN).get(address).content.decode()
    row = told_by_the_person(trials[1], clinician)
    settle(person, clinician)
    ledger = assessment(person, at=at)
    assert ledger.checked_only is not None
    assert (ledger.regulatory.answer, ledger.checked_only.regulatory) == ("yes", "cannot_tell")
    page = client_for(Role.CLINICIAN).get(address).content.decode()
    told = ledger.staging["thase_rush_strict"].span
    span = ledger.checked_only.beside("thase_rush_strict", told)
    assert span is not None
    assert told is not None
    assert span.low < told.low
    assert f"{BESIDE}: {span.low:g} to {span.high:g}" in page
    letter = str(drafted(person, purpose="referral", parties=Parties(), at=at))
    assert f"by what was checked alone {span.low:g} to {span.high:g}" in letter
    with pytest.raises(NotSignableError) as refused:
        sign(person, clinician)
    assert refused.value.reasons == ["It rests on what was told and not checked: Venlafaxine. Check it first."]
    questions = client_for(Role.CLINICIAN).get(f"/clinic/people/{person.pk}/questions/").content.decode()
    assert "not checked: Venlafaxine" in questions
    check_trial(
        person=person, row_id=row.pk, revision=row.revision, against="record", note="", by=clinician, at=timezone.now()
    )
    assert assessment(person, at=at).checked_only is None
    assert sign(person, clinician).signed_by == clinician


def test_a_label_is_out_of_date_when_a_trial_it_rests_on_is_told_anew(
    person: Person, clinician: User, trials: list[TrialRow], signed: SignedLabel
) -> None:
    label = label_of(person)
    assert label is not None
    assert label.state == "signed"
    trials[0].refresh_from_db()
    told_by_the_person(trials[0], clinician)
    label = label_of(person)
    assert label is not None
    assert label.state == "out_of_date"
    assert label.reasons == ("Told and not checked now: Sertraline.",)
