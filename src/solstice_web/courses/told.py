"""What a form or a phone tells about a course: parsed and checked before an action sees it."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from solstice_web.courses.models import Entry, SessionRecord

AGENDA_STATES = ("done", "skipped", "later")
TASK_WORDS = ("task", "why", "when", "where", "how_long", "obstacle", "if_obstacle")


class CourseRefusedError(Exception):
    """Something cannot be done with this course; the text says what to do."""


class EntryRefusedError(Exception):
    """An entry cannot be saved; the text says what to do and holds none of its words."""


@dataclass(frozen=True, slots=True)
class SessionContent:
    """A session as written on its page; `agenda` maps an item of the therapy's agenda to done, skipped or later."""

    held_on: date
    agenda: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    measures_shown: tuple[str, ...] = ()
    alliance: int | None = None

    def __post_init__(self) -> None:
        wrong = sorted(set(self.agenda.values()) - set(AGENDA_STATES))
        if wrong:
            raise CourseRefusedError(f"An agenda item is one of {', '.join(AGENDA_STATES)}.")
        if self.alliance is not None and not 0 <= self.alliance <= 10:
            raise CourseRefusedError("The rating of the session goes from 0 to 10.")

    def as_text(self) -> dict[str, Any]:
        return {**asdict(self), "held_on": self.held_on.isoformat(), "measures_shown": list(self.measures_shown)}


@dataclass(frozen=True, slots=True)
class TaskTold:
    """What was agreed: `plan` holds any of task, why, when, where, how_long, obstacle, if_obstacle."""

    id: uuid.UUID
    plan: dict[str, str]
    content: str = ""
    confidence: int | None = None
    due_on: date | None = None
    session: SessionRecord | None = None

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.plan) - set(TASK_WORDS)):
            raise CourseRefusedError(f"'{unknown[0]}' is not part of a task; use {', '.join(TASK_WORDS)}.")
        if not self.plan.get("task", "").strip() and not self.content:
            raise CourseRefusedError("Say what the task is.")
        if self.confidence is not None and not 0 <= self.confidence <= 10:
            raise CourseRefusedError("Confidence goes from 0 to 10.")


@dataclass(frozen=True, slots=True)
class EntryTold:
    """An entry as the phone holds it: whole at every save. `revision` counts the saves of one entry from 1."""

    id: uuid.UUID
    kind: str
    content: str = ""
    course: uuid.UUID | None = None
    dose_seconds: int | None = None
    energy: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    state: str = Entry.State.DONE
    revision: int = 1
