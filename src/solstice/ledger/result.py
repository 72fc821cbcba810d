"""What the ledger answers: judged trials, definitions and stages as values or ranges, each with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from solstice.kernel import Reason, Refusal, Span
from solstice.kernel.number_words import number_words
from solstice.kernel.quick import quick
from solstice.ledger.checked import CheckedOnly
from solstice.ledger.question import DecidingQuestion
from solstice.ledger.truth import Truth

Answer = Literal["yes", "no", "cannot_tell"]
State = Literal["open", "ruled_out", "present"]


@quick
@dataclass(frozen=True, slots=True)
class JudgedTrial:
    """`index` is the place in the person file; None in `adequate` or `failed` means that it cannot be told.

    `is_provisional`: the judgement rests on one of the presumptions in `assumptions`.
    """

    index: int
    kind: str
    agent: str
    name: str
    role: str
    adequate: Truth
    adequate_strict: Truth
    failed: Truth
    failed_strict: Truth
    in_episode: Truth
    is_asked_about: bool
    is_above_label_maximum: bool
    assumptions: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_provisional(self) -> bool:
        return bool(self.assumptions) and self.adequate is not False

    def to_json(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "kind": self.kind,
            "agent": self.agent,
            "name": self.name,
            "adequate": self.adequate,
            "adequate_strict": self.adequate_strict,
            "failed": self.failed,
            "failed_strict": self.failed_strict,
            "in_episode": self.in_episode,
            "asked_about": self.is_asked_about,
            "provisional": self.is_provisional,
            "above_label_maximum": self.is_above_label_maximum,
            "codes": [reason.code for reason in self.reasons],
            "reasons": [reason.text for reason in self.reasons],
        }


@quick
@dataclass(frozen=True, slots=True)
class RestsOn:
    """One trial a definition rests on: its place in the person file, and its name."""

    index: int
    name: str

    def to_json(self) -> dict[str, Any]:
        return {"trial": self.index, "name": self.name}


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Failed adequate antidepressants in the whole life, apart from those of this episode."""

    failed: Span
    rests_on: tuple[RestsOn, ...]
    before_episode: tuple[RestsOn, ...]
    is_open: bool = False

    @property
    def words(self) -> str:
        return number_words(self.failed, is_open=self.is_open)

    def to_json(self) -> dict[str, Any]:
        return {
            "failed": [_number(self.failed.low), _finite(self.failed.high)],
            "rests_on": [one.to_json() for one in self.rests_on],
            "before_episode": [one.to_json() for one in self.before_episode],
        }


@dataclass(frozen=True, slots=True)
class Regulatory:
    """`strict_answer` is the same question with 6 weeks; `could_count` names what a missing fact may add."""

    answer: Answer
    strict_answer: Answer
    counted: tuple[str, ...]
    could_count: tuple[str, ...]
    is_provisional: bool
    reasons: tuple[Reason, ...]
    decides: str | None = None
    rests_on: tuple[RestsOn, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "answer": self.answer,
            "answer_strict": self.strict_answer,
            "counted": list(self.counted),
            "rests_on": [one.to_json() for one in self.rests_on],
            "could_count": list(self.could_count),
            "provisional": self.is_provisional,
            "decides": self.decides,
            "reasons": [reason.text for reason in self.reasons],
        }


@quick
@dataclass(frozen=True, slots=True)
class Staged:
    """One staging model: `span` is None exactly when `refused` says why.

    `span` uses the stated presumptions; `bare` uses none and holds every value that any filling of any missing fact
    can give. `is_conditional`: the method applies only if one of the open trials proves adequate and failed. `is_open`:
    how far it may go up is not known, so that it reads as "2 or more".
    """

    model: str
    name: str
    span: Span | None
    bare: Span | None
    labels: tuple[str, ...]
    parts: Mapping[str, Span] = field(default_factory=dict)
    is_conditional: bool = False
    refused: Refusal | None = None
    decides: str | None = None
    notes: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def width(self) -> float:
        return 0.0 if self.span is None else self.span.width

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "low": None if self.span is None else _number(self.span.low),
            "high": None if self.span is None else _number(self.span.high),
            "without_presumptions": None if self.bare is None else [_number(self.bare.low), _number(self.bare.high)],
            "band": list(self.labels),
            "parts": {name: [_number(part.low), _number(part.high)] for name, part in self.parts.items()},
            "conditional": self.is_conditional,
            "decides": self.decides,
            "refused": None if self.refused is None else self.refused.text,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Definition:
    """Another definition beside the regulatory one: met, not met or not told; or, without a threshold, only a count.

    `span` counts what the definition counts, without a known upper end where `is_open`; `is_draft` where its rule
    rests on memory.
    """

    id: str
    name: str
    rule: str
    answer: Answer | None
    span: Span | None
    rests_on: tuple[RestsOn, ...] = ()
    reasons: tuple[Reason, ...] = ()
    is_draft: bool = False
    refused: Refusal | None = None
    decides: str | None = None
    is_open: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "rule": self.rule,
            "answer": self.answer,
            "low": None if self.span is None else _number(self.span.low),
            "high": None if self.span is None else _finite(self.span.high),
            "rests_on": [one.to_json() for one in self.rests_on],
            "reasons": [reason.text for reason in self.reasons],
            "draft": self.is_draft,
            "refused": None if self.refused is None else self.refused.text,
            "decides": self.decides,
        }


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


@dataclass(frozen=True, slots=True)
class PseudoResistanceItem:
    """One question of the checklist; `is_from_clinician` where a person answered it, not a rule.

    `facts_state` and `facts_why` are what the facts alone say, whoever answered.
    """

    id: str
    ask: str
    state: State
    why: str
    facts_state: State
    facts_why: str
    is_from_clinician: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "why": self.why,
            "ask": self.ask,
            "from_clinician": self.is_from_clinician,
            "facts_alone": {"state": self.facts_state, "why": self.facts_why},
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two readings of the same history that differ, the trials or the rule that make the difference, and why."""

    models: tuple[str, str]
    rule: str
    trials: tuple[int, ...]
    text: str

    def to_json(self) -> dict[str, Any]:
        return {"models": list(self.models), "rule": self.rule, "trials": list(self.trials), "text": self.text}


@dataclass(frozen=True, slots=True)
class Room:
    """How many trials of the minimum length fit one after the other into the episode; None: its start is not known.

    `claimed_weeks` is what the counted trials of this episode need at least.
    """

    weeks: Span
    fits: Span | None
    claimed: Span
    claimed_weeks: float
    is_over: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        return {
            "weeks": [_number(round(self.weeks.low, 1)), _finite(self.weeks.high)],
            "fits": None if self.fits is None else [_number(self.fits.low), _finite(self.fits.high)],
            "claimed": [_number(self.claimed.low), _finite(self.claimed.high)],
            "claimed_weeks": _number(self.claimed_weeks),
            "over": self.is_over,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Caution:
    """Something odd in what was told: `trial` is the place in the person file, `field` the key it stands under."""

    code: str
    text: str
    trial: int | None = None
    field: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text, "trial": self.trial, "field": self.field}


@dataclass(frozen=True, slots=True)
class Counts:
    """Trials by outcome of the judgement; pairs are (certain, possible).

    `inadequate_episode` and `intolerant_episode` are of this episode only; `is_open` tells of its failed ones.
    """

    failed_episode: Span
    failed_lifetime: Span
    inadequate: int
    intolerant: int
    inadequate_episode: int = 0
    intolerant_episode: int = 0
    is_open: bool = False

    @property
    def words(self) -> str:
        """Failed adequate antidepressants of this episode."""
        return number_words(self.failed_episode, is_open=self.is_open)

    def to_json(self) -> dict[str, Any]:
        return {
            "adequate_failed_current_episode": [_number(self.failed_episode.low), _finite(self.failed_episode.high)],
            "adequate_failed_lifetime": [_number(self.failed_lifetime.low), _finite(self.failed_lifetime.high)],
            "inadequate": self.inadequate,
            "intolerant": self.intolerant,
            "inadequate_current_episode": self.inadequate_episode,
            "intolerant_current_episode": self.intolerant_episode,
        }


def _finite(value: float) -> float | int | None:
    return None if value == float("inf") else _number(round(value, 1))


@dataclass(frozen=True, slots=True)
class Ledger:
    """The whole answer for one person file."""

    label: str
    label_note: str
    trials: tuple[JudgedTrial, ...]
    regulatory: Regulatory
    staging: Mapping[str, Staged]
    pseudo_resistance: tuple[PseudoResistanceItem, ...]
    deciding_questions: tuple[DecidingQuestion, ...]
    counts: Counts
    warnings: tuple[Caution, ...]
    severity_proposal: str | None
    descriptive_only: str
    definitions: Mapping[str, Definition]
    disagreements: tuple[Disagreement, ...]
    lifetime: Lifetime
    room: Room
    not_scored: tuple[Refusal, ...]
    checked_only: CheckedOnly | None = None

    @property
    def next_question(self) -> DecidingQuestion | None:
        """The one missing fact that narrows the answers most; None where nothing missing would."""
        return self.deciding_questions[0] if self.deciding_questions else None

    def to_json(self) -> dict[str, Any]:
        return {
            "adequacy": self.label,
            "adequacy_note": self.label_note,
            "trials": [trial.to_json() for trial in self.trials],
            "regulatory_trd": self.regulatory.to_json(),
            "staging": {name: staged.to_json() for name, staged in self.staging.items()},
            "pseudo_resistance": [item.to_json() for item in self.pseudo_resistance],
            "deciding_questions": [question.to_json() for question in self.deciding_questions],
            "counts": self.counts.to_json(),
            "warnings": [warning.text for warning in self.warnings],
            "cautions": [warning.to_json() for warning in self.warnings],
            "definitions": [definition.to_json() for definition in self.definitions.values()],
            "disagreements": [one.to_json() for one in self.disagreements],
            "lifetime": self.lifetime.to_json(),
            "room": self.room.to_json(),
            "not_scored": [{"id": one.code, "why": one.text} for one in self.not_scored],
            "severity_proposal": self.severity_proposal,
            "checked_only": None if self.checked_only is None else self.checked_only.to_json(),
            "note": self.descriptive_only,
        }
