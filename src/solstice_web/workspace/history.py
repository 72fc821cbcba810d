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
from solstice_web.ledger.queries import assessment, deleted_for, fell_short, rows_for
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.resistance.actions import NoItemError, ask_again, set_aside
from solstice_web.resistance.queries import checklist_of
from solstice_web.workspace.clock import clinic_time, day, moment
from solstice_web.workspace.deciding import EPISODE, AnswerRefusedError, asks_of, save_answer
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.history_words import APART, compared, lines_of
from solstice_web.workspace.label_words import label_shown
from solstice_web.workspace.stages import headline_of, is_draft, models_of, others_of, regulatory_of
from solstice_web.workspace.trial_form import KINDS, LABELS, typed


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def history(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return _history_page(request)


def _history_page(
    request: PersonRequest, *, status: int = 200, refused: dict[str, str] | None = None, lost: str = ""
) -> HttpResponse:
    at, person = timezone.now(), request.person
    rows = list(rows_for(person).select_related("saved_by"))
    ledger = assessment(person, at=at)
    lines = lines_of(rows, ledger)
    return person_page(
        request,
        "history/history",
        place="history",
        status=status,
        ledger=ledger,
        headline=headline_of(ledger),
        counted=[line for line in lines if not line.group],
        apart=[(title, found) for key, title in APART.items() if (found := [x for x in lines if x.group == key])],
        regulatory=regulatory_of(ledger),
        models=models_of(ledger),
        draft=is_draft(),
        definitions=others_of(ledger),
        asks=asks_of(ledger, rows, person),
        next=fell_short(person, at=at) if ledger.regulatory.answer == "no" else None,
        label=label_shown(person, ledger, at=at),
        items_missing=sum(bool(item.missing) for item in checklist_of(person, ledger)),
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
    target, key, told, teller = (request.POST.get(name, "")[:200] for name in ("target", "key", "answer", "teller"))
    teller = teller if teller in TrialRow.Teller.values else TrialRow.Teller.CLINICIAN
    kept = {"target": target, "key": key, "answer": told, "teller": teller}
    if "again" in request.POST:
        return _history_page(request, refused={**kept, "error": ""})
    if "cannot" in request.POST:
        return _cannot_be_known(request, target, key)
    try:
        save_answer(
            person=request.person,
            target=target,
            key=key,
            told=told,
            revision=revision_of(request),
            by=request.user,
            at=timezone.now(),
            teller=teller,
        )
    except AnswerRefusedError as fault:
        return _history_page(request, status=400, refused={**kept, "error": str(fault)})
    except NoTrialError:
        raise Http404 from None
    except StaleEditError as stale:
        return _stale_answer(request, stale, kept)
    return redirect("workspace:history", person_id)


def _cannot_be_known(request: PersonRequest, target: str, key: str) -> HttpResponse:
    """Nobody can answer this one: the next question takes its place, and the range stays as wide as it is."""
    person, at = request.person, timezone.now()
    asks = asks_of(assessment(person, at=at), list(rows_for(person)), person)
    asked = [asks.first, *asks.others] if asks.first else []
    if any((ask.target, ask.key) == (target, key) for ask in asked if ask):
        set_aside(person=person, target=target, key=key, by=request.user, at=at)
    return redirect("workspace:history", person.pk)


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def again(request: PersonRequest, person_id: uuid.UUID, question_id: uuid.UUID) -> HttpResponse:
    """A question that was set aside is asked again."""
    refused = other_person(request)
    if refused is not None:
        return refused
    try:
        ask_again(person=request.person, set_aside_id=question_id, by=request.user, at=timezone.now())
    except NoItemError:
        raise Http404 from None
    return redirect("workspace:history", person_id)


def _stale_answer(request: PersonRequest, stale: StaleEditError, kept: dict[str, str]) -> HttpResponse:
    target, key, told = kept["target"], kept["key"], kept["answer"]
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
        kept=kept,
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
    path(f"{ROOT}questions/<uuid:question_id>/", again, name="history_ask_again"),
]
