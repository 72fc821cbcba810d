"""Django's SQLite backend with the pragmas that keep what was acknowledged."""

from typing import Any

from solstice_web.config.sqlite.driver import journal_mode, load_backend

_django = load_backend()
Database = _django.Database
BUSY_SECONDS = 5


class DatabaseWrapper(_django.DatabaseWrapper):  # type: ignore[misc,name-defined] # the module is chosen at run time
    """WAL with synchronous=FULL (a power cut loses nothing acknowledged), immediate transactions, foreign keys on."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.setdefault("timeout", BUSY_SECONDS)
        self.transaction_mode = "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        mode = journal_mode(Database.sqlite_version_info)
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA secure_delete = ON")
        return connection
