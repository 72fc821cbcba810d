"""The interview: short sections that may be skipped; only those who treat the person open it."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from solstice.content.interview_topic import TOPICS
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.formulations.actions import save_gate, save_interview
from solstice_web.formulations.queries import current_gate, current_interview, formulated
from solstice_web.measures.content import library
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.progress.queries import today_of
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import clinic_day, for_person, team_of
from solstice_web.workspace.clock import day, moment
from solstice_web.workspace.facts import kept_fields
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.interview_form import (
    GATE,
    SECTIONS,
    AnswersForm,
    ChecksForm,
    GateForm,
    SectionForm,
    in_words,
    start_of,
)

CHECKS_SECTION, GATE_SECTION = 3, 7
SOON = timedelta(days=14)
SUBJECT = "interview.check."


@requires(Right.TREAT, person="person_id")
@require_safe
def interview(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """The sections, how much of each was asked, and when."""
    latest = current_interview(request.person)
    told = latest.told if latest else {}
    gate = current_gate(request.person)
    sizes = {**{name: len(topics) for name, topics in TOPICS.items()}, "checks": len(library().factors.checks)}
    sections = [
        (number, title, len(told.get(name, {})), sizes[name])
        for number, (name, title) in SECTIONS.items()
        if name != "gate"
    ]
    return person_page(
        request,
        "interview/interview",
        place="formulation",
        sections=sections,
        last=f"{moment(latest.saved_at, at=timezone.now())}, {latest.saved_by.name or latest.saved_by.email}"
        if latest
        else "",
        gate=dict(GATE)[gate.told["answer"]] if gate else "Not asked",
        gate_section=GATE_SECTION,
        gate_title=SECTIONS[GATE_SECTION][1],
    )


@requires(Right.TREAT, person="person_id")
def section(request: PersonRequest, person_id: uuid.UUID, number: int) -> HttpResponse:  # noqa: ARG001 - request.person
    if number not in SECTIONS:
        raise Http404
    refused = other_person(request) if request.method == "POST" else None
    return refused or (_gate(request) if number == GATE_SECTION else _section(request, number))


def _section(request: PersonRequest, number: int) -> HttpResponse:
    name = SECTIONS[number][0]
    latest = current_interview(request.person)
    today = today_of(request.person, timezone.now())
    if request.method != "POST":
        start = {**start_of(name, latest.told if latest else {}), "revision": latest.revision if latest else 0}
        return _section_page(request, number, _form(name, today, initial=start))
    form = _form(name, today, data=request.POST)
    if not form.is_valid():
        return _section_page(request, number, form, status=400)
    if "again" in request.POST:
        return _section_page(request, number, form, again=True)
    told = form.told(latest.told if latest else {}, on=today)
    try:
        save_interview(
            person=request.person,
            told=told,
            revision=form.cleaned_data["revision"],
            by=request.user,
            at=timezone.now(),
        )
    except StaleEditError as stale:
        return _both(request, number, stale, (in_words(name, stale.current), in_words(name, stale.yours)))
    return _saved(request, number)


def _form(name: str, today: date, **options: Any) -> SectionForm:
    return ChecksForm(latest=today, **options) if name == "checks" else AnswersForm(name, **options)


def _saved(request: PersonRequest, number: int) -> HttpResponse:
    """Say it, and go on to the next section where that was asked."""
    messages.success(request, "The answers are saved.")
    if "next" in request.POST and number + 1 in SECTIONS:
        return redirect("workspace:interview_section", request.person.pk, number + 1)
    return redirect("workspace:interview", request.person.pk)


def _section_page(
    request: PersonRequest, number: int, form: SectionForm, *, status: int = 200, again: bool = False, **more: Any
) -> HttpResponse:
    name, title = SECTIONS[number]
    context: dict[str, Any] = {"form": form, "number": number, "heading": title, "again": again, "count": len(SECTIONS)}
    if name == "checks":
        context |= _checks(request)
    return person_page(
        request, f"interview/{'checks' if name == 'checks' else 'section'}", place="formulation", status=status,
        **context, **more,
    )  # fmt: skip


def checks_page(request: PersonRequest, *, status: int, **more: Any) -> HttpResponse:
    """The section of medical checks as it is saved, with what else there is to say."""
    latest = current_interview(request.person)
    start = {**start_of("checks", latest.told if latest else {}), "revision": latest.revision if latest else 0}
    form = ChecksForm(initial=start, latest=today_of(request.person, timezone.now()))
    return _section_page(request, CHECKS_SECTION, form, status=status, **more)


def _checks(request: PersonRequest) -> dict[str, Any]:
    """What each check's row needs: its state, its open task, and who could own a new one."""
    at = timezone.now()
    found = formulated(request.person, at=at, treating=False).found
    open_tasks = {
        task.subject.removeprefix(SUBJECT): task
        for task in for_person(request.person).filter(state=Task.State.OPEN, subject__startswith=SUBJECT)
    }
    return {
        "states": {check.id: check for check in found.checks},
        "tasks": {
            name: f"{task.owner.name or task.owner.email}, by {day(task.due_on)}" for name, task in open_tasks.items()
        },
        "team": [(str(user.pk), user.name or user.email) for user in team_of(request.person, at=at)],
        "soon": (clinic_day(at) + SOON).isoformat(),
        "task_ids": {check.id: uuid.uuid4() for check in found.checks},
    }  # fmt: skip


def _gate(request: PersonRequest) -> HttpResponse:
    latest = current_gate(request.person)
    if request.method != "POST":
        start = {
            "answer": latest.told["answer"] if latest else "not_asked",
            "revision": latest.revision if latest else 0,
        }
        return _gate_page(request, GateForm(initial=start))
    form = GateForm(request.POST)
    if not form.is_valid() or "again" in request.POST:
        return _gate_page(request, form, status=200 if form.is_valid() else 400)
    told = form.cleaned_data
    try:
        save_gate(
            person=request.person, answer=told["answer"], revision=told["revision"], by=request.user, at=timezone.now()
        )
    except StaleEditError as stale:
        words = dict(GATE)
        now, yours = ({"answer": words[one.get("answer", "not_asked")]} for one in (stale.current, stale.yours))
        return _both(request, GATE_SECTION, stale, (now, yours))
    return _saved(request, GATE_SECTION)


def _gate_page(request: PersonRequest, form: GateForm, *, status: int = 200) -> HttpResponse:
    factors = library().factors
    return person_page(
        request,
        "interview/gate",
        place="formulation",
        status=status,
        form=form,
        number=GATE_SECTION,
        count=len(SECTIONS),
        heading=SECTIONS[GATE_SECTION][1],
        question=factors.gate_question,
        note=factors.gate_note,
        answers=GATE,
    )


def _both(
    request: PersonRequest, number: int, stale: StaleEditError, texts: tuple[dict[str, str], dict[str, str]]
) -> HttpResponse:
    theirs, yours = texts
    address = reverse("workspace:interview_section", args=[request.person.pk, number])
    labels = {"answer": SECTIONS[GATE_SECTION][1]}
    return edited_by_someone_else(
        request,
        place="formulation",
        what="the interview",
        rows=[(labels.get(name, name.replace("-", " ").capitalize()), theirs[name], yours[name]) for name in theirs],
        kept=kept_fields(request.POST),
        revision=stale.revision,
        action=address,
        back=address,
    )


urls = [
    path("clinic/people/<uuid:person_id>/interview/", interview, name="interview"),
    path("clinic/people/<uuid:person_id>/interview/<int:number>/", section, name="interview_section"),
]
