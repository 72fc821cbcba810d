"""The one place where Django's `sqlite3` becomes pysqlite3, and where the journal mode is chosen."""

import importlib
import sys
from types import ModuleType

FIRST_SAFE_WAL = (3, 51, 3)
"""First release without the WAL-reset fault. Source: promises.md, findings."""


def load_backend() -> ModuleType:
    """Import Django's SQLite backend with pysqlite3 under the name sqlite3, then give the name back."""
    try:
        driver = importlib.import_module("pysqlite3")
    except ImportError:
        return importlib.import_module("django.db.backends.sqlite3.base")
    names = {"sqlite3": driver, "sqlite3.dbapi2": importlib.import_module("pysqlite3.dbapi2")}
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update(names)
    try:
        return importlib.import_module("django.db.backends.sqlite3.base")
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def journal_mode(version: tuple[int, ...]) -> str:
    """`wal` where the library is free of the WAL-reset fault, else the rollback journal, which never had it."""
    return "wal" if version >= FIRST_SAFE_WAL else "delete"
