"""Today: one next step in the size the energy allows, what is due, and rest as a full answer."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice.content.therapy_model import Dose, Energy, Therapy
from solstice.therapies import CourseState, Step, next_step
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.courses.actions import save_entry
from solstice_web.courses.models import Course, Entry
from solstice_web.courses.queries import energy_on, entries_for
from solstice_web.courses.told import EntryTold
from solstice_web.measures.content import library
from solstice_web.measures.moment import Moment
from solstice_web.measures.schedule import schedule_of
from solstice_web.people.models import Person
from solstice_web.people.zones import zone_of
from solstice_web.portal.checks import check_card, next_check
from solstice_web.portal.codes import step_code, write_code
from solstice_web.portal.course_so_far import course_so_far, course_under_way
from solstice_web.portal.energy import LEVELS, ON_SCALE, level_of
from solstice_web.portal.forms import EnergyForm, Once
from solstice_web.portal.pages import personal, why_not_this_person

GREETINGS = ((5, "Hello"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
"""Up to which hour of the person's own clock each greeting stands."""


@dataclass(frozen=True, slots=True)
class StepCard:
    """The one next step at one energy, with the addresses of its pages."""

    level: Energy
    step: Step
    href: str
    length: str
    write_href: str | None
    rest_href: str | None


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        return _told(request)
    at = timezone.now()
    person = request.person
    day = at.astimezone(zone_of(person.time_zone)).date()
    course = course_under_way(person)
    therapy = library().therapies.get(course.therapy) if course else None
    energy = energy_on(person, day)
    schedule = schedule_of(person, at=at)
    context = {
        "greeting": greeting(at, person),
        "person": person,
        "words": therapy.words if therapy else None,
        "course": course,
        "finished": course is None and Course.objects.filter(person=person).exists(),
        "level": None if energy is None or "again" in request.GET else level_of(energy),
        "levels": LEVELS,
        "on_scale": ON_SCALE,
        "check": check_card(schedule),
        "next_check": next_check(schedule),
        "paused_until": schedule.pace.paused_until if schedule.is_paused else None,
        "for_adults": schedule.refused is not None,
        "fresh_id": uuid.uuid4(),
    }
    if course is not None and therapy is not None:
        state = course_so_far(course)
        rested = is_resting(person, day)
        context |= {"cards": cards(therapy, state, day=day, rested=rested), "rested": rested}
        context["sheet"] = sheet_of(therapy, state, day)
    return personal(request, "today", context)


def greeting(at: datetime, person: Person) -> str:
    hour = at.astimezone(zone_of(person.time_zone)).hour
    return next(words for until, words in GREETINGS if hour < until)


def is_resting(person: Person, day: date) -> bool:
    return entries_for(person).filter(kind=Entry.Kind.REST, local_date=day).exists()


def cards(therapy: Therapy, state: CourseState, *, day: date, rested: bool) -> tuple[StepCard, ...]:
    """The next step at each of the four energies, so that a tap shows it without asking the network."""
    return tuple(card(therapy, next_step(therapy, state, energy=level, at=day, rest=rested), level) for level in LEVELS)


def sheet_of(therapy: Therapy, state: CourseState, day: date) -> tuple[str, str] | None:
    """The address and title of the worksheet of the latest session, or of the first one before that."""
    session = state.current_session(therapy, day) or therapy.sessions[0]
    names = (*session.worksheets, *therapy.worksheets)
    if state.flags or state.paused_because is not None or not names:
        return None
    return f"/write/{write_code(therapy.id, names[0])}/", therapy.worksheets[names[0]].title


def card(therapy: Therapy, step: Step, level: Energy) -> StepCard:
    href = rest_href = ""
    if step.practice is not None:
        practice = therapy.practices[step.practice]
        dose = next((n for n, dose in enumerate(practice.doses) if dose.seconds == step.seconds), level)
        href = f"/step/{step_code(therapy.id, practice.id)}/?d={dose}"
    if step.rest is not None:
        rest_href = f"/step/{step_code(therapy.id, step.rest.practice)}/?d={level}"
    return StepCard(
        level=level,
        step=step,
        href=href,
        length=Dose(seconds=step.seconds, steps=()).words if step.seconds else "",
        write_href=f"/write/{write_code(therapy.id, step.worksheet)}/" if step.worksheet else None,
        rest_href=rest_href or None,
    )


def _told(request: PersonRequest) -> HttpResponse:
    """An energy or a rest, told by an ordinary form."""
    if refused := why_not_this_person(request, request.person):
        return refused
    at = timezone.now()
    rest = request.POST.get("do") == "rest"
    form = Once(request.POST) if rest else EnergyForm(request.POST)
    if not form.is_valid():
        return redirect("portal:today")
    course = course_under_way(request.person)
    told = EntryTold(
        id=form.cleaned_data["id"],
        kind=Entry.Kind.REST if rest else Entry.Kind.ENERGY,
        course=course.pk if course else None,
        energy=None if rest else ON_SCALE[form.cleaned_data["level"]],
    )
    save_entry(person=request.person, told=told, moment=Moment.at(at, request.person.time_zone), by=request.user, at=at)
    return redirect("portal:today")
