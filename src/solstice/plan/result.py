"""The plan as a value that carries its reasons, its doubt, and the versions that gave it."""

from dataclasses import dataclass
from typing import Any

from solstice.kernel import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Benefit:
    """Expected benefit in SD units against continuing as now, with its 80 % interval. Never a probability."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class PersonRow:
    fact: str
    value: float


@dataclass(frozen=True, slots=True)
class Parts:
    """Add up to the mean of the benefit; all are whole hundredths."""

    evidence: float
    person: tuple[PersonRow, ...]
    clinic: float
    preference: float


@dataclass(frozen=True, slots=True)
class PlannedOption:
    """One option with its rank, its group of about equal options, and the reasons a clinician can check."""

    id: str
    name: str
    plain_name: str
    plain: str
    summary: str
    kind: str
    role: str
    therapy: str | None
    rank: int
    group: int
    benefit: Benefit
    parts: Parts
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[str, ...]
    cautions: tuple[Reason, ...]
    sources: tuple[str, ...]
    asks: dict[str, Any]
    is_draft: bool

    def to_json(self) -> dict[str, Any]:
        parts = self.parts
        return {
            "id": self.id,
            "name": self.name,
            "plain_name": self.plain_name,
            "plain": self.plain,
            "summary": self.summary,
            "kind": self.kind,
            "role": self.role,
            "therapy": self.therapy,
            "rank": self.rank,
            "group": self.group,
            "benefit": {"mean": self.benefit.mean, "lower": self.benefit.lower, "upper": self.benefit.upper},
            "parts": {
                "evidence": parts.evidence,
                "person": [{"fact": row.fact, "value": row.value} for row in parts.person],
                "clinic": parts.clinic,
                "preference": parts.preference,
            },
            "for": [reason.text for reason in self.for_],
            "against": [reason.text for reason in self.against],
            "cautions": [reason.text for reason in self.cautions],
            "unknown": list(self.unknown),
            "sources": list(self.sources),
            "asks": self.asks,
            "draft": self.is_draft,
        }


@dataclass(frozen=True, slots=True)
class RefusedOption:
    """An option taken off the list, with every refusal and the facts behind it."""

    id: str
    name: str
    plain_name: str
    refusals: tuple[Refusal, ...]
    is_draft: bool

    @property
    def reason(self) -> str:
        return " ".join(refusal.text for refusal in self.refusals)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "plain_name": self.plain_name,
            "reason": self.reason,
            "codes": [refusal.code for refusal in self.refusals],
            "draft": self.is_draft,
        }


@dataclass(frozen=True, slots=True)
class NotOffered:
    """An option that could be weighed but is not given at this clinic; a referral may be."""

    id: str
    name: str
    plain_name: str
    benefit: Benefit
    is_draft: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "plain_name": self.plain_name,
            "benefit": {"mean": self.benefit.mean, "lower": self.benefit.lower, "upper": self.benefit.upper},
            "reason": "Not offered at this clinic; a referral would be needed.",
            "draft": self.is_draft,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """`options` are main treatments by rank; `adjuncts` can stand beside one of them and have ranks of their own."""

    sentence: str
    notices: tuple[str, ...]
    options: tuple[PlannedOption, ...]
    adjuncts: tuple[PlannedOption, ...]
    refused: tuple[RefusedOption, ...]
    not_offered: tuple[NotOffered, ...]
    about_equal: tuple[tuple[str, ...], ...]
    content_version: str
    input_hash: str
    is_draft: bool

    def get(self, option: str) -> PlannedOption | None:
        return next((found for found in (*self.options, *self.adjuncts) if found.id == option), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence,
            "notices": list(self.notices),
            "options": [option.to_json() for option in self.options],
            "adjuncts": [option.to_json() for option in self.adjuncts],
            "refused": [option.to_json() for option in self.refused],
            "not_offered": [option.to_json() for option in self.not_offered],
            "about_equal": [list(group) for group in self.about_equal],
            "content_version": self.content_version,
            "input_hash": self.input_hash,
            "draft": self.is_draft,
        }
