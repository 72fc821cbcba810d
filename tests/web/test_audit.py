"""The trail is appended to inside actions, and refuses to be changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.audit.trail import AuditDetailError, NotInTransactionError, read_atomically, record
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_each_event_carries_the_hash_of_the_one_before(clinician: User, person: Person) -> None:
    first = record(action="read", by=clinician, at=AT, person=person)
    second = record(action="trial.add", by=clinician, at=AT, person=person, detail={"trial": person.pk, "n": 3})
    assert (second.seq, second.prev_hash) == (first.seq + 1, first.hash)


def test_words_do_not_enter_the_trail(clinician: User) -> None:
    with pytest.raises(AuditDetailError):
        record(action="note", by=clinician, at=AT, detail={"note": "said he can't sleep!"})


@pytest.mark.parametrize("change", [lambda rows: rows.update(action="x"), lambda rows: rows.delete()])
def test_the_database_refuses_changes(clinician: User, change: Callable[[Any], None]) -> None:
    record(action="read", by=clinician, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(Event.objects.all())


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransactionError):
        record(action="read", by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_read_is_one_transaction_of_its_own() -> None:
    read_atomically(action="read", by=None, at=AT)
    assert Event.objects.count() == 1
