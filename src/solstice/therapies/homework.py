"""The homework engine: an agreed task, whether it is small enough, and an answer to how it went."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from solstice.content.therapy_model import DoneState, Therapy
from solstice.content.therapy_text import DOSES

SURE_ENOUGH = 7
"""Below this confidence (0 to 10) the task is made smaller. Source: therapies.yaml, homework_engine."""


@dataclass(frozen=True, slots=True)
class Task:
    """What was agreed at the end of a session; None is not known yet.

    `seconds` is the dose agreed for a practice; `how_long` is what the person said in words. Raises ValueError for a
    confidence outside 0 to 10.
    """

    id: str
    task: str
    agreed_on: date
    why: str | None = None
    when: str | None = None
    where: str | None = None
    how_long: str | None = None
    likely_obstacle: str | None = None
    plan_for_obstacle: str | None = None
    confidence: int | None = None
    reminder: str | None = None
    practice: str | None = None
    seconds: int | None = None
    state: DoneState | None = None

    def __post_init__(self) -> None:
        if self.confidence is not None and not 0 <= self.confidence <= 10:
            raise ValueError(f"the confidence is {self.confidence}; give a number from 0 to 10")

    @property
    def is_open(self) -> bool:
        """Whether it can still be the next step: not answered yet, or done in part."""
        return self.state in (None, "partly")

    @property
    def still_to_agree(self) -> tuple[str, ...]:
        """The parts of a good task that nobody has filled in, in the order a clinician asks them."""
        parts = {
            "why": self.why,
            "when": self.when,
            "where": self.where,
            "how long": self.how_long,
            "likely obstacle": self.likely_obstacle,
            "plan for the obstacle": self.plan_for_obstacle,
            "confidence": self.confidence,
        }
        return tuple(name for name, value in parts.items() if value is None)


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether a task fits yet: None when the person has not said how sure they are.

    `seconds` is the smaller dose to offer, None when nothing smaller is called for or possible.
    """

    is_small_enough: bool | None
    seconds: int | None
    for_patient: str
    for_clinician: str


def smaller_dose(seconds: int) -> int | None:
    """The next dose below `seconds`, or None when it is already the smallest."""
    return max((size for _, size in DOSES if size < seconds), default=None)


def advise(therapy: Therapy, task: Task) -> Advice:
    """Say whether the task is small enough, and offer the next smaller dose when confidence is below 7."""
    words = therapy.words
    if task.confidence is None:
        return Advice(None, None, words.not_known, "Confidence has not been asked; ask for 0 to 10 before closing.")
    sure = f"Confidence is {task.confidence} of 10"
    if task.confidence >= SURE_ENOUGH:
        return Advice(True, None, words.ready, f"{sure}, which is {SURE_ENOUGH} or more; agree it as it is.")
    why = f"{sure}, below {SURE_ENOUGH}"
    smaller = smaller_dose(task.seconds) if task.seconds is not None else None
    if task.seconds is not None and smaller is None:
        return Advice(False, None, words.smallest, f"{why} at the smallest dose; take the first move or another task.")
    if smaller is None:
        return Advice(False, None, words.smaller, f"{why}; cut the task in half, or agree a dose of a practice.")
    name = next(name for name, size in DOSES if size == smaller)
    return Advice(False, smaller, words.smaller, f"{why}; offer {name} instead.")


def answer_to(therapy: Therapy, state: DoneState) -> str:
    """What the portal says when the person reports how a task went; no answer blames."""
    words = therapy.words
    match state:
        case "done":
            return words.done
        case "partly":
            return words.partly
        case "not_done":
            return words.not_done
        case "not_applicable":
            return words.not_applicable
        case _:
            assert_never(state)
