"""How far one person's course has come: sessions held, tasks agreed, entries made, flags that are open."""

from dataclasses import dataclass, field
from datetime import date

from solstice.content.therapy_condition import ContraFlag
from solstice.content.therapy_model import DoneState, Given, Session, Therapy
from solstice.therapies.homework import Task


@dataclass(frozen=True, slots=True)
class SessionHeld:
    number: int
    on: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One practice that was offered and answered. `on` is the person's own calendar day."""

    on: date
    practice: str
    seconds: int
    state: DoneState


@dataclass(frozen=True, slots=True)
class CourseState:
    """What the engine needs to know about a course; `entries` in the order in which they were made."""

    sessions: tuple[SessionHeld, ...] = ()
    tasks: tuple[Task, ...] = ()
    entries: tuple[Entry, ...] = ()
    flags: frozenset[ContraFlag] = field(default=frozenset())
    paused_because: str | None = None

    def held_by(self, at: date) -> tuple[int, ...]:
        """Numbers of the sessions held up to `at`, each once, in order."""
        return tuple(sorted({held.number for held in self.sessions if held.on <= at}))

    def entries_by(self, at: date) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.on <= at)

    def open_tasks(self, at: date) -> tuple[Task, ...]:
        """Tasks still open that were agreed in or since the latest session; older ones were reviewed there."""
        latest = max((held.on for held in self.sessions if held.on <= at), default=date.min)
        return tuple(task for task in self.tasks if task.is_open and latest <= task.agreed_on <= at)

    def current_session(self, therapy: Therapy, at: date) -> Session | None:
        """The session whose practices are in use: the highest one held, or None before the first."""
        numbers = [number for number in self.held_by(at) if 1 <= number <= len(therapy.sessions)]
        return therapy.session(numbers[-1]) if numbers else None

    def next_session(self, therapy: Therapy, at: date) -> int | None:
        """The number of the first session not yet held, or None when all were."""
        held = set(self.held_by(at))
        return next((session.number for session in therapy.sessions if session.number not in held), None)


def course_state(given: Given) -> CourseState:
    """The state written in a worked example."""
    return CourseState(
        sessions=tuple(SessionHeld(held.number, held.on) for held in given.sessions),
        tasks=tuple(
            Task(
                id=task.id,
                task=task.task,
                agreed_on=task.agreed_on,
                practice=task.practice,
                seconds=task.seconds,
                state=task.state,
            )
            for task in given.tasks
        ),
        entries=tuple(Entry(entry.on, entry.practice, entry.seconds, entry.state) for entry in given.entries),
        flags=frozenset(given.flags),
    )
