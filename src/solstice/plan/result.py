"""The plan as a value that carries its reasons, its doubt, and the versions that gave it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solstice.kernel import Reason, Refusal
from solstice.plan.burden import Burden
from solstice.plan.frequencies import NaturalFrequencies

if TYPE_CHECKING:
    from solstice.plan.trial_file import TrialFile


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
class Step:
    """One part of a combination, and in words when it begins."""

    option: str
    name: str
    plain_name: str
    when: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Add up to the mean of the benefit; all are whole hundredths."""

    evidence: float
    person: tuple[PersonRow, ...]
    clinic: float
    preference: float


@dataclass(frozen=True, slots=True)
class ClinicShown:
    """What the clinic's own outcomes say about an option; in shadow it is shown and moves nothing.

    `own` of the `outcomes` are this clinic's; the rest are of `others`, always by name.
    """

    shift: float
    sd: float
    treated: int
    outcomes: int
    is_shadow: bool
    own: int
    others: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "shift": self.shift,
            "sd": self.sd,
            "treated": self.treated,
            "outcomes": self.outcomes,
            "shadow": self.is_shadow,
            "own": self.own,
            "others": list(self.others),
        }


@dataclass(frozen=True, slots=True)
class TrialRate:
    """Shares with an outcome in a published trial; a fact about that trial, never a chance of this person."""

    study: str
    outcome: str
    percent: float
    percent_other: float
    n: int
    n_other: int
    against: str | None
    population: str
    source: str

    def to_json(self) -> dict[str, Any]:
        return {
            "study": self.study,
            "outcome": self.outcome,
            "percent": self.percent,
            "percent_other": self.percent_other,
            "n": self.n,
            "n_other": self.n_other,
            "against": self.against,
            "population": self.population,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class WouldChange:
    """An open question whose answer would change what stands first or what is refused."""

    fact: str
    question: str
    answers: tuple[str, ...]
    changes_first: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact,
            "question": self.question,
            "answers": list(self.answers),
            "changes_first": self.changes_first,
        }


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
    chance_among_best: float
    parts: Parts
    clinic: ClinicShown | None
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[str, ...]
    cautions: tuple[Reason, ...]
    sources: tuple[str, ...]
    asks: dict[str, Any]
    burden: Burden
    order: str | None
    steps: tuple[Step, ...]
    trial_rates: tuple[TrialRate, ...]
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
            "chance_among_best": self.chance_among_best,
            "clinic": self.clinic.to_json() if self.clinic else None,
            "burden": self.burden.to_json(),
            "order": self.order,
            "steps": [
                {"option": step.option, "name": step.name, "plain_name": step.plain_name, "when": step.when}
                for step in self.steps
            ],
            "trial_rates": [rate.to_json() for rate in self.trial_rates],
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
    """An option that could be weighed but cannot be had at this clinic now; `reason` says why."""

    id: str
    name: str
    plain_name: str
    benefit: Benefit
    reason: str
    is_draft: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "plain_name": self.plain_name,
            "benefit": {"mean": self.benefit.mean, "lower": self.benefit.lower, "upper": self.benefit.upper},
            "reason": self.reason,
            "draft": self.is_draft,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """`options` are main treatments by rank; `adjuncts` can stand beside one of them and have ranks of their own.

    `would_change` is empty where no open answer changes the first group or the refusals. `natural_frequencies`
    are shares of "people like you", or why none are shown.
    """

    sentence: str
    notices: tuple[str, ...]
    options: tuple[PlannedOption, ...]
    adjuncts: tuple[PlannedOption, ...]
    refused: tuple[RefusedOption, ...]
    not_offered: tuple[NotOffered, ...]
    about_equal: tuple[tuple[str, ...], ...]
    would_change: tuple[WouldChange, ...]
    natural_frequencies: NaturalFrequencies
    content_version: str
    model_version: str
    input_hash: str
    is_draft: bool
    trial_file: "TrialFile | None" = None

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
            "would_change": [one.to_json() for one in self.would_change],
            "natural_frequencies": self.natural_frequencies.to_json(),
            "content_version": self.content_version,
            "model_version": self.model_version,
            "input_hash": self.input_hash,
            "draft": self.is_draft,
            "trial_file": self.trial_file.to_json() if self.trial_file else None,
        }
