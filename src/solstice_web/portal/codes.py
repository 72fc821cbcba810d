"""Opaque addresses of content: eight letters that tell a stranger nothing (hazard H18)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.http import Http404

from solstice.batteries import can_be_asked
from solstice.content.instrument_model import Instrument
from solstice.content.therapy_model import Practice, Therapy, Worksheet
from solstice_web.measures.content import library

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LENGTH = 8
CHAIN = "."
"""Between the codes of checks that follow one another."""


@dataclass(frozen=True, slots=True)
class PracticePage:
    therapy: Therapy
    practice: Practice

    @property
    def worksheet(self) -> Worksheet | None:
        return self.therapy.worksheets[self.practice.worksheet] if self.practice.worksheet else None


@dataclass(frozen=True, slots=True)
class WorksheetPage:
    therapy: Therapy
    worksheet: Worksheet


@dataclass(frozen=True, slots=True)
class CheckPage:
    instrument: Instrument


AnyPage = PracticePage | WorksheetPage | CheckPage


def code_of(kind: str, *names: str) -> str:
    """Eight letters from the id of a piece of content; the same on every server and after every restart."""
    number = int.from_bytes(hashlib.sha256("/".join((kind, *names)).encode()).digest()[:8])
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def step_code(therapy: str, practice: str) -> str:
    return code_of("step", therapy, practice)


def write_code(therapy: str, worksheet: str) -> str:
    return code_of("write", therapy, worksheet)


def check_code(instrument: str) -> str:
    return code_of("check", instrument)


def _all() -> Iterator[tuple[str, AnyPage]]:
    for therapy in library().therapies.values():
        for practice in therapy.practices.values():
            yield step_code(therapy.id, practice.id), PracticePage(therapy, practice)
        for sheet in therapy.worksheets.values():
            yield write_code(therapy.id, sheet.id), WorksheetPage(therapy, sheet)
    for instrument in library().instruments.values():
        if can_be_asked(instrument):
            yield check_code(instrument.id), CheckPage(instrument)


@cache
def pages() -> dict[str, AnyPage]:
    """Every page by its code. Raises ValueError when two share one: then LENGTH must grow."""
    found: dict[str, AnyPage] = {}
    for code, page in _all():
        if code in found:
            raise ValueError(f"two pages share the code {code}")
        found[code] = page
    return found


def practice_page(code: str) -> PracticePage:
    match pages().get(code):
        case PracticePage() as page:
            return page
        case _:
            raise Http404


def worksheet_page(code: str) -> WorksheetPage:
    match pages().get(code):
        case WorksheetPage() as page:
            return page
        case _:
            raise Http404


def check_page(code: str) -> CheckPage:
    match pages().get(code):
        case CheckPage() as page:
            return page
        case _:
            raise Http404
