"""The twelve questions that come before resistance: what the facts say, what the clinician says."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from solstice.ledger import Ledger
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.queries import assessment
from solstice_web.people.actions import save_facts
from solstice_web.people.queries import current_facts, facts_versions
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.history import revision_of

STATES = {"open": "Open", "ruled_out": "Ruled out", "present": "Present"}
KINDS = {"open": "unknown", "ruled_out": "good", "present": "attention"}
AS_COMPUTED = "As the facts say"
SECTION = "pseudo_resistance"
TITLES = {
    "dose_inadequate": "Dose",
    "duration_inadequate": "Duration",
    "nonadherence": "Adherence",
    "intolerance_only": "Intolerance only",
    "bipolarity": "Bipolarity",
    "psychosis": "Psychosis",
    "medical": "Medical causes",
    "drugs": "Medicines, alcohol and drugs",
    "comorbid": "Other disorders",
    "psychosocial": "Life circumstances",
    "pharmacogenetic": "Pharmacogenetics",
    "psychotherapy_dose": "Dose of psychotherapy",
}


@requires(Right.WRITE_RECORD, person="person_id")
def questions(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    ledger = assessment(request.person, at=at)
    if request.method != "POST":
        return _page(request, ledger)
    refused = other_person(request)
    if refused is not None:
        return refused
    told = {item.id: request.POST.get(item.id, "") for item in ledger.pseudo_resistance}
    if any(answer and answer not in STATES for answer in told.values()):
        return _page(request, ledger, wrong=True, status=400)
    if "again" in request.POST:
        return _page(request, ledger, told=told)
    latest = current_facts(request.person)
    facts = {**(latest.facts if latest else {}), SECTION: {name: answer for name, answer in told.items() if answer}}
    try:
        save_facts(person=request.person, told=facts, revision=revision_of(request), by=request.user, at=at)
    except StaleEditError as stale:
        return _stale(request, stale, told)
    messages.success(request, "Your answers to the questions are saved.")
    return redirect("workspace:questions", person_id)


def _page(
    request: PersonRequest,
    ledger: Ledger,
    *,
    told: dict[str, str] | None = None,
    wrong: bool = False,
    status: int = 200,
) -> HttpResponse:
    latest = current_facts(request.person)
    saved = (latest.facts if latest else {}).get(SECTION, {})
    shown = saved if told is None else told
    items = [
        {
            "id": item.id,
            "title": TITLES.get(item.id, item.id.replace("_", " ").capitalize()),
            "ask": item.ask,
            "state": STATES[item.state],
            "kind": KINDS[item.state],
            "why": item.why,
            "by_clinician": item.is_from_clinician,
            "answer": shown.get(item.id, ""),
        }
        for item in ledger.pseudo_resistance
    ]
    counts = {state: sum(item.state == state for item in ledger.pseudo_resistance) for state in STATES}
    return person_page(
        request,
        "questions/questions",
        place="questions",
        status=status,
        items=items,
        counts=counts,
        answers=[("", AS_COMPUTED), *STATES.items()],
        revision=latest.revision if latest else 0,
        wrong=wrong,
        last=_last_saved(request),
    )


def _last_saved(request: PersonRequest) -> str:
    """By whom and when the clinician's answers were last changed; empty when they never were."""
    newest = list(facts_versions(request.person)[:50])
    for index, version in enumerate(newest):
        before = newest[index + 1] if index + 1 < len(newest) else None
        if version.facts.get(SECTION) != (before.facts.get(SECTION) if before else None):
            who = version.saved_by.name or version.saved_by.email
            return f"{who}, {moment(version.saved_at, at=timezone.now())}"
    return ""


def _stale(request: PersonRequest, stale: StaleEditError, told: dict[str, str]) -> HttpResponse:
    theirs: dict[str, Any] = stale.current.get(SECTION, {})
    words = {"": AS_COMPUTED, **STATES}
    return edited_by_someone_else(
        request,
        place="questions",
        what="the facts of this person",
        rows=[(TITLES.get(name, name), words[theirs.get(name, "")], words[answer]) for name, answer in told.items()],
        kept=told,
        revision=stale.revision,
        action=reverse("workspace:questions", args=[request.person.pk]),
        back=reverse("workspace:questions", args=[request.person.pk]),
    )


urls = [path("clinic/people/<uuid:person_id>/questions/", questions, name="questions")]
