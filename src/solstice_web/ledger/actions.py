"""Write down, check, change, delete and bring back treatments tried, and take the person's own answers about them.

Every save leaves a version.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.said import Heard, retold
from solstice_web.ledger.told import FactsRefusedError, Told, impossible_dates
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of

UNDO_WITHIN = timedelta(days=30)


class NoTrialError(LookupError):
    """There is no such trial for this person."""


class UndoTooLateError(Exception):
    """The trial was deleted more than 30 days ago; write it down again."""


class NotTheirsToRemoveError(Exception):
    """A person removes what only they said; what a clinician wrote or checked they call mistaken instead."""


@transaction.atomic
def add_trial(*, person: Person, row_id: uuid.UUID, told: Told, by: User, at: datetime) -> TrialRow:
    """Write down a treatment. `row_id` is made by the form: sent twice it is saved once.

    Raises NoTrialError when the id belongs to someone else's trial, and FactsRefusedError for a start in the future.
    """
    _refuse_impossible_dates(told, person, at)
    row, created = TrialRow.objects.select_for_update().get_or_create(
        pk=row_id,
        defaults={
            "person": person,
            "kind": told.trial.kind,
            "facts": told.stored(),
            "note": told.note,
            "told_by": told.told_by,
            **_check_of(told, None, by=by, at=at),
            "created_at": at,
            "saved_at": at,
            "saved_by": by,
        },
    )
    if row.person_id != person.pk:
        raise NoTrialError(str(row_id))
    if created:
        _keep_version(row, action="ledger.trial_added")
    return row


@transaction.atomic
def edit_trial(
    *,
    person: Person,
    row_id: uuid.UUID,
    revision: int,
    told: Told,
    by: User,
    at: datetime,
    teller: str | None = None,
) -> TrialRow:
    """Replace what is known about a trial. `revision` is the one the editor read.

    `teller` said what is new, where that is not who told the whole; what did not change stays with who said it.

    Raises StaleEditError with both texts when someone saved since, NoTrialError, and FactsRefusedError for a start in
    the future.
    """
    _refuse_impossible_dates(told, person, at)
    row = _row(person, row_id)
    if row.revision != revision or row.deleted_at is not None:
        if row.revision == revision + 1 and row.deleted_at is None and row.saved_by_id == by.pk and _same(row, told):
            return row  # the same form sent twice
        raise StaleEditError(current=as_text(row), yours=_yours(told), revision=row.revision)
    row.tellers = _tellers(row, told, teller)
    row.kind, row.facts, row.note = told.trial.kind, told.stored(), told.note
    row.told_by, row.reopened_at = told.told_by, None
    for name, value in _check_of(told, row, by=by, at=at).items():
        setattr(row, name, value)
    return _save(row, action="ledger.trial_changed", by=by, at=at)


@transaction.atomic
def check_trial(
    *, person: Person, row_id: uuid.UUID, revision: int, against: str, note: str, by: User, at: datetime
) -> TrialRow:
    """Mark a trial as checked against a record, the pharmacy or the person; `note` says which one and what it says.

    Raises StaleEditError, NoTrialError and FactsRefusedError.
    """
    row = _row(person, row_id)
    told = Told(row.facts, row.note, row.told_by, checked=True, checked_against=against, checked_note=note)
    if not against:
        raise FactsRefusedError({"checked_against": ["say what it was checked against"]})
    if row.revision != revision or row.deleted_at is not None:
        is_repeated = row.revision == revision + 1 and row.saved_by_id == by.pk and _same(row, told)
        if is_repeated and row.deleted_at is None:
            return row  # the same form sent twice
        raise StaleEditError(current=as_text(row), yours=_yours(told), revision=row.revision)
    row.checked, row.checked_against, row.checked_note = True, against, note
    row.checked_at, row.checked_by, row.reopened_at = at, by, None
    return _save(row, action="ledger.trial_checked", by=by, at=at)


@transaction.atomic
def tell(
    *, person: Person, row_id: uuid.UUID, revision: int, question: str, words: str, by: User, at: datetime
) -> TrialRow:
    """Take the person's own answer to one question: it is kept as said, and its facts replace those of this question.

    What a clinician had checked is unchecked by it and shown to them again. Raises NotAnAnswerError, NoTrialError,
    FactsRefusedError, and StaleEditError when someone else saved since `revision`; `current` and `yours` then hold the
    facts of this question only.
    """
    row = _row(person, row_id)
    zone = zone_of(person.time_zone)
    facts, said = retold(question, words, Heard(row.kind, at.astimezone(zone).date(), zone), row.said)
    if row.said.get(question) == words:
        return row
    if row.deleted_at is not None:
        raise NoTrialError(str(row_id))
    if _saved_by_another(row, revision, by):
        current = {name: row.facts.get(name) for name in facts}
        raise StaleEditError(current=current, yours=facts, revision=row.revision)
    told = Told({**row.facts, **facts}, row.note, TrialRow.Teller.PATIENT)
    _refuse_impossible_dates(told, person, at)
    if row.checked or row.told_by != TrialRow.Teller.PATIENT or row.saved_by_id != by.pk:
        row.reopened_at = at
    row.tellers = _tellers(row, told, TrialRow.Teller.PATIENT)
    row.kind, row.facts, row.said = told.trial.kind, told.stored(), said
    row.told_by, row.checked, row.checked_against, row.checked_note = told.told_by, False, "", ""
    row.checked_at = row.checked_by = None
    return _save(row, action="ledger.trial_told", by=by, at=at)


def _saved_by_another(row: TrialRow, revision: int, by: User) -> bool:
    return LedgerVersion.objects.filter(row=row, revision__gt=revision).exclude(saved_by=by).exists()


@transaction.atomic
def take_back(*, person: Person, row_id: uuid.UUID, by: User, at: datetime) -> TrialRow:
    """The person removes a treatment they told themselves and nobody checked; it can be brought back for 30 days.

    Raises NotTheirsToRemoveError and NoTrialError.
    """
    row = _row(person, row_id)
    if row.deleted_at is not None:
        return row
    if not is_theirs(row):
        raise NotTheirsToRemoveError(str(row_id))
    row.deleted_at = at
    return _save(row, action="ledger.trial_deleted", by=by, at=at)


def is_theirs(row: TrialRow) -> bool:
    """Whether the person alone said it: a clinician neither wrote nor checked it, also not before."""
    return row.told_by == TrialRow.Teller.PATIENT and not row.checked and row.reopened_at is None


@transaction.atomic
def delete_trial(*, person: Person, row_id: uuid.UUID, revision: int, by: User, at: datetime) -> TrialRow:
    """Take a trial off the ledger; it can be brought back for 30 days, and its versions stay."""
    row = _row(person, row_id)
    if row.deleted_at is not None:
        return row
    if row.revision != revision:
        raise StaleEditError(current=as_text(row), yours={}, revision=row.revision)
    row.deleted_at = at
    return _save(row, action="ledger.trial_deleted", by=by, at=at)


@transaction.atomic
def undo_delete(*, person: Person, row_id: uuid.UUID, by: User, at: datetime) -> TrialRow:
    """Bring a deleted trial back. Raises UndoTooLateError after 30 days."""
    row = _row(person, row_id)
    if row.deleted_at is None:
        return row
    if at - row.deleted_at > UNDO_WITHIN:
        raise UndoTooLateError(str(row_id))
    row.deleted_at = None
    return _save(row, action="ledger.trial_restored", by=by, at=at)


@transaction.atomic
def restore_version(
    *, person: Person, row_id: uuid.UUID, number: int, revision: int, by: User, at: datetime
) -> TrialRow:
    """Make an earlier version the present one, as a new version; also of a trial deleted since, however long ago.

    Raises StaleEditError when someone saved since `revision`, NoTrialError, and FactsRefusedError where the version
    could not be saved any more.
    """
    row = _row(person, row_id)
    version = LedgerVersion.objects.filter(row=row, revision=number, deleted=False).first()
    if version is None:
        raise NoTrialError(f"{row_id}/{number}")
    told = Told(
        version.facts,
        version.note,
        version.told_by,
        version.checked,
        checked_against=version.checked_against,
        checked_note=version.checked_note,
    )
    _refuse_impossible_dates(told, person, at)
    if row.revision != revision:
        if row.revision == revision + 1 and row.deleted_at is None and row.saved_by_id == by.pk and _same(row, told):
            return row  # the same form sent twice
        raise StaleEditError(current=as_text(row), yours=_yours(told), revision=row.revision)
    row.kind, row.facts, row.note, row.deleted_at = told.trial.kind, told.stored(), told.note, None
    row.told_by, row.tellers, row.checked, row.reopened_at = told.told_by, version.tellers, told.checked, None
    row.checked_against, row.checked_note = told.checked_against, told.checked_note
    row.checked_at, row.checked_by = _checked_in(version) if told.checked else (None, None)
    return _save(row, action="ledger.version_restored", by=by, at=at)


def _checked_in(version: LedgerVersion) -> tuple[datetime, User]:
    """When and by whom the check of a version was made: whoever brings it back did not check it anew."""
    found = version
    for earlier in LedgerVersion.objects.filter(row=version.row, revision__lt=version.revision).order_by("-revision"):
        check = (earlier.checked, earlier.checked_against, earlier.checked_note)
        if check != (True, version.checked_against, version.checked_note):
            break
        found = earlier
    return found.saved_at, found.saved_by


def _tellers(row: TrialRow, told: Told, teller: str | None) -> dict[str, str]:
    """Who said each fact where it was not `told.told_by`; an editor that names another teller names them for all."""
    if teller is None and told.told_by != row.told_by:
        return {}
    found = {}
    for name, value in told.stored().items():
        is_new = name not in row.facts or row.facts[name] != value
        found[name] = (teller or told.told_by) if is_new else row.tellers.get(name, row.told_by)
    return {name: who for name, who in found.items() if who != told.told_by}


def _refuse_impossible_dates(told: Told, person: Person, at: datetime) -> None:
    """A person file with a trial that has not begun cannot be read, so no way in may store one."""
    faults = impossible_dates(told.trial, at.astimezone(zone_of(person.time_zone)).date(), person.birth_date)
    if faults:
        raise FactsRefusedError(faults)


def _check_of(told: Told, row: TrialRow | None, *, by: User, at: datetime) -> dict[str, Any]:
    """The columns of the check after a save; one that says nothing new about it keeps who checked it and how."""
    if not told.checked:
        nothing: dict[str, Any] = dict.fromkeys(("checked_at", "checked_by"))
        return {"checked": False, "checked_against": "", "checked_note": "", **nothing}
    known = row is not None and row.checked
    against = told.checked_against or (row.checked_against if row and known else "")
    note = told.checked_note or (row.checked_note if row and known else "")
    is_same = row is not None and known and (against, note) == (row.checked_against, row.checked_note)
    return {
        "checked": True,
        "checked_against": against,
        "checked_note": note,
        "checked_at": row.checked_at if row and is_same else at,
        "checked_by": row.checked_by if row and is_same else by,
    }


def as_text(row: TrialRow) -> dict[str, Any]:
    """A row as the editor shows it."""
    return {
        **row.facts,
        "note": row.note,
        "told_by": row.told_by,
        "checked": row.checked,
        "checked_against": row.checked_against,
        "checked_note": row.checked_note,
        "deleted": bool(row.deleted_at),
    }


def _yours(told: Told) -> dict[str, Any]:
    return {
        **told.stored(),
        "note": told.note,
        "told_by": told.told_by,
        "checked": told.checked,
        "checked_against": told.checked_against,
        "checked_note": told.checked_note,
        "deleted": False,
    }


def _same(row: TrialRow, told: Told) -> bool:
    yours = _yours(told)
    if told.checked and not told.checked_against:  # says nothing about the check, so it was kept
        yours |= {"checked_against": row.checked_against, "checked_note": row.checked_note}
    return as_text(row) == yours


def _row(person: Person, row_id: uuid.UUID) -> TrialRow:
    try:
        return TrialRow.objects.select_for_update().get(pk=row_id, person=person)
    except TrialRow.DoesNotExist:
        raise NoTrialError(str(row_id)) from None


def _save(row: TrialRow, *, action: str, by: User, at: datetime) -> TrialRow:
    row.revision += 1
    row.saved_at, row.saved_by = at, by
    row.save()
    _keep_version(row, action=action)
    return row


def _keep_version(row: TrialRow, *, action: str) -> None:
    LedgerVersion.objects.create(
        row=row,
        revision=row.revision,
        facts=row.facts,
        note=row.note,
        told_by=row.told_by,
        tellers=row.tellers,
        said=row.said,
        checked=row.checked,
        checked_against=row.checked_against,
        checked_note=row.checked_note,
        deleted=row.deleted_at is not None,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )
    record(
        action=action,
        by=row.saved_by,
        at=row.saved_at,
        person=row.person_id,
        subject=str(row.id),
        detail={"revision": row.revision},
    )
