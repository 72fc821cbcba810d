"""Overdue measures of all my people as one list, with since when and why; and who is not asked now, and why not."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from solstice.batteries import Due
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.measures.schedule import Schedule, schedules
from solstice_web.people.models import Person
from solstice_web.people.teams import caseload as people_of
from solstice_web.workspace.asked import name_of
from solstice_web.workspace.clock import counted, day, in_words, sentence
from solstice_web.workspace.frame import number_of, page

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """What is overdue of one person for one reason; `days` is how long it has been ready."""

    person: Person
    what: str
    days: int
    since: str
    why: str
    asked: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Someone of whom nothing is asked now, with the reason."""

    person: Person
    why: str


SORTS: dict[str, tuple[str, Callable[[Line], tuple[object, ...]]]] = {
    "days": ("Longest first", lambda line: (-line.days, line.person.family_name)),
    "name": ("Name", lambda line: (line.person.family_name, line.person.given_name, -line.days)),
    "what": ("Measure", lambda line: (line.what, -line.days)),
}


@requires(Right.CASELOAD)
def overdue(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    people = people_of(request.user.pk, at=at).order_by("family_name", "given_name", "id")
    found = list(schedules(people, at=at).values())
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "days"
    lines = sorted((line for one in found for line in lines_of(one)), key=SORTS[sort][1])
    pages = max(1, math.ceil(len(lines) / PAGE))
    number = min(max(1, number_of(request, "page")), pages)
    return page(
        request,
        "overdue",
        place="measures",
        lines=lines[(number - 1) * PAGE : number * PAGE],
        counted=counted(len(lines), "line"),
        not_asked=[line for one in found if (line := not_asked(one))],
        sorts=[{"key": key, "text": words, "current": key == sort} for key, (words, _) in SORTS.items()],
        page_words=f"Page {number} of {pages}",
        previous=_address(sort, number - 1) if number > 1 else None,
        next=_address(sort, number + 1) if number < pages else None,
    )


def lines_of(schedule: Schedule) -> list[Line]:
    """One line for what is asked together: the same day, for the same reason, of the same one."""
    together: dict[tuple[object, ...], list[Due]] = {}
    for one in schedule.overdue:
        together.setdefault((one.from_day, one.why, one.by), []).append(one)
    return [_line(schedule, found) for found in together.values()]


def _line(schedule: Schedule, found: list[Due]) -> Line:
    person, one = schedule.person, found[0]
    asked = "On the phone" if person.user_id else "No account: nobody asks"
    return Line(
        person=person,
        what=", ".join(name_of(due.instrument) for due in found),
        days=(schedule.today - one.from_day).days,
        since=day(one.from_day),
        why=sentence(in_words(one.why)),
        asked="You rate it" if one.by == "clinician" else asked,
    )


def not_asked(schedule: Schedule) -> NotAsked | None:
    """A pause, an age, or a gate nobody could read; None where everything is asked as planned."""
    if schedule.refused is not None:
        return NotAsked(schedule.person, schedule.refused.text)
    until = schedule.pace.paused_until
    if schedule.is_paused and until is not None:
        return NotAsked(schedule.person, f"The person chose a break until {day(until)}.")
    unread = [gate for gate in schedule.gates if gate.state == "cannot_tell" and gate.instrument not in schedule.last]
    if unread:
        names = " and ".join(f"{name_of(gate.instrument)} after {name_of(gate.after)}" for gate in unread)
        return NotAsked(schedule.person, f"Cannot be decided from the answers: {names}. Ask yourself.")
    return None


def _address(sort: str, number: int) -> str:
    return "?" + urlencode({"sort": sort, "page": number})


urls = [path("clinic/measures/", overdue, name="overdue")]
