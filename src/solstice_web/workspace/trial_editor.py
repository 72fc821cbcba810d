"""Write down one treatment: the form, a preview of what it changes while typing, and saving."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from solstice.ledger import JudgedTrial, assess
from solstice.person import PersonFile, Trial
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.actions import NoTrialError, add_trial, check_trial, edit_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import suggested
from solstice_web.ledger.queries import rows_for, trial_of
from solstice_web.ledger.told import FactsRefusedError
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of
from solstice_web.progress.queries import today_of
from solstice_web.workspace import trial_form
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.history import ROOT, revision_of, short_name, stale_trial
from solstice_web.workspace.history_words import (
    ADEQUATE,
    FAILED,
    Change,
    changes,
    said_beside,
    said_of,
    title_of,
    told_lines,
)
from solstice_web.workspace.trial_form import LONGEST, Circumstances, TrialForm, form_of, read_trial_form


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
        empty = TrialForm({"in_episode": "yes", "told_by": "clinician", "checked": "no"})
        return _editor(request, empty, row_id=uuid.uuid4(), revision=0, saved=_just_saved(request))
    refused = other_person(request)
    if refused is not None:
        return refused
    row_id, at = _uuid(request.POST.get("id", "")) or uuid.uuid4(), timezone.now()
    form = _read(request, None, at=at)
    if form.told is None or form.doubts or "check" in request.POST:
        return _checked(request, form, row_id=row_id, revision=0, at=at)
    try:
        add_trial(person=request.person, row_id=row_id, told=form.told, by=request.user, at=at)
    except NoTrialError:
        raise Http404 from None
    if "another" in request.POST or "sure_another" in request.POST:
        return redirect(f"{reverse('workspace:trial_new', args=[person_id])}?saved={row_id}")
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
    form = _read(request, row, at=at)
    if form.told is None or form.doubts or "check" in request.POST or "again" in request.POST:
        return _checked(request, form, row_id=row.pk, revision=revision, at=at, stored=row)
    try:
        edit_trial(person=request.person, row_id=row.pk, revision=revision, told=form.told, by=request.user, at=at)
    except StaleEditError as stale:
        if stale.current.get("deleted"):
            return _editor(request, form, row_id=row.pk, revision=stale.revision, stored=row, status=409, gone=True)
        return stale_trial(request, stale, kept=dict(form.values), row_id=row.pk)
    return redirect("workspace:history", person_id)


def _just_saved(request: PersonRequest) -> str:
    """The name of the treatment saved by "Save and add another"."""
    key = _uuid(request.GET.get("saved", ""))
    row = rows_for(request.person).filter(pk=key).first() if key else None
    return short_name(row) if row else ""


def _read(request: PersonRequest, row: TrialRow | None, *, at: datetime) -> TrialForm:
    """Sent twice, a new treatment is not its own double."""
    own = row.pk if row else _uuid(request.POST.get("id", ""))
    beside = Circumstances(
        today=today_of(request.person, at),
        zone=zone_of(request.person.time_zone),
        earlier=row.facts if row else {},
        others=[trial_of(other) for other in rows_for(request.person) if other.pk != own],
        born=request.person.birth_date,
    )
    return read_trial_form(request.POST.dict(), beside=beside)


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
    status = 200 if form.told and ("check" in request.POST or not form.doubts) else 400
    preview = preview_of(request.person, form.told.trial, row_id=row_id, at=at) if form.told else None
    return _editor(request, form, row_id=row_id, revision=revision, stored=stored, preview=preview, status=status)


def _editor(
    request: PersonRequest,
    form: TrialForm,
    *,
    row_id: uuid.UUID,
    revision: int,
    stored: TrialRow | None = None,
    **context: Any,
) -> HttpResponse:
    return person_page(
        request,
        "history/editor",
        place="history",
        form=form,
        row_id=row_id,
        revision=revision,
        words=trial_form,
        classes=trial_form.classes(),
        said=said_of(stored, zone_of(request.person.time_zone)) if stored else (),
        beside=said_beside(stored, zone_of(request.person.time_zone)) if stored else {},
        **{"stored": stored, "preview": None, "gone": False, "saved": "", **context},
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
    form = _read(request, row, at=at)
    shown = preview_of(request.person, form.told.trial, row_id=row.pk if row else None, at=at) if form.told else None
    return render(request, "workspace/history/preview.jinja", {"preview": shown, "form": form})


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def names(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Names that fit what is being typed; sent in the body, so that no name stands in an address."""
    return JsonResponse({"names": suggested(request.POST.get("words", "")[:200], request.POST.get("kind", ""))})


@requires(Right.WRITE_RECORD, person="person_id")
def check(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:
    """What the person said beside what stands in the record, and against what it was checked."""
    row = rows_for(request.person).filter(pk=trial_id).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return _check_page(request, row)
    refused = other_person(request)
    if refused is not None:
        return refused
    against, note = request.POST.get("against", ""), request.POST.get("checked_note", "").strip()
    if len(note) > LONGEST:
        errors = {"checked_note": f"Write at most {LONGEST} characters; these are {len(note)}."}
        return _check_page(request, row, against=against, note=note, errors=errors)
    try:
        check_trial(
            person=request.person,
            row_id=row.pk,
            revision=revision_of(request),
            against=against,
            note=note,
            by=request.user,
            at=timezone.now(),
        )
    except FactsRefusedError:
        return _check_page(request, row, note=note, errors={"against": "Choose what it was checked against."})
    except StaleEditError:
        errors = {"stale": "This treatment was changed meanwhile. It stands below as it is now; look again."}
        return _check_page(request, row, against=against, note=note, errors=errors, status=409)
    return redirect("workspace:history", person_id)


def _check_page(
    request: PersonRequest, row: TrialRow, *, errors: dict[str, str] | None = None, status: int = 400, **typed: str
) -> HttpResponse:
    return person_page(
        request,
        "history/check",
        place="history",
        status=status if errors else 200,
        row=row,
        name=short_name(row),
        said=said_of(row, zone_of(request.person.time_zone)),
        facts=told_lines(trial_of(row)),
        against=trial_form.CHECKED,
        typed=typed,
        errors=errors or {},
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


urls = [
    path(f"{ROOT}new/", new, name="trial_new"),
    path(f"{ROOT}new/preview/", preview_new, name="trial_preview_new"),
    path(f"{ROOT}new/names/", names, name="trial_names"),
    path(f"{ROOT}<uuid:trial_id>/", edit, name="trial"),
    path(f"{ROOT}<uuid:trial_id>/check/", check, name="trial_check"),
    path(f"{ROOT}<uuid:trial_id>/preview/", preview_edit, name="trial_preview"),
]
