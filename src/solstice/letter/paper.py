"""A letter as a tagged PDF (PDF/UA-1), set by typst; the text goes in as data, never as markup."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from solstice.letter.document import Letter
from solstice.letter.text import about_lines
from solstice.letter.trial_words import day_words

BREAK = "\u200b"
"""A place where a line may end, which shows and says nothing."""
IN_A_CELL, IN_A_LINE = re.compile(r"[^\s\-/]{19,}"), re.compile(r"[^\s\-/]{61,}")
PIECE_OF_A_CELL, PIECE_OF_A_LINE = 16, 55
UNSETTABLE = re.compile(
    r"[^\n\u0020-\u007e\u00a0-\u024f\u0300-\u036f\u0370-\u03ff\u0400-\u052f\u05d0-\u05ea\u0600-\u06ff\u1e00-\u1eff"
    r"\u200b\u2010-\u2027\u2030-\u203a\u20ac\u2212\u2260-\u2265\u25a1]"
)
UNSET = "\u25a1"
NOTE = f"Some letters cannot be printed here; each stands as {UNSET}. The plain text of this letter has them."


def to_pdf(letter: Letter) -> bytes:
    """The PDF; the same letter gives the same bytes.

    A name in a script that the letter's own fonts do not have is set with a font of this machine, and where that has
    none either, a mark stands for each such letter, and a line says so: a letter is always made.
    """
    import typst  # noqa: PLC0415 - 40 MB that only a PDF needs

    whole = _data(letter)
    try:
        return _compiled(whole, own_fonts_only=True)
    except typst.TypstError:
        pass
    try:
        return _compiled(whole, own_fonts_only=False)
    except typst.TypstError:
        return _compiled(_settable(whole), own_fonts_only=True)


def _compiled(data: dict[str, Any], *, own_fonts_only: bool) -> bytes:
    import typst  # noqa: PLC0415 - see above

    made = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"letter": json.dumps(data)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=own_fonts_only,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__} instead of the bytes of one PDF")
    return made


def _data(letter: Letter) -> dict[str, Any]:
    data: dict[str, Any] = _in_pieces(letter.to_json())
    data["on_words"] = day_words(letter.on)
    data["about"] = [_broken(line, in_a_cell=False) for line in about_lines(letter)]
    data["day"] = [letter.on.year, letter.on.month, letter.on.day]
    return data


def _in_pieces(value: Any, *, in_a_cell: bool = False) -> Any:
    """Every text with places where a word longer than its line may be broken."""
    match value:
        case str():
            return _broken(value, in_a_cell=in_a_cell)
        case dict():
            return {key: _in_pieces(one, in_a_cell=in_a_cell or key == "rows") for key, one in value.items()}
        case list() | tuple():
            return [_in_pieces(one, in_a_cell=in_a_cell) for one in value]
        case _:
            return value


def _broken(text: str, *, in_a_cell: bool) -> str:
    long, length = (IN_A_CELL, PIECE_OF_A_CELL) if in_a_cell else (IN_A_LINE, PIECE_OF_A_LINE)
    return long.sub(lambda word: BREAK.join(re.findall(f"(?s).{{1,{length}}}", word[0])), text)


def _settable(data: dict[str, Any]) -> dict[str, Any]:
    """The same with a mark for each letter that no font here has, and a line that says so."""
    plain: dict[str, Any] = json.loads(_marked(json.dumps(data, ensure_ascii=False)))
    plain["about"].append(NOTE)
    return plain


def _marked(text: str) -> str:
    return UNSETTABLE.sub(UNSET, re.sub(r"\\u00[01][0-9a-f]", UNSET, text))


@cache
def _template() -> bytes:
    return files("solstice.letter").joinpath("letter.typ").read_bytes()
