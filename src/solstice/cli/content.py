"""`solstice content`: check the clinical content, compile it for speed, lock what is released."""

import json
import os
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


packs_option = click.option(
    "--packs", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder of packs; else SOLSTICE_PACKS."
)


@content_group.command("add")
@click.argument("pack", type=click.Path(path_type=Path, exists=True))
@packs_option
def add_command(pack: Path, folder: Path | None) -> None:
    """Load a PACK (folder or ZIP) of licensed content; refused with every fault as file:line where it does not fit."""
    from solstice.content.pack_store import add_pack

    where = folder or _packs_folder()
    added = add_pack(pack, where, library=Library(), at=datetime.now(UTC).date())
    click.echo(f"Loaded {added.attestation} into {where}.")
    click.echo("A running server uses it after a restart.")


@content_group.command("packs")
@packs_option
@json_option
def packs_command(folder: Path | None, *, as_json: bool) -> None:
    """List the packs this clinic loaded: what each holds, its licence, and who attests to it."""
    from solstice.content.pack_store import installed_packs

    where = folder or _packs_folder()
    heads = [pack.head for pack in installed_packs(where)]
    if as_json:
        click.echo(json.dumps([head.model_dump(mode="json") for head in heads], ensure_ascii=False, indent=2))
        return
    for head in heads:
        about = f"words of {head.instrument}" if head.instrument else "minimum doses and weeks"
        click.echo(f"{head.id} {head.version}: {head.name}, {about}")
        click.echo(f"  attested by {head.attested_by} on {head.attested_on}; licence: {head.licence}")
    if not heads:
        click.echo(f"No pack is loaded in {where}.")


@content_group.command("remove")
@click.argument("name")
@packs_option
def remove_command(name: str, folder: Path | None) -> None:
    """Take the pack NAME away; what it replaced is used again."""
    from solstice.content.pack_store import remove_pack

    click.echo(f"Removed {remove_pack(name, folder or _packs_folder()).attestation}.")


def _packs_folder() -> Path:
    from solstice.content.pack_store import packs_folder

    return packs_folder(os.environ)
