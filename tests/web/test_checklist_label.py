"""The label is stored only over a settled checklist, is signed as it was read, and never looks valid on other facts."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.ledger.actions import add_trial, edit_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.queries import assessment
from solstice_web.ledger.told import Told
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.resistance import actions
from solstice_web.resistance.actions import (
    AnswerRefusedError,
    NotSignableError,
    Said,
    StaleLabelError,
    answer_item,
    sign_label,
    withdraw_label,
)
from solstice_web.resistance.checklist import Item, basis_of, fingerprint
from solstice_web.resistance.models import ItemAnswer, SignedLabel
from solstice_web.resistance.queries import checklist_of, label_of

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
WHOLE: dict[str, Any] = {
    "kind": "medicine", "agent": "sertraline", "dose": 150, "weeks_at_dose": 9, "adherence": "good",
    "outcome": "no_response", "stopped_for": "inefficacy", "in_episode": True,
}  # fmt: skip


@pytest.fixture
def trials(person: Person, clinician: User) -> list[TrialRow]:
    """Two failed adequate trials of nine weeks, and facts without bipolarity."""
    at = timezone.now()
    save_facts(
        person=person,
        told={"episode": {"months": 20, "severity": "severe", "psychosis": False}, "facts": {"bipolarity": False}},
        revision=0,
        by=clinician,
        at=at,
    )
    return [
        add_trial(
            person=person, row_id=uuid.uuid4(), told=Told({**WHOLE, "agent": agent, "dose": dose}), by=clinician,
            at=at + timedelta(milliseconds=number),
        )
        for number, (agent, dose) in enumerate((("sertraline", 150), ("venlafaxine", 225)))
    ]  # fmt: skip


def items(person: Person) -> dict[str, Item]:
    return {one.item.id: one for one in checklist_of(person, assessment(person, at=timezone.now()))}


def answer(person: Person, by: User, item: str, state: str = "ruled_out", **more: Any) -> ItemAnswer:
    now = items(person)[item].answer
    said = Said(uuid.uuid4(), item, state, more.pop("ground", "seen on 3 May"), **more)
    revision = now.revision if now else 0
    return answer_item(person=person, said=said, revision=revision, by=by, at=timezone.now())


def settle(person: Person, by: User) -> None:
    for name, one in items(person).items():
        if one.missing:
            answer(person, by, name)


def shown(person: Person) -> str:
    ledger = assessment(person, at=timezone.now())
    return fingerprint(basis_of(ledger, checklist_of(person, ledger)))


def sign(person: Person, by: User, **more: Any) -> SignedLabel:
    told = {"label_id": uuid.uuid4(), "shown": shown(person), "at": timezone.now(), **more}
    return sign_label(person=person, by=by, **told)


@pytest.fixture
def signed(person: Person, clinician: User, trials: list[TrialRow]) -> SignedLabel:
    settle(person, clinician)
    return sign(person, clinician)


def address(person: Person, rest: str = "") -> str:
    return f"/clinic/people/{person.pk}/questions/{rest}"


def test_nothing_is_signed_while_an_item_is_open(person: Person, clinician: User, trials: list[TrialRow]) -> None:
    waiting = [name for name, one in items(person).items() if one.missing]
    assert "medical" in waiting
    assert "dose_inadequate" not in waiting  # every medicine reached its dose: the facts alone settle it
    for number, name in enumerate(waiting):
        with pytest.raises(NotSignableError) as refused:
            sign(person, clinician)
        assert len(refused.value.reasons) == len(waiting) - number
        answer(person, clinician, name)
    assert sign(person, clinician).signed_by == clinician


def test_a_present_item_blocks_the_label_until_a_reason_is_given(
    person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    settle(person, clinician)
    answer(person, clinician, "comorbid", "present", ground="PTSD, known since 2019")
    with pytest.raises(NotSignableError) as refused:
        sign(person, clinician)
    assert refused.value.reasons == [
        "Other disorders is present: say why the label stands all the same, or it blocks the label."
    ]
    answer(person, clinician, "comorbid", "present", ground="PTSD", despite="treated in full, did not change it")
    assert sign(person, clinician).basis["items"]["comorbid"]["despite"] == "treated in full, did not change it"


@pytest.mark.parametrize("told", [{"weeks_at_dose": 2}, {"outcome": "unknown", "stopped_for": "other"}])
def test_where_the_definition_is_not_surely_met_no_label_is_stored(
    person: Person, clinician: User, trials: list[TrialRow], told: dict[str, Any]
) -> None:
    edit_trial(
        person=person, row_id=trials[0].pk, revision=1, told=Told({**WHOLE, **told}), by=clinician, at=timezone.now()
    )
    for name, one in items(person).items():
        if one.missing:
            answer(person, clinician, name, "present" if one.item.state == "present" else "ruled_out", despite="x y z")
    with pytest.raises(NotSignableError) as refused:
        sign(person, clinician)
    assert "The regulatory definition" in refused.value.reasons[0]


@pytest.mark.parametrize("ground", ["", "  ", "ok"])
def test_ruled_out_and_present_need_a_ground(person: Person, clinician: User, ground: str) -> None:
    for state in ("ruled_out", "present"):
        with pytest.raises(AnswerRefusedError) as refused:
            Said(uuid.uuid4(), "medical", state, ground)
        assert refused.value.field == "ground"


def test_the_same_signature_twice_is_one_and_another_basis_is_none(
    person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    settle(person, clinician)
    read, name = shown(person), uuid.uuid4()
    answer(person, clinician, "medical", ground="another ground than the one that was read")
    with pytest.raises(StaleLabelError):
        sign(person, clinician, shown=read)
    for _ in range(2):
        sign(person, clinician, label_id=name)
    assert SignedLabel.objects.count() == 1


def test_the_label_says_who_when_and_on_what(person: Person, clinician: User, signed: SignedLabel) -> None:
    label = label_of(person)
    assert label is not None
    assert (label.state, label.by, label.at, label.since) == ("signed", "clinician", signed.signed_at, None)
    assert label.counted == ("sertraline", "venlafaxine")
    assert label.ledger_revision == 2
    assert label.content_version == signed.content_version != ""
    assert label.to_json()["state"] == "signed"
    event = Event.objects.get(action="label.signed")
    assert (event.person, event.actor, event.subject) == (person.pk, clinician.pk, str(signed.pk))


def change_weeks(person: Person, by: User, trials: list[TrialRow]) -> None:
    edit_trial(
        person=person, row_id=trials[0].pk, revision=1, told=Told({**WHOLE, "weeks_at_dose": 2}), by=by,
        at=timezone.now(),
    )  # fmt: skip


def change_bipolarity(person: Person, by: User, trials: list[TrialRow]) -> None:
    told = {"episode": {"months": 20, "severity": "severe", "psychosis": False}, "facts": {"bipolarity": True}}
    save_facts(person=person, told=told, revision=1, by=by, at=timezone.now())


def change_unemployed(person: Person, by: User, trials: list[TrialRow]) -> None:
    """An item that a clinician ruled out; the facts now say it is there."""
    told = {"episode": {"months": 20, "severity": "severe", "psychosis": False}}
    facts = {"bipolarity": False, "unemployed": True}
    save_facts(person=person, told={**told, "facts": facts}, revision=1, by=by, at=timezone.now())


def change_answer(person: Person, by: User, trials: list[TrialRow]) -> None:
    answer(person, by, "medical", "open", ground="")


def change_added(person: Person, by: User, trials: list[TrialRow]) -> None:
    told = Told({**WHOLE, "agent": "mirtazapine", "dose": 30})
    add_trial(person=person, row_id=uuid.uuid4(), told=told, by=by, at=timezone.now())


@pytest.mark.parametrize(
    "changed",
    [change_weeks, change_bipolarity, change_unemployed, change_answer, change_added],
    ids=lambda f: f.__name__,
)
def test_a_later_fact_that_changes_the_answer_makes_it_out_of_date_and_changing_back_does_not_renew_it(
    person: Person, clinician: User, trials: list[TrialRow], signed: SignedLabel, changed: Callable[..., None]
) -> None:
    changed(person, clinician, trials)
    label = label_of(person)
    assert label is not None
    assert label.state == "out_of_date"
    assert label.since is not None
    assert label.reasons
    assert Event.objects.filter(action="label.out_of_date").count() == 1
    if changed is change_weeks:
        edit_trial(person=person, row_id=trials[0].pk, revision=2, told=Told(WHOLE), by=clinician, at=timezone.now())
        again = label_of(person)
        assert again is not None
        assert again.state == "out_of_date"
        settle(person, clinician)
        sign(person, clinician, at=timezone.now())
        renewed = label_of(person)
        assert renewed is not None
        assert renewed.state == "signed"


def test_a_later_fact_that_changes_nothing_leaves_it_in_date(
    person: Person, clinician: User, trials: list[TrialRow], signed: SignedLabel
) -> None:
    told = Told({**WHOLE, "dose": 200}, note="checked with the pharmacy")
    edit_trial(person=person, row_id=trials[0].pk, revision=1, told=told, by=clinician, at=timezone.now())
    label = label_of(person)
    assert label is not None
    assert label.state == "signed"


def test_what_no_save_changed_is_seen_all_the_same(person: Person, clinician: User, signed: SignedLabel) -> None:
    """A birth date that makes the person a minor is no save of the ledger."""
    Person.objects.filter(pk=person.pk).update(birth_date=timezone.now().date() - timedelta(days=365 * 15))
    person.refresh_from_db()
    label = label_of(person)
    assert label is not None
    assert (label.state, label.since) == ("out_of_date", None)


def test_a_fault_of_the_engine_makes_the_label_out_of_date_and_loses_no_save(
    person: Person, clinician: User, trials: list[TrialRow], signed: SignedLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(actions, "assessment", broken)
    edit_trial(
        person=person, row_id=trials[0].pk, revision=1, told=Told({**WHOLE, "dose": 175}), by=clinician,
        at=timezone.now(),
    )  # fmt: skip
    signed.refresh_from_db()
    assert signed.out_of_date_since is not None
    assert TrialRow.objects.get(pk=trials[0].pk).facts["dose"] == 175


def test_an_answer_given_before_the_facts_changed_must_be_looked_at_again(
    person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    settle(person, clinician)
    change_unemployed(person, clinician, trials)
    one = items(person)["psychosocial"]
    assert (one.item.state, one.item.facts_state, one.missing) == ("ruled_out", "present", "look_again")
    with pytest.raises(NotSignableError):
        sign(person, clinician)
    answer(person, clinician, "psychosocial", ground="found work again in June")
    assert sign(person, clinician)


def test_a_label_is_taken_back_with_a_reason_and_its_signature_stays(
    person: Person, clinician: User, signed: SignedLabel
) -> None:
    told: dict[str, Any] = {"person": person, "label_id": signed.pk, "by": clinician, "at": timezone.now()}
    with pytest.raises(AnswerRefusedError):
        withdraw_label(**told, reason=" ")
    withdraw_label(**told, reason="was signed for another person")
    assert label_of(person) is None
    assert SignedLabel.objects.get().withdrawn_reason == "was signed for another person"


def test_two_who_answer_one_item_see_both(person: Person, clinician: User, trials: list[TrialRow]) -> None:
    answer(person, clinician, "medical", ground="TSH normal")
    said = Said(uuid.uuid4(), "medical", "present", "TSH 9")
    with pytest.raises(StaleEditError) as stale:
        answer_item(person=person, said=said, revision=0, by=clinician, at=timezone.now())
    assert (stale.value.current["ground"], stale.value.yours["ground"]) == ("TSH normal", "TSH 9")
    assert ItemAnswer.objects.count() == 1
