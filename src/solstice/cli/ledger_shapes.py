"""The JSON that `ledger` prints, as models: a contract; keys may be added, never renamed."""

from typing import Literal

from pydantic import Field

from solstice.content.read import Frozen

Number = int | float
Answer = Literal["yes", "no", "cannot_tell"]
State = Literal["open", "ruled_out", "present"]
Ends = tuple[Number, Number]
OpenEnds = tuple[Number, Number | None]


class JudgedTrialShape(Frozen):
    """One trial; `adequate`, `failed` and `in_episode` are null where they cannot be told."""

    index: int = Field(description="place among the trials of the person file, from 0")
    kind: str
    agent: str = Field(description="as it stands in the person file")
    name: str
    adequate: bool | None
    adequate_strict: bool | None = Field(description="by the longer duration")
    failed: bool | None
    failed_strict: bool | None
    in_episode: bool | None
    asked_about: bool = Field(description="recorded, not counted, to be asked about")
    provisional: bool = Field(description="the judgement rests on a stated presumption")
    above_label_maximum: bool
    codes: list[str] = Field(description="the reasons for a machine, in the order of `reasons`")
    reasons: list[str]


class RestsOnShape(Frozen):
    trial: int
    name: str


class RegulatoryShape(Frozen):
    answer: Answer
    answer_strict: Answer
    counted: list[str]
    rests_on: list[RestsOnShape]
    could_count: list[str] = Field(description="what a missing fact may add")
    provisional: bool
    decides: str | None = Field(description="the question that would decide it")
    reasons: list[str]


class StagedShape(Frozen):
    """One staging model: a value where `low` equals `high`; both are null where `refused` says why."""

    name: str
    low: Number | None
    high: Number | None
    without_presumptions: Ends | None
    band: list[str]
    parts: dict[str, Ends]
    conditional: bool = Field(description="applies only if one of the open trials proves adequate and failed")
    decides: str | None
    refused: str | None
    notes: list[str]


class FactsAloneShape(Frozen):
    state: State
    why: str


class PseudoResistanceShape(Frozen):
    id: str
    state: State
    why: str
    ask: str
    from_clinician: bool
    facts_alone: FactsAloneShape


class NarrowingShape(Frozen):
    answer: str = Field(description="which answer becomes narrower")
    before: Number
    mean_after: Number
    worst_after: Number


class QuestionShape(Frozen):
    """One missing fact, the most useful first."""

    id: str
    path: str = Field(description="where the fact belongs in the person file")
    trial: int | None
    field: str
    unit: str
    text: str = Field(description="for a clinician")
    plain: str = Field(description="for the person")
    for_clinician: bool
    gain: Number = Field(description="expected shrinking of all answers, each divided by its whole range")
    narrows: list[NarrowingShape]


class CountsShape(Frozen):
    """Pairs are the sure and the possible number; null where there is no upper end."""

    adequate_failed_current_episode: OpenEnds
    adequate_failed_lifetime: OpenEnds
    inadequate: int
    intolerant: int
    inadequate_current_episode: int
    intolerant_current_episode: int


class CautionShape(Frozen):
    code: str
    text: str
    trial: int | None
    field: str | None


class DefinitionShape(Frozen):
    id: str
    name: str
    rule: str
    answer: Answer | None = Field(description="null for a count without a threshold")
    low: Number | None
    high: Number | None
    rests_on: list[RestsOnShape]
    reasons: list[str]
    draft: bool
    refused: str | None
    decides: str | None


class DisagreementShape(Frozen):
    models: tuple[str, str]
    rule: str
    trials: list[int]
    text: str


class LifetimeShape(Frozen):
    failed: OpenEnds
    rests_on: list[RestsOnShape]
    before_episode: list[RestsOnShape]


class RoomShape(Frozen):
    """How many trials fit one after the other into the episode."""

    weeks: OpenEnds
    fits: OpenEnds | None = Field(description="null where the start of the episode is not known")
    claimed: OpenEnds
    claimed_weeks: Number
    over: bool
    text: str


class NotScoredShape(Frozen):
    id: str
    why: str


class CheckedOnlyShape(Frozen):
    """What the answers would be if only what somebody checked were known."""

    unchecked: list[int] = Field(description="places of trials that were told and not checked")
    names: list[str]
    regulatory_trd: Answer
    staging: dict[str, Ends | None]


class LedgerShape(Frozen):
    adequacy: str = Field(description="the rules the trials were judged by")
    adequacy_note: str
    trials: list[JudgedTrialShape]
    regulatory_trd: RegulatoryShape
    staging: dict[str, StagedShape]
    pseudo_resistance: list[PseudoResistanceShape]
    deciding_questions: list[QuestionShape]
    counts: CountsShape
    warnings: list[str] = Field(description="the texts of `cautions`")
    cautions: list[CautionShape]
    definitions: list[DefinitionShape]
    disagreements: list[DisagreementShape]
    lifetime: LifetimeShape
    room: RoomShape
    not_scored: list[NotScoredShape]
    severity_proposal: str | None
    checked_only: CheckedOnlyShape | None = Field(description="null where nothing is marked as not checked")
    note: str
    file: str | None = Field(default=None, description="only where several files are judged, one object a line")
