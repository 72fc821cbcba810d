"""Write down one treatment: the form, a preview of what it changes while typing, and saving."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from solstice.ledger import JudgedTrial, assess
from solstice.person import PersonFile, Trial
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.actions import NoTrialError, add_trial, edit_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.queries import rows_for
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.progress.queries import today_of
from solstice_web.workspace import trial_form
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.history import ROOT, revision_of, stale_trial
from solstice_web.workspace.history_words import ADEQUATE, FAILED, Change, changes, title_of
from solstice_web.workspace.trial_form import TrialForm, form_of, read_trial_form


@dataclass(frozen=True, slots=True)
class Preview:
    """What the form would mean if it were saved."""

    judged: JudgedTrial
    title: str
    adequate: str
    tag: str
    failed: str
    changes: list[Change]


def preview_of(person: Person, trial: Trial, *, row_id: uuid.UUID | None, at: datetime) -> Preview:
    """Judge a trial that is not saved, and the stages before and after it."""
    now = person_file(person, at)
    ids = list(rows_for(person).values_list("pk", flat=True))
    place = ids.index(row_id) if row_id in ids else len(ids)
    trials = [*now.trials[:place], trial, *now.trials[place + 1 :]]
    then: PersonFile = now.model_copy(update={"trials": tuple(trials)})
    before, after = assess(now, library()), assess(then, library())
    judged = after.trials[place]
    adequate, tag = ADEQUATE[judged.adequate]
    return Preview(judged, title_of(trial, judged), adequate, tag, FAILED[judged.failed], changes(before, after))


@requires(Right.WRITE_RECORD, person="person_id")
def new(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        empty = TrialForm({"in_episode": "yes", "told_by": "clinician"})
        return _editor(request, empty, row_id=uuid.uuid4(), revision=0)
    refused = other_person(request)
    if refused is not None:
        return refused
    row_id, at = _uuid(request.POST.get("id", "")) or uuid.uuid4(), timezone.now()
    form = _read(request, {}, at=at)
    if form.told is None or "check" in request.POST:
        return _checked(request, form, row_id=row_id, revision=0, at=at)
    try:
        add_trial(person=request.person, row_id=row_id, told=form.told, by=request.user, at=at)
    except NoTrialError:
        raise Http404 from None
    if "another" in request.POST:
        return redirect("workspace:trial_new", person_id)
    return redirect("workspace:history", person_id)


@requires(Right.WRITE_RECORD, person="person_id")
def edit(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:
    row = TrialRow.objects.filter(pk=trial_id, person=request.person).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        if row.deleted_at is not None:
            raise Http404
        return _editor(request, form_of(row), row_id=row.pk, revision=row.revision, stored=row)
    refused = other_person(request)
    if refused is not None:
        return refused
    at, revision = timezone.now(), revision_of(request)
    form = _read(request, row.facts, at=at)
    if form.told is None or "check" in request.POST or "again" in request.POST:
        return _checked(request, form, row_id=row.pk, revision=revision, at=at, stored=row)
    try:
        edit_trial(person=request.person, row_id=row.pk, revision=revision, told=form.told, by=request.user, at=at)
    except StaleEditError as stale:
        if stale.current.get("deleted"):
            return _editor(request, form, row_id=row.pk, revision=stale.revision, stored=row, status=409, gone=True)
        return stale_trial(request, stale, kept=dict(form.values), row_id=row.pk)
    return redirect("workspace:history", person_id)


def _read(request: PersonRequest, earlier: Mapping[str, Any], *, at: datetime) -> TrialForm:
    return read_trial_form(request.POST.dict(), today=today_of(request.person, at), earlier=earlier)


def _checked(
    request: PersonRequest,
    form: TrialForm,
    *,
    row_id: uuid.UUID,
    revision: int,
    at: datetime,
    stored: TrialRow | None = None,
) -> HttpResponse:
    """The form again, not saved: with its faults, or with what it would change."""
    status = 200 if form.told else 400
    preview = preview_of(request.person, form.told.trial, row_id=row_id, at=at) if form.told else None
    return _editor(request, form, row_id=row_id, revision=revision, stored=stored, preview=preview, status=status)


def _editor(
    request: PersonRequest, form: TrialForm, *, row_id: uuid.UUID, revision: int, **context: Any
) -> HttpResponse:
    return person_page(
        request,
        "history/editor",
        place="history",
        form=form,
        row_id=row_id,
        revision=revision,
        words=trial_form,
        agents=trial_form.agents(),
        classes=trial_form.classes(),
        **{"stored": None, "preview": None, "gone": False, **context},
    )


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def preview_new(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return _preview(request, None)


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def preview_edit(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    row = TrialRow.objects.filter(pk=trial_id, person=request.person).first()
    if row is None:
        raise Http404
    return _preview(request, row)


def _preview(request: PersonRequest, row: TrialRow | None) -> HttpResponse:
    """The fragment beside the form; nothing is saved. While something is half typed it says what is missing."""
    if _uuid(request.POST.get("person", "")) != request.person.pk:
        return render(request, "workspace/history/preview.jinja", {"other": True}, status=409)
    at = timezone.now()
    form = _read(request, row.facts if row else {}, at=at)
    shown = preview_of(request.person, form.told.trial, row_id=row.pk if row else None, at=at) if form.told else None
    return render(request, "workspace/history/preview.jinja", {"preview": shown, "form": form})


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


urls = [
    path(f"{ROOT}new/", new, name="trial_new"),
    path(f"{ROOT}new/preview/", preview_new, name="trial_preview_new"),
    path(f"{ROOT}<uuid:trial_id>/", edit, name="trial"),
    path(f"{ROOT}<uuid:trial_id>/preview/", preview_edit, name="trial_preview"),
]
