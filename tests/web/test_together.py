"""Deciding together, what matters, what the clinic can give, and why decisions differ: saved, shown, counted."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.charts.icons import icon_array
from solstice_web.people.actions import save_facts, save_what_matters
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.people.queries import current_facts
from solstice_web.plans.actions import Decided, decide, set_offer
from solstice_web.plans.models import ClinicOffer, Decision
from solstice_web.plans.queries import current_plan, option_name, reasons_for_differing

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


def address(person: Person) -> str:
    return f"/clinic/people/{person.pk}/plan/together/"


def decision(person: Person, **changes: Any) -> dict[str, Any]:
    return {
        "person": str(person.pk),
        "id": str(uuid.uuid4()),
        "inputs_hash": current_plan(person, at=timezone.now()).inputs_hash,
        "option": "behavioural-activation",
        "decision": "accept",
        "reason": "She wants to begin with small steps.",
        "agreed": "yes",
        "agreed_by": ["person", "clinician"],
        "why": "preference",
        "shown": ["behavioural-activation", "cbt"],
        **changes,
    }


def test_the_decision_keeps_who_agreed_why_and_what_was_shown(client_for: ClientFor, person: Person) -> None:
    client = client_for(Role.CLINICIAN)
    assert client.post(address(person), decision(person)).status_code == 302
    saved = Decision.objects.get()
    assert (saved.why, saved.agreed, saved.agreed_by) == ("preference", True, ["person", "clinician"])
    assert (saved.seen, saved.side_by_side) == ("together", ["behavioural-activation", "cbt"])
    assert "plan/3" in saved.model_version


def test_what_is_wrong_is_said_and_what_was_written_stays(client_for: ClientFor, person: Person) -> None:
    client = client_for(Role.CLINICIAN)
    answer = client.post(address(person), decision(person, decision="reject", why=""))
    assert answer.status_code == 400
    assert "Choose what weighed most" in answer.content.decode()
    assert "She wants to begin with small steps." in answer.content.decode()
    stale = client.post(address(person), decision(person, inputs_hash="0" * 64))
    assert stale.status_code == 409
    assert not Decision.objects.exists()


def test_numbers_are_those_of_a_study_and_never_of_this_person(client_for: ClientFor, person: Person) -> None:
    page = client_for(Role.CLINICIAN).get(address(person) + "?show=cbt&show=behavioural-activation").content.decode()
    assert "46 of 100 with it" in page
    assert "22 of 100 in the other group" in page
    assert "Nobody can say the same for one person." in page
    assert "people like you" not in page
    assert "Draft: no clinician has signed" in page


def test_what_matters_is_kept_beside_all_other_facts_and_moves_the_preference_part(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    at = timezone.now()
    told = {"facts": {"pregnancy": False}, "preferences": {"likes": ["activity"], "hours_per_week": 3}}
    save_facts(person=person, told=told, revision=0, by=clinician, at=at)
    before = current_plan(person, at=at).plan.get("ltpp")
    patient = client_for(Role.PATIENT)
    form = {"person": str(person.pk), "speed": "3", "time": "", "side_effects": "0"}
    assert patient.post("/plan/matters/", form).status_code == 302
    facts = person_file(person, timezone.now())
    assert facts.preferences.weights.model_dump() == {"speed": 3, "time": None, "side_effects": 0, "travel": None}
    assert facts.preferences.likes == ("activity",)
    assert facts.facts.pregnancy is False
    after = current_plan(person, at=timezone.now()).plan.get("ltpp")
    assert before is not None
    assert after is not None
    assert after.parts.preference < before.parts.preference
    assert 'value="3" checked' in patient.get("/plan/matters/").content.decode()


def test_the_facts_form_does_not_lose_what_matters(client_for: ClientFor, person: Person, clinician: User) -> None:
    save_what_matters(person=person, weights={"travel": 2}, by=clinician, at=timezone.now())
    form = {"person": str(person.pk), "revision": 1, "pregnancy": "no"}
    assert client_for(Role.CLINICIAN).post(f"/clinic/people/{person.pk}/facts/", form).status_code == 302
    assert person_file(person, timezone.now()).preferences.weights.travel == 2


def test_the_same_answers_twice_are_one_version(person: Person, clinician: User) -> None:
    assert save_what_matters(person=person, weights={"speed": 1}, by=clinician, at=timezone.now()) is not None
    assert save_what_matters(person=person, weights={"speed": 1}, by=clinician, at=timezone.now()) is None
    latest = current_facts(person)
    assert latest is not None
    assert latest.revision == 1


def test_a_wrong_answer_changes_nothing(client_for: ClientFor, person: Person) -> None:
    answer = client_for(Role.PATIENT).post("/plan/matters/", {"person": str(person.pk), "speed": "9"})
    assert answer.status_code == 422
    assert current_facts(person) is None


def test_the_offer_with_waits_reaches_every_plan(client_for: ClientFor, person: Person) -> None:
    client = client_for(Role.SERVICE_LEAD)
    form = {"given_cbt": "on", "given_mbct": "on", "given_ipt": "on", "wait_cbt": "12", "full_mbct": "on"}
    assert client.post("/service/offer/", form).status_code == 302
    now = current_plan(person, at=timezone.now()).plan
    cbt = now.get("cbt")
    assert cbt is not None
    assert cbt.burden.waiting_weeks == 12
    apart = {one.id: one.reason for one in now.not_offered}
    assert "No place" in apart["mbct"]
    assert "referral" in apart["behavioural-activation"]
    assert 'value="12"' in client.get("/service/offer/").content.decode()


@pytest.mark.parametrize("wait", ["soon", "-1", "9999"])
def test_a_wait_that_is_none_is_refused_beside_its_field(client_for: ClientFor, wait: str) -> None:
    answer = client_for(Role.SERVICE_LEAD).post("/service/offer/", {"given_cbt": "on", "wait_cbt": wait})
    assert answer.status_code == 400
    assert 'id="error_cbt"' in answer.content.decode()
    assert not ClinicOffer.objects.exists()


def test_reasons_for_differing_are_counted(client_for: ClientFor, person: Person, clinician: User) -> None:
    at = timezone.now()
    now = current_plan(person, at=at)
    for kind, why in (("reject", "harm"), ("change", "harm"), ("reject", ""), ("accept", "preference")):
        told = Decided(uuid.uuid4(), "cbt", kind, "A reason of ten letters.", now.inputs_hash, why=why)
        decide(person=person, decided=told, by=clinician, at=at)
    counts = reasons_for_differing(since=at)
    assert (counts["harm"], counts["other"], counts["preference"]) == (2, 1, 0)
    page = client_for(Role.SERVICE_LEAD).get("/service/").content.decode()
    assert "Why the plan was changed or set aside" in page


def test_a_combination_is_decided_shown_and_told_to_the_person(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    at = timezone.now()
    set_offer(therapies=["tms", "behavioural-activation"], by=clinician, at=at)
    facts = {"episode": {"severity": "severe"}, "facts": {"metal_in_head": False, "seizure_history": False}}
    save_facts(person=person, told=facts, revision=0, by=clinician, at=at)
    both = current_plan(person, at=at).plan.get("tms+behavioural-activation")
    assert both is not None
    told = decision(person, option=both.id, decision="change", shown=[both.id])
    assert client_for(Role.CLINICIAN).post(address(person), told).status_code == 302
    assert option_name(Decision.objects.get()) == both.name
    page = client_for(Role.PATIENT).get("/plan/").content.decode()
    assert "magnetic" in page.casefold()
    assert "After about" in page


def test_a_share_is_a_share() -> None:
    assert icon_array(46.2, "46 of 100").count("so-icons__yes") == 46
    with pytest.raises(ValueError, match="not a share"):
        icon_array(101, "too many")
