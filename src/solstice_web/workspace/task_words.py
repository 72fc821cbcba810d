"""Tasks of the care team as pages show them, and their forms as typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from solstice_web.accounts.models import User
from solstice_web.people.models import Person
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import SOON, by_day, clinic_day, open_for, team_of
from solstice_web.workspace.clock import counted, day, moment

USUALLY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in a list; `when` says how late or how soon in words."""

    task: Task
    owner: str
    due: str
    when: str
    is_late: bool
    closed: str


def lines_of(tasks: Iterable[Task], *, at: datetime) -> list[TaskLine]:
    today = clinic_day(at)
    return [_line(task, today, at=at) for task in tasks]


def my_tasks(user: User, *, at: datetime) -> list[tuple[str, list[TaskLine], UUID]]:
    """What is late and what is due this week, for a caseload; each group with whose caseload it is."""
    days = by_day(open_for(user, at=at, until=clinic_day(at) + SOON), at=at)
    groups = (("Overdue", days.overdue), ("Due this week", days.soon))
    return [(title, lines_of(found, at=at), user.pk) for title, found in groups if found]


def _line(task: Task, today: date, *, at: datetime) -> TaskLine:
    late = task.state == Task.State.OPEN and task.due_on < today
    return TaskLine(
        task=task,
        owner=name_of(task.owner),
        due=day(task.due_on),
        when=_when(task.due_on, today),
        is_late=late,
        closed=f"{task.get_state_display().capitalize()} {moment(task.closed_at, at=at)}" if task.closed_at else "",
    )


def _when(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return f"{counted(-days, 'day')} overdue"
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due in {counted(days, 'day')}")


def name_of(user: User) -> str:
    return user.name or user.email


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task as typed; `errors` by field."""

    id: UUID
    kind: str
    title: str
    owner: str
    due: str
    subject: str
    owners: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]] = field(default_factory=lambda: tuple(Task.Kind.choices))
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> list[dict[str, str]]:
        return [{"text": text, "href": f"#id_{name}"} for name, text in self.errors.items()]


def new_task_form(person: Person, *, at: datetime, kind: str = "", subject: str = "") -> TaskForm:
    """An empty form; the first of the team is proposed as owner, the day two weeks from now."""
    team = team_of(person, at=at)
    due = (clinic_day(at) + USUALLY).isoformat()
    return TaskForm(uuid4(), kind, "", str(team[0].pk) if team else "", due, subject, _owners(team))


def typed_task_form(post: Mapping[str, Any], person: Person, *, at: datetime, errors: Mapping[str, str]) -> TaskForm:
    """The form again as it was typed, with its faults."""

    def told(name: str) -> str:
        return str(post.get(name, ""))[:400]

    try:
        task_id = UUID(str(post.get("id", "")))
    except ValueError:
        task_id = uuid4()
    return TaskForm(
        id=task_id,
        kind=told("kind"),
        title=told("title"),
        owner=told("owner"),
        due=told("due"),
        subject=told("subject"),
        owners=_owners(team_of(person, at=at)),
        errors=errors,
    )


def _owners(team: Sequence[User]) -> tuple[tuple[str, str], ...]:
    return tuple((str(user.pk), name_of(user)) for user in team)
