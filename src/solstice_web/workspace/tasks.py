"""Tasks of the care team for one person: the list, a new one, passing one on, closing one with what came of it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.accounts.models import User
from solstice_web.ledger.queries import assessment
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.tasks import actions
from solstice_web.tasks.actions import NoTaskError, TaskRefusedError
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import by_day, for_person, task_of, team_of
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.history import revision_of
from solstice_web.workspace.questions import SUBJECT
from solstice_web.workspace.task_words import TaskForm, lines_of, name_of, new_task_form, typed_task_form


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def tasks(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return _list(request)


def _list(request: PersonRequest, *, form: TaskForm | None = None, status: int = 200) -> HttpResponse:
    at, person = timezone.now(), request.person
    every = list(for_person(person))
    days = by_day(every, at=at)
    closed = sorted((task for task in every if task.closed_at), key=_closed_at, reverse=True)
    return person_page(
        request,
        "tasks/tasks",
        place="tasks",
        status=status,
        groups=[
            (title, lines_of(found, at=at))
            for title, found in (("Overdue", days.overdue), ("Due this week", days.soon), ("Later", days.later))
            if found
        ],
        closed=lines_of(closed, at=at),
        form=form or new_task_form(person, at=at),
    )


def _closed_at(task: Task) -> Any:
    return task.closed_at


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def add(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    refused = other_person(request)
    if refused is not None:
        return refused
    at, post = timezone.now(), request.POST.dict()
    try:
        task = actions.add(
            person=request.person,
            kind=str(post.get("kind", "")),
            title=str(post.get("title", "")),
            owner=_owner(request, post),
            due=_day(post),
            by=request.user,
            at=at,
            client_id=_uuid(post.get("id")) or uuid.uuid4(),
            subject=_subject(str(post.get("subject", ""))),
        )
    except TaskRefusedError as fault:
        form = typed_task_form(post, request.person, at=at, errors={fault.field: str(fault)})
        return _list(request, form=form, status=400)
    except NoTaskError:
        raise Http404 from None
    messages.success(request, "The task is saved.")
    return redirect(_place_of(request, task) or reverse("workspace:tasks", args=[person_id]))


def _subject(told: str) -> str:
    """What a form may say the task is about: a question of the checklist, or nothing."""
    return told if told.startswith(SUBJECT) and actions.SUBJECT.fullmatch(told) else ""


def _place_of(request: PersonRequest, task: Task) -> str | None:
    """The question a task is about."""
    if not task.subject.startswith(SUBJECT):
        return None
    name = task.subject.removeprefix(SUBJECT)
    items = assessment(request.person, at=timezone.now()).pseudo_resistance
    number = next((number for number, item in enumerate(items, start=1) if item.id == name), None)
    return None if number is None else reverse("workspace:question", args=[request.person.pk, number])


@requires(Right.WRITE_RECORD, person="person_id")
def task(request: PersonRequest, person_id: uuid.UUID, clinical_task_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    found = task_of(request.person, clinical_task_id)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _one(request, found)
    refused = other_person(request)
    if refused is not None:
        return refused
    post = request.POST.dict()
    if "again" in post:
        return _one(request, found, typed=post)
    try:
        return _change(request, found, post) if post.get("do") == "change" else _close(request, found, post)
    except TaskRefusedError as fault:
        return _one(request, found, typed=post, errors={fault.field: str(fault)}, status=400)
    except NoTaskError:
        raise Http404 from None
    except StaleEditError as stale:
        return _stale(request, stale, found, post)


def _change(request: PersonRequest, found: Task, post: Mapping[str, Any]) -> HttpResponse:
    actions.change(
        person=request.person,
        task_id=found.pk,
        revision=revision_of(request),
        title=str(post.get("title", "")),
        owner=_owner(request, post, otherwise=found.owner),
        due=_day(post),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "The task is changed.")
    return redirect("workspace:task", request.person.pk, found.pk)


def _close(request: PersonRequest, found: Task, post: Mapping[str, Any]) -> HttpResponse:
    closed = actions.close(
        person=request.person,
        task_id=found.pk,
        revision=revision_of(request),
        state=str(post.get("state", "")),
        outcome=str(post.get("outcome", "")),
        by=request.user,
        at=timezone.now(),
    )
    place = _place_of(request, closed) if closed.state == Task.State.DONE else None
    messages.success(request, f"The task is {closed.get_state_display()}.")
    return redirect(f"{place}?task={closed.pk}" if place else reverse("workspace:tasks", args=[request.person.pk]))


def _one(
    request: PersonRequest,
    found: Task,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    (line,) = lines_of([found], at=at)
    shown = {"title": found.title, "owner": str(found.owner_id), "due": found.due_on.isoformat(), **(typed or {})}
    owners = [(str(user.pk), name_of(user)) for user in team_of(request.person, at=at)]
    is_gone = str(found.owner_id) not in dict(owners)
    return person_page(
        request,
        "tasks/task",
        place="tasks",
        status=status,
        line=line,
        typed=shown,
        errors=errors or {},
        owners=[*([("", f"{line.owner} (left the team)")] if is_gone else []), *owners],
        is_gone=is_gone,
        set_by=f"{name_of(found.set_by)}, {moment(found.set_at, at=at)}",
        closed_by=name_of(found.closed_by) if found.closed_by else "",
        place_of=_place_of(request, found),
    )


def _stale(request: PersonRequest, stale: StaleEditError, found: Task, post: Mapping[str, Any]) -> HttpResponse:
    if stale.current["state"] != Task.State.OPEN:
        return _one(request, found, typed=post, errors={"outcome": "Someone closed this task meanwhile."}, status=409)
    words = {"title": "What is to be done", "owner": "Owner", "due": "Due", "outcome": "What came of it"}
    here = reverse("workspace:task", args=[request.person.pk, found.pk])
    kept = {name: str(post.get(name, "")) for name in ("do", "title", "owner", "due", "state", "outcome")}
    return edited_by_someone_else(
        request,
        place="tasks",
        what="this task",
        rows=[(text, stale.current.get(name, ""), stale.yours.get(name, "")) for name, text in words.items()],
        kept={name: value for name, value in kept.items() if value},
        revision=stale.revision,
        action=here,
        back=here,
    )


def _owner(request: PersonRequest, post: Mapping[str, Any], *, otherwise: User | None = None) -> User:
    key = _uuid(post.get("owner"))
    if key is None and otherwise is not None and not post.get("owner"):
        return otherwise
    owner = next((user for user in team_of(request.person, at=timezone.now()) if user.pk == key), None)
    if owner is None:
        raise TaskRefusedError("owner", "Choose someone who is on the care team now.")
    return owner


def _day(post: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(post.get("due", "")))
    except ValueError:
        raise TaskRefusedError("due", "Write the day as year-month-day, for example 2026-11-30.") from None


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


ROOT = "clinic/people/<uuid:person_id>/tasks/"
urls = [
    path(ROOT, tasks, name="tasks"),
    path(f"{ROOT}add/", add, name="task_add"),
    path(f"{ROOT}<uuid:clinical_task_id>/", task, name="task"),
]
