"""What scoring gives: a score, or the reason why there is none; wrong answers are an error that names the item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Sex = Literal["female", "male", "other", "unknown"]

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
    """Whether a total reaches a cut-off; None where it cannot be told."""

    id: str
    use: str
    at_least: int
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A total and what it means. `band` is None where no band applies; `note` says why.

    `flags`: risk_item, prorated, risk_item_unknown. `max` is the highest total these answers could have reached.
    """

    instrument: str
    version: str
    total: int
    min: int
    max: int
    band: str | None
    scores: Mapping[str, int | None]
    flags: tuple[str, ...] = ()
    prorated: bool = False
    answered: int | None = None
    cutoffs: tuple[CutoffResult, ...] = ()
    patterns: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))
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
            "cutoffs": [
                {"id": cut.id, "use": cut.use, "at_least": cut.at_least, "met": cut.met} for cut in self.cutoffs
            ],
            "patterns": dict(self.patterns),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotScored:
    """No total, and why. `flags` may still hold risk_item: an answer counts even where the score does not exist."""

    instrument: str
    version: str
    reason: str
    flags: tuple[str, ...] = ()
    answered: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "instrument": self.instrument,
            "version": self.version,
            "scored": False,
            "reason": self.reason,
            "total": None,
            "band": None,
            "flags": list(self.flags),
            "scores": {},
            "answered": self.answered,
        }
