"""Make a medical check that is missing or due a task of someone on the care team, with a day."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from solstice.formulation.checks import CheckState
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.formulations.queries import formulated
from solstice_web.tasks import actions as tasks
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import team_of
from solstice_web.workspace.frame import other_person
from solstice_web.workspace.interview import SUBJECT, checks_page


class TaskForm(forms.Form):
    """Someone of the care team, and a day."""

    check = forms.SlugField(max_length=40)
    task = forms.UUIDField()
    owner = forms.UUIDField()
    due = forms.DateField(error_messages={"invalid": "Choose a day.", "required": "Choose a day."})


@requires(Right.TREAT, person="person_id")
def make_task(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    """Make a check that is missing or due a task of someone, with a day."""
    if request.method != "POST":
        return redirect("workspace:interview_section", person_id, 3)
    refused = other_person(request)
    if refused is not None:
        return refused
    form, at = TaskForm(request.POST), timezone.now()
    check = _check_of(request, form)
    owner = _owner_of(request, form)
    if check is None or owner is None:
        return _again_with_tasks(request, "Choose who does it, and by when.")
    try:
        tasks.add(
            person=request.person,
            kind=Task.Kind.MEDICAL_CHECK,
            title=check.task,
            owner=owner,
            due=form.cleaned_data["due"],
            by=request.user,
            at=at,
            client_id=form.cleaned_data["task"],
            subject=SUBJECT + check.id,
        )
    except tasks.TaskRefusedError as fault:
        return _again_with_tasks(request, str(fault))
    except tasks.NoTaskError:
        raise Http404 from None
    messages.success(request, f"It is a task of {owner.name or owner.email} now.")
    return redirect(reverse("workspace:interview_section", args=[person_id, 3]) + f"#c_{check.id}")


def _again_with_tasks(request: PersonRequest, error: str) -> HttpResponse:
    return checks_page(request, status=400, task_error=error, task_check=request.POST.get("check", ""))


def _check_of(request: PersonRequest, form: TaskForm) -> CheckState | None:
    if not form.is_valid():
        return None
    found = formulated(request.person, at=timezone.now(), treating=False).found
    return next((check for check in found.checks if check.id == form.cleaned_data["check"]), None)


def _owner_of(request: PersonRequest, form: TaskForm) -> Any:
    if not form.is_valid():
        return None
    team = team_of(request.person, at=timezone.now())
    return next((user for user in team if user.pk == form.cleaned_data["owner"]), None)


urls = [path("clinic/people/<uuid:person_id>/interview/task/", make_task, name="interview_task")]
