"""What the engine needs to know about a course, read from rows."""

from typing import cast, get_args

from solstice.content.therapy_condition import ContraFlag
from solstice.content.therapy_model import DoneState
from solstice.therapies import CourseState, Entry, SessionHeld, Task
from solstice_web.alerts.models import Alert, Level
from solstice_web.courses.models import AgreedTask, Course
from solstice_web.courses.models import Entry as EntryRow
from solstice_web.courses.queries import entries_for, every_course, held_sessions
from solstice_web.people.models import Person
from solstice_web.people.zones import zone_of

OUTCOME = "outcome"
"""The key of an entry's answers that says how a practice went: done, partly, not_done or not_applicable."""

SHORTEST_DOSE = 20


def course_under_way(person: Person) -> Course | None:
    """The course that is active, or paused when none is active."""
    return next((course for course in every_course(person) if course.state != Course.State.FINISHED), None)


def course_so_far(course: Course) -> CourseState:
    """Sessions, tasks, entries and open flags, each on the person's own day."""
    person = course.person
    zone = zone_of(person.time_zone)
    paused = course.state == Course.State.PAUSED
    return CourseState(
        sessions=tuple(
            SessionHeld(one.number, one.held_on) for one in held_sessions(person) if one.course_id == course.pk
        ),
        tasks=tuple(
            Task(
                id=str(row.id),
                task=row.plan.get("task") or "What you planned",
                agreed_on=row.set_at.astimezone(zone).date(),
                practice=row.content or None,
                confidence=row.confidence,
                state=_state(row.state),
            )
            for row in AgreedTask.objects.filter(course=course).defer("outcome").order_by("set_at")
        ),
        entries=tuple(_entries(person, course)),
        flags=_flags(person),
        paused_because=(course.paused_reason or "no reason was written") if paused else None,
    )


def _entries(person: Person, course: Course) -> list[Entry]:
    rows = entries_for(person, course=course).filter(kind=EntryRow.Kind.PRACTICE, state=EntryRow.State.DONE)
    return [
        Entry(row.local_date, row.content, row.dose_seconds or SHORTEST_DOSE, state)
        for row in rows.order_by("local_date", "recorded_at")
        if (state := _state(str(row.answers.get(OUTCOME, "done")))) is not None
    ]


def _state(told: str) -> DoneState | None:
    return cast(DoneState, told) if told in get_args(DoneState) else None


def _flags(person: Person) -> frozenset[ContraFlag]:
    """A risk answer that asks for contact now stops steps without a guide until a clinician has closed it."""
    urgent = Alert.objects.filter(person=person, level=Level.NOW).exclude(state=Alert.State.DONE).exists()
    return frozenset({"imminent_suicide_risk"} if urgent else set())
