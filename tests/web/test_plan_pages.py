"""Plan, questions and formulation pages: reasons visible, parts that add up, decisions with reasons, never a silent error."""

import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice.plan.result import Benefit
from solstice_web.accounts.models import Role, User
from solstice_web.courses.models import Course
from solstice_web.measures.content import library
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.plans.actions import set_offer
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import current_plan
from solstice_web.workspace import formulation, plan
from solstice_web.workspace.plan_words import in_words, shown_options

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
REASON = "She wants to start with small steps at home."


def address(person: Person, rest: str = "plan/") -> str:
    return f"/clinic/people/{person.pk}/{rest}"


def words(response: Any) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def decision(person: Person, **changes: str) -> dict[str, str]:
    return {
        "person": str(person.pk),
        "id": str(uuid.uuid4()),
        "inputs_hash": current_plan(person, at=timezone.now()).inputs_hash,
        "option": "behavioural-activation",
        "decision": "accept",
        "reason": REASON,
        "agreed": "yes",
        "why": "preference",
        **changes,
    }


def test_the_sentence_comes_first_and_every_basis_is_visible_without_a_click(
    client_for: ClientFor, person: Person
) -> None:
    page = client_for(Role.CLINICIAN).get(address(person))
    text, now = words(page), current_plan(person, at=timezone.now()).plan
    assert text.index(now.sentence) < text.index(now.options[0].summary)
    visible = html.unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<details.*?</details>", "", page.content.decode(), flags=re.DOTALL))
    )
    visible = " ".join(visible.split())
    for option in now.options:
        for reason in (*option.for_, *option.against, *option.cautions):
            assert " ".join(reason.text.split()) in visible
        for unknown in option.unknown:
            assert unknown in visible
        for source in option.sources:
            assert source in text
    assert "It is never a probability" in visible


def test_parts_shown_add_up_exactly_to_the_total_shown(person: Person, clinician: User) -> None:
    save_facts(
        person=person,
        told={
            "episode": {"severity": "severe"},
            "preferences": {"likes": ["activity"]},
            "facts": {"bereavement": True},
        },
        revision=0,
        by=clinician,
        at=timezone.now(),
    )
    shown, _ = shown_options(current_plan(person, at=timezone.now()).plan)
    assert any(len(one.parts) > 2 for one in shown)
    for one in shown:
        hundredths = [round(float(value.replace("−", "-")) * 100) for _, value in one.parts]
        assert sum(hundredths) == round(float(one.total.replace("−", "-")) * 100), one.option.id


@pytest.mark.parametrize(
    ("benefit", "said"),
    [
        (Benefit(0.3, 0.1, 0.5), "small benefit"),
        (Benefit(0.3, -0.1, 0.5), "small benefit, doubtful"),
        (Benefit(0.3, 0.05, 0.6), "small benefit, uncertain"),
        (Benefit(0.0, -0.2, 0.2), "no benefit expected, doubtful"),
        (Benefit(0.15, 0.1, 0.2), "very small benefit"),
        (Benefit(0.9, 0.8, 1.0), "large benefit"),
    ],
)
def test_a_benefit_in_words_keeps_small_effects_small(benefit: Benefit, said: str) -> None:
    assert in_words(benefit) == said


def test_refused_and_not_offered_options_stand_apart_with_their_reasons(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    at = timezone.now()
    set_offer(therapies=["behavioural-activation", "cbt", "tms"], by=clinician, at=at)
    save_facts(person=person, told={"facts": {"metal_in_head": True}}, revision=0, by=clinician, at=at)
    now = current_plan(person, at=at).plan
    text = words(client_for(Role.CLINICIAN).get(address(person)))
    assert now.refused
    assert now.not_offered
    off = text[text.index("Taken off the list") :]
    for one in now.refused:
        assert f"{one.name} : {one.reason}" in off or f"{one.name}: {one.reason}" in off
    elsewhere = text[text.index("Not to be had here now") :]
    for other in now.not_offered:
        assert other.name in elsewhere


def test_accepting_with_a_reason_starts_the_course_and_keeps_what_stood_beside(
    client_for: ClientFor, person: Person
) -> None:
    client, told = client_for(Role.CLINICIAN), decision(person)
    for _ in range(2):
        assert client.post(address(person), told).status_code == 302
    saved = Decision.objects.get()
    assert (saved.reason, saved.agreed, saved.decision) == (REASON, True, "accept")
    assert "cbt" in saved.alternatives
    assert saved.content_version == library().version
    assert Course.objects.get().therapy == "behavioural-activation"
    text = words(client.get(address(person)))
    assert REASON in text
    assert "Agreed with the person." in text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("reason", "   ", "Write why, in your own words"),
        ("reason", "ok", "Write why, in your own words"),
        ("option", "", "Choose the option"),
        ("option", "snake-oil", "Choose one that is shown"),
        ("decision", "", "Choose what you decide"),
        ("agreed", "", "Say whether this is agreed"),
    ],
)
def test_a_decision_needs_all_its_parts_and_keeps_what_was_typed(
    client_for: ClientFor, person: Person, field: str, value: str, said: str
) -> None:
    refused = client_for(Role.CLINICIAN).post(address(person), {**decision(person), field: value})
    assert refused.status_code == 400
    assert said in words(refused)
    if field != "reason":
        assert REASON in refused.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("kind", ["change", "reject"])
def test_disagreeing_is_one_form_and_starts_nothing(client_for: ClientFor, person: Person, kind: str) -> None:
    assert client_for(Role.CLINICIAN).post(address(person), decision(person, decision=kind)).status_code == 302
    assert Decision.objects.get().decision == kind
    assert not Course.objects.exists()


def test_a_decision_on_an_old_plan_is_not_saved_and_says_look_again(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    client, told = client_for(Role.CLINICIAN), decision(person)
    save_facts(person=person, told={"facts": {"bipolarity": True}}, revision=0, by=clinician, at=timezone.now())
    stale = client.post(address(person), told)
    assert stale.status_code == 409
    assert "The facts changed, look again" in words(stale)
    assert REASON in stale.content.decode()
    assert not Decision.objects.exists()
    assert current_plan(person, at=timezone.now()).inputs_hash in stale.content.decode()


def test_an_error_of_the_engine_is_red_and_never_an_empty_plan(
    client_for: ClientFor, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a fault")

    monkeypatch.setattr(plan, "current_plan", broken)
    monkeypatch.setattr(formulation, "formulated", broken)
    client = client_for(Role.CLINICIAN)
    failed = client.get(address(person))
    assert failed.status_code == 500
    assert "so-notice--urgent" in failed.content.decode()
    assert "This does not mean that there is no risk or no option." in words(failed)
    assert "a fault" not in failed.content.decode().replace("It is a fault of the program", "")
    other = client.get(address(person, "formulation/"))
    assert other.status_code == 500
    assert "This could not be computed" in words(other)


def test_not_assessed_never_looks_like_absent(client_for: ClientFor, person: Person) -> None:
    page = client_for(Role.CLINICIAN).get(address(person, "formulation/"))
    text = words(page)
    assert "This is not the same as absent" in text
    assert "so-mechanism--not_assessed" in page.content.decode()
    assert "so-mechanism--absent" not in page.content.decode()
    assert "Not asked yet" in text
    assert f"/clinic/people/{person.pk}/measures/" in page.content.decode()


def test_a_decision_sent_for_another_person_is_refused(client_for: ClientFor, person: Person, stranger: Person) -> None:
    client = client_for(Role.CLINICIAN)
    assert client.post(address(person), {**decision(person), "person": str(stranger.pk)}).status_code == 409
    for rest in ("plan/", "questions/", "formulation/", "sessions/"):
        assert client.get(address(stranger, rest)).status_code == 404
        assert client_for(Role.PATIENT).get(address(person, rest)).status_code == 404
