"""Write down, change, delete and bring back treatments tried; every save leaves a version."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.told import FactsRefusedError, Told
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of

UNDO_WITHIN = timedelta(days=30)


class NoTrialError(LookupError):
    """There is no such trial for this person."""


class UndoTooLateError(Exception):
    """The trial was deleted more than 30 days ago; write it down again."""


@transaction.atomic
def add_trial(*, person: Person, row_id: uuid.UUID, told: Told, by: User, at: datetime) -> TrialRow:
    """Write down a treatment. `row_id` is made by the form: sent twice it is saved once.

    Raises NoTrialError when the id belongs to someone else's trial, and FactsRefusedError for a start in the future.
    """
    _refuse_future(told, person, at)
    row, created = TrialRow.objects.select_for_update().get_or_create(
        pk=row_id,
        defaults={
            "person": person,
            "kind": told.trial.kind,
            "facts": told.stored(),
            "note": told.note,
            "told_by": told.told_by,
            "checked": told.checked,
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
def edit_trial(*, person: Person, row_id: uuid.UUID, revision: int, told: Told, by: User, at: datetime) -> TrialRow:
    """Replace what is known about a trial. `revision` is the one the editor read.

    Raises StaleEditError with both texts when someone saved since, NoTrialError, and FactsRefusedError for a start in
    the future.
    """
    _refuse_future(told, person, at)
    row = _row(person, row_id)
    if row.revision != revision or row.deleted_at is not None:
        if row.revision == revision + 1 and row.deleted_at is None and row.saved_by_id == by.pk and _same(row, told):
            return row  # the same form sent twice
        raise StaleEditError(current=as_text(row), yours=_yours(told), revision=row.revision)
    row.kind, row.facts, row.note = told.trial.kind, told.stored(), told.note
    row.told_by, row.checked = told.told_by, told.checked
    return _save(row, action="ledger.trial_changed", by=by, at=at)


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
    told = Told(version.facts, version.note, version.told_by, version.checked)
    _refuse_future(told, person, at)
    if row.revision != revision:
        if row.revision == revision + 1 and row.deleted_at is None and row.saved_by_id == by.pk and _same(row, told):
            return row  # the same form sent twice
        raise StaleEditError(current=as_text(row), yours=_yours(told), revision=row.revision)
    row.kind, row.facts, row.note, row.deleted_at = told.trial.kind, told.stored(), told.note, None
    row.told_by, row.checked = told.told_by, told.checked
    return _save(row, action="ledger.version_restored", by=by, at=at)


def _refuse_future(told: Told, person: Person, at: datetime) -> None:
    """A person file with a trial that has not begun cannot be read, so no way in may store one."""
    today = at.astimezone(zone_of(person.time_zone)).date()
    if told.trial.started is not None and told.trial.started.earliest > today:
        raise FactsRefusedError({"started": ["this lies in the future; check the year"]})


def as_text(row: TrialRow) -> dict[str, Any]:
    """A row as the editor shows it."""
    return {
        **row.facts,
        "note": row.note,
        "told_by": row.told_by,
        "checked": row.checked,
        "deleted": bool(row.deleted_at),
    }


def _yours(told: Told) -> dict[str, Any]:
    return {**told.stored(), "note": told.note, "told_by": told.told_by, "checked": told.checked, "deleted": False}


def _same(row: TrialRow, told: Told) -> bool:
    return as_text(row) == _yours(told)


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
        checked=row.checked,
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
