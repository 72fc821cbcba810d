"""What scoring gives: a score, or the reason why there is none; wrong answers are an error that names the item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Sex = Literal["female", "male", "other", "unknown"]

NotScoredCode = Literal[
    "unanswered", "risk_item_unanswered", "gate_unanswered", "not_for_age", "rule_not_given", "excluded"
]

ADULT_AGE = 18


class AnswersError(ValueError):
    """The answers cannot belong to this instrument; `faults` says one line each what is wrong and what is right."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What else decides the meaning of a score; None is unknown.

    `age`: years, the youngest possible where only the birth year is known. `gate`: the answer to the question before
    the items. `not_working`: by choice or retired (WSAS item 1 does not apply).
    """

    age: int | None = None
    sex: Sex | None = None
    gate: bool | None = None
    not_working: bool | None = None

    @property
    def is_minor(self) -> bool:
        return self.age is not None and self.age < ADULT_AGE


@dataclass(frozen=True, slots=True)
class CutoffResult:
    """Whether a total reaches a cut-off (`at_least`, or `at_most` where low is worse); None where it cannot be told."""

    id: str
    use: str
    at_least: float | None
    met: bool | None
    at_most: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "use": self.use, "at_least": self.at_least, "at_most": self.at_most, "met": self.met}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """One subscale or computed value; `value` is None where it cannot be told, min and max where they are not given."""

    id: str
    name: str
    value: float | None
    min: float | None = None
    max: float | None = None
    unit: str | None = None
    band: str | None = None
    cutoffs: tuple[CutoffResult, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "value": self.value,
            "min": self.min,
            "max": self.max,
            "unit": self.unit,
            "band": self.band,
            "cutoffs": [cut.to_json() for cut in self.cutoffs],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A total and what it means. `band` is None where no band applies; `note` says why.

    `flags`: risk_item, prorated, risk_item_unknown. `max` is the highest total these answers could have reached.
    """

    instrument: str
    version: str
    total: float
    min: float
    max: float
    band: str | None
    scores: Mapping[str, float | None]
    flags: tuple[str, ...] = ()
    prorated: bool = False
    answered: int | None = None
    cutoffs: tuple[CutoffResult, ...] = ()
    patterns: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))
    parts: tuple[PartResult, ...] = ()
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "instrument": self.instrument,
            "version": self.version,
            "scored": True,
            "total": self.total,
            "min": self.min,
            "max": self.max,
            "band": self.band,
            "flags": list(self.flags),
            "scores": dict(self.scores),
            "prorated": self.prorated,
            "answered": self.answered,
            "cutoffs": [cut.to_json() for cut in self.cutoffs],
            "patterns": dict(self.patterns),
            "subscales": [part.to_json() for part in self.parts],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Values of a scale that has no total. `band` is its grade or category, where it has one."""

    instrument: str
    version: str
    band: str | None
    scores: Mapping[str, float | None]
    flags: tuple[str, ...] = ()
    answered: int | None = None
    parts: tuple[PartResult, ...] = ()
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "instrument": self.instrument,
            "version": self.version,
            "scored": True,
            "total": None,
            "min": None,
            "max": None,
            "band": self.band,
            "flags": list(self.flags),
            "scores": {"total": None, **self.scores},
            "prorated": False,
            "answered": self.answered,
            "cutoffs": [],
            "patterns": {},
            "subscales": [part.to_json() for part in self.parts],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotScored:
    """No total, and why. `flags` may still hold risk_item: an answer counts even where the score does not exist.

    `code` is the reason for a machine.
    """

    instrument: str
    version: str
    reason: str
    code: NotScoredCode = "unanswered"
    flags: tuple[str, ...] = ()
    answered: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "instrument": self.instrument,
            "version": self.version,
            "scored": False,
            "reason": self.reason,
            "code": self.code,
            "total": None,
            "band": None,
            "flags": list(self.flags),
            "scores": {},
            "answered": self.answered,
        }
