"""What has been tried, and what the engine makes of it on a day."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from solstice.ledger import Ledger, Shortfalls, assess, shortfalls
from solstice.person.trial import Trial
from solstice_web.ledger.actions import UNDO_WITHIN
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.told import read_trial
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.storage.once import once


def rows_for(person: Person) -> QuerySet[TrialRow]:
    """The trials on the ledger in the order they were written down."""
    found = TrialRow.objects.filter(person=person, deleted_at__isnull=True)
    return found.select_related("person", "checked_by").order_by("created_at", "id")


@once
def trial_rows(person: Person) -> tuple[TrialRow, ...]:
    """The same rows, read once a page and without the words beside the facts."""
    return tuple(rows_for(person).select_related(None).defer("said", "checked_note"))


def trials_for(person: Person) -> tuple[Trial, ...]:
    """The trials as the engine reads them, in the order of `rows_for`."""
    return tuple(trial_of(row) for row in trial_rows(person))


def trial_of(row: TrialRow) -> Trial:
    """What the person told counts as told, and is marked until somebody has checked it (hazard H45)."""
    checked = False if row.told_by == TrialRow.Teller.PATIENT and not row.checked else None
    return read_trial({**row.facts, "note": row.note or None, "checked": checked})


def assessment(person: Person, *, at: datetime) -> Ledger:
    """Adequacy, staging and open questions, computed from the facts as they stand now."""
    return assess(person_file(person, at), library())


def waiting_for_a_check(person: Person) -> list[TrialRow]:
    """What the person told and no clinician has checked, what they changed after a check first."""
    told = (row for row in trial_rows(person) if row.told_by == TrialRow.Teller.PATIENT and not row.checked)
    return sorted(told, key=lambda row: row.reopened_at is None)


def fell_short(person: Person, *, at: datetime) -> Shortfalls | None:
    """What the trials that were not adequate would have needed, as the facts stand now."""
    return shortfalls(person_file(person, at), library().treatments)


def every_version(person: Person) -> QuerySet[LedgerVersion]:
    """Every save of every trial, the latest first."""
    found = LedgerVersion.objects.filter(row__person=person).select_related("row", "saved_by")
    return found.order_by("-saved_at", "-revision")


def deleted_for(person: Person, *, at: datetime) -> QuerySet[TrialRow]:
    """Trials that can still be brought back, the latest first."""
    return TrialRow.objects.filter(person=person, deleted_at__gte=at - UNDO_WITHIN).order_by("-deleted_at")


def versions(person: Person, row_id: UUID) -> QuerySet[LedgerVersion]:
    """Every save of one trial, the latest first."""
    return (
        LedgerVersion.objects.filter(row_id=row_id, row__person=person).select_related("saved_by").order_by("-revision")
    )
