"""A plan is computed from the facts as they stand, and a decision keeps what was shown."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.courses.models import Course
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.plans.actions import Decided, DecisionRefusedError, StalePlanError, decide, set_offer
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import current_plan, is_outdated

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BA = "behavioural-activation"
pytestmark = pytest.mark.django_db


def decided(shown: str, option: str = BA, decision: str = "accept") -> Decided:
    return Decided(uuid.uuid4(), option, decision, "Fits what she likes.", shown)


def test_accepting_keeps_the_plan_and_begins_the_course(person: Person, clinician: User) -> None:
    plan = current_plan(person, at=AT)
    told = decided(plan.inputs_hash)
    for _ in range(2):
        decide(person=person, decided=told, by=clinician, at=AT)
    decision = Decision.objects.get()
    assert decision.plan_json == plan.plan.to_json()
    assert (decision.content_version, decision.reason) == (plan.content_version, "Fits what she likes.")
    assert decision.alternatives
    assert BA not in decision.alternatives
    course = Course.objects.get()
    assert (course.therapy, course.decision, course.clinician) == (BA, decision, clinician)
    assert Event.objects.filter(action__in=["plan.accept", "course.started"]).count() == 2


def test_rejecting_begins_nothing(person: Person, clinician: User) -> None:
    shown = current_plan(person, at=AT).inputs_hash
    decide(person=person, decided=decided(shown, decision="reject"), by=clinician, at=AT)
    assert not Course.objects.exists()


def test_any_new_fact_makes_a_shown_plan_stale(person: Person, clinician: User) -> None:
    shown = current_plan(person, at=AT).inputs_hash
    add_trial(
        person=person, row_id=uuid.uuid4(), told=Told({"kind": "medicine", "agent": "sertraline"}), by=clinician, at=AT
    )
    with pytest.raises(StalePlanError) as stale:
        decide(person=person, decided=decided(shown), by=clinician, at=AT)
    assert stale.value.plan.inputs_hash != shown
    after_trial = stale.value.plan.inputs_hash
    save_facts(person=person, told={"facts": {"pregnancy": True}}, revision=0, by=clinician, at=AT)
    assert current_plan(person, at=AT).inputs_hash != after_trial
    set_offer(therapies=[BA], by=None, at=AT)
    offered = current_plan(person, at=AT)
    assert [option.id for option in offered.plan.options] == [BA]
    assert not Decision.objects.exists()


def test_the_day_alone_does_not_make_a_plan_stale_but_a_fact_does(person: Person, clinician: User) -> None:
    shown = current_plan(person, at=AT).inputs_hash
    tomorrow = AT + timedelta(days=1)
    decision = decide(person=person, decided=decided(shown), by=clinician, at=tomorrow)
    assert not is_outdated(decision, at=tomorrow)
    save_facts(person=person, told={"facts": {"bipolarity": True}}, revision=0, by=clinician, at=tomorrow)
    assert is_outdated(decision, at=tomorrow)


def test_what_is_not_in_the_plan_cannot_be_decided(person: Person, clinician: User) -> None:
    shown = current_plan(person, at=AT).inputs_hash
    with pytest.raises(DecisionRefusedError, match="not in the plan"):
        decide(person=person, decided=decided(shown, option="dancing"), by=clinician, at=AT)
    with pytest.raises(DecisionRefusedError, match="not an option"):
        set_offer(therapies=["dancing"], by=None, at=AT)


@pytest.mark.parametrize(("decision", "reason"), [("maybe", "because"), ("accept", "  ")])
def test_a_decision_needs_a_kind_and_a_reason(decision: str, reason: str) -> None:
    with pytest.raises(DecisionRefusedError):
        Decided(uuid.uuid4(), BA, decision, reason, "x")
