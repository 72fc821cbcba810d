"""One treatment that was tried, as told: nothing here is judged yet."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from solstice.content.read import Frozen, MisplacedError
from solstice.kernel import Span
from solstice.person.partial_date import PartialDateField

Kind = Literal["medicine", "augmentation", "psychotherapy", "tms", "ect", "ketamine", "esketamine", "other"]
Outcome = Literal["remission", "response", "partial_response", "no_response", "worse", "unknown"]
Adherence = Literal["good", "partial", "poor", "unknown"]
StoppedFor = Literal["inefficacy", "side_effects", "other", "continuing"]


class AtLeastAtMost(Frozen):
    """A number known only within bounds; an absent bound is unknown."""

    at_least: float | None = Field(default=None, ge=0)
    at_most: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("neither bound is given; write at_least or at_most, or leave the key out")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is above at_most; swap them")
        return self


Amount = Annotated[float, Field(ge=0, le=100_000)] | AtLeastAtMost


_ANYTHING = Span(0, float("inf"))


def span_of(amount: Amount | None, *, ceiling: float = float("inf")) -> Span:
    """Every value the amount may have; an absent amount may be anything from 0 to `ceiling`."""
    if amount is None:
        return _ANYTHING if ceiling == _ANYTHING.high else Span(0, ceiling)
    if isinstance(amount, AtLeastAtMost):
        return Span(amount.at_least or 0, ceiling if amount.at_most is None else amount.at_most)
    return Span.exactly(amount)


class Trial(Frozen):
    """Units: dose mg/day (mg per kg for ketamine, mg per session for esketamine, mg/24 h for patches); weeks; sessions.

    `agent` is an id of the content library where it is known there; any other text is kept and asked about.
    `agent_class` stands alone for "a tricyclic, name forgotten"; `count` says how many unnamed agents are meant.
    """

    kind: Kind
    agent: str | None = Field(default=None, min_length=1, max_length=120)
    agent_class: str | None = Field(default=None, max_length=60, description="drug class where the name is not known")
    count: Amount | None = Field(default=None, description="number of unnamed agents meant; absent: one")
    dose: Amount | None = Field(default=None, description="highest dose held, mg/day")
    weeks_at_dose: Amount | None = Field(default=None, description="weeks at or above the adequate dose")
    started: PartialDateField | None = None
    ended: PartialDateField | None = None
    adherence: Adherence | None = None
    adherence_fraction: float | None = Field(default=None, ge=0, le=1, description="share of doses taken")
    outcome: Outcome | None = None
    improvement_percent: float | None = Field(default=None, le=100)
    stopped_for: StoppedFor | None = None
    in_episode: bool | Literal["unknown"] | None = Field(
        default=None, description="absent: belongs to this episode; false: before it; unknown: nobody knows"
    )
    stated_adequate: bool | None = Field(
        default=None, description="the record calls dose and duration adequate without giving them"
    )
    added_to: str | None = Field(
        default=None, max_length=120, description="the antidepressant an augmentation was added to"
    )
    serum_level: float | None = Field(default=None, ge=0, description="lithium mmol/L; tricyclics ng/mL")
    sessions: Amount | None = None
    laterality: Literal["bilateral", "unilateral", "unilateral_high_dose"] | None = None
    percent_motor_threshold: Amount | None = None
    protocol: str | None = Field(default=None, max_length=60, description="TMS: an id of the content library, or words")
    pulses: Amount | None = Field(default=None, description="TMS: pulses a session")
    target: Literal["left", "right", "both", "other"] | None = Field(default=None, description="TMS: side of the coil")
    accelerated_course_complete: bool | None = None
    home_practice: Literal["most", "some", "little", "unknown"] | None = None
    checked: bool | None = Field(
        default=None, description="false: told from memory, and nobody has checked it; absent: counts as checked"
    )
    note: str | None = Field(default=None, max_length=5000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.started and self.ended and self.started.earliest > self.ended.latest:
            raise MisplacedError(("ended",), "the trial ends before it starts; check started and ended")
        return self
