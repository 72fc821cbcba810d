"""What has been tried: every trial as judged, the stages, the fact that would decide, and answering it on the spot."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.actions import UNDO_WITHIN, NoTrialError, UndoTooLateError, delete_trial, undo_delete
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import name_of
from solstice_web.ledger.queries import assessment, deleted_for, rows_for, versions
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.workspace.clock import clinic_time, day, moment
from solstice_web.workspace.deciding import EPISODE, AnswerRefusedError, asks_of, save_answer
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.history_words import APART, compared, disagreements, lines_of, stages_of
from solstice_web.workspace.trial_form import KINDS, LABELS, typed


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def history(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return _history_page(request)


def _history_page(
    request: PersonRequest, *, status: int = 200, refused: dict[str, str] | None = None, lost: str = ""
) -> HttpResponse:
    at = timezone.now()
    rows = list(rows_for(request.person).select_related("saved_by"))
    ledger = assessment(request.person, at=at)
    lines = lines_of(rows, ledger)
    asks = asks_of(ledger, rows, request.person)
    return person_page(
        request,
        "history/history",
        place="history",
        status=status,
        ledger=ledger,
        counted=[line for line in lines if not line.group],
        apart=[(title, found) for key, title in APART.items() if (found := [x for x in lines if x.group == key])],
        stages=stages_of(ledger),
        disagreements=disagreements(ledger),
        first=asks[0] if asks else None,
        others=asks[1:],
        refused=refused or {},
        lost=lost,
        deleted=[_deleted(row, at=at) for row in deleted_for(request.person, at=at)],
    )


def _deleted(row: TrialRow, *, at: datetime) -> dict[str, Any]:
    assert row.deleted_at is not None
    return {
        "row": row,
        "name": short_name(row),
        "when": moment(row.deleted_at, at=at),
        "until": day(clinic_time(row.deleted_at + UNDO_WITHIN).date()),
    }


def short_name(row: TrialRow) -> str:
    """How a trial is called where it is not judged."""
    named = row.facts.get("agent") or row.facts.get("agent_class")
    name = name_of(str(named)) if named else KINDS.get(row.kind, "Treatment")
    return f"{name[:1].upper()}{name[1:]}"


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def answer(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    """Save the answer to a deciding question; back to the page, where the stages stand as they are now."""
    refused = other_person(request)
    if refused is not None:
        return refused
    target, key, told = (request.POST.get(name, "")[:200] for name in ("target", "key", "answer"))
    if "again" in request.POST:
        return _history_page(request, refused={"target": target, "key": key, "answer": told, "error": ""})
    try:
        save_answer(
            person=request.person,
            target=target,
            key=key,
            told=told,
            revision=revision_of(request),
            by=request.user,
            at=timezone.now(),
        )
    except AnswerRefusedError as fault:
        shown = {"target": target, "key": key, "answer": told, "error": str(fault)}
        return _history_page(request, status=400, refused=shown)
    except NoTrialError:
        raise Http404 from None
    except StaleEditError as stale:
        return _stale_answer(request, stale, target=target, key=key, told=told)
    return redirect("workspace:history", person_id)


def _stale_answer(request: PersonRequest, stale: StaleEditError, *, target: str, key: str, told: str) -> HttpResponse:
    if target == EPISODE:
        theirs = stale.current.get("episode", {}).get(key, "")
        rows, what = [("Episode: " + key, str(theirs), told)], "the facts"
    elif stale.current.get("deleted"):
        return _history_page(request, status=409, lost=told)
    else:
        theirs = typed(stale.current).get(key, "")
        rows, what = [(LABELS.get(key, key), theirs, told)], "this treatment"
    return edited_by_someone_else(
        request,
        place="history",
        what=what,
        rows=rows,
        kept={"target": target, "key": key, "answer": told},
        revision=stale.revision,
        action=reverse("workspace:history_answer", args=[request.person.pk]),
        back=reverse("workspace:history", args=[request.person.pk]),
    )


def stale_trial(
    request: PersonRequest, stale: StaleEditError, *, kept: dict[str, str], row_id: uuid.UUID
) -> HttpResponse:
    """Both texts of a trial; a choice brings the form back or saves it on top."""
    return edited_by_someone_else(
        request,
        place="history",
        what="this treatment",
        rows=compared(stale.current, stale.yours),
        kept=kept,
        revision=stale.revision,
        action=reverse("workspace:trial", args=[request.person.pk, row_id]),
        back=reverse("workspace:history", args=[request.person.pk]),
    )


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def delete(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:
    refused = other_person(request)
    if refused is not None:
        return refused
    at, revision = timezone.now(), revision_of(request)
    try:
        delete_trial(person=request.person, row_id=trial_id, revision=revision, by=request.user, at=at)
    except NoTrialError:
        raise Http404 from None
    except StaleEditError:
        return _history_page(request, status=409, lost=short_name(TrialRow.objects.get(pk=trial_id)))
    return redirect("workspace:history", person_id)


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def restore(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:
    refused = other_person(request)
    if refused is not None:
        return refused
    at = timezone.now()
    try:
        undo_delete(person=request.person, row_id=trial_id, by=request.user, at=at)
    except (NoTrialError, UndoTooLateError):
        raise Http404 from None
    return redirect("workspace:history", person_id)


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def trial_versions(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Every save of one trial, the latest first, with what each changed."""
    saved = list(versions(request.person, trial_id))
    if not saved:
        raise Http404
    at = timezone.now()
    shown = []
    for version, before in zip(saved, [*saved[1:], None], strict=True):
        now, then = _whole(version), _whole(before) if before else {}
        shown.append(
            {
                "number": version.revision,
                "when": moment(version.saved_at, at=at),
                "who": version.saved_by.name or version.saved_by.email,
                "deleted": version.deleted,
                "restored": bool(before and before.deleted and not version.deleted),
                "changes": [row for row in compared(then, now) if row[1] != row[2]],
            }
        )
    latest = saved[0]
    return person_page(
        request, "history/versions", place="history", versions=shown, name=short_name(latest.row), trial=latest.row
    )


def _whole(version: Any) -> dict[str, Any]:
    return {**version.facts, "note": version.note, "told_by": version.told_by, "checked": version.checked}


def revision_of(request: PersonRequest) -> int:
    """The revision the form was made from; 0 for none or for something that is no number."""
    raw = request.POST.get("revision", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0


ROOT = "clinic/people/<uuid:person_id>/history/"
urls = [
    path(ROOT, history, name="history"),
    path(f"{ROOT}answer/", answer, name="history_answer"),
    path(f"{ROOT}<uuid:trial_id>/delete/", delete, name="trial_delete"),
    path(f"{ROOT}<uuid:trial_id>/restore/", restore, name="trial_restore"),
    path(f"{ROOT}<uuid:trial_id>/versions/", trial_versions, name="trial_versions"),
]
