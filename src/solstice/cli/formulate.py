"""`solstice formulate FILE`: what keeps this person's depression going, and what was not asked."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from solstice.cli.main import json_option, show

if TYPE_CHECKING:
    from solstice.formulation import Formulation

WORDS = {"present": "present", "absent": "absent", "not_assessed": "not assessed"}


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
        strength = f", {found.strength}" if found.strength else ""
        lines.append(f"{found.name}: {WORDS[found.status]}{strength}")
        lines += [f"  + {reason.text}" for reason in found.rests_on]
        lines += [f"  - {reason.text}" for reason in found.against]
        lines += [f"  {found.note}"] if found.note and found.status != "not_assessed" else []
        lines += [f"  ? {question}" for question in found.not_asked[:2]] if found.status == "not_assessed" else []
    mark = " Draft: no clinician has signed this content yet." if formulation.is_draft else ""
    lines += ["", f"Content {formulation.content_version}.{mark}"]
    return "\n".join(lines)
