"""The staging models and the pseudo-resistance checklist as read from `treatments/staging.yaml`."""

from typing import Any, Literal

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen

ThaseRushClass = Literal["TCA", "MAOI", "SSRI", "SNRI", "other"]


class Step(Frozen):
    """A score that holds up to and including `up_to`; the last step has no upper end."""

    score: int
    up_to: float | None = None


class Band(Frozen):
    name: str
    min: int
    max: int


class CaseDecision(Frozen):
    case: str
    decision: str


class SeverityProposal(Frozen):
    text: str
    starts_at: dict[str, dict[Literal["subsyndromal", "mild", "moderate", "severe"], float]]
    source: Cited


class RegulatoryModel(Frozen):
    name: str
    min_failed: int
    rule: str
    source: Cited


class MaudsleyModel(Frozen):
    name: str
    duration_months: tuple[Step, ...]
    severity: dict[str, int]
    failures: tuple[Step, ...]
    bands: tuple[Band, ...]
    source: Cited
    failures_source: Cited
    severity_proposal: SeverityProposal
    decisions: tuple[CaseDecision, ...]
    decisions_source: Cited


class Stage(Frozen):
    stage: int
    rule: str


class ThaseRushModel(Frozen):
    name: str
    classes: tuple[ThaseRushClass, ...]
    stages: tuple[Stage, ...]
    strict_rule: str
    lenient_rule: str
    limits: tuple[str, ...]
    source: Cited


class EuropeanStage(Frozen):
    failed: int
    stage: str
    weeks: tuple[float, float] | None = None


class EuropeanModel(Frozen):
    name: str
    stages: tuple[EuropeanStage, ...]
    chronic_months: float
    decision: str
    source: Cited


class Threshold(Frozen):
    at_least: float
    text: str


class MghModel(Frozen):
    name: str
    failed_trial: float
    optimised: float
    augmented: float
    ect_failed: float
    decision: str
    example_threshold: Threshold
    source: Cited


class DelphiModel(Frozen):
    name: str
    min_failed: int
    little_benefit_below_percent: float
    rule: str
    partial_rule: str
    source: Cited


class KarolinskaModel(Frozen):
    name: str
    min_failed: int
    min_started: int
    min_days: float
    rule: str
    source: Cited


class MultiTherapyModel(Frozen):
    name: str
    rule: str
    source: Cited


class NotScored(Frozen):
    id: str
    name: str
    why: str
    source: Cited


class Question(Frozen):
    id: str
    ask: str


class PseudoResistance(Frozen):
    intro: str
    source: Cited
    items: tuple[Question, ...]
    condition_words: dict[str, tuple[str, ...]]


class StagingFile(ContentFile):
    descriptive_only: str
    descriptive_source: Cited
    regulatory: RegulatoryModel
    maudsley: MaudsleyModel
    thase_rush: ThaseRushModel
    european: EuropeanModel
    mgh_s: MghModel
    delphi: DelphiModel
    karolinska: KarolinskaModel
    multi_therapy: MultiTherapyModel
    not_scored: tuple[NotScored, ...]
    pseudo_resistance: PseudoResistance
    examples: dict[str, tuple[dict[str, Any], ...]]
