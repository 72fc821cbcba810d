"""The JSON that `score` and `review` print, as models: a contract; keys may be added, never renamed."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from solstice.content.read import Frozen
from solstice.instruments.outcome import NotScoredCode
from solstice.progress.outcome import State

Number = int | float


class CutoffShape(Frozen):
    id: str
    use: str
    at_least: Number | None
    at_most: Number | None = Field(description="where a low total counts")
    met: bool | None = Field(description="null where age or sex leave it open")


class SubscaleShape(Frozen):
    id: str
    name: str
    value: Number | None = Field(description="null where answers are missing")
    min: Number | None = Field(description="null where the source gives none")
    max: Number | None
    unit: str | None
    band: str | None
    cutoffs: list[CutoffShape]


class ScoredShape(Frozen):
    instrument: str
    version: str
    scored: Literal[True]
    total: Number | None = Field(description="null for a scale that has no total: read `scores` and `band`")
    min: Number | None
    max: Number | None = Field(description="the highest total these answers could have reached")
    band: str | None
    flags: list[Literal["risk_item", "risk_item_unknown", "risk_item_unanswered", "prorated"]]
    scores: dict[str, Number | None] = Field(description="the total and every subscale; null where it cannot be told")
    prorated: bool
    answered: int | None
    cutoffs: list[CutoffShape]
    patterns: dict[str, bool | None]
    subscales: list[SubscaleShape]
    note: str | None


class NotScoredShape(Frozen):
    instrument: str
    version: str
    scored: Literal[False]
    reason: str
    code: NotScoredCode = Field(description="the reason for a machine")
    total: None
    band: None
    flags: list[Literal["risk_item", "risk_item_unanswered"]]
    scores: dict[str, int | None]
    answered: int | None


def _kind(value: object) -> str:
    scored = value.get("scored") if isinstance(value, dict) else getattr(value, "scored", None)
    return "scored" if scored is True else "not_scored"


ScoreShape = Annotated[
    Annotated[ScoredShape, Tag("scored")] | Annotated[NotScoredShape, Tag("not_scored")], Discriminator(_kind)
]


class BaselineShape(Frozen):
    on: date
    total: float
    rule: str


class CurrentShape(Frozen):
    on: date
    total: float


class ChangeShape(Frozen):
    points: float = Field(description="positive is better")
    reliable: Literal["improved", "worse", "unchanged"] | None
    threshold: float | None


class SuddenGainShape(Frozen):
    from_: date = Field(alias="from")
    to: date
    before: float
    after: float


class ReviewShape(Frozen):
    instrument: str
    version: str
    at: date
    state: State
    baseline: BaselineShape | None
    current: CurrentShape | None
    weeks: float | None
    measured: int
    gaps: list[date]
    is_old: bool
    change: ChangeShape | None
    since_last: ChangeShape | None
    percent: float | None
    response: bool | None
    remission: bool | None
    sudden_gains: list[SuddenGainShape]
    rule: str
    do: str | None
    patient: str
    clinician: list[str]
    refused: str | None
    age_note: str | None
