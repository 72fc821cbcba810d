"""A letter as plain text, 78 columns wide: to paste into a record that takes nothing else."""

import textwrap
from collections.abc import Iterable

from solstice.letter.document import Block, Heading, Letter, Paragraph, Points, Table
from solstice.letter.trial_words import day_words

WIDTH = 78


def to_text(letter: Letter) -> str:
    """The whole letter; ends with a line break."""
    parties = letter.parties
    lines: list[str] = [*parties.sender, *([""] if parties.sender else []), day_words(letter.on), ""]
    lines += [*parties.recipient, *([""] if parties.recipient else [])]
    lines += [letter.title, "=" * len(letter.title), *about_lines(letter), ""]
    if letter.is_draft:
        lines += ["DRAFT RULES: not signed by a clinician yet.", ""]
    lines += ["Dear colleague,", ""]
    for block in letter.blocks:
        lines += [*_block(block), ""]
    lines += ["Yours sincerely,", "", "", parties.signed_name or "(name)"]
    lines += [parties.signed_role, ""] if parties.signed_role else [""]
    for block in letter.annex:
        lines += [*_block(block), ""]
    lines += _wrapped(letter.reference)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def about_lines(letter: Letter) -> list[str]:
    """Whom the letter is about; what is not known is left out."""
    parties = letter.parties
    born = f"born {day_words(parties.person_born)}" if parties.person_born else ""
    about = ", ".join(part for part in (parties.person_name, born, parties.person_reference) if part)
    return [f"Re: {about}"] if about else []


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [""]


def _block(block: Block) -> Iterable[str]:
    match block:
        case Heading(text=text):
            yield text
            yield "-" * len(text)
        case Paragraph(text=text):
            for part in text.splitlines():
                yield from _wrapped(part)
        case Points(items=items):
            for item in items:
                yield from _wrapped(item, "- ", "  ")
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterable[str]:
    """Each row as a record: columns of prose would break in a record system."""
    yield f"{table.caption}:"
    for row in table.rows:
        yield ""
        yield from _wrapped(row[0], "  ", "    ")
        for name, cell in zip(table.head[1:], row[1:], strict=True):
            if cell != "–":
                yield from _wrapped(f"{name}: {cell}", "    ", "      ")
