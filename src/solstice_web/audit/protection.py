"""The triggers that keep the trail append-only, and the one act that may go around them: a restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection

_migration = import_module("solstice_web.audit.migrations.0002_refuse_changes")


def protect() -> None:
    """Put the triggers in place."""
    with connection.cursor() as cursor:
        for statement in _migration.ADD[connection.vendor]:
            cursor.execute(statement)


def unprotect() -> None:
    """Take the triggers away; only inside without_protection and in tests of tampering."""
    with connection.cursor() as cursor:
        for statement in _migration.REMOVE[connection.vendor]:
            cursor.execute(statement)


@contextmanager
def without_protection() -> Iterator[None]:
    """Inside the caller's transaction: other connections never see the trail unprotected."""
    unprotect()
    yield
    protect()
