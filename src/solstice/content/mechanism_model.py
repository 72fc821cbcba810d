"""What can keep a depression going, and the rules by which answers and facts speak for it."""

from typing import Literal

from pydantic import Field

from solstice.content.constraint_model import Condition
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader
from solstice.content.single_file import read_single

Strength = Literal["weak", "moderate", "strong"]


class Rule(Frozen):
    """When the condition holds, the mechanism is present with this strength.

    `if_not: absent` says that the opposite answer speaks against it; `silent` says that it says nothing.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    when: Condition
    strength: Strength
    if_not: Literal["absent", "silent"] = "silent"
    reading: str = Field(min_length=10)
    source: Cited


class Mechanism(Frozen):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str
    plain_name: str
    plain: str
    meaning: str
    rules: tuple[Rule, ...] = ()
    ask_next: str = Field(description="what would tell more than the answers used here")


class AnswerRange(Frozen):
    """How many items an instrument has and the highest answer, so that a missing answer bounds the total."""

    name: str
    items: int = Field(gt=0)
    item_max: int = Field(gt=0)
    labels: dict[str, str] = Field(default_factory=dict, description="item number → what it is about, in our own words")


class Mechanisms(ContentFile):
    """`content/formulation/mechanisms.yaml`."""

    instruments: dict[str, AnswerRange]
    single_item_note: str
    mechanisms: tuple[Mechanism, ...]


def read_mechanisms(reader: Reader) -> dict[str, Mechanisms]:
    path = reader.root / "formulation/mechanisms.yaml"
    out = read_single(reader, "formulation/mechanisms.yaml", Mechanisms)
    for found in out.values():
        ids = [mechanism.id for mechanism in found.mechanisms]
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            reader.fault(path, f"the mechanism '{twice}' stands twice", "keep one of them")
    return out
