"""The lines of help shown to everyone: the clinic's own, or the examples where a clinic has none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from solstice.content.library import Library
from solstice.content.read import parse_yaml, validate
from solstice.content.safety_model import CrisisLine, CrisisLines

COUNTRIES: Mapping[str, str] = {
    "EU": "In Europe",
    "GB": "In the United Kingdom",
    "IE": "In Ireland",
    "US": "In the United States",
}
"""Names for the codes of the bundled examples; another code is shown as it stands."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a line: a link (tel:, sms:, https:), its words, and whether it is a phone call."""

    kind: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    name: str
    where: str
    hours: str | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ShownLines:
    """`example` is true when no clinic has put in lines of its own, so that the page says so."""

    lines: tuple[ShownLine, ...]
    example: bool


def dialled(number: str) -> str:
    """The number as a phone dials it: digits and a leading plus."""
    return re.sub(r"(?!^\+)\D", "", number.strip())


def unbroken(number: str) -> str:
    """The number as it is read, kept on one line."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")


def ways_of(line: CrisisLine) -> tuple[Way, ...]:
    ways = []
    if line.phone:
        ways.append(Way("call", f"tel:{dialled(line.phone)}", f"Call {unbroken(line.phone)}"))
    if line.text:
        ways.append(Way("text", f"sms:{dialled(line.text)}", f"Text {unbroken(line.text)}"))
    if line.chat_url and line.chat_url.startswith("https://"):
        ways.append(Way("chat", line.chat_url, "Chat online"))
    return tuple(ways)


def shown(lines: CrisisLines) -> ShownLines:
    """The lines as the page shows them, in the order of the file."""
    return ShownLines(
        lines=tuple(
            ShownLine(
                name=line.name,
                where=line.region or COUNTRIES.get(line.country, line.country),
                hours=line.hours if line.last_checked else None,
                ways=ways_of(line),
            )
            for line in lines.lines
        ),
        example=lines.use == "example",
    )


def chosen(library: Library, own: Path | None) -> CrisisLines:
    """The clinic's own file where it names one; else the examples of the library. Raises ContentError."""
    if own is not None:
        return validate(parse_yaml(own.read_text(encoding="utf-8"), str(own)), CrisisLines)
    found = sorted(library.crisis_lines.values(), key=lambda lines: (lines.use != "clinic", lines.id))
    return found[0]


@cache
def crisis_lines() -> ShownLines:
    """The lines this clinic shows, read once."""
    return shown(chosen(Library(), settings.SOLSTICE_CRISIS_LINES))
