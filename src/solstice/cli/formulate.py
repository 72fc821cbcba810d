"""`solstice formulate FILE`: what started the depression, keeps it going and helps, and what was not asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solstice.cli.main import json_option, show

if TYPE_CHECKING:
    from solstice.formulation import Formulation, Ground, Suggestion

PART_NAMES = {
    "predisposing": "What made it likelier",
    "precipitating": "What started it",
    "perpetuating": "What keeps it going, beside the mechanisms",
    "protective": "What helps",
}
MOST_QUESTIONS = 2


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def formulate(file: Path, *, as_json: bool) -> None:
    """What keeps the depression of the person in FILE going, as far as was asked."""
    from solstice.content import Library
    from solstice.formulation import formulate as formulate_person
    from solstice.person import read_person

    formulation = formulate_person(read_person(file), Library())
    show(formulation.to_json(), page(formulation), as_json=as_json)


def page(formulation: "Formulation") -> str:
    """The formulation as text."""
    lines = [formulation.sentence, ""]
    for found in formulation.mechanisms:
        lines += _suggestion(found)
    for part, name in PART_NAMES.items():
        lines += ["", name, *_part([found for found in formulation.factors if found.part == part])]
    lines += ["", "Medical checks", *(f"  {check.sentence}" for check in formulation.checks)]
    mark = " Draft: no clinician has signed this content yet." if formulation.is_draft else ""
    return "\n".join([*lines, "", f"Content {formulation.content_version}.{mark}"])


def _part(factors: "list[Suggestion]") -> Iterator[str]:
    """What was asked in full; what was not, in one line, so that it never looks absent."""
    for found in factors:
        if found.status != "not_assessed":
            yield from (f"  {line}" for line in _suggestion(found))
    open_ = [found.name for found in factors if found.status == "not_assessed"]
    if open_:
        yield f"  Not assessed: {'; '.join(open_)}"


def _suggestion(found: "Suggestion") -> Iterator[str]:
    from solstice.formulation.suggestion import STATUS_WORDS

    strength = f", {found.strength}" if found.strength else ""
    certainty = f"; certainty {found.certainty.replace('_', ' ')}" if found.certainty else ""
    yield f"{found.name}: {STATUS_WORDS[found.status]}{strength}{certainty}"
    yield from (f"  + {_ground(ground)}" for ground in found.grounds)
    yield from (f"  - {_ground(ground)}" for ground in found.grounds_against)
    if found.status == "not_assessed":
        yield from (f"  ? {question}" for question in found.not_asked[:MOST_QUESTIONS])
    elif found.note:
        yield f"  {found.note}"
    if found.status == "present":
        yield from (f"  > {work.words}" for work in found.works)


def _ground(ground: "Ground") -> str:
    dates = f" [{', '.join(ground.dates)}]" if ground.dates else ""
    return ground.reason.text + dates
