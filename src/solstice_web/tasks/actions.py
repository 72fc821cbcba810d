"""Give a task to someone of the care team, pass it on, and close it with what came of it."""

import re
import uuid
from datetime import date, datetime

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import clinic_day, team_of

LONGEST_TITLE = 200
LONGEST_OUTCOME = 4000
LATEST_DAYS = 730
SUBJECT = re.compile(r"[a-z0-9_.:-]{0,80}")


class NoTaskError(LookupError):
    """There is no such task for this person."""


class TaskRefusedError(ValueError):
    """The task cannot be saved so; `field` names what to change, the text says what would be right."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


@transaction.atomic
def add(  # noqa: PLR0913 - the contract with the parts that make tasks
    *,
    person: Person,
    kind: str,
    title: str,
    owner: User,
    due: date,
    by: User,
    at: datetime,
    client_id: uuid.UUID,
    subject: str = "",
) -> Task:
    """Give a task to `owner`, due on a day of the clinic. Sent twice with one id it is saved once.

    Raises TaskRefusedError, and NoTaskError when the id belongs to another person's task.
    """
    earlier = Task.objects.filter(pk=client_id).first()
    if earlier is not None:
        if earlier.person_id != person.pk:
            raise NoTaskError(str(client_id))
        return earlier
    if kind not in Task.Kind.values:
        raise TaskRefusedError("kind", "Choose what kind of task it is.")
    if not SUBJECT.fullmatch(subject):
        raise ValueError("a subject is a short code, such as checklist.medical")
    _check(person, owner=owner, due=due, at=at)
    task = Task.objects.create(
        id=client_id,
        person=person,
        kind=kind,
        title=_title(title),
        subject=subject,
        owner=owner,
        due_on=due,
        set_at=at,
        set_by=by,
    )
    _note(task, "team_task.added", by=by, at=at)
    return task


@transaction.atomic
def change(
    *, person: Person, task_id: uuid.UUID, revision: int, title: str, owner: User, due: date, by: User, at: datetime
) -> Task:
    """Pass a task on or move its day. Raises StaleEditError when someone saved since, TaskRefusedError, NoTaskError."""
    task = _open(person, task_id, revision, yours={"title": title, "owner": _name(owner), "due": due.isoformat()})
    if due != task.due_on or owner.pk != task.owner_id:
        _check(person, owner=owner, due=due, at=at)
    task.title, task.owner, task.due_on = _title(title), owner, due
    return _save(task, "team_task.changed", by=by, at=at)


@transaction.atomic
def close(
    *, person: Person, task_id: uuid.UUID, revision: int, state: str, outcome: str, by: User, at: datetime
) -> Task:
    """Close a task as done or cancelled, with what came of it or why not. The same form sent twice closes it once."""
    if state not in {Task.State.DONE, Task.State.CANCELLED}:
        raise TaskRefusedError("state", "Choose whether it is done or not needed any more.")
    told = outcome.strip()
    if not told:
        words = "Write what came of it." if state == Task.State.DONE else "Write why it is not needed any more."
        raise TaskRefusedError("outcome", words)
    if len(told) > LONGEST_OUTCOME:
        raise TaskRefusedError("outcome", f"Write at most {LONGEST_OUTCOME} characters.")
    earlier = _task(person, task_id)
    if earlier.state == state and earlier.outcome == told and earlier.closed_by_id == by.pk:
        return earlier
    task = _open(person, task_id, revision, yours={"state": state, "outcome": told})
    task.state, task.outcome, task.closed_at, task.closed_by = state, told, at, by
    return _save(task, f"team_task.{state}", by=by, at=at)


def as_text(task: Task) -> dict[str, str]:
    """A task as its form shows it."""
    return {
        "title": task.title,
        "owner": _name(task.owner),
        "due": task.due_on.isoformat(),
        "state": task.state,
        "outcome": task.outcome,
    }


def _name(user: User) -> str:
    return user.name or user.email


def _title(title: str) -> str:
    told = " ".join(title.split())
    if not told:
        raise TaskRefusedError("title", "Write what is to be done.")
    if len(told) > LONGEST_TITLE:
        raise TaskRefusedError("title", f"Write at most {LONGEST_TITLE} characters.")
    return told


def _check(person: Person, *, owner: User, due: date, at: datetime) -> None:
    today = clinic_day(at)
    if due < today:
        raise TaskRefusedError("due", "Choose today or a later day.")
    if (due - today).days > LATEST_DAYS:
        raise TaskRefusedError("due", "Choose a day within two years; check the year.")
    if not any(member.pk == owner.pk for member in team_of(person, at=at)):
        raise TaskRefusedError("owner", "Choose someone who is on the care team now.")


def _task(person: Person, task_id: uuid.UUID) -> Task:
    found = Task.objects.select_for_update(of=("self",)).select_related("owner")
    try:
        return found.get(pk=task_id, person=person)
    except Task.DoesNotExist:
        raise NoTaskError(str(task_id)) from None


def _open(person: Person, task_id: uuid.UUID, revision: int, *, yours: dict[str, str]) -> Task:
    task = _task(person, task_id)
    if task.revision != revision or task.state != Task.State.OPEN:
        raise StaleEditError(current=as_text(task), yours=yours, revision=task.revision)
    return task


def _save(task: Task, action: str, *, by: User, at: datetime) -> Task:
    task.revision += 1
    task.save()
    _note(task, action, by=by, at=at)
    return task


def _note(task: Task, action: str, *, by: User, at: datetime) -> None:
    detail = {"kind": task.kind, "owner": task.owner_id, "due": task.due_on.isoformat(), "revision": task.revision}
    record(action=action, by=by, at=at, person=task.person_id, subject=str(task.pk), detail=detail)
