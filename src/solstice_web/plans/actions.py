"""Record what a clinician decided about an option, with the plan exactly as it was shown."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.courses.actions import start_course
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.plans.models import ClinicOffer, Decision
from solstice_web.plans.queries import MODEL_VERSION, CurrentPlan, current_plan


class StalePlanError(Exception):
    """Facts or content changed since the plan was shown; show the new plan and decide on that (HTTP 409)."""

    def __init__(self, plan: CurrentPlan) -> None:
        self.plan = plan
        super().__init__("the plan shown is older than its facts")


class DecisionRefusedError(ValueError):
    """The decision cannot be recorded; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as its form sends it; `id` is made by the form, `inputs_hash` is that of the plan shown.

    `agreed`: with the person; None where nobody said.
    """

    id: uuid.UUID
    option: str
    decision: str
    reason: str
    inputs_hash: str
    agreed: bool | None = None
    why: str = ""
    agreed_by: tuple[str, ...] = ()
    seen: str = "plan"
    side_by_side: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.why and self.why not in Decision.Why.values:
            raise DecisionRefusedError("Choose what weighed most from the list.")
        if not set(self.agreed_by) <= set(Decision.Agreed.values):
            raise DecisionRefusedError("Choose who agreed from the list.")
        if self.decision not in Decision.Kind.values:
            raise DecisionRefusedError(f"Choose one of {', '.join(Decision.Kind.values)}.")
        if not self.reason.strip():
            raise DecisionRefusedError("Say why, in your own words; one sentence is enough.")


@transaction.atomic
def set_offer(
    *,
    therapies: Sequence[str],
    waiting_weeks: Mapping[str, float] | None = None,
    full: Sequence[str] = (),
    by: User | None,
    at: datetime,
) -> ClinicOffer:
    """Say which options this clinic can give, how long people wait, and what has no place at present.

    Every plan is computed with it from now on. What is not offered has no wait.
    """
    unknown = sorted({*therapies, *full, *(waiting_weeks or {})} - set(library().options))
    if unknown:
        raise DecisionRefusedError(f"'{unknown[0]}' is not an option of the library.")
    given = set(therapies)
    offer = ClinicOffer.objects.create(
        therapies=sorted(given),
        waiting_weeks={name: weeks for name, weeks in sorted((waiting_weeks or {}).items()) if name in given},
        full=sorted(set(full) & given),
        saved_at=at,
        saved_by=by,
    )
    record(action="clinic.offer_set", by=by, at=at, subject=str(offer.id), detail={"options": len(offer.therapies)})
    return offer


@transaction.atomic
def decide(*, person: Person, decided: Decided, by: User, at: datetime) -> Decision:
    """Record a decision; accepting an option that has a therapy in the library begins its course.

    Raises StalePlanError when the facts changed since the plan was shown, and DecisionRefusedError when the option was
    not in that plan or the engine refused it. The same form sent twice is recorded once.
    """
    earlier = Decision.objects.select_for_update().filter(pk=decided.id).first()
    if earlier is not None:
        if earlier.person_id != person.pk:
            raise DecisionRefusedError("This decision could not be saved. Open the plan again.")
        return earlier
    Person.objects.select_for_update().get(pk=person.pk)
    now = current_plan(person, at=at)
    if now.inputs_hash != decided.inputs_hash:
        raise StalePlanError(now)
    chosen = now.plan.get(decided.option)
    if chosen is None:
        raise DecisionRefusedError("This option is not in the plan. Choose one that is shown.")
    decision = _keep(person, decided, now, by=by, at=at)
    record(
        action=f"plan.{decided.decision}",
        by=by,
        at=at,
        person=person,
        subject=str(decision.id),
        detail={"option": decided.option, "content": now.content_version},
    )
    if (
        decided.decision == Decision.Kind.ACCEPT
        and chosen.therapy is not None
        and chosen.therapy in library().therapies
    ):
        start_course(person=person, therapy=chosen.therapy, clinician=by, decision=decision, by=by, at=at)
    return decision


def _keep(person: Person, decided: Decided, now: CurrentPlan, *, by: User, at: datetime) -> Decision:
    """The decision with the plan exactly as it was shown."""
    shown = [option.id for option in now.plan.options]
    chosen = now.plan.get(decided.option)
    return Decision.objects.create(
        id=decided.id,
        person=person,
        option=decided.option,
        decision=decided.decision,
        reason=decided.reason,
        why=decided.why,
        agreed=decided.agreed,
        agreed_by=list(decided.agreed_by),
        seen=decided.seen,
        side_by_side=[name for name in decided.side_by_side if name in shown],
        by=by,
        at=at,
        plan_json=now.plan.to_json(),
        alternatives=[option for option in shown if option != decided.option],
        inputs_hash=now.inputs_hash,
        content_version=now.content_version,
        model_version=f"{MODEL_VERSION}, {now.plan.model_version}"[:60],
        chosen=None if chosen is None else chosen_as_shown(chosen.to_json()),
    )
