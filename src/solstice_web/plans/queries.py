"""The plan as the facts stand now, and what was decided before."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from django.db.models import Count, QuerySet

from solstice.person.file import Offer, PersonFile
from solstice.plan import Plan, recommend
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.plans.models import ClinicOffer, Decision

MODEL_VERSION = f"plan {version('solstice')}"


@dataclass(frozen=True, slots=True)
class CurrentPlan:
    """A plan with the fingerprint of the facts and content it rests on; never stored, never older than its facts."""

    plan: Plan
    facts: PersonFile
    inputs_hash: str
    content_version: str


def current_plan(person: Person, *, at: datetime) -> CurrentPlan:
    """Compute the plan from the facts as they stand at this moment.

    An error of the engine is not caught here: a page must show that there is no plan, never an empty one (hazard H16).
    """
    facts = facts_for(person, at=at)
    return CurrentPlan(recommend(facts, library()), facts, inputs_hash(facts), library().version)


def facts_for(person: Person, *, at: datetime) -> PersonFile:
    """The person file with what this clinic can give."""
    offered = clinic_offer()
    facts = person_file(person, at)
    return facts if offered is None else facts.model_copy(update={"offer": Offer(therapies=offered)})


def clinic_offer() -> tuple[str, ...] | None:
    """Ids of the options this clinic gives; None when nothing was set: everything counts as offered."""
    latest = ClinicOffer.objects.order_by("-saved_at").values_list("therapies", flat=True).first()
    return None if latest is None else tuple(latest)


def inputs_hash(facts: PersonFile) -> str:
    """SHA-256 over every fact and the content version; the day asked is left out, the facts it dates are not."""
    told = facts.model_dump(mode="json", exclude={"at"})
    told["content_version"] = library().version
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def decisions_for(person: Person) -> QuerySet[Decision]:
    """Every decision, the latest first."""
    return Decision.objects.filter(person=person).select_related("by", "person").order_by("-at", "-id")


def is_outdated(decision: Decision, *, at: datetime) -> bool:
    """Whether facts or content changed since the plan of this decision was shown."""
    return decision.inputs_hash != inputs_hash(facts_for(decision.person, at=at))


def decision_counts(*, since: datetime) -> dict[str, int]:
    """How many decisions of each kind the whole clinic recorded since a moment; kinds without one are 0."""
    found = Decision.objects.filter(at__gte=since).order_by().values("decision").annotate(count=Count("id"))
    return {**dict.fromkeys(Decision.Kind.values, 0), **{row["decision"]: row["count"] for row in found}}
