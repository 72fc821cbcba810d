"""A letter as a tagged PDF (PDF/UA-1), set by typst; the text goes in as data, never as markup."""

import json
from functools import cache
from importlib.resources import files

from solstice.letter.document import Letter
from solstice.letter.text import about_lines
from solstice.letter.trial_words import day_words


def to_pdf(letter: Letter) -> bytes:
    """The PDF; the same letter gives the same bytes."""
    import typst  # noqa: PLC0415 - 40 MB that only a PDF needs

    data = letter.to_json()
    data["on_words"] = day_words(letter.on)
    data["about"] = about_lines(letter)
    data["day"] = [letter.on.year, letter.on.month, letter.on.day]
    made = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"letter": json.dumps(data)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__} instead of the bytes of one PDF")
    return made


@cache
def _template() -> bytes:
    return files("solstice.letter").joinpath("letter.typ").read_bytes()
