"""The JSON that `plan`, `formulate` and `evidence` print, as models: a contract; keys may be added, never renamed."""

from typing import Literal

from pydantic import Field

from solstice.content.read import Frozen


class BenefitShape(Frozen):
    mean: float = Field(description="SD units against continuing as now; higher is better")
    lower: float = Field(description="80 % interval")
    upper: float


class RowShape(Frozen):
    fact: str
    value: float


class PartsShape(Frozen):
    """Evidence, every person row, clinic and preference add up to the mean of the benefit, in whole hundredths."""

    evidence: float
    person: list[RowShape]
    clinic: float
    preference: float


class AsksShape(Frozen):
    hours_per_week: float
    sessions: tuple[int, int] | None
    weeks: tuple[int, int]
    weeks_to_judge: float
    travel: Literal["none", "weekly", "several_a_week"]


class ClinicShape(Frozen):
    """What the clinic's own outcomes say; in shadow it is shown and moves nothing."""

    shift: float = Field(description="SD units")
    sd: float
    treated: int
    outcomes: int
    shadow: bool
    own: int = Field(description="how many of the outcomes are this clinic's")
    others: list[str] = Field(description="clinics whose sums are among the outcomes")


class BurdenShape(Frozen):
    hours: tuple[float, float] = Field(description="hours in all, least and most")
    hours_per_week: float
    weeks: tuple[int, int]
    weeks_to_judge: float
    travel: Literal["none", "weekly", "several_a_week"]
    side_effects: Literal["none", "mild", "some", "marked"]
    side_effect_words: list[str]
    waiting_weeks: float | None = Field(description="until a first appointment here; null where nobody said")


class StepShape(Frozen):
    option: str
    name: str
    plain_name: str
    when: str


class TrialRateShape(Frozen):
    """Shares of a published trial: a fact about that trial, never a chance of this person."""

    study: str
    outcome: str
    percent: float
    percent_other: float
    n: int
    n_other: int
    against: str | None
    population: str
    source: str


class WouldChangeShape(Frozen):
    fact: str
    question: str
    answers: list[str]
    changes_first: bool


class FrequencyShape(Frozen):
    """Of 100 people like this one; shown only where forecasts made beforehand have come true."""

    low: int
    high: int
    of: Literal[100]
    sentence: str
    source: str


class FrequenciesShape(Frozen):
    shown: bool
    why: str = Field(description="why none are shown, or what they rest on")
    options: dict[str, FrequencyShape]
    why_not: dict[str, str] = Field(description="by option, where others are shown")


class OptionShape(Frozen):
    id: str
    name: str
    plain_name: str
    plain: str
    summary: str
    kind: str
    role: Literal["main", "adjunct"]
    therapy: str | None = Field(description="id of the therapy that Solstice delivers itself")
    rank: int
    group: int = Field(description="options of one group are about equally good")
    benefit: BenefitShape
    chance_among_best: float = Field(description="share of draws within the margin of the best, in steps of 0.05")
    parts: PartsShape
    clinic: ClinicShape | None
    for_: list[str] = Field(alias="for")
    against: list[str]
    cautions: list[str]
    unknown: list[str]
    sources: list[str]
    asks: AsksShape
    burden: BurdenShape
    order: Literal["together", "in_order"] | None = Field(description="null for a single option")
    steps: list[StepShape]
    trial_rates: list[TrialRateShape]
    draft: bool


class RefusedShape(Frozen):
    id: str
    name: str
    plain_name: str
    reason: str
    codes: list[str]
    draft: bool


class NotOfferedShape(Frozen):
    id: str
    name: str
    plain_name: str
    benefit: BenefitShape
    reason: str
    draft: bool


class TrialEffectShape(Frozen):
    """Pooled rows of one option, with 95 % interval; null where too few studies say nothing."""

    option: str
    k: int
    studies: int
    g: float
    lower: float
    upper: float
    tau2: float | None
    pi_lower: float | None
    pi_upper: float | None
    population: Literal["trd", "chronic", "recurrent", "depression"]
    certainty: Literal["high", "moderate", "low", "very_low"]
    because: list[str] = Field(description="why certainty is not high")
    reading: str
    replaces: list[str] = Field(description="curated effects that this one stands for")
    joins: list[str] = Field(description="curated effects it is weighed together with, by precision")


class NotUsedShape(Frozen):
    rows: int
    what: str
    because: str


class TrialFileShape(Frozen):
    file: str
    sha256: str
    rows: int
    studies: int
    model: str
    used: list[TrialEffectShape]
    not_used: list[NotUsedShape]


class PlanShape(Frozen):
    sentence: str
    notices: list[str] = Field(description="what a human must look at before the ranking")
    options: list[OptionShape]
    adjuncts: list[OptionShape] = Field(description="can stand beside a main treatment; ranks of their own")
    refused: list[RefusedShape]
    not_offered: list[NotOfferedShape]
    about_equal: list[list[str]]
    would_change: list[WouldChangeShape]
    natural_frequencies: FrequenciesShape
    content_version: str
    model_version: str
    input_hash: str
    draft: bool
    trial_file: TrialFileShape | None = Field(description="what --evidence put beside the curated table")
