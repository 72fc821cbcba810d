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
    faults = library.check(at=_day(at)) or _example_faults(library)
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


def _example_faults(library: Library) -> list[Fault]:
    """Worked examples that come out differently than their file says, each with the line it starts on."""
    from solstice.instruments.worked import example_faults

    if not library.has_instruments:
        return []
    right = "correct the example or the rule"
    return [
        Fault(*library.instruments.example_place(name, number), what, right)
        for name, instrument in library.instruments.items()
        for number, what in example_faults(instrument)
    ]


@content_group.command("new")
@click.argument("kind", type=click.Choice(["instrument"]))
@click.argument("name", metavar="ID")
@click.option(
    "--in", "where", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write it into."
)
def new_command(kind: str, name: str, where: Path) -> None:  # noqa: ARG001 - the only kind there is, so far
    """Write the folder ID of a new instrument, complete and valid, with a comment at every line to change."""
    from solstice.content.instrument_scaffold import write_instrument

    folder = write_instrument(where, name, at=datetime.now(UTC).date())
    click.echo(f"Wrote {folder}. Change what its comments say, then: solstice content check {folder}")


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
@click.option(
    "--attested-by",
    metavar="NAME",
    help="Who attests to the licence, for a pack in which nobody does yet; dated today.",
)
def add_command(pack: Path, *, folder: Path | None, attested_by: str | None) -> None:
    """Load a PACK (folder, ZIP or folder of packs) of licensed content; refused with every fault as file:line."""
    from solstice.content.pack_store import add_packs
    from solstice.content.packs import packs_in

    where = folder or _packs_folder()
    day = datetime.now(UTC).date()
    _refuse_wrong_examples(packs_in(pack), day, attested_by)
    for added in add_packs(packs_in(pack), where, library=Library(), at=day, attested_by=attested_by):
        click.echo(f"Loaded {added.attestation} into {where}.")
    click.echo("A running server uses it after a restart.")


def _refuse_wrong_examples(sources: list[Path], day: date, attested_by: str | None) -> None:
    """An instrument of the clinic's own is loaded only when its worked examples come out."""
    from solstice.content.packs import EXAMPLES, read_pack
    from solstice.instruments.worked import example_faults

    faults = []
    for source in sources:
        try:
            pack = read_pack(source, at=day, attested_by=attested_by)
        except ContentError:
            continue  # what cannot be read is said, with all the rest, when it is added
        for number, what in example_faults(pack.instrument) if pack.instrument else ():
            document = pack.documents[EXAMPLES]
            place = (document.path, document.line_of(("examples", number)))
            faults.append(Fault(*place, what, "correct the example or the rule"))
    if faults:
        raise ContentError(faults)


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
        kinds = {"instrument": "an instrument of this clinic", "adequacy-table": "minimum doses and weeks"}
        about = kinds.get(head.kind, f"words of {head.instrument}")
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
