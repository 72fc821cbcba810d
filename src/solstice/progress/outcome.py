"""What a review gives: one state, the numbers behind it, and a sentence for each reader."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from solstice.instruments import Change
from solstice.kernel import Refusal
from solstice.progress.sudden_gains import SuddenGain

State = Literal[
    "no_data", "too_early", "on_track", "off_track", "worse", "response", "remission", "relapse_signal", "not_for_age"
]


class ReviewError(ValueError):
    """The instrument has no expected course: it is a screen or a process measure. Review an outcome measure instead."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The total that change is counted from, and the rule that chose it."""

    on: date
    total: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How a person's series stands on the day `at`. What cannot be told is None.

    `change` compares with the baseline; `since_last` with the total before. `percent` is the improvement since the
    baseline. `refused`: why cut-offs, expected course, response and remission do not judge a person of this age; then
    only a reliable worsening gives a state. `age_note` stands beside a judgement where the age leaves it open.
    `do` is what the expected course asks for when off track. `is_old`: the last total is over four weeks old.
    """

    instrument: str
    version: str
    at: date
    state: State
    baseline: Baseline | None
    current_on: date | None
    current: float | None
    weeks: float | None
    measured: int
    gaps: tuple[date, ...]
    is_old: bool
    change: Change | None
    since_last: Change | None
    percent: float | None
    response: bool | None
    remission: bool | None
    sudden_gains: tuple[SuddenGain, ...]
    rule: str
    do: str | None
    patient: str
    clinician: tuple[str, ...]
    refused: Refusal | None = None
    age_note: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "instrument": self.instrument,
            "version": self.version,
            "at": self.at.isoformat(),
            "state": self.state,
            "baseline": _baseline_json(self.baseline),
            "current": None
            if self.current is None or self.current_on is None
            else {"on": self.current_on.isoformat(), "total": self.current},
            "weeks": self.weeks,
            "measured": self.measured,
            "gaps": [day.isoformat() for day in self.gaps],
            "is_old": self.is_old,
            "change": _change_json(self.change),
            "since_last": _change_json(self.since_last),
            "percent": self.percent,
            "response": self.response,
            "remission": self.remission,
            "sudden_gains": [
                {
                    "from": gain.before_on.isoformat(),
                    "to": gain.after_on.isoformat(),
                    "before": gain.before,
                    "after": gain.after,
                }
                for gain in self.sudden_gains
            ],
            "rule": self.rule,
            "do": self.do,
            "patient": self.patient,
            "clinician": list(self.clinician),
            "refused": None if self.refused is None else self.refused.text,
            "age_note": self.age_note,
        }


def _baseline_json(baseline: Baseline | None) -> dict[str, Any] | None:
    if baseline is None:
        return None
    return {"on": baseline.on.isoformat(), "total": baseline.total, "rule": baseline.rule}


def _change_json(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {"points": change.points, "reliable": change.verdict, "threshold": change.threshold}
