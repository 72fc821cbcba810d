"""Sign the label over the whole checklist as it is read, and take a signed label back with the reason."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.queries import assessment
from solstice_web.people.queries import current_facts
from solstice_web.resistance.actions import (
    AnswerRefusedError,
    NoItemError,
    NotSignableError,
    StaleLabelError,
    sign_label,
    withdraw_label,
)
from solstice_web.resistance.checklist import basis_of, fingerprint
from solstice_web.resistance.models import SignedLabel
from solstice_web.resistance.queries import (
    checklist_of,
    content_version,
    in_the_way,
    labels_of,
    ledger_revision,
    readable_changes,
)
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.label_words import NAME, label_shown
from solstice_web.workspace.questions import ROOT, list_page, shown
from solstice_web.workspace.stages import headline_of


@requires(Right.DECIDE, person="person_id")
def sign(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    """Everything the signature stands for on one page; the button is there only when nothing is missing."""
    if request.method != "POST":
        return _page(request)
    refused = other_person(request)
    if refused is not None:
        return refused
    try:
        label_id = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return _page(request, changed=True, status=400)
    read = request.POST.get("shown", "")[:64]
    try:
        sign_label(person=request.person, label_id=label_id, shown=read, by=request.user, at=timezone.now())
    except StaleLabelError:
        return _page(request, changed=True, status=409)
    except NotSignableError:
        return _page(request, status=409)
    except NoItemError:
        raise Http404 from None
    messages.success(request, "The label is signed and stored.")
    return redirect("workspace:questions", person_id)


def _page(request: PersonRequest, *, changed: bool = False, status: int = 200) -> HttpResponse:
    at, person = timezone.now(), request.person
    ledger = assessment(person, at=at)
    items = checklist_of(person, ledger)
    facts = current_facts(person)
    return person_page(
        request,
        "questions/sign",
        place="questions",
        status=status,
        changed=changed,
        label_name=NAME,
        label_id=uuid.uuid4(),
        shown=fingerprint(basis_of(ledger, items)),
        headline=headline_of(ledger),
        items=[shown(one, at=at) for one in items],
        in_the_way=in_the_way(person, ledger, items),
        label=label_shown(person, ledger, at=at),
        content=content_version(),
        ledger_revision=ledger_revision(person),
        facts_revision=facts.revision if facts else 0,
        earlier=[
            {
                "when": f"{moment(row.signed_at, at=at)}, {row.signed_by.name or row.signed_by.email}",
                "title": "Signed",
                "text": _afterwards(row, at=at),
            }
            for row in labels_of(person)
        ],
    )


def _afterwards(row: SignedLabel, *, at: datetime) -> str:
    """What became of a signature."""
    told = [f"Rests on {', '.join(row.basis['counted'])}; content {row.content_version}."]
    if row.out_of_date_since is not None:
        changes = " ".join(readable_changes(row.person, row.changes or ()))
        told.append(f"Out of date since {moment(row.out_of_date_since, at=at)}: {changes}")
    if row.withdrawn_at is not None and row.withdrawn_by is not None:
        by = row.withdrawn_by.name or row.withdrawn_by.email
        told.append(f"Taken back by {by}, {moment(row.withdrawn_at, at=at)}: {row.withdrawn_reason}")
    return " ".join(told)


@requires(Right.DECIDE, person="person_id")
@require_POST
def withdraw(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    refused = other_person(request)
    if refused is not None:
        return refused
    reason = request.POST.get("reason", "")
    try:
        label_id = uuid.UUID(request.POST.get("label", ""))
        withdraw_label(person=request.person, label_id=label_id, reason=reason, by=request.user, at=timezone.now())
    except AnswerRefusedError as fault:
        return list_page(request, status=400, error=str(fault), typed=reason[:4001])
    except (NoItemError, ValueError):
        raise Http404 from None
    messages.success(request, "The label is taken back. Its signature stays in the history.")
    return redirect("workspace:questions", person_id)


urls = [
    path(f"{ROOT}sign/", sign, name="sign"),
    path(f"{ROOT}withdraw/", withdraw, name="withdraw"),
]
