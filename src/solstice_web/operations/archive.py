"""The archive of a backup: every table as compressed, encrypted chunks, and a signed manifest of their digests.

One consistent view of the database is read while people work. Encrypted fields stay the ciphertext they are.
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import ExpressionWrapper, F, TextField

from solstice_web.audit.anchor import Anchor, keep
from solstice_web.audit.models import Event
from solstice_web.storage.encrypted import EncryptedTextField
from solstice_web.storage.keys import derive, field_cipher

FORMAT = "solstice-backup/1"
ROWS_A_CHUNK = 2000
LEFT_OUT = frozenset({"contenttypes", "auth", "sessions", "axes"})
"""Apps whose rows are not the clinic's: sessions end at a restore, the others are made by `migrate`."""
LEFT_OUT_MODELS = frozenset({"accounts.cacheentry"})


class ArchiveError(ValueError):
    """A backup that cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    tables: int
    rows: int
    taken_at: str


def archived_models() -> list[type[models.Model]]:
    """Every model whose rows a backup holds, in a fixed order."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy  # noqa: SLF001 - Django's documented API
        if model._meta.app_label not in LEFT_OUT and model._meta.label_lower not in LEFT_OUT_MODELS  # noqa: SLF001
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)  # noqa: SLF001


def write_archive(path: Path) -> Summary:
    """Write the archive beside its place and move it there whole. Notes the head of the trail as an anchor."""
    partial = path.with_name(path.name + ".partial")
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    members: dict[str, dict[str, Any]] = {}
    with one_view_of_the_database(), partial.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for model in archived_models():
            label = model._meta.label_lower  # noqa: SLF001 - as above
            rows, content = _table(model)
            members[label] = {"rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
            _add(tar, f"{label}.enc", content)
        head = Event.objects.order_by("-seq").first()
        manifest = {
            "format": FORMAT,
            "taken_at": taken_at,
            "migrations": applied_migrations(),
            "members": members,
            "head": {"seq": head.seq, "hash": head.hash} if head else None,
        }
        text = json.dumps(manifest, sort_keys=True).encode()
        _add(tar, "manifest.json", text)
        _add(tar, "manifest.hmac", manifest_signature(text, settings.SOLSTICE_KEYS[0]).encode())
        tar.close()
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    if head:
        keep(Anchor(head.seq, head.hash, taken_at, "backup"))
    return Summary(len(members), sum(member["rows"] for member in members.values()), taken_at)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an archive that is whole: signature, every digest, every name. Raises ArchiveError."""
    damaged = "this backup is damaged or was not made by this clinic; nothing was restored. Use another backup"
    try:
        with tarfile.open(path) as tar:
            names = tar.getnames()
            text, signature = _read(tar, "manifest.json"), _read(tar, "manifest.hmac").decode("ascii", "replace")
            if not any(hmac.compare_digest(signature, manifest_signature(text, key)) for key in settings.SOLSTICE_KEYS):
                raise ArchiveError(damaged)
            manifest: dict[str, Any] = json.loads(text)
            expected = [*(f"{label}.enc" for label in manifest["members"]), "manifest.json", "manifest.hmac"]
            if sorted(names) != sorted(expected):
                raise ArchiveError(damaged)
            for label, member in manifest["members"].items():
                if hashlib.sha256(_read(tar, f"{label}.enc")).hexdigest() != member["sha256"]:
                    raise ArchiveError(damaged)
    except (OSError, tarfile.TarError, KeyError, EOFError, UnicodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else None
        raise ArchiveError(f"cannot be read ({reason})" if reason else damaged) from None
    if manifest["format"] != FORMAT:
        raise ArchiveError(f"this backup has format {manifest['format']}; this version reads {FORMAT}")
    return manifest


def read_rows(path: Path, label: str) -> Iterator[list[Any]]:
    """The rows of one table of an archive that read_manifest found whole."""
    with tarfile.open(path) as tar:
        content = _read(tar, f"{label}.enc")
    for token in content.splitlines():
        try:
            chunk = zlib.decompress(field_cipher().decrypt(token))
        except (InvalidToken, zlib.error):
            raise ArchiveError("no key of SOLSTICE_KEYS opens this backup; add the key it was made with") from None
        yield from json.loads(chunk)


def applied_migrations() -> list[str]:
    """Which migrations the database has, so that rows only return to tables of the same shape."""
    found = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in found if app not in LEFT_OUT)


def manifest_signature(text: bytes, key: str) -> str:
    return hmac.new(derive(key, "backup"), text, hashlib.sha256).hexdigest()


@contextmanager
def one_view_of_the_database() -> Iterator[None]:
    """Read as of one moment, without stopping anyone from writing."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        before, connection.transaction_mode = connection.transaction_mode, None  # type: ignore[attr-defined] # vendor
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = before  # type: ignore[attr-defined] # vendor
        return
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _table(model: type[models.Model]) -> tuple[int, bytes]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - as above
    raw = {f"raw_{field.attname}": _as_stored(field) for field in fields if isinstance(field, EncryptedTextField)}
    names = [f"raw_{field.attname}" if f"raw_{field.attname}" in raw else field.attname for field in fields]
    count, tokens, chunk = 0, io.BytesIO(), []
    query = model._default_manager.order_by("pk").annotate(**raw).values_list(*names)  # noqa: SLF001 - as above
    for row in query.iterator(chunk_size=ROWS_A_CHUNK):
        chunk.append(row)
        count += 1
        if len(chunk) == ROWS_A_CHUNK:
            _write_chunk(tokens, chunk)
            chunk = []
    if chunk:
        _write_chunk(tokens, chunk)
    return count, tokens.getvalue()


def _as_stored(field: EncryptedTextField) -> Any:
    return ExpressionWrapper(F(field.attname), output_field=TextField())


def _write_chunk(out: io.BytesIO, rows: list[Any]) -> None:
    text = json.dumps(rows, cls=ExactEncoder, ensure_ascii=False).encode()
    out.write(field_cipher().encrypt(zlib.compress(text, 6)) + b"\n")


class ExactEncoder(DjangoJSONEncoder):
    """Django's encoder cuts microseconds; a seal of the trail needs them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()
