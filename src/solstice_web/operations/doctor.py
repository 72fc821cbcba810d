"""Examine this installation: what is right, and what would be right where it is not."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from solstice_web.config.sqlite.driver import FIRST_SAFE_WAL

BUILT_AFTER = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock before this is wrong: Solstice did not exist."""


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    is_ok: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> Iterator[Result]:
    """Every check in turn; a check that cannot run is a fault of its own."""
    for check in CHECKS:
        try:
            yield check()
        except DatabaseError as fault:
            yield Result(_name(check), is_ok=False, text=f"the database does not answer ({type(fault).__name__})")


def faults() -> Iterator[str]:
    """What forbids serving."""
    return (f"{result.name}: {result.text}" for result in examine() if not result.is_ok)


def _name(check: Callable[[], Result]) -> str:
    return check.__name__.removeprefix("check_")


def check_settings() -> Result:
    errors = [message for message in run_checks() if isinstance(message, Error)]
    text = "; ".join(f"{error.id}: {error.msg}" for error in errors) or f"mode {settings.SOLSTICE_MODE}"
    return Result("settings", not errors, text)


def check_mode() -> Result:
    is_ok = settings.SOLSTICE_MODE != "test"
    return Result("mode", is_ok, str(settings.SOLSTICE_MODE) if is_ok else "test mode serves no one; set SOLSTICE_MODE")


def check_database() -> Result:
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        return Result("database", is_ok=True, text=f"PostgreSQL {connection.pg_version}")  # type: ignore[attr-defined] # vendor
    with connection.cursor() as cursor:
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    is_safe = tuple(int(part) for part in version.split(".")) >= FIRST_SAFE_WAL or journal != "wal"
    return Result(
        "database", is_safe and synchronous == 2, f"SQLite {version}, journal {journal}, synchronous {synchronous}"
    )


def check_migrations() -> Result:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Result(
        "migrations", not plan, "all applied" if not plan else f"{len(plan)} to apply: run `solstice migrate`"
    )


def check_clock() -> Result:
    from solstice_web.audit.models import Event  # noqa: PLC0415 - models are ready by then

    now = datetime.now(UTC)
    last = Event.objects.order_by("-seq").values_list("written_at", flat=True).first()
    earliest = max(BUILT_AFTER, last) if last else BUILT_AFTER
    is_ok = now >= earliest
    return Result("clock", is_ok, f"{now:%Y-%m-%d %H:%M} UTC" if is_ok else f"set the clock: it is before {earliest}")


def check_data_folder() -> Result:
    folder = Path(settings.SOLSTICE_DATA)
    mode = folder.stat().st_mode & 0o077 if folder.is_dir() else None
    if mode is None:
        return Result("data folder", is_ok=False, text=f"{folder} is not there; make it and give it to this user")
    text = str(folder) if not mode else f"{folder} is open to others: chmod 700"
    return Result("data folder", not mode or settings.SOLSTICE_MODE != "production", text)


def check_content() -> Result:
    from solstice.content.library import Library  # noqa: PLC0415 - the content is large

    faults_found = Library().check()
    if faults_found:
        return Result("content", is_ok=False, text=f"{faults_found[0]} ({len(faults_found)} in all)")
    return Result("content", is_ok=True, text=f"whole, version {Library().version}")


def check_crisis_lines() -> Result:
    """A clinic of real people must show lines of help that somebody called (promise: go-live is blocked without)."""
    from solstice.content.library import Library  # noqa: PLC0415 - the content is large
    from solstice.content.read import ContentError  # noqa: PLC0415 - as above
    from solstice_web.help.crisis import chosen  # noqa: PLC0415 - as above

    try:
        lines = chosen(Library(), settings.SOLSTICE_CRISIS_LINES)
    except ContentError as error:
        return Result("crisis lines", is_ok=False, text=str(error.faults[0]))
    reason = lines.why_not_live(datetime.now(UTC).date())
    if reason is None:
        return Result("crisis lines", is_ok=True, text=f"{len(lines.lines)}, each checked")
    is_demo = settings.SOLSTICE_MODE == "demo"
    return Result("crisis lines", is_demo, reason if is_demo else f"{reason}; name your file in SOLSTICE_CRISIS_LINES")


CHECKS = (
    check_settings,
    check_mode,
    check_database,
    check_migrations,
    check_clock,
    check_data_folder,
    check_content,
    check_crisis_lines,
)
