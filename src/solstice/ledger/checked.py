"""The stages as told, and beside them what they would be if only what somebody checked were known (hazard H45)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solstice.kernel import Span
from solstice.person import PersonFile, Trial

if TYPE_CHECKING:
    from solstice.ledger.result import Answer, Ledger

NAMED = ("kind", "agent", "agent_class", "count", "added_to")
"""What is left of an entry nobody checked: that something of this name may have been tried."""


@dataclass(frozen=True, slots=True)
class CheckedOnly:
    """`unchecked` are places of trials that were told and not checked.

    A range here holds that they were as told, that they were otherwise, and that they never were, so that it is never
    narrower than the range as told.
    """

    unchecked: tuple[int, ...]
    names: tuple[str, ...]
    regulatory: "Answer"
    staging: Mapping[str, Span | None]

    def beside(self, model: str, told: Span | None) -> Span | None:
        """The range of a model by what was checked, where it is not the range as told."""
        span = self.staging.get(model)
        return None if span is None or span == told else span

    def answer_beside(self, told: "Answer") -> "Answer | None":
        """The regulatory answer by what was checked, where it is not the answer as told."""
        return None if self.regulatory == told else self.regulatory

    @property
    def sentence(self) -> str:
        return f"Told and not checked yet: {', '.join(self.names)}."

    def to_json(self) -> dict[str, Any]:
        return {
            "unchecked": list(self.unchecked),
            "names": list(self.names),
            "regulatory_trd": self.regulatory,
            "staging": {
                name: None if span is None else [_number(span.low), _number(span.high)]
                for name, span in self.staging.items()
            },
        }


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def is_unchecked(trial: Trial) -> bool:
    return trial.checked is False


def checked_only(person: PersonFile, told: "Ledger", judge: Callable[[PersonFile], "Ledger"]) -> CheckedOnly:
    """Both ends: each unchecked entry as a name of which nothing is known, and as if it had never been."""
    unknown = tuple(_only_its_name(trial) if is_unchecked(trial) else trial for trial in person.trials)
    without = tuple(trial for trial in person.trials if not is_unchecked(trial))
    perhaps, never = (judge(person.model_copy(update={"trials": trials})) for trials in (unknown, without))
    places = tuple(place for place, trial in enumerate(person.trials) if is_unchecked(trial))
    answers = {perhaps.regulatory.answer, never.regulatory.answer, told.regulatory.answer}
    return CheckedOnly(
        unchecked=places,
        names=tuple(dict.fromkeys(told.trials[place].name for place in places)),
        regulatory=answers.pop() if len(answers) == 1 else "cannot_tell",
        staging={
            name: _hull(staged.span, perhaps.staging[name].span, never.staging[name].span)
            for name, staged in told.staging.items()
        },
    )


def _only_its_name(trial: Trial) -> Trial:
    return Trial.model_construct(**{name: getattr(trial, name) for name in NAMED}, in_episode="unknown")


def _hull(*spans: Span | None) -> Span | None:
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    found = known[0]
    for span in known[1:]:
        found = found.hull(span)
    return found
