"""Record what a clinician decided about an option, with the plan exactly as it was shown."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from solstice.kernel import Refusal
from solstice.plan.result import PlannedOption
from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.courses.actions import start_course
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.plans.learning import forecast_for
from solstice_web.plans.models import ClinicOffer, Decision, OtherClinic, SharedExport, SigningKey
from solstice_web.plans.outcomes import chosen_as_shown
from solstice_web.plans.queries import MODEL_VERSION, CurrentPlan, current_plan
from solstice_web.plans.sharing import checked, file_of, last_export, sums_to_share

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


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
        chosen=None if chosen is None else _chosen(chosen, now, at=at),
    )


def _chosen(option: PlannedOption, now: CurrentPlan, *, at: datetime) -> dict[str, Any]:
    """What its outcome will be set against; the forecast is kept here before anybody knows the outcome."""
    return chosen_as_shown({**option.to_json(), "forecast": forecast_for(now.facts, option.id, at=at)})


class NothingToShareError(Exception):
    """No treatment has enough people for its sums to leave; `left_out` says why of each."""

    def __init__(self, left_out: tuple[Refusal, ...]) -> None:
        self.left_out = left_out
        super().__init__("no sums may leave")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file on its way out, as text, and what was left out of it."""

    text: str
    export: SharedExport
    left_out: tuple[Refusal, ...]


@transaction.atomic
def export_sums(*, epsilon: float | None = None, delta: float | None = None, by: User, at: datetime) -> Exported:
    """Make the file of sums that may leave. Raises NothingToShareError, and nothing is recorded then."""
    sums = sums_to_share(epsilon=epsilon, delta=delta)
    if sums.statistics is None:
        raise NothingToShareError(sums.left_out)
    before = last_export()
    data = file_of(sums, _signing_key(at=at), before.hash if before else None)
    noise = None if sums.budget is None else {"epsilon": sums.budget.epsilon, "delta": sums.budget.delta}
    export = SharedExport.objects.create(
        hash=data["hash"],
        previous=data["previous"] or "",
        treatments=len(sums.statistics.treatments),
        noise=noise,
        at=at,
        by=by,
    )
    detail = {"treatments": export.treatments, "left_out": len(sums.left_out), "noise": noise is not None}
    record(action="sums.exported", by=by, at=at, subject=str(export.id), detail=detail)
    return Exported(json.dumps(data, ensure_ascii=False, indent=1) + "\n", export, sums.left_out)


def _signing_key(*, at: datetime) -> "Ed25519PrivateKey":
    """The clinic's own key, made when it is first needed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - seldom needed

    kept = SigningKey.objects.order_by("made_at", "id").first()
    if kept is not None:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept.private))
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    SigningKey.objects.create(private=key.private_bytes_raw().hex(), public=public, made_at=at)
    return key


@transaction.atomic
def add_other_clinic(*, name: str, text: str, by: User, at: datetime) -> OtherClinic:
    """Let another clinic's sums count here, under its name; a newer file of it takes the place of the older.

    Raises ContentError for a file that may not count.
    """
    found, older = checked(text, name)
    OtherClinic.objects.filter(pk__in=[one.pk for one in older]).update(removed_at=at)
    kept = OtherClinic.objects.create(
        name=name,
        content=text,
        hash=found.shape.hash,
        public_key=found.shape.public_key,
        outcomes=found.statistics.n,
        added_at=at,
        added_by=by,
    )
    record(action="sums.added", by=by, at=at, subject=str(kept.id), detail={"replaced": len(older)})
    return kept


@transaction.atomic
def remove_other_clinic(*, other: uuid.UUID, by: User, at: datetime) -> None:
    """Let another clinic's sums no longer count; doing so twice is no fault."""
    if OtherClinic.objects.filter(pk=other, removed_at__isnull=True).update(removed_at=at):
        record(action="sums.removed", by=by, at=at, subject=str(other))
