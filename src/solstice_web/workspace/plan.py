"""The plan: options beside each other with their reasons and doubt, and the clinician's own recorded decision."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back
from solstice_web.plans.actions import Decided, DecisionRefusedError, StalePlanError, decide
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import CurrentPlan, current_plan, decisions_for, option_name, whole_hash
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.plan_words import DECIDED, DECISIONS, Shown, elsewhere, shown_options

log = logging.getLogger("solstice.workspace")
SHORTEST_REASON = 10
LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What was chosen, as typed; `errors` by field."""

    id: uuid.UUID
    option: str = ""
    decision: str = ""
    reason: str = ""
    agreed: str = ""
    why: str = ""
    agreed_by: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> list[dict[str, str]]:
        return [{"text": text, "href": f"#id_{name}"} for name, text in self.errors.items()]


@requires(Right.DECIDE, person="person_id")
def plan(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        return _page(request, DecisionForm(uuid.uuid4()), at=at)
    refused = other_person(request)
    if refused is not None:
        return refused
    form = read_decision(request)
    if form.errors:
        return _page(request, form, at=at, status=400)
    decided = Decided(
        id=form.id,
        option=form.option,
        decision=form.decision,
        reason=form.reason,
        inputs_hash=request.POST.get("inputs_hash", "")[:64],
        agreed=form.agreed == "yes",
        why=form.why,
        agreed_by=form.agreed_by,
    )
    try:
        saved = decide(person=request.person, decided=decided, by=request.user, at=at)
    except StalePlanError:
        return _page(request, form, at=at, changed=True, status=409)
    except DecisionRefusedError as fault:
        return _page(request, replace(form, errors={"option": str(fault)}), at=at, status=400)
    began = saved.courses.exists()
    messages.success(request, "The decision is saved, and the course has begun." if began else "The decision is saved.")
    return redirect("workspace:plan", person_id)


def read_decision(request: PersonRequest) -> DecisionForm:
    """The decision as its form sent it, with what has to be put right."""
    post = request.POST
    option, decision, agreed = (post.get(name, "")[:80] for name in ("option", "decision", "agreed"))
    reason = post.get("reason", "").strip()
    errors: dict[str, str] = {}
    if not option:
        errors["option"] = "Choose the option you decide about."
    if decision not in DECISIONS:
        errors["decision"] = "Choose what you decide."
    if len(reason) < SHORTEST_REASON:
        errors["reason"] = "Write why, in your own words; one sentence is enough."
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = f"Write at most {LONGEST_REASON} characters."
    if agreed not in ("yes", "no"):
        errors["agreed"] = "Say whether this is agreed with the person."
    why = post.get("why", "")
    if why not in Decision.Why.values:
        why = ""
    if decision != Decision.Kind.ACCEPT and decision in DECISIONS and not why:
        errors["why"] = "Choose what weighed most; the service counts it, without names."
    agreed_by = tuple(one for one in post.getlist("agreed_by") if one in Decision.Agreed.values)
    return DecisionForm(_uuid(post.get("id", "")), option, decision, reason, agreed, why, agreed_by, errors)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _page(
    request: PersonRequest, form: DecisionForm, *, at: datetime, changed: bool = False, status: int = 200
) -> HttpResponse:
    found = computed(request.person, at=at)
    if found is None:
        return person_page(
            request,
            "plan/not_computed",
            place="plan",
            status=500,
            decisions=_past(request.person, None, at=at),
        )
    now = found.plan
    options, scale = shown_options(now)
    return person_page(
        request,
        "plan/plan",
        place="plan",
        status=status,
        plan=now,
        groups=_groups([one for one in options if one.option.role == "main"]),
        adjuncts=[one for one in options if one.option.role != "main"],
        scale=scale,
        elsewhere=elsewhere(now),
        inputs_hash=found.inputs_hash,
        content_version=found.content_version,
        form=form,
        kinds=list(DECISIONS.items()),
        whys=Decision.Why.choices,
        agreers=Decision.Agreed.choices,
        choices_of=[(one.option.id, one.option.name) for one in options],
        changed=changed,
        decisions=_past(request.person, found, at=at),
    )


def computed(person: Person, *, at: datetime) -> CurrentPlan | None:
    """The plan of this moment, or None when it could not be computed; the page then says so, in red (hazard H16)."""
    try:
        return current_plan(person, at=at)
    except Exception:  # whatever the fault, it must never look like an empty plan
        log.exception("no plan for %s", person.pk)
        return None


def _groups(options: list[Shown]) -> list[list[Shown]]:
    numbers = list(dict.fromkeys(one.option.group for one in options))
    return [[one for one in options if one.option.group == number] for number in numbers]


@dataclass(frozen=True, slots=True)
class Past:
    decision: Decision
    name: str
    words: str
    when: str
    who: str
    is_outdated: bool
    alternatives: str


def _past(person: Person, now: CurrentPlan | None, *, at: datetime) -> list[Past]:
    hidden = now is not None and keeps_back(person)
    up_to_date = {now.inputs_hash, whole_hash(person, at=at) if hidden else now.inputs_hash} if now else set()
    return [
        Past(
            decision=one,
            name=option_name(one),
            words=DECIDED[one.decision],
            when=moment(one.at, at=at),
            who=one.by.name or one.by.email,
            is_outdated=now is not None and one.inputs_hash not in up_to_date,
            alternatives=_names(sorted(one.alternatives) if hidden else one.alternatives),
        )
        for one in decisions_for(person)
    ]


def _names(alternatives: Sequence[str]) -> str:
    options = library().options
    return ", ".join(options[name].name if name in options else name for name in alternatives)


urls = [path("clinic/people/<uuid:person_id>/plan/", plan, name="plan")]
