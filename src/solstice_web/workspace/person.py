"""One person on one page: what needs doing now, the line of time, where the course stands, what was decided."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from markupsafe import Markup

from solstice.ledger import JudgedTrial
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.charts.series import Curve
from solstice_web.charts.timeline import Lane, timeline_chart
from solstice_web.courses.models import Course
from solstice_web.courses.queries import Held, active_course, held_sessions, open_tasks
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.plans.queries import every_decision, option_name
from solstice_web.progress.queries import today_of
from solstice_web.progress.timeline import TimelineData, timeline
from solstice_web.tasks.queries import open_of
from solstice_web.workspace.clock import day, sentence
from solstice_web.workspace.frame import person_page
from solstice_web.workspace.label_words import label_shown
from solstice_web.workspace.latest import latest_measures
from solstice_web.workspace.needs import needs_now
from solstice_web.workspace.task_words import lines_of

log = logging.getLogger("solstice.workspace")
SPANS = {"half": ("6 months", 183), "two": ("2 years", 731), "all": ("Everything", None)}
"""How far back the line of time reaches: words and days."""

JUDGED = {True: "Adequate", False: "Not adequate", None: "Cannot tell yet"}


@dataclass(frozen=True, slots=True)
class LineOfTime:
    """The picture and the same in a table; `undated` are treatments the picture cannot hold."""

    svg: Markup
    sentence: str
    lanes: list[dict[str, str]]
    events: list[dict[str, str]]
    undated: int
    span: str


@requires(Right.READ_RECORD, person="person_id")
def person(request: PersonRequest, person_id: UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    at = timezone.now()
    shown = request.person
    data = _timeline(shown, at=at)
    course = active_course(shown)
    therapies = library().therapies
    held = [session for session in held_sessions(shown) if course and session.course_id == course.pk]
    team_tasks = list(open_of(shown))
    return person_page(
        request,
        "person",
        place="overview",
        needs=needs_now(shown, ledger=data.ledger if data else None, tasks=team_tasks, at=at),
        line=line_of_time(data, person=shown, at=at, span=request.GET.get("span", "")) if data else None,
        spans=[{"key": key, "text": words} for key, (words, _) in SPANS.items()],
        measures=latest_measures(shown, at=at),
        course=course,
        course_name=therapies[course.therapy].name if course and course.therapy in therapies else "",
        course_began=day(course.started_on) if course else "",
        held=held,
        last_held=day(held[-1].held_on) if held else "",
        next_session=_next_session(course, held),
        tasks=open_tasks(shown).count(),
        team_tasks=lines_of(team_tasks, at=at),
        label=label_shown(shown, data.ledger if data else None, at=at),
        decisions=[
            {
                "option": option_name(decision),
                "kind": sentence(decision.get_decision_display()),
                "on": day(today_of(shown, decision.at)),
                "by": decision.by.name or decision.by.email,
                "reason": decision.reason,
            }
            for decision in every_decision(shown)
        ],
    )


def _next_session(course: Course | None, held: Sequence[Held]) -> int | None:
    """The number of the session to prepare; None without a course, and when its last session is held."""
    if course is None:
        return None
    number = held[-1].number + 1 if held else 1
    therapy = library().therapies.get(course.therapy)
    return number if therapy is None or number <= len(therapy.sessions) else None


def _timeline(shown: Person, *, at: datetime) -> TimelineData | None:
    """None when it cannot be computed: the page then says so in words, and everything else stays reachable."""
    try:
        return timeline(shown, at=at)
    except Exception:
        log.exception("the line of time of %s could not be computed", shown.pk)
        return None


def line_of_time(data: TimelineData, *, person: Person, at: datetime, span: str) -> LineOfTime:
    """The line of time over the asked span; by default the shortest that holds every measure and some history."""
    today = today_of(person, at)
    span = span if span in SPANS else _usual_span(data, today)
    days = SPANS[span][1]
    first = today - timedelta(days=days) if days else _first_day(data, today)
    named = [replace(lane, label=_called(lane, judged)) for lane, judged in _judged(data)]
    lanes = [lane for lane in named if _reaches(lane, first)]
    svg = timeline_chart(
        lanes,
        [_within(curve, first) for curve in data.curves if curve.points],
        [moment for moment in data.moments if moment.on >= first],
        first=first,
        last=today,
        title="Treatments, measures and events on one line of time",
    )
    if not (data.moments or _dated(data) or any(curve.points for curve in data.curves)):
        svg = Markup("")
    undated = sum(not lane.is_dated for lane in data.lanes)
    words = _in_words(data, undated) if svg else _without_a_picture(undated)
    return LineOfTime(svg, words, _lane_rows(data), _events(data), undated, span)


def _called(lane: Lane, judged: JudgedTrial) -> str:
    """The engine's name of a medicine, the library's of a therapy: never an id."""
    return lane.label if judged.name in ("", judged.agent, judged.kind) else judged.name


def _judged(data: TimelineData) -> Iterator[tuple[Lane, JudgedTrial]]:
    return zip(data.lanes, data.ledger.trials, strict=True)


def _dated(data: TimelineData) -> bool:
    return any(lane.is_dated for lane in data.lanes)


def _usual_span(data: TimelineData, today: date) -> str:
    measured = [point.on for curve in data.curves for point in curve.points]
    if not measured:
        return "all"
    return "half" if min(measured) > today - timedelta(days=200) else "two"


def _first_day(data: TimelineData, today: date) -> date:
    days = [lane.start_earliest for lane in data.lanes if lane.start_earliest]
    days += [point.on for curve in data.curves for point in curve.points]
    days += [moment.on for moment in data.moments]
    return min([*days, today - timedelta(days=30)])


def _reaches(lane: Lane, first: date) -> bool:
    return lane.is_dated and (lane.end_latest is None or lane.end_latest >= first)


def _within(curve: Curve, first: date) -> Curve:
    points = [point for point in curve.points if point.on >= first]
    return Curve(curve.name, points, curve.low, curve.high, curve.levels, curve.longest_gap_days)


def _in_words(data: TimelineData, undated: int) -> str:
    if not data.lanes:
        tried = "No treatment is written down yet."
    else:
        count = len(data.lanes)
        tried = "1 treatment is written down." if count == 1 else f"{count} treatments are written down."
    if undated:
        tried += f" {undated} without a date {'is' if undated == 1 else 'are'} in the table only."
    return tried


def _without_a_picture(undated: int) -> str:
    """Why there is no picture yet, and when there will be one; what is written down stands in the table."""
    if not undated:
        return "Nothing is written down yet. Treatments, measures and events appear here once there are any."
    told = "1 treatment is written down" if undated == 1 else f"{undated} treatments are written down"
    return f"{told}, without a date: see the table. A picture appears here once a date is known."


def _lane_rows(data: TimelineData) -> list[dict[str, str]]:
    return [
        {
            "name": _called(lane, judged),
            "from": _between(lane.start_earliest, lane.start_latest),
            "to": "going on" if lane.state == "now" else _between(lane.end_earliest, lane.end_latest),
            "judged": JUDGED[judged.adequate],
            "why": " ".join(sentence(reason.text.rstrip(".")) + "." for reason in judged.reasons),
        }
        for lane, judged in _judged(data)
    ]


def _between(earliest: date | None, latest: date | None) -> str:
    if earliest is None or latest is None:
        return "not known"
    if earliest == latest:
        return day(earliest)
    if (earliest.day, earliest.month, latest.day, latest.month) == (1, 1, 31, 12) and earliest.year == latest.year:
        return str(earliest.year)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"{earliest:%B %Y}"
    return f"between {day(earliest)} and {day(latest)}"


def _events(data: TimelineData) -> list[dict[str, str]]:
    """Measures and what happened, the latest first."""
    found: list[tuple[date, str, str]] = [(moment.on, KINDS[moment.kind], moment.label) for moment in data.moments]
    for curve in data.curves:
        for point in curve.points:
            value = "not scored" if point.value is None else f"{point.value:g}"
            found.append((point.on, curve.name, value))
    latest_first: Sequence[tuple[date, str, str]] = sorted(found, key=lambda event: event[0], reverse=True)
    return [{"on": day(on), "what": what, "value": sentence(value)} for on, what, value in latest_first]


KINDS = {
    "session": "Session",
    "alert": "Risk answer",
    "decision": "Decision",
    "start": "Beginning",
    "event": "Treatment",
}


urls = [path("clinic/people/<uuid:person_id>/", person, name="person")]
