"""The shell's commands: demo, serve, migrate, backup, restore, doctor, audit verify, keys."""

import json
import sys
from pathlib import Path

import click

from solstice_web.operations.start import migrate_if_needed, start
from solstice_web.operations.start import serve as serve_forever

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a page.")
host_option = click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
port_option = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port.")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-data"), show_default=True)
@host_option
@port_option
def demo(data: Path, host: str, port: int) -> None:
    """Start a clinic of invented people on this machine."""
    start(demo_data=data)
    first = migrate_if_needed(quietly=True)
    from solstice_web.operations.demo import seed_if_empty, sign_in_lines  # noqa: PLC0415 - after start()

    seed_if_empty(first_start=first)
    click.echo(f"Solstice demo: every person here is invented.\n\n  http://{host}:{port}/\n")
    for line in sign_in_lines():
        click.echo(f"  {line}")
    click.echo("\nStop with Ctrl-C. Start again with the same command: what was entered is kept.")
    serve_forever(host=host, port=port)


@click.command()
@host_option
@port_option
def serve(host: str, port: int) -> None:
    """Serve this clinic; settings come from the environment."""
    start()
    from solstice_web.operations.doctor import faults  # noqa: PLC0415 - after start()

    found = [*faults()]
    for fault in found:
        click.echo(fault, err=True)
    if found:
        sys.exit(2)
    serve_forever(host=host, port=port)


@click.command()
def migrate() -> None:
    """Bring the database to this version of Solstice."""
    start()
    click.echo("The database was brought to this version." if migrate_if_needed(quietly=True) else "Nothing to do.")


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything into one encrypted, signed FILE, while people work."""
    start()
    from solstice_web.operations.archive import write_archive  # noqa: PLC0415 - after start()

    summary = write_archive(file)
    click.echo(f"{summary.rows} rows of {summary.tables} tables, as of {summary.taken_at}, written to {file}")


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Overwrite what is in the database now.")
def restore(file: Path, *, replace: bool) -> None:
    """Bring a backup FILE back, whole or not at all."""
    start()
    migrate_if_needed(quietly=True)
    from solstice_web.operations.archive import ArchiveError  # noqa: PLC0415 - after start()
    from solstice_web.operations.restoring import restore_archive  # noqa: PLC0415 - after start()

    try:
        summary = restore_archive(file, replace=replace)
    except ArchiveError as fault:
        click.echo(f"{file}: {fault}", err=True)
        sys.exit(2)
    click.echo(f"{summary.rows} rows restored to the state of {summary.taken_at}. Every session was ended.")


@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Check settings, keys, database, clock and content."""
    start()
    from solstice_web.operations.doctor import examine  # noqa: PLC0415 - after start()

    results = list(examine())
    if as_json:
        click.echo(json.dumps([result.to_json() for result in results], indent=2))
    else:
        for result in results:
            click.echo(f"{'ok  ' if result.is_ok else 'FAULT'} {result.name}: {result.text}")
    sys.exit(0 if all(result.is_ok for result in results) else 1)


@click.group()
def audit() -> None:
    """Questions to the audit trail."""


@audit.command()
@click.option("--anchors", type=FILE, multiple=True, help="A copy of audit-anchor.jsonl that was kept elsewhere.")
@as_json
def verify(anchors: tuple[Path, ...], *, as_json: bool) -> None:
    """Check that nothing in the trail was changed, cut or put in."""
    start()
    from solstice_web.audit.verify import verify as verify_trail  # noqa: PLC0415 - after start()

    verdict = verify_trail(copies=anchors)
    findings = [{"kind": item.kind, "event": item.seq, "text": item.text} for item in verdict.findings]
    if as_json:
        click.echo(json.dumps({"whole": verdict.is_whole, "events": verdict.events, "findings": findings}, indent=2))
    else:
        for item in verdict.findings:
            click.echo(f"{item.kind}: {item.text}")
        state = "whole" if verdict.is_whole else "NOT whole"
        click.echo(f"{verdict.events} events, {verdict.anchors} anchors: the trail is {state}.")
    sys.exit(0 if verdict.is_whole else 1)


@click.group()
def keys() -> None:
    """Make and change the keys of this clinic."""


@keys.command()
def new() -> None:
    """Print a new encryption key and a new secret key."""
    import secrets  # noqa: PLC0415 - commands start fast

    from cryptography.fernet import Fernet  # noqa: PLC0415 - commands start fast

    click.echo(f"SOLSTICE_KEYS={Fernet.generate_key().decode()}")
    click.echo(f"SOLSTICE_SECRET_KEY={secrets.token_urlsafe(48)}")


@keys.command()
def rotate() -> None:
    """Write every encrypted value anew under the first key of SOLSTICE_KEYS."""
    start()
    from solstice_web.storage.rotation import rotate_all  # noqa: PLC0415 - after start()

    rows = rotate_all()
    click.echo(f"{rows} rows are now under the first key. The other keys may be taken out of SOLSTICE_KEYS.")
