"""What a clinician writes down about a session: ticks, notes, rating, homework, the next task; faults beside fields."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from solstice_web.courses.models import AgreedTask, SessionRecord
from solstice_web.courses.told import AGENDA_STATES, TASK_WORDS, CourseRefusedError, SessionContent, TaskTold

LONGEST = 10_000
LONGEST_LINE = 500
AGENDA, TASK = "agenda_", "task_"
HOMEWORK = [
    ("open", "Not talked about yet"),
    ("done", "Done"),
    ("partly", "Partly done"),
    ("not_done", "Not done this time"),
    ("not_applicable", "No longer fits"),
]


@dataclass(frozen=True, slots=True)
class HomeworkTold:
    task_id: uuid.UUID
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SessionForm:
    """`values` as typed; `content` is None exactly when `errors` says why."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    content: SessionContent | None = None
    task: TaskTold | None = None
    homework: tuple[HomeworkTold, ...] = ()

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    @property
    def summary(self) -> list[dict[str, str]]:
        return [{"text": text, "href": f"#id_{name}"} for name, text in self.errors.items()]

    @property
    def ticks(self) -> dict[str, str]:
        return {name.removeprefix(AGENDA): value for name, value in self.values.items() if name.startswith(AGENDA)}


def form_of(record: SessionRecord | None, tasks: Iterable[AgreedTask], *, today: date) -> SessionForm:
    """What is stored, as its page shows it; an unwritten session starts with today's day."""
    values = {"task_id": str(uuid.uuid4()), "held_on": today.isoformat()}
    if record is not None:
        values["held_on"] = record.held_on.isoformat()
        values["notes"] = record.notes
        values["alliance"] = "" if record.alliance is None else str(record.alliance)
        values.update({AGENDA + name: state for name, state in record.agenda.items()})
    for task in tasks:
        values[f"state_{task.pk}"] = task.state
        values[f"outcome_{task.pk}"] = task.outcome
    return SessionForm(values)


def read_session_form(
    post: Mapping[str, str],
    *,
    today: date,
    items: Iterable[str],
    tasks: Iterable[AgreedTask],
    measures: tuple[str, ...],
    practices: Mapping[str, str],
) -> SessionForm:
    """Parse the whole page. `items` are the agenda's ids, `practices` id → title of what a task may be."""
    values = {name: value.strip() for name, value in post.items()}
    errors: dict[str, str] = {}
    held_on = _day(values, "held_on", errors, needed=True)
    if held_on is not None and held_on > today:
        errors["held_on"] = "This day lies in the future; a session is written down once it was held."
    notes = values.get("notes", "")
    if len(notes) > LONGEST:
        errors["notes"] = f"Write at most {LONGEST} characters."
    agenda = {name: state for name in items if (state := values.get(AGENDA + name, "")) in AGENDA_STATES}
    alliance = _number(values, "alliance", errors)
    task = _task(values, errors, practices)
    homework = tuple(_homework(values, tasks, errors))
    if errors or held_on is None:
        return SessionForm(values, errors)
    content = SessionContent(held_on, agenda, notes, measures, alliance)
    return SessionForm(values, {}, content, task, homework)


def _day(values: Mapping[str, str], name: str, errors: dict[str, str], *, needed: bool = False) -> date | None:
    text = values.get(name, "")
    if not text:
        if needed:
            errors[name] = "Give the day."
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[name] = "Write a day like 2026-05-17."
        return None


def _number(values: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    text = values.get(name, "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and int(text) <= 10:
        return int(text)
    errors[name] = "Choose a number from 0 to 10."
    return None


def _task(values: Mapping[str, str], errors: dict[str, str], practices: Mapping[str, str]) -> TaskTold | None:
    """The next task, where anything of it was filled in."""
    plan = {name: text for name in TASK_WORDS if (text := values.get(TASK + name, ""))}
    content = values.get("task_content", "")
    confidence = _number(values, "task_confidence", errors)
    due_on = _day(values, "task_due_on", errors)
    if not (plan or content or confidence is not None or due_on):
        return None
    if content and content not in practices:
        errors["task_content"] = "Choose one of the practices."
        return None
    if content and "task" not in plan:
        plan["task"] = practices[content]
    for name, text in plan.items():
        if len(text) > LONGEST_LINE:
            errors[TASK + name] = f"Write at most {LONGEST_LINE} characters."
    task_id = _uuid(values.get("task_id", ""))
    try:
        return TaskTold(task_id or uuid.uuid4(), plan, content, confidence, due_on)
    except CourseRefusedError as refused:
        errors["task_task"] = str(refused)
        return None


def _homework(values: Mapping[str, str], tasks: Iterable[AgreedTask], errors: dict[str, str]) -> Iterable[HomeworkTold]:
    for task in tasks:
        state, outcome = values.get(f"state_{task.pk}", task.state), values.get(f"outcome_{task.pk}", "")
        if state not in AgreedTask.State.values:
            errors[f"state_{task.pk}"] = "Choose how it went."
        elif len(outcome) > LONGEST:
            errors[f"outcome_{task.pk}"] = f"Write at most {LONGEST} characters."
        elif (state, outcome) != (task.state, task.outcome):
            yield HomeworkTold(task.pk, state, outcome)


def compared(
    current: Mapping[str, Any], yours: Mapping[str, Any], titles: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Both texts of one session, part by part, for the page that shows a stale edit."""
    words = {"": "", "done": "done", "skipped": "left out", "later": "later"}
    rows = [("Held on", str(current.get("held_on", "")), str(yours.get("held_on", "")))]
    theirs, mine = current.get("agenda", {}), yours.get("agenda", {})
    rows += [
        (title, words[theirs.get(name, "")], words[mine.get(name, "")])
        for name, title in titles.items()
        if name in theirs or name in mine
    ]
    rows.append(("Notes", str(current.get("notes", "")), str(yours.get("notes", ""))))
    rows.append(("Rating", _shown(current.get("alliance")), _shown(yours.get("alliance"))))
    return rows


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
