"""The history of the ledger: every save of trials and facts, by whom and what it changed, and bringing one back."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.accounts.models import User
from solstice_web.ledger.actions import NoTrialError, restore_version
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.queries import every_version
from solstice_web.ledger.said_words import told_lines
from solstice_web.ledger.told import FactsRefusedError
from solstice_web.measures.content import library
from solstice_web.people.models import FactsVersion, Person
from solstice_web.people.private import readable_facts
from solstice_web.people.queries import facts_versions
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.resistance.checklist import STATES, title_of
from solstice_web.resistance.models import ItemAnswer
from solstice_web.resistance.queries import kept_items, labels_of, readable_changes
from solstice_web.workspace.clock import counted, moment
from solstice_web.workspace.facts_words import changed_facts
from solstice_web.workspace.frame import number_of, other_person, person_page
from solstice_web.workspace.history import ROOT, revision_of, short_name
from solstice_web.workspace.history_words import compared

A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Saved:
    """One save: what it was about, by whom, and each part before and after. `restores` is where it is brought back."""

    at: datetime
    when: str
    who: str
    what: str
    tag: str
    kind: str
    changes: Sequence[tuple[str, str, str]]
    told_by: str = ""
    version: LedgerVersion | None = None
    can_restore: bool = False
    row_revision: int = 0


def _who(user: User) -> str:
    return user.name or user.email


# ------------------------------------------------------------------------------------------------------------- saves


def saved_trials(person: Person, *, at: datetime, only: uuid.UUID | None = None) -> list[Saved]:
    """Every save of trials, the latest first, with what each changed."""
    found = every_version(person)
    if only is not None:
        found = found.filter(row_id=only)
    by_row: dict[uuid.UUID, list[LedgerVersion]] = {}
    for version in found:
        by_row.setdefault(version.row_id, []).append(version)
    out = []
    for versions in by_row.values():
        ordered = sorted(versions, key=lambda one: one.revision, reverse=True)
        out += [
            _of_trial(version, before, at=at) for version, before in zip(ordered, [*ordered[1:], None], strict=True)
        ]
    return sorted(out, key=lambda one: one.at, reverse=True)


def _of_trial(version: LedgerVersion, before: LedgerVersion | None, *, at: datetime) -> Saved:
    row = version.row
    tag, kind = _tag(version, before)
    is_now = version.revision == row.revision and row.deleted_at is None
    return Saved(
        at=version.saved_at,
        when=moment(version.saved_at, at=at),
        who=_who(version.saved_by),
        what=short_name(row),
        tag=tag,
        kind=kind,
        changes=[
            *(part for part in compared(_whole(before), _whole(version)) if part[1] != part[2]),
            *_said(version, before),
        ],
        told_by=_told_by(version, before),
        version=version,
        can_restore=not is_now and not version.deleted,
        row_revision=row.revision,
    )


def _told_by(version: LedgerVersion, before: LedgerVersion | None) -> str:
    """Who said what this save changed; who told the whole where it changed no fact, or was the first."""
    old = before.facts if before else {}
    new = [name for name, value in version.facts.items() if name not in old or old[name] != value]
    said = dict.fromkeys(version.tellers.get(name, version.told_by) for name in new) or {version.told_by: None}
    names = dict(TrialRow.Teller.choices)
    return f"told by {' and '.join(names.get(who, who) for who in said)}"


def _tag(version: LedgerVersion, before: LedgerVersion | None) -> tuple[str, str]:
    if before is None:
        return "Added", "plain"
    if version.deleted:
        return "Deleted", "stop"
    return ("Brought back", "good") if before.deleted else ("Changed", "plain")


def _whole(version: LedgerVersion | None) -> dict[str, Any]:
    if version is None:
        return {}
    kept = ("note", "told_by", "checked", "checked_against", "checked_note")
    return {**version.facts, **{name: getattr(version, name) for name in kept}}


def _said(version: LedgerVersion, before: LedgerVersion | None) -> list[tuple[str, str, str]]:
    """What the person said in their own words, where that changed."""
    old = {name: words for _, name, words in told_lines(before.said)} if before else {}
    new = {name: words for _, name, words in told_lines(version.said)}
    return [
        (f"The person said: {name.lower()}", old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def saved_facts(person: Person, *, at: datetime) -> Iterator[Saved]:
    """Every save of the facts that changed something."""
    versions = list(facts_versions(person))
    for version, before in zip(versions, [*versions[1:], None], strict=False):  # also where there is none
        old, new = (readable_facts(person, one.facts if one else {}, library().private) for one in (before, version))
        changes = changed_facts(old, new)
        if changes:
            yield _of_facts(version, changes, at=at)


def _of_facts(version: FactsVersion, changes: list[tuple[str, str, str]], *, at: datetime) -> Saved:
    when = moment(version.saved_at, at=at)
    return Saved(version.saved_at, when, _who(version.saved_by), "Episode and facts", "Changed", "plain", changes)


def saved_answers(person: Person, *, at: datetime) -> Iterator[Saved]:
    """Answers to the twelve questions, each beside the one before."""
    found = ItemAnswer.objects.filter(person=person).select_related("saved_by").order_by("revision")
    last: dict[str, ItemAnswer] = {}
    hidden = kept_items(person)
    for answer in (one for one in found if one.item not in hidden):
        old = last.get(answer.item)
        parts = (
            ("Answer", _state(old), _state(answer)),
            ("Ground", old.ground if old else "", answer.ground),
            ("Why the label stands", old.despite if old else "", answer.despite),
        )
        last[answer.item] = answer
        changes = [part for part in parts if part[1] != part[2]]
        when, what = moment(answer.saved_at, at=at), f"Question: {title_of(answer.item)}"
        yield Saved(answer.saved_at, when, _who(answer.saved_by), what, "Answered", "plain", changes)


def _state(answer: ItemAnswer | None) -> str:
    return "" if answer is None else STATES.get(answer.state, "As the facts say")


def saved_labels(person: Person, *, at: datetime) -> Iterator[Saved]:
    """Signatures, and taking them back."""
    for row in labels_of(person):
        signed = [("Rests on", "", ", ".join(row.basis["counted"])), ("Content", "", row.content_version)]
        yield Saved(
            row.signed_at, moment(row.signed_at, at=at), _who(row.signed_by), "The label", "Signed", "good", signed
        )
        if row.out_of_date_since is not None:
            changed = [("What changed", "", " ".join(readable_changes(person, row.changes or ())))]
            when = moment(row.out_of_date_since, at=at)
            yield Saved(row.out_of_date_since, when, "Solstice", "The label", "Out of date", "attention", changed)
        if row.withdrawn_at is not None and row.withdrawn_by is not None:
            why = [("Reason", "", row.withdrawn_reason)]
            when = moment(row.withdrawn_at, at=at)
            yield Saved(row.withdrawn_at, when, _who(row.withdrawn_by), "The label", "Taken back", "stop", why)


# ------------------------------------------------------------------------------------------------------------- pages


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def every_save(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """All saves of the ledger on one line of time, the latest first."""
    at, person = timezone.now(), request.person
    saves = [
        *saved_trials(person, at=at),
        *saved_facts(person, at=at),
        *saved_answers(person, at=at),
        *saved_labels(person, at=at),
    ]
    saves.sort(key=lambda one: one.at, reverse=True)
    pages = max(1, -(-len(saves) // A_PAGE))
    shown = min(max(1, number_of(request, "page")), pages)
    return person_page(
        request,
        "history/versions",
        place="history",
        name="",
        saves=saves[(shown - 1) * A_PAGE : shown * A_PAGE],
        counted=counted(len(saves), "save"),
        previous=f"?page={shown - 1}" if shown > 1 else None,
        next=f"?page={shown + 1}" if shown < pages else None,
        page_words=f"Page {shown} of {pages}",
    )


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def trial_versions(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Every save of one trial, the latest first, with what each changed."""
    saves = saved_trials(request.person, at=timezone.now(), only=trial_id)
    if not saves:
        raise Http404
    return person_page(
        request,
        "history/versions",
        place="history",
        name=saves[0].what,
        saves=saves,
        counted=counted(len(saves), "save"),
        previous=None,
        next=None,
    )


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def restore(request: PersonRequest, person_id: uuid.UUID, trial_id: uuid.UUID, number: int) -> HttpResponse:
    """Bring an earlier version of a trial back as a new one; nothing between is lost."""
    refused = other_person(request)
    if refused is not None:
        return refused
    at = timezone.now()
    try:
        row = restore_version(
            person=request.person, row_id=trial_id, number=number, revision=revision_of(request), by=request.user, at=at
        )
    except NoTrialError:
        raise Http404 from None
    except FactsRefusedError:
        messages.error(request, "This version cannot be saved as it is any more. Open the entry and change it there.")
        return redirect("workspace:trial_versions", person_id, trial_id)
    except StaleEditError:
        messages.error(request, "Not brought back: someone saved this treatment meanwhile. Look at its latest version.")
        return redirect("workspace:trial_versions", person_id, trial_id)
    messages.success(request, f"{short_name(row)} is as it was in version {number}. This is version {row.revision}.")
    return redirect("workspace:history", person_id)


urls = [
    path(f"{ROOT}versions/", every_save, name="history_versions"),
    path(f"{ROOT}<uuid:trial_id>/versions/", trial_versions, name="trial_versions"),
    path(f"{ROOT}<uuid:trial_id>/versions/<int:number>/restore/", restore, name="trial_restore_version"),
]
