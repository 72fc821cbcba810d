"""Every instrument staff may look at: those of the library, and folders the clinic is still writing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.content.read import ContentError, Fault
from solstice.instruments.worked import example_faults
from solstice_web.measures.content import library
from solstice_web.portal.codes import code_of

MOST_DRAFTS = 50
HEAD = "instrument.yaml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One instrument with its opaque address; `folder` is set for one the clinic is still writing."""

    code: str
    instrument: Instrument
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that is not whole yet, with each fault as the check prints it."""

    folder: str
    faults: tuple[str, ...]


@cache
def released() -> Mapping[str, Entry]:
    """The instruments of the library by code; the library is read once for each process."""
    return {(code := code_of("instrument", one.id)): Entry(code, one) for one in library().instruments.values()}


def drafts_folder(variables: Mapping[str, str]) -> Path:
    """Where a clinic writes instruments that are not released: SOLSTICE_DRAFTS, else `drafts` in the data folder."""
    named = variables.get("SOLSTICE_DRAFTS")
    return Path(named).absolute() if named else Path(settings.SOLSTICE_DATA) / "drafts"


def drafts() -> tuple[dict[str, Entry], list[Broken]]:
    """The folders below the drafts folder, read anew each time, so that a reload of the page shows the last change."""
    found: dict[str, Entry] = {}
    broken: list[Broken] = []
    for folder in _folders(drafts_folder(os.environ)):
        entry = _read(folder)
        if isinstance(entry, Broken):
            broken.append(entry)
        else:
            found[entry.code] = entry
    return found, broken


def entry_of(code: str) -> Entry | None:
    """The instrument at an address; None where there is none."""
    return released().get(code) or drafts()[0].get(code)


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(path.parent for path in root.glob(f"*/{HEAD}"))[:MOST_DRAFTS]
    except OSError:
        return []


def _read(folder: Path) -> Entry | Broken:
    drawn = Library(folder)
    faults: list[Fault] = drawn.check(at=timezone.now().date())
    if not faults:
        try:
            instrument = drawn.instruments[folder.name]
        except ContentError as error:
            faults = list(error.faults)
        else:
            faults = [
                Fault(*drawn.instruments.example_place(folder.name, number), what, "correct the example or the rule")
                for number, what in example_faults(instrument)
            ]
    if faults:
        return Broken(folder.name, tuple(f"{folder.name}/{fault}" for fault in faults))
    return Entry(code_of("draft", folder.name), instrument, folder.name)
