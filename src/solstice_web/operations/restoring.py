"""Bring an archive back: checked whole first, then written in one transaction, then said on every page (H26)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count

from solstice_web.accounts.models import User
from solstice_web.audit import anchor as anchors
from solstice_web.audit.models import Event
from solstice_web.audit.protection import without_protection
from solstice_web.audit.trail import record
from solstice_web.operations.archive import (
    ArchiveError,
    Summary,
    applied_migrations,
    archived_models,
    read_manifest,
    read_rows,
)
from solstice_web.operations.models import Restore
from solstice_web.people.models import Person
from solstice_web.storage.encrypted import EncryptedTextField


def restore_archive(path: Path, *, replace: bool) -> Summary:
    """Restore into an empty database, or over everything with `replace`. Raises ArchiveError; then nothing changed."""
    manifest = read_manifest(path)
    if manifest["migrations"] != applied_migrations():
        raise ArchiveError(
            "this backup was made by another version of Solstice; restore it with that version, then migrate"
        )
    wanted = {model._meta.label_lower: model for model in archived_models()}  # noqa: SLF001 - Django's documented API
    if set(wanted) != set(manifest["members"]):
        raise ArchiveError("this backup has other tables than this version; restore it with the version that made it")
    if not replace and (User.objects.exists() or Person.objects.exists() or Event.objects.exists()):
        raise ArchiveError("the database is not empty; add --replace to overwrite what is in it")
    now = datetime.now(UTC)
    with transaction.atomic():
        lost = what_is_lost(manifest)
        rows = _rewrite(path, wanted, manifest)
        Restore.objects.create(
            taken_at=datetime.fromisoformat(manifest["taken_at"]),
            restored_at=now,
            lost=lost.events if lost else None,
            alerts=lost.alerts if lost else None,
        )
        _set_anchor_back(manifest, now)
        record(action="restore", by=None, at=now, detail={"taken_at": manifest["taken_at"]})
    return Summary(len(wanted), rows, manifest["taken_at"])


@dataclass(frozen=True, slots=True)
class Lost:
    """What the trail holds past a backup: how many events by action, and whose risk answers came in, when."""

    events: dict[str, int]
    alerts: list[list[str]]


def what_is_lost(manifest: dict[str, Any]) -> Lost | None:
    """What overwriting this database takes away; None when it is not the clinic of the backup, or was empty."""
    head = manifest["head"] or {"seq": 0}
    if not Event.objects.exists():
        return None
    if head["seq"] and not Event.objects.filter(seq=head["seq"], hash=head["hash"]).exists():
        return None
    after = Event.objects.filter(seq__gt=head["seq"])
    counted = after.order_by().values("action").annotate(times=Count("seq"))
    raised = after.filter(action="alert.raised").order_by("seq").values_list("person", "at")
    return Lost(
        {row["action"]: row["times"] for row in counted},
        [[str(person), at.isoformat()] for person, at in raised],
    )


def _rewrite(path: Path, wanted: dict[str, type[models.Model]], manifest: dict[str, Any]) -> int:
    total = 0
    with without_protection(), connection.constraint_checks_disabled():
        _empty([*wanted.values()])
        for label, model in wanted.items():
            rows = _insert(model, path, label)
            if rows != manifest["members"][label]["rows"]:
                raise ArchiveError(f"table {label} has {rows} rows, not the number the manifest names")
            total += rows
    connection.check_constraints()
    _after_insert([*wanted.values()])
    return total


def _empty(found: list[type[models.Model]]) -> None:
    from django.contrib.sessions.models import Session  # noqa: PLC0415 - every session ends

    emptied: list[type[models.Model]] = [*found, Session]
    with connection.cursor() as cursor:
        for model in emptied:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608, SLF001 - our own names


def _insert(model: type[models.Model], path: Path, label: str) -> int:
    fields = model._meta.concrete_fields  # noqa: SLF001 - as above
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608, SLF001 - as above
    count = 0
    with connection.cursor() as cursor:
        batch: list[list[Any]] = []
        for row in read_rows(path, label):
            batch.append([_to_column(field, value) for field, value in zip(fields, row, strict=True)])
            count += 1
            if len(batch) == 500:
                cursor.executemany(statement, batch)
                batch = []
        if batch:
            cursor.executemany(statement, batch)
    return count


def _to_column(field: Any, value: Any) -> Any:
    if isinstance(field, EncryptedTextField):
        return value
    return field.get_db_prep_save(field.to_python(value), connection)


def _after_insert(found: list[type[models.Model]]) -> None:
    from django.core.management.color import no_style  # noqa: PLC0415 - only here

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)


def _set_anchor_back(manifest: dict[str, Any], now: datetime) -> None:
    head = manifest["head"] or {"seq": 0, "hash": "0" * 64}
    anchor = anchors.Anchor(head["seq"], head["hash"], now.isoformat(timespec="seconds"), "restore")
    settings.SOLSTICE_DATA.mkdir(parents=True, exist_ok=True)

    def write() -> None:
        anchors.keep(anchor)
        anchors.reset_head(anchor)

    transaction.on_commit(write)
