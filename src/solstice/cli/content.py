"""`solstice content`: check the clinical content, compile it for speed, lock what is released."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from solstice.cli.main import json_option
from solstice.content.library import BUNDLED, SECTIONS, Library
from solstice.content.lock import read_lock, release, units
from solstice.content.read import ContentError, Fault, compile_content

folder_argument = click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=BUNDLED, required=False
)


@click.group("content", help="Check, compile and release the clinical content.")
def content_group() -> None:
    """Commands on the content folder; FOLDER is any folder laid out like it, by default the one shipped."""


@content_group.command("check")
@folder_argument
@click.option("--at", metavar="DATE", help="Day on which review dates are judged; today where it is not given.")
@json_option
def check_command(folder: Path, *, at: str | None, as_json: bool) -> None:
    """Say whether the clinical content is whole: every fault as file:line, all at once; exit status 2 with faults."""
    library = Library(folder.resolve())
    faults = library.check(at=_day(at))
    if not library.files and not faults:
        faults = [Fault(str(folder), 1, "no content found", f"name a folder with {', '.join(SECTIONS)}")]
    released = {} if faults else read_lock(library.root)
    drafts = sum(file.is_draft for file in library.files.values())
    if as_json:
        click.echo(json.dumps(_as_json(library, faults, drafts), ensure_ascii=False, indent=2))
    elif not faults:
        unreleased = sum(
            unit.version != (released[name].version if name in released else None)
            for name, unit in units(library.root, library.files).items()
        )
        click.echo(
            f"The content is whole: {len(library.files)} files, version {library.version}. "
            f"{drafts} are drafts that no clinician has signed; {unreleased} items are not released yet."
        )
    if faults:
        for fault in () if as_json else faults:
            click.echo(str(fault), err=True)
        sys.exit(2)


def _as_json(library: Library, faults: list[Fault], drafts: int) -> dict[str, Any]:
    return {
        "whole": not faults,
        "files": len(library.files),
        "drafts": drafts,
        "version": library.version,
        "faults": [
            {"file": fault.path, "line": fault.line, "what": fault.what, "right": fault.right} for fault in faults
        ],
    }


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        click.echo(f"--at: '{text}' is not a day; write it as 2026-11-22", err=True)
        sys.exit(2)


@content_group.command("compile")
@folder_argument
def compile_command(folder: Path) -> None:
    """Write a parsed copy beside the content, so that commands start fast; it is used only while it matches."""
    click.echo(f"Compiled {compile_content(folder.resolve())} files.")


@content_group.command("release")
@folder_argument
def release_command(folder: Path) -> None:
    """Lock the content as it stands: from now on a change needs a new version. Refused while there are faults."""
    library = Library(folder.resolve())
    faults = library.check()
    if faults:
        raise ContentError(faults)
    changed = release(library.root, library.files)
    click.echo("\n".join(f"Released {name}" for name in changed) or "Nothing to release: all versions are locked.")
