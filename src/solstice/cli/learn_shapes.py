"""The JSON that the commands of `learn` print, as models: a contract; keys may be added, never renamed."""

from typing import Any, Literal

from pydantic import Field

from solstice.content.read import Frozen
from solstice.learn.stored import EffectShape, SensitivityShape, WarningShape


class FitShape(Frozen):
    """`learn fit`: the posterior without what only a machine needs; the whole stands in the file `out`."""

    solstice: Literal["posterior/1"]
    shadow: bool = Field(description="fewer than 300 outcomes: shown, not used")
    outcomes: float
    readings: dict[str, float]
    effects: dict[str, EffectShape]
    warnings: list[WarningShape]
    sensitivity: list[SensitivityShape] | None
    out: str


class DecideShape(Frozen):
    """`learn decide`: the ranking itself stands in the file `out`."""

    people: int
    shadow: bool
    against: str
    margin: float
    about_equal_first: int
    first_but_seldom_given: int
    far_outside: dict[str, int] = Field(description="by covariate, people so far out that it was weighed as nearer")
    ignored_columns: list[str]
    out: str


class KeyShape(Frozen):
    public_key: str
    out: str


class ExportShape(Frozen):
    outcomes: float | None = Field(description="null where noise was added: the number itself would tell")
    treatments: list[str]
    covariates: list[str]
    noise: dict[str, Any] | None
    hash: str
    previous: str | None
    public_key: str
    out: str


class MergeShape(Frozen):
    files: int
    outcomes: float
    hash: str
    out: str
