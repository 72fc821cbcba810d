"""One session as its page shows it: agenda with ticks, measures since last time, homework, the clinician's notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from solstice.content.therapy_model import DoneState, Therapy
from solstice.therapies.homework import Task, advise
from solstice.therapies.session import MeasureSince, SessionPlan, session_plan
from solstice_web.charts.series import Curve, Level, Point, series_chart
from solstice_web.courses.models import AgreedTask, Course, SessionRecord
from solstice_web.courses.queries import tasks_for
from solstice_web.measures.content import library
from solstice_web.measures.models import Response
from solstice_web.measures.queries import completed
from solstice_web.people.models import Person
from solstice_web.progress.queries import points_for, review_for, today_of
from solstice_web.workspace.clock import day

STEPS = {
    "check_in": "Check-in",
    "agree_agenda": "Agree the agenda",
    "homework": "Homework",
    "main": "Main work",
    "summary": "Summary",
    "next_task": "Next task",
    "rating": "Rating",
}
TICKS = [("done", "Done"), ("skipped", "Left out"), ("later", "Later")]
FIDELITY = "fidelity_"
"""Fidelity points stand in the agenda of the record under these keys; a tick is `done`."""
CURVES = ("phq-9", "gad-7")
FIRST_WINDOW = timedelta(days=14)
"""How far back "since last time" reaches before any session was held."""
DONE_STATES: Mapping[str, DoneState | None] = {
    "open": None,
    "done": "done",
    "partly": "partly",
    "not_done": "not_done",
    "not_applicable": "not_applicable",
}


@dataclass(frozen=True, slots=True)
class AgendaLine:
    id: str
    title: str
    minutes: int
    do: str
    details: tuple[str, ...]
    tick: str


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """One outcome measure: a sentence, a small picture, and its numbers."""

    name: str
    sentences: tuple[str, ...]
    svg: Markup
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TaskShown:
    task: AgreedTask
    words: tuple[tuple[str, str], ...]
    advice: str
    agreed: str


@dataclass(frozen=True, slots=True)
class SessionShown:
    plan: SessionPlan
    agenda: tuple[AgendaLine, ...]
    fidelity: tuple[AgendaLine, ...]
    notes: tuple[tuple[str, tuple[Any, ...]], ...]
    measures: tuple[MeasureShown, ...]
    measure_ids: tuple[str, ...]
    homework: tuple[TaskShown, ...]
    agreed: tuple[TaskShown, ...]
    practices: tuple[tuple[str, str], ...]
    worksheets: tuple[str, ...]


def shown_session(
    course: Course, therapy: Therapy, number: int, *, ticks: Mapping[str, str], at: datetime
) -> SessionShown:
    """Everything the page of session `number` needs. Raises KeyError for a session the therapy does not have."""
    person = course.person
    records = list(SessionRecord.objects.filter(course=course).order_by("number"))
    since = _since(records, number, at=at)
    answered = [row for row in completed(person) if row.local_date > since]
    tasks = list(tasks_for(course))
    current = next((record for record in records if record.number == number), None)
    homework = [task for task in tasks if _is_homework(task, number, current)]
    agreed = [task for task in tasks if task.session is not None and task.session.number == number]
    plan = session_plan(
        therapy, number, tuple(_measure(row) for row in answered), tuple(task_of(task) for task in homework)
    )
    return SessionShown(
        plan=plan,
        agenda=_agenda(plan, ticks),
        fidelity=tuple(
            AgendaLine(f"{FIDELITY}{index}", text, 0, "", (), ticks.get(f"{FIDELITY}{index}", ""))
            for index, text in enumerate(plan.fidelity, start=1)
        ),
        notes=tuple((heading, tuple(blocks(text))) for heading, text in plan.notes),
        measures=tuple(_curve(person, name, since, at=at) for name in CURVES),
        measure_ids=tuple(str(row.pk) for row in answered),
        homework=tuple(_task(therapy, task) for task in homework),
        agreed=tuple(_task(therapy, task) for task in agreed),
        practices=tuple((name, therapy.practices[name].title) for name in plan.practices if name in therapy.practices),
        worksheets=tuple(therapy.worksheets[name].title for name in plan.worksheets if name in therapy.worksheets),
    )


def _since(records: Sequence[SessionRecord], number: int, *, at: datetime) -> date:
    """The day of the session before this one; without one, two weeks back."""
    before = [record.held_on for record in records if record.number < number]
    return max(before) if before else at.date() - FIRST_WINDOW


def _is_homework(task: AgreedTask, number: int, current: SessionRecord | None) -> bool:
    """Tasks agreed before this session that were open when it was held, or still are."""
    if task.session is not None and task.session.number >= number:
        return False
    if task.state == AgreedTask.State.OPEN:
        return True
    start = current.held_on - timedelta(days=1) if current else None
    if task.session is not None and task.session.number == number - 1:
        return True
    return start is not None and task.closed_at is not None and task.closed_at.date() >= start


def _measure(row: Response) -> MeasureSince:
    return MeasureSince(
        row.instrument, row.local_date, row.total, str((row.score or {}).get("reason", "")) if row.total is None else ""
    )


def task_of(row: AgreedTask) -> Task:
    """An agreed task as the engine reads it."""
    plan = row.plan
    return Task(
        id=str(row.pk),
        task=plan.get("task") or row.content,
        agreed_on=row.set_at.date(),
        why=plan.get("why") or None,
        when=plan.get("when") or None,
        where=plan.get("where") or None,
        how_long=plan.get("how_long") or None,
        likely_obstacle=plan.get("obstacle") or None,
        plan_for_obstacle=plan.get("if_obstacle") or None,
        confidence=row.confidence,
        practice=row.content or None,
        state=DONE_STATES[row.state],
    )


TASK_LABELS = {
    "why": "Why",
    "when": "When",
    "where": "Where",
    "how_long": "How long",
    "obstacle": "What may get in the way",
    "if_obstacle": "Then",
}


def _task(therapy: Therapy, row: AgreedTask) -> TaskShown:
    words = [(label, row.plan[name]) for name, label in TASK_LABELS.items() if row.plan.get(name)]
    if row.due_on:
        words.append(("By", day(row.due_on)))
    if row.confidence is not None:
        words.append(("Confidence", f"{row.confidence} of 10"))
    return TaskShown(row, tuple(words), advise(therapy, task_of(row)).for_clinician, day(row.set_at.date()))


def _agenda(plan: SessionPlan, ticks: Mapping[str, str]) -> tuple[AgendaLine, ...]:
    """Agenda items with ids that stay the same: the step, and for its repeats a number behind it."""
    seen: dict[str, int] = {}
    lines = []
    for item in plan.agenda:
        seen[item.step] = seen.get(item.step, 0) + 1
        name = item.step if seen[item.step] == 1 else f"{item.step}_{seen[item.step]}"
        lines.append(AgendaLine(name, STEPS[item.step], item.minutes, item.do, item.details, ticks.get(name, "")))
    return tuple(lines)


def _curve(person: Person, name: str, since: date, *, at: datetime) -> MeasureShown:
    instrument = library().instruments[name]
    points = points_for(person, name)
    found = review_for(person, at=at, instrument=name)
    lately = [point for point in points if point.on > since]
    if not points:
        sentences: tuple[str, ...] = (f"No {instrument.short_name} yet.",)
    elif not lately:
        sentences = (f"No {instrument.short_name} since {day(since)}.", *(found.clinician[:2] if found else ()))
    else:
        sentences = tuple(found.clinician[:2]) if found else ()
    is_judged = found is None or found.refused is None
    level = instrument.remission.at_most if instrument.remission and is_judged else None
    today = today_of(person, at)
    shown = [point for point in points if (today - point.on).days <= 120]
    curve = Curve(
        instrument.short_name,
        [Point(point.on, point.total, "" if point.total is not None else "not scored") for point in shown],
        *instrument.ends,
        [Level(level, "remission")] if level is not None else [],
    )
    words = " ".join(sentences)
    svg = series_chart(curve, title=instrument.short_name, description=words)
    rows = tuple(
        (day(point.on), f"{point.total:g}" if point.total is not None else "not scored") for point in reversed(shown)
    )
    return MeasureShown(instrument.short_name, sentences, svg, rows)


def blocks(text: str) -> list[tuple[str, Any]]:
    """Markdown of the clinician's notes as paragraphs and lists: ("p", text) and ("ul", [texts])."""
    out: list[tuple[str, Any]] = []
    for part in text.strip().split("\n\n"):
        lines = part.strip().splitlines()
        if not lines:
            continue
        if not lines[0].startswith("- "):
            out.append(("p", _plain(" ".join(line.strip() for line in lines))))
            continue
        items: list[str] = []
        for line in lines:
            if line.startswith("- "):
                items.append(line[2:].strip())
            else:
                items[-1] += f" {line.strip()}"
        out.append(("ul", [_plain(item) for item in items]))
    return out


def _plain(text: str) -> str:
    return text.replace("*", "")
