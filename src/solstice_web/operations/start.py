"""Start Django for a command, with settings faults as plain lines; bring the database to this version; serve."""

import gc
import hashlib
import os
import sys
import threading
from pathlib import Path

import click

THREADS = 8
CONNECTIONS = 1000
"""Slow clients hold a connection, not a thread. Source: promises.md, findings."""
SETTLED_AFTER = 30.0
"""Seconds after which content, templates and addresses have mostly been read."""


def start(*, demo_data: Path | None = None) -> None:
    """Read the environment and set Django up; exit 2 with one line a fault. `demo_data` chooses demo mode."""
    if demo_data is not None:
        os.environ["SOLSTICE_MODE"] = "demo"
        os.environ["SOLSTICE_DATA"] = str(demo_data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "solstice_web.config.settings")
    from solstice_web.config.environment import EnvironmentFaultError, environment  # noqa: PLC0415 - commands start fast

    try:
        found = environment()
    except EnvironmentFaultError as error:
        for fault in error.faults:
            click.echo(f"settings: {fault}", err=True)
        sys.exit(2)
    found.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    import django  # noqa: PLC0415 - as above

    django.setup()


def schema_fingerprint() -> str:
    """A name for the set of migrations of this version, from their file names alone."""
    from django.apps import apps  # noqa: PLC0415 - after start()

    names = sorted(
        f"{config.label}/{path.name}"
        for config in apps.get_app_configs()
        for path in (Path(config.path) / "migrations").glob("0*.py")
    )
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def migrate_if_needed(*, quietly: bool) -> bool:
    """Bring the database to this version; one look into a file when it already is. Whether anything ran."""
    from django.conf import settings  # noqa: PLC0415 - after start()
    from django.core.management import call_command  # noqa: PLC0415 - after start()

    mark = Path(settings.SOLSTICE_DATA) / "schema"
    database = settings.DATABASES["default"]
    wanted = f"{schema_fingerprint()} {database['NAME']} {database.get('HOST', '')}"
    there = database.get("HOST") is not None or Path(str(database["NAME"])).exists()
    if there and mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return False
    call_command("migrate", interactive=False, verbosity=0 if quietly else 1)
    mark.write_text(wanted, encoding="utf-8")
    return True


def settle() -> None:
    """Leave what was read at the start out of all later garbage collections: each held one request up for 0.1 s."""
    gc.collect()
    gc.freeze()


def serve(*, host: str, port: int) -> None:
    """Answer until interrupted."""
    from waitress.server import create_server  # noqa: PLC0415 - commands start fast

    from solstice_web.config.wsgi import application  # noqa: PLC0415 - after start()
    from solstice_web.operations.rounds import keep_rounds  # noqa: PLC0415 - after start()

    keep_rounds()
    later = threading.Timer(SETTLED_AFTER, settle)
    later.daemon = True
    later.start()
    server = create_server(
        application,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        ident="",
        max_request_body_size=4 * 1024 * 1024,
        channel_timeout=120,
        clear_untrusted_proxy_headers=False,  # Django reads X-Forwarded-Proto only where SOLSTICE_BEHIND_PROXY says so
    )
    server.run()
