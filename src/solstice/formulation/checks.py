"""Medical checks with their dates: done, abnormal, never done, or due again; not asked is its own state."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from solstice.content.library import Library
from solstice.content.mechanism_model import Check
from solstice.formulation.history import is_due
from solstice.formulation.known import Known
from solstice.kernel import Source
from solstice.person import Interview

State = Literal["normal", "abnormal", "result_not_known", "never_done", "asked_not_known", "not_asked"]
Due = Literal["no", "yes", "cannot_tell"]
STATE_WORDS: dict[State, str] = {
    "normal": "normal",
    "abnormal": "abnormal",
    "result_not_known": "result not known",
    "never_done": "never done",
    "asked_not_known": "asked, not known whether it was done",
    "not_asked": "not asked",
}


@dataclass(frozen=True, slots=True)
class CheckState:
    """`due` is yes where a check was never done or is too old; cannot_tell where it was not asked or is not dated."""

    id: str
    name: str
    question: str
    state: State
    checked: str | None
    due: Due
    task: str
    source: Source

    @property
    def sentence(self) -> str:
        when = f", checked {self.checked}" if self.checked else ""
        due = {"no": "", "yes": " Due." if self.state != "never_done" else "", "cannot_tell": ""}[self.due]
        return f"{self.name}: {STATE_WORDS[self.state]}{when}.{due}"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "checked": self.checked,
            "due": self.due,
            "sentence": self.sentence,
            "source": self.source.citation,
            "draft": self.source.is_draft,
        }


def checks_of(known: Known, library: Library) -> tuple[CheckState, ...]:
    """Every check the library knows, in its order."""
    return tuple(_state(check, known.interview, known.at, library) for check in library.factors.checks)


def checks_due(interview: Interview, at: date, library: Library) -> tuple[CheckState, ...]:
    """Checks that are surely due: asked and never done, or so long ago that they are to be repeated."""
    found = (_state(check, interview, at, library) for check in library.factors.checks)
    return tuple(check for check in found if check.due == "yes")


def _state(check: Check, interview: Interview, at: date, library: Library) -> CheckState:
    found = interview.checks.get(check.topic)
    state: State
    due: Due
    if found is None:
        state, due = "not_asked", "cannot_tell"
    elif found.done != "yes":
        state, due = ("never_done", "yes") if found.done == "no" else ("asked_not_known", "cannot_tell")
    else:
        results: dict[str, State] = {"normal": "normal", "abnormal": "abnormal"}
        state = results.get(found.result or "", "result_not_known")
        again = is_due(found.checked, check.again_after_months, at)
        due = "cannot_tell" if again is None else "yes" if again else "no"
    checked = None if found is None or found.checked is None else str(found.checked)
    source = library.factors.source(check.source)
    return CheckState(check.topic, check.name, check.question, state, checked, due, check.task, source)
