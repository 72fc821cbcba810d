"""The plan as the facts stand now, and what was decided before."""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from typing import Any

from django.db.models import Count, QuerySet

from solstice.person.file import Offer, PersonFile
from solstice.plan import Plan, recommend
from solstice.plan.clinic import ClinicPart
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.people.private import keeps_back, whole
from solstice_web.plans.learning import clinic_part_for, frequencies_of, learnt, part_of
from solstice_web.plans.models import ClinicOffer, Decision
from solstice_web.storage.once import once

log = logging.getLogger("solstice.plans")
NUMBERS = re.compile(r"\d+(?:[.:-]\d+)*")
MADE_WITHOUT = (
    "You read this record without treating the person. This list is made without what is kept for those who treat; "
    "theirs may differ. Ask them before something new is begun."
)
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
    found = learnt(at=at)
    clinic = part_of(found, facts)
    plan = recommend(facts, library(), clinic=clinic, frequencies=frequencies_of(found, facts))
    return CurrentPlan(_as_readable(person, plan), facts, inputs_hash(facts, clinic), library().version)


def _as_readable(person: Person, plan: Plan) -> Plan:
    """For someone who does not treat the person: worked out without what is private, and saying so (decision 0014)."""
    if not keeps_back(person):
        return plan
    asked = tuple(one for one in plan.would_change if one.fact not in library().private.facts)
    return replace(plan, notices=(*plan.notices, MADE_WITHOUT), would_change=asked)


def whole_hash(person: Person, *, at: datetime) -> str:
    """The fingerprint of everything known now, whoever reads: what earlier decisions are compared with."""
    with whole():
        facts = facts_for(person, at=at)
    return inputs_hash(facts, clinic_part_for(facts, at=at))


def facts_for(person: Person, *, at: datetime) -> PersonFile:
    """The person file with what this clinic can give."""
    offered = clinic_offer()
    facts = person_file(person, at)
    return facts if offered is None else facts.model_copy(update={"offer": offered})


def clinic_offer() -> Offer | None:
    """What this clinic gives, with waits; None when nothing was set: everything counts as offered."""
    latest = latest_offer()
    if latest is None:
        return None
    return Offer(therapies=tuple(latest.therapies), waiting_weeks=latest.waiting_weeks, full=tuple(latest.full))


@once
def latest_offer() -> ClinicOffer | None:
    return ClinicOffer.objects.order_by("-saved_at").select_related("saved_by").first()


def option_as_shown(decision: Decision) -> Mapping[str, Any]:
    """The option decided on as the plan showed it then: a combination stands in no library."""
    shown = (*decision.plan_json.get("options", ()), *decision.plan_json.get("adjuncts", ()))
    return next((option for option in shown if option.get("id") == decision.option), {})


def option_name(decision: Decision) -> str:
    """The option's name as it was shown, else as the library has it, else its id."""
    known = library().options.get(decision.option)
    return str(option_as_shown(decision).get("name") or (known.name if known else decision.option))


def inputs_hash(facts: PersonFile, clinic: ClinicPart | None = None) -> str:
    """SHA-256 over every fact and the content version; the day asked is left out, the facts it dates are not."""
    told = facts.model_dump(mode="json", exclude={"at"})
    told["content_version"] = library().version
    if clinic is not None and not clinic.is_shadow:
        told["clinic"] = clinic.model_version  # in shadow it moves nothing, so that it makes no plan older
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def decisions_for(person: Person) -> QuerySet[Decision]:
    """Every decision, the latest first."""
    return Decision.objects.filter(person=person).select_related("by", "person").order_by("-at", "-id")


@once
def every_decision(person: Person) -> tuple[Decision, ...]:
    """The same decisions, read once a page."""
    found = tuple(Decision.objects.filter(person=person).select_related("by").order_by("-at", "-id"))
    for decision in found:
        decision.person = person
    return found


def is_outdated(decision: Decision, *, at: datetime) -> bool:
    """Whether the plan would read differently now: another order, refusal or reason.

    A new weekly total alone changes the facts and not the plan. Where no plan can be made it must be looked at. For a
    reader who does not treat the person nothing is outdated by what is kept from them alone.
    """
    with whole():
        outdated = _reads_differently(decision, at=at)
    return outdated and (not keeps_back(decision.person) or _reads_differently(decision, at=at))


def _reads_differently(decision: Decision, *, at: datetime) -> bool:
    facts = facts_for(decision.person, at=at)
    clinic = clinic_part_for(facts, at=at)
    if decision.inputs_hash == inputs_hash(facts, clinic):
        return False
    try:
        return _gist_now(facts, clinic) != _gist(decision.plan_json)
    except Exception:
        log.exception("the plan of %s could not be made", decision.person_id)
        return True


_gists: dict[str, str] = {}
"""What `_gist_now` found, by everything it rests on: fingerprints only, of this process only (decision 0016)."""
MOST_GISTS = 2000


def _gist_now(facts: PersonFile, clinic: ClinicPart | None) -> str:
    """The gist of the plan these facts give; worked out once for the same facts, day, content and clinic's part."""
    told = f"{inputs_hash(facts, clinic)} {facts.at} {clinic!r}"
    key = hashlib.sha256(told.encode()).hexdigest()
    found = _gists.get(key)
    if found is None:
        found = _gist(recommend(facts, library(), clinic=clinic, ask=False).to_json())
        if len(_gists) >= MOST_GISTS:
            _gists.clear()
        _gists[key] = found
    return found


def _gist(plan: Any) -> str:
    """Fingerprint of order, groups and refusals, and of the reasons without the numbers that stand in them."""
    order = [[one["id"], one["group"]] for one in plan["options"]] + [one["id"] for one in plan["refused"]]
    reasons = [[one["for"], one["against"], one["cautions"]] for one in plan["options"]]
    words = NUMBERS.sub("#", json.dumps([reasons, [one["reason"] for one in plan["refused"]]]))
    return hashlib.sha256(json.dumps([order, words]).encode()).hexdigest()


def decision_counts(*, since: datetime) -> dict[str, int]:
    """How many decisions of each kind the whole clinic recorded since a moment; kinds without one are 0."""
    found = Decision.objects.filter(at__gte=since).order_by().values("decision").annotate(count=Count("id"))
    return {**dict.fromkeys(Decision.Kind.values, 0), **{row["decision"]: row["count"] for row in found}}


def reasons_for_differing(*, since: datetime) -> dict[str, int]:
    """Why clinicians changed or set aside what was shown, in the whole clinic since a moment; every reason is listed.

    Decisions of which nobody said why count as "other".
    """
    differing = Decision.objects.filter(at__gte=since).exclude(decision=Decision.Kind.ACCEPT)
    found = differing.order_by().values("why").annotate(count=Count("id"))
    counts = dict.fromkeys(Decision.Why.values, 0)
    for row in found:
        counts[row["why"] or Decision.Why.OTHER] += row["count"]
    return counts
