"""What `solstice formulate --json` prints, as models: the schema people are given is the one tests hold it to."""

from typing import Literal

from pydantic import Field

from solstice.content.mechanism_model import Part, Strength
from solstice.content.option_model import Certainty
from solstice.content.read import Frozen


class BasisShape(Frozen):
    kind: Literal["answer", "fact", "list", "interview", "check", "trial", "number"]
    id: str
    value: str
    on: str | None = Field(description="a day, a month or a year; null where the file keeps no date")


class GroundShape(Frozen):
    rule: str
    text: str
    strength: Strength
    certainty: Certainty
    facts: list[BasisShape]
    sources: list[str]


class WorkShape(Frozen):
    kind: Literal["option", "session", "practice"]
    id: str
    name: str
    therapy: str | None
    certainty: Certainty
    source: str
    draft: bool


class SuggestionShape(Frozen):
    """A mechanism or a factor; `not_assessed` is its own state and never means absent."""

    id: str
    part: Part
    name: str
    plain_name: str
    plain: str
    meaning: str
    sensitive: bool = Field(description="for the treating clinician only")
    status: Literal["present", "absent", "not_assessed"]
    strength: Strength | None
    certainty: Certainty | None
    rests_on: list[str]
    against: list[str]
    grounds: list[GroundShape]
    grounds_against: list[GroundShape]
    not_asked: list[str]
    note: str | None
    works_on_it: list[WorkShape]
    sources: list[str]
    draft: bool


class CheckShape(Frozen):
    id: str
    name: str
    state: Literal["normal", "abnormal", "result_not_known", "never_done", "asked_not_known", "not_asked"]
    checked: str | None
    due: Literal["no", "yes", "cannot_tell"]
    sentence: str
    source: str
    draft: bool


class FormulationShape(Frozen):
    sentence: str
    mechanisms: list[SuggestionShape]
    parts: dict[Part, list[str]] = Field(description="ids of what is present, by part of the picture")
    factors: list[SuggestionShape]
    checks: list[CheckShape]
    content_version: str
    input_hash: str
    draft: bool
