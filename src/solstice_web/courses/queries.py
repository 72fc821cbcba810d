"""Courses under way, what was done in them, and what is agreed next."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from solstice_web.courses.actions import UNDO_WITHIN
from solstice_web.courses.models import AgreedTask, Course, Entry, SessionRecord
from solstice_web.people.models import Person
from solstice_web.storage.once import once


@once
def every_course(person: Person) -> tuple[Course, ...]:
    """All courses, those under way first, then the latest."""
    found = tuple(Course.objects.filter(person=person).select_related("clinician").order_by("state", "-started_on"))
    for course in found:
        course.person = person
    return found


def active_course(person: Person) -> Course | None:
    """The course the person is in now: the one begun last."""
    active = (course for course in every_course(person) if course.state == Course.State.ACTIVE)
    return max(active, key=lambda course: (course.started_on, course.pk), default=None)


class Held(NamedTuple):
    """A session that was held, without what was written in it."""

    course_id: UUID
    number: int
    held_on: date


@once
def held_sessions(person: Person) -> tuple[Held, ...]:
    """Every session of every course, by number."""
    found = SessionRecord.objects.filter(course__person=person).order_by("number", "id")
    return tuple(Held(*row) for row in found.values_list("course_id", "number", "held_on"))


def course_of(person: Person, course_id: UUID) -> Course | None:
    return Course.objects.filter(pk=course_id, person=person).first()


def entries_for(person: Person, *, course: Course | None = None) -> QuerySet[Entry]:
    """Entries that are not deleted, the latest first."""
    found = Entry.objects.filter(person=person, deleted_at__isnull=True)
    if course is not None:
        found = found.filter(course=course)
    return found.order_by("-local_date", "-recorded_at", "-id")


def deleted_entries(person: Person, *, at: datetime) -> QuerySet[Entry]:
    """Entries that can still be brought back, the latest deleted first."""
    return Entry.objects.filter(person=person, deleted_at__gte=at - UNDO_WITHIN).order_by("-deleted_at", "-id")


def energy_on(person: Person, day: date) -> int | None:
    """The energy the person told last on their own day `day`; None when they did not."""
    told = Entry.objects.filter(
        person=person, kind=Entry.Kind.ENERGY, local_date=day, energy__isnull=False, deleted_at__isnull=True
    ).order_by("-recorded_at", "-id")
    return told.values_list("energy", flat=True).first()


def sessions_for(course: Course) -> QuerySet[SessionRecord]:
    return SessionRecord.objects.filter(course=course).select_related("saved_by").order_by("number")


def open_tasks(person: Person) -> QuerySet[AgreedTask]:
    """Agreed tasks still open, the soonest due first."""
    return AgreedTask.objects.filter(person=person, state=AgreedTask.State.OPEN).order_by("due_on", "set_at", "id")


def tasks_for(course: Course) -> QuerySet[AgreedTask]:
    return AgreedTask.objects.filter(course=course).select_related("session").order_by("-set_at", "-id")


def waiting_since() -> tuple[datetime, ...]:
    """When each person who has not begun a course was added to the clinic."""
    begun = Course.objects.filter(person=OuterRef("pk"))
    return tuple(Person.objects.filter(~Exists(begun)).values_list("created_at", flat=True))
