"""The sessions of a course: the list, one session from agenda to next task, and pausing a course with the reason."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from solstice.content.therapy_condition import FLAG_NAMES, ContraFlag
from solstice.content.therapy_model import Pause, Therapy
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.alerts.models import Alert, Level
from solstice_web.courses.actions import change_course, close_task, record_session, set_task
from solstice_web.courses.models import Course, SessionRecord
from solstice_web.courses.queries import every_course, sessions_for
from solstice_web.courses.told import CourseRefusedError
from solstice_web.measures.content import library
from solstice_web.people.facts import read_facts
from solstice_web.people.models import Person
from solstice_web.people.queries import current_facts
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.progress.queries import today_of
from solstice_web.workspace.clock import day
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.history import revision_of
from solstice_web.workspace.session_form import HOMEWORK, SessionForm, compared, form_of, read_session_form
from solstice_web.workspace.session_page import TICKS, SessionShown, shown_session

STATES = {"active": "Under way", "paused": "Paused", "finished": "Finished"}


@dataclass(frozen=True, slots=True)
class PauseDue:
    """A flag that pauses unguided work is set, and what the therapy says to do."""

    name: str
    pause: Pause


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def sessions(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return _list_page(request, _course(request))


def _list_page(request: PersonRequest, course: Course | None, *, error: str = "", status: int = 200) -> HttpResponse:
    if course is None:
        return person_page(request, "sessions/none", place="sessions")
    therapy = library().therapies[course.therapy]
    held = {record.number: record for record in sessions_for(course)}
    upcoming = max(held, default=0) + 1
    rows = [
        {
            "number": one.number,
            "title": one.title,
            "phase": therapy.phase_of(one.number).name,
            "held": day(held[one.number].held_on) if one.number in held else "",
            "alliance": held[one.number].alliance if one.number in held else None,
            "is_next": one.number == upcoming,
        }
        for one in therapy.sessions
    ]
    return person_page(
        request,
        "sessions/sessions",
        place="sessions",
        status=status,
        course=course,
        therapy=therapy,
        state=STATES[course.state],
        began=day(course.started_on),
        rows=rows,
        upcoming=upcoming if upcoming <= len(therapy.sessions) else None,
        others=[one for one in every_course(request.person) if one.pk != course.pk],
        names={one.id: one.name for one in library().therapies.values()},
        states=STATES,
        pauses=pauses_due(request.person, therapy),
        error=error,
        reason=request.POST.get("reason", ""),
    )


def _course(request: PersonRequest) -> Course | None:
    """The course asked for by its id, else the one under way, else the latest."""
    asked = request.POST.get("course") or request.GET.get("course")
    found = every_course(request.person)
    if asked:
        course = next((one for one in found if str(one.pk) == asked), None)
        if course is None:
            raise Http404
        return course
    order = [Course.State.ACTIVE, Course.State.PAUSED, Course.State.FINISHED]
    return min(found, key=lambda one: order.index(Course.State(one.state)), default=None)


def pauses_due(person: Person, therapy: Therapy) -> list[PauseDue]:
    """What the therapy says about each flag that the record holds now."""
    latest = current_facts(person)
    facts = read_facts(latest.facts).facts if latest else None
    open_now = Alert.objects.filter(person=person, level=Level.NOW).exclude(state=Alert.State.DONE).exists()
    flags: dict[ContraFlag, bool] = {"imminent_suicide_risk": open_now}
    if facts is not None:
        flags["imminent_suicide_risk"] |= facts.suicide_risk == "high"
        flags["active_mania"] = facts.active_mania is True
        flags["unsafe_home"] = facts.unsafe_home is True
        flags["unstable_medical"] = facts.medically_unstable is True
    return [PauseDue(FLAG_NAMES[pause.flag], pause) for pause in therapy.pauses if flags.get(pause.flag)]


# ----------------------------------------------------------------------------------------------------- one session


@requires(Right.WRITE_RECORD, person="person_id")
def session(request: PersonRequest, person_id: uuid.UUID, number: int) -> HttpResponse:  # noqa: ARG001 - request.person
    course = _course(request)
    therapy = library().therapies.get(course.therapy) if course else None
    if course is None or therapy is None or not 1 <= number <= len(therapy.sessions):
        raise Http404
    at = timezone.now()
    record = SessionRecord.objects.filter(course=course, number=number).select_related("saved_by").first()
    shown = shown_session(course, therapy, number, ticks=record.agenda if record else {}, at=at)
    if request.method != "POST":
        form = form_of(record, [one.task for one in shown.homework], today=today_of(request.person, at))
        return _session_page(request, shown, form, course=course, record=record)
    refused = other_person(request)
    if refused is not None:
        return refused
    return _save(request, shown, course=course, record=record, at=at)


def _save(
    request: PersonRequest, shown: SessionShown, *, course: Course, record: SessionRecord | None, at: datetime
) -> HttpResponse:
    therapy = library().therapies[course.therapy]
    form = read_session_form(
        request.POST.dict(),
        today=today_of(request.person, at),
        items=[line.id for line in (*shown.agenda, *shown.fidelity)],
        tasks=[one.task for one in shown.homework],
        measures=shown.measure_ids,
        practices={name: practice.title for name, practice in therapy.practices.items()},
    )
    if form.content is None or "again" in request.POST:
        return _session_page(request, shown, form, course=course, record=record, status=400 if form.errors else 200)
    try:
        _write(request, form, course=course, number=shown.plan.number, at=at)
    except StaleEditError as stale:
        return _stale(request, stale, shown, course=course)
    except CourseRefusedError as fault:
        refused = replace(form, errors={"task_task": str(fault)})
        return _session_page(request, shown, refused, course=course, record=record, status=400)
    messages.success(request, f"Session {shown.plan.number} is saved.")
    return redirect(_address(request, course, shown.plan.number))


@transaction.atomic
def _write(request: PersonRequest, form: SessionForm, *, course: Course, number: int, at: datetime) -> None:
    """Session, homework and next task together, or nothing."""
    assert form.content is not None
    person, by = request.person, request.user
    saved = record_session(
        person=person,
        course_id=course.pk,
        number=number,
        revision=revision_of(request),
        content=form.content,
        by=by,
        at=at,
    )
    for told in form.homework:
        close_task(person=person, task_id=told.task_id, state=told.state, outcome=told.outcome, by=by, at=at)
    if form.task is not None:
        set_task(person=person, course_id=course.pk, told=replace(form.task, session=saved), by=by, at=at)


def _session_page(
    request: PersonRequest,
    shown: SessionShown,
    form: SessionForm,
    *,
    course: Course,
    record: SessionRecord | None,
    status: int = 200,
) -> HttpResponse:
    therapy = library().therapies[course.therapy]
    return person_page(
        request,
        "sessions/session",
        place="sessions",
        status=status,
        course=course,
        therapy=therapy,
        shown=shown,
        form=form,
        record=record,
        ticks=TICKS,
        homework_states=HOMEWORK,
        practices=[("", "None, own words")]
        + [
            (one, therapy.practices[one].title)
            for one in sorted(therapy.practices, key=lambda name: name not in dict(shown.practices))
        ],
        pauses=pauses_due(request.person, therapy),
        previous=_address(request, course, shown.plan.number - 1) if shown.plan.number > 1 else None,
        next=_address(request, course, shown.plan.number + 1) if shown.plan.number < len(therapy.sessions) else None,
        saved=f"{record.saved_by.name or record.saved_by.email}, version {record.revision}" if record else "",
    )


def _stale(request: PersonRequest, stale: StaleEditError, shown: SessionShown, *, course: Course) -> HttpResponse:
    titles = {line.id: f"{line.title}: {line.do}" for line in shown.agenda}
    titles.update({line.id: line.title for line in shown.fidelity})
    left_out = {"csrfmiddlewaretoken", "person", "revision", "again", "on_top"}
    return edited_by_someone_else(
        request,
        place="sessions",
        what=f"session {shown.plan.number}",
        rows=compared(stale.current, stale.yours, titles),
        kept={name: value for name, value in request.POST.items() if name not in left_out},
        revision=stale.revision,
        action=_address(request, course, shown.plan.number),
        back=_address(request, course, shown.plan.number),
    )


def _address(request: PersonRequest, course: Course, number: int) -> str:
    return _with_course(reverse("workspace:session", args=[request.person.pk, number]), course)


def _with_course(address: str, course: Course) -> str:
    return f"{address}?{urlencode({'course': str(course.pk)})}"


@requires(Right.WRITE_RECORD, person="person_id")
@require_POST
def course_state(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Pause, take up or finish a course; a pause needs its reason."""
    refused = other_person(request)
    if refused is not None:
        return refused
    course = _course(request)
    if course is None:
        raise Http404
    told: dict[str, Any] = {"state": request.POST.get("state", ""), "reason": request.POST.get("reason", "").strip()}
    try:
        change_course(person=request.person, course_id=course.pk, by=request.user, at=timezone.now(), **told)
    except CourseRefusedError as fault:
        return _list_page(request, course, error=str(fault), status=400)
    messages.success(request, f"The course is now: {STATES[told['state']].lower()}.")
    return redirect(_with_course(reverse("workspace:sessions", args=[request.person.pk]), course))


ROOT = "clinic/people/<uuid:person_id>/sessions/"
urls = [
    path(ROOT, sessions, name="sessions"),
    path(f"{ROOT}course/", course_state, name="course_state"),
    path(f"{ROOT}<int:number>/", session, name="session"),
]
