"""Append to the audit trail: one indexed look-up, one insert, inside the action's own transaction."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from solstice_web.audit.anchor import note_head
from solstice_web.audit.models import Event
from solstice_web.storage.keys import derive, fingerprint
from solstice_web.storage.once import forget

GENESIS = "0" * 64
ADVISORY_LOCK = 0x501571CE
"""Name of the lock that puts appends on PostgreSQL in a row; SQLite's immediate transactions do that there."""

CODE = re.compile(r"[A-Za-z0-9 ._:/@+-]*")
LONGEST_CODE = 120


class NotInTransactionError(RuntimeError):
    """record() was called outside an atomic block: the event could outlive the act it tells of."""


class AuditDetailError(ValueError):
    """Something other than ids, numbers and short codes was about to enter the trail."""


def record(
    *,
    action: str,
    by: Any,
    at: datetime,
    person: Any = None,
    subject: str = "",
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event. `by` is a User, a UUID or None (the system); `person` a Person or a UUID.

    `subject`, `reason` and `detail` hold ids, numbers and short codes only: never a patient's words.
    """
    if not connection.in_atomic_block:
        raise NotInTransactionError("call record() inside transaction.atomic(), together with what it records")
    forget()  # every write is recorded here
    _refuse_text(detail or {})
    for value in (action, subject, reason):
        _refuse_text(value)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
    last = Event.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, prev_hash = (last[0] + 1, last[1]) if last else (1, GENESIS)
    secret = audit_secret(settings.SOLSTICE_KEYS[0])
    event = Event(
        seq=seq,
        at=at.astimezone(UTC),
        written_at=datetime.now(UTC),
        actor=_id(by),
        action=action,
        person=_id(person),
        subject=subject,
        reason=reason,
        detail=json.dumps(detail or {}, sort_keys=True, separators=(",", ":"), default=str),
        key=fingerprint(secret),
        prev_hash=prev_hash,
    )
    event.hash = seal(event, secret)
    event.save(force_insert=True)
    transaction.on_commit(partial(note_head, event.seq, event.hash))
    return event


def audit_secret(key: str) -> bytes:
    """The chain's key, derived from a key of the environment."""
    return derive(key, "audit")


def seal(event: Event, secret: bytes) -> str:
    """HMAC over every column and the hash before; the same for what is written and what is read back."""
    parts = [
        str(event.seq),
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.written_at.astimezone(UTC).isoformat(timespec="microseconds"),
        str(event.actor or ""),
        event.action,
        str(event.person or ""),
        event.subject,
        event.reason,
        event.detail,
        event.key,
        event.prev_hash,
    ]
    return hmac.new(secret, json.dumps(parts, ensure_ascii=False).encode(), hashlib.sha256).hexdigest()


def read_atomically(**event: Any) -> Event:
    """Record a read: one transaction of its own."""
    with transaction.atomic():
        return record(**event)


def _id(value: Any) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    key = value.pk
    return key if isinstance(key, UUID) or key is None else UUID(str(key))


def _refuse_text(value: Any) -> None:
    match value:
        case None | bool() | int() | float() | UUID() | datetime():
            return
        case str():
            if len(value) > LONGEST_CODE or not CODE.fullmatch(value):
                raise AuditDetailError("the trail takes ids, numbers and short codes; keep words in encrypted fields")
        case Mapping():
            for key, item in value.items():
                _refuse_text(key)
                _refuse_text(item)
        case list() | tuple():
            for item in value:
                _refuse_text(item)
        case _:
            _refuse_text(str(value))
