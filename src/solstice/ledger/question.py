"""The next question of a ledger: one missing fact, and what its answer would narrow."""

from dataclasses import dataclass
from typing import Any

from solstice.kernel.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Narrowing:
    """Width of one answer before, and on the mean and in the worst case after the question is answered."""

    answer: str
    before: float
    mean_after: float
    worst_after: float


@quick
@dataclass(frozen=True, slots=True)
class DecidingQuestion:
    """One missing fact: `path` in the person file, the question in words, and what its answer would narrow.

    `text` is for a clinician, `plain` for the person; `trial` is the place of the trial, None for the episode.
    `gain` is the expected shrinking of all answers together, each divided by its whole range.
    """

    path: str
    text: str
    narrows: tuple[Narrowing, ...]
    gain: float
    trial: int | None = None
    field: str = ""
    plain: str = ""
    unit: str = ""
    is_for_clinician: bool = False

    @property
    def id(self) -> str:
        return self.path

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.path,
            "path": self.path,
            "trial": self.trial,
            "field": self.field,
            "unit": self.unit,
            "text": self.text,
            "plain": self.plain,
            "for_clinician": self.is_for_clinician,
            "gain": self.gain,
            "narrows": [
                {
                    "answer": item.answer,
                    "before": _number(item.before),
                    "mean_after": round(item.mean_after, 3),
                    "worst_after": _number(item.worst_after),
                }
                for item in self.narrows
            ],
        }


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
