"""Tasks of the care team: those of a person, and those a member of staff has to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.teams import memberships
from solstice_web.people.zones import zone_of
from solstice_web.tasks.models import Task

SOON = timedelta(days=7)


def clinic_day(at: datetime) -> date:
    """The day it is in the clinic: tasks are due on its days, not on the person's."""
    return at.astimezone(zone_of(settings.SOLSTICE_TIME_ZONE)).date()


def team_of(person: Person, *, at: datetime) -> list[User]:
    """Who may own a task: members of the care team now who can still sign in, the lead first."""
    members = (
        CareTeamMember.objects.filter(person=person, since__lte=at, user__is_active=True)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .select_related("user")
    )
    ordered = sorted(members, key=lambda one: (one.role != CareTeamMember.Part.LEAD, one.since))
    return [member.user for member in ordered]


def for_person(person: Person) -> QuerySet[Task]:
    """Every task of a person: open ones by their day, then closed ones, the latest first."""
    return (
        Task.objects.filter(person=person)
        .select_related("owner", "set_by", "closed_by")
        .order_by("-state", "due_on", "-closed_at", "id")
    )


def open_of(person: Person) -> QuerySet[Task]:
    """The open tasks of a person, the first due first."""
    return Task.objects.filter(person=person, state=Task.State.OPEN).select_related("owner").order_by("due_on", "id")


def about(person: Person, subject: str) -> QuerySet[Task]:
    """The tasks of a person about one thing, in the order of `for_person`."""
    return for_person(person).filter(subject=subject)


def task_of(person: Person, task_id: UUID) -> Task | None:
    return for_person(person).filter(pk=task_id).first()


def open_for(user: User, *, at: datetime | None = None, until: date | None = None) -> list[Task]:
    """What `user` has to do for the people in their care, by day; where `until` is given, by that day.

    What was written in a task is not read: lists of several people show its kind only.
    A task whose owner left the care team, or cannot sign in any more, comes to everyone who is on it (hazard H53).
    """
    at = at or timezone.now()
    present = CareTeamMember.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at),
        person=OuterRef("person_id"),
        user=OuterRef("owner_id"),
        user__is_active=True,
        since__lte=at,
    )
    found = Task.objects.filter(state=Task.State.OPEN, person__in=memberships(user.pk, at=at).values("person_id"))
    mine = found.filter(Q(owner=user) | ~Exists(present))
    if until is not None:
        mine = mine.filter(due_on__lte=until)
    return list(mine.select_related("owner", "person").defer("title", "outcome").order_by("due_on", "id"))


@dataclass(frozen=True, slots=True)
class ByDay:
    """Open tasks by how soon: past their day, within the next seven days, later."""

    overdue: tuple[Task, ...]
    soon: tuple[Task, ...]
    later: tuple[Task, ...]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.soon or self.later)


def by_day(tasks: Iterable[Task], *, at: datetime) -> ByDay:
    """Sort open tasks by the clinic's day of `at`."""
    today = clinic_day(at)
    opened = [task for task in tasks if task.state == Task.State.OPEN]
    return ByDay(
        tuple(task for task in opened if task.due_on < today),
        tuple(task for task in opened if today <= task.due_on <= today + SOON),
        tuple(task for task in opened if task.due_on > today + SOON),
    )
