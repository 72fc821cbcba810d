"""The week: what was done, by the person's own days, what is planned, and what was removed and can come back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from solstice.content.therapy_model import Therapy, Worksheet, WorksheetField
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.courses.actions import UNDO_WITHIN, close_task, delete_entry, undo_delete_entry
from solstice_web.courses.models import AgreedTask, Entry
from solstice_web.courses.queries import deleted_entries, entries_for, open_tasks
from solstice_web.courses.told import CourseRefusedError, EntryRefusedError
from solstice_web.measures.content import library
from solstice_web.people.zones import zone_of
from solstice_web.portal.codes import step_code, write_code
from solstice_web.portal.course_so_far import OUTCOME
from solstice_web.portal.energy import level_of
from solstice_web.portal.forms import EntryForm, TaskForm
from solstice_web.portal.pages import personal, why_not_this_person

MOST_WEEKS_BACK = 520
OUTCOMES: Mapping[str, str] = {
    "done": "You did it",
    "partly": "You did a part of it",
    "not_done": "Not that day",
    "not_applicable": "It did not fit",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the week shows it; `told` are the questions answered, in the words of the page they came from."""

    id: str
    title: str
    clock: str
    note: str
    told: tuple[tuple[str, str], ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    task: AgreedTask
    title: str
    parts: tuple[tuple[str, str], ...]
    href: str | None


PARTS = (("why", "Why"), ("when", "When"), ("where", "Where"), ("how_long", "How long"))
OBSTACLE = (("obstacle", "What could get in the way"), ("if_obstacle", "Then you"))


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD"])
def week(request: PersonRequest) -> HttpResponse:
    person, at = request.person, timezone.now()
    today = at.astimezone(zone_of(person.time_zone)).date()
    back = weeks_back(request.GET.get("back", ""))
    last = today - timedelta(weeks=back)
    first = last - timedelta(days=6)
    rows = entries_for(person).filter(local_date__range=(first, last if back else today + timedelta(days=1)))
    deleted = deleted_entries(person, at=at)
    context = {
        "person": person,
        "today": today,
        "days": tuple(days_of(rows.select_related("course"))),
        "first": first,
        "last": last,
        "back": back,
        "planned": [] if back else [planned(task) for task in open_tasks(person).select_related("course")],
        "deleted": [] if back else [line(row, until=True) for row in deleted.select_related("course")[:50]],
        "just_removed": deleted.filter(pk=key).first() if (key := entry_key(request.GET.get("removed"))) else None,
        "came_back": "back_again" in request.GET,
        "told": "told" in request.GET,
    }
    return personal(request, "week", context)


def weeks_back(asked: str) -> int:
    return min(int(asked), MOST_WEEKS_BACK) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0


def entry_key(asked: str | None) -> str | None:
    form = EntryForm({"entry_id": asked})
    return str(form.cleaned_data["entry_id"]) if form.is_valid() else None


def days_of(rows: Any) -> Iterator[Day]:
    """Days in order, the latest first; an entry counts for the day its own phone showed (hazard H20)."""
    for on, found in groupby(rows, key=lambda row: row.local_date):
        yield Day(on, tuple(line(row) for row in found))


def line(row: Entry, *, until: bool = False) -> Line:
    zone = zone_of(row.time_zone)
    ends = row.deleted_at + UNDO_WITHIN if until and row.deleted_at else None
    return Line(
        id=str(row.pk),
        title=title_of(row),
        clock=row.recorded_at.astimezone(zone).strftime("%H:%M"),
        note=OUTCOMES.get(str(row.answers.get(OUTCOME)), ""),
        told=tuple(told_in(row)),
        until=ends.astimezone(zone).date() if ends else None,
    )


def title_of(row: Entry) -> str:
    """What an entry is called: the title of its practice or worksheet, or what it told."""
    match row.kind:
        case Entry.Kind.REST:
            return "Rest"
        case Entry.Kind.ENERGY:
            return f"Energy: {words_for_energy(row.energy)}"
        case Entry.Kind.MOOD:
            return "How it was"
        case Entry.Kind.WORKSHEET:
            sheet = worksheet_of(row)
            return sheet.title if sheet else "Something you wrote"
        case _:
            return next(
                (t.practices[row.content].title for t in therapies_of(row) if row.content in t.practices), "A step"
            )


def words_for_energy(energy: int | None) -> str:
    words = next((therapy.words for therapy in library().therapies.values()), None)
    return words.energy_levels[level_of(energy)].lower() if words and energy is not None else "not told"


def therapies_of(row: Entry) -> tuple[Therapy, ...]:
    """The therapy of the entry's course first, then the others: content ids are looked up in this order."""
    own = library().therapies.get(row.course.therapy) if row.course else None
    others = tuple(therapy for therapy in library().therapies.values() if therapy is not own)
    return (own, *others) if own else others


def worksheet_of(row: Entry) -> Worksheet | None:
    return next((t.worksheets[row.content] for t in therapies_of(row) if row.content in t.worksheets), None)


def told_in(row: Entry) -> Iterator[tuple[str, str]]:
    """What was answered, in the order of the page it was asked on."""
    sheet = worksheet_of(row) if row.kind == Entry.Kind.WORKSHEET else None
    fields = {field.id: field for field in sheet.fields} if sheet else {}
    for name in sorted(row.answers, key=lambda name: list(fields).index(name) if name in fields else len(fields)):
        value = row.answers[name]
        if name == OUTCOME or value in ("", None, []):
            continue
        if name in fields:
            yield fields[name].ask, shown(fields[name], value)
        else:
            yield ("How it was after, 0 to 10" if name == "after" else "You wrote"), str(value)


def shown(field: WorksheetField, value: Any) -> str:
    labels = {option.value: option.label for option in field.options}
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    if field.kind == "yes_no":
        return {"yes": "Yes", "no": "No"}.get(str(value), str(value))
    return labels.get(str(value), str(value))


def planned(task: AgreedTask) -> Planned:
    therapy = library().therapies.get(task.course.therapy)
    practice = therapy.practices.get(task.content) if therapy else None
    sheet = therapy.worksheets.get(task.content) if therapy else None
    href = None
    if therapy and practice:
        href = f"/step/{step_code(therapy.id, practice.id)}/"
    elif therapy and sheet:
        href = f"/write/{write_code(therapy.id, sheet.id)}/"
    named = practice or sheet
    return Planned(
        task=task,
        title=task.plan.get("task") or (named.title if named else "What you planned"),
        parts=tuple((words, task.plan[name]) for name, words in PARTS + OBSTACLE if task.plan.get(name)),
        href=href,
    )


@requires(Right.PORTAL)
@require_POST
def task(request: PersonRequest) -> HttpResponse:
    """Say what became of a planned task."""
    if refused := why_not_this_person(request, request.person):
        return refused
    form = TaskForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            close_task(
                person=request.person, task_id=told["task"], state=told["state"], by=request.user, at=timezone.now()
            )
        except CourseRefusedError:
            raise Http404 from None
    return redirect("/week/?told")


@requires(Right.PORTAL)
@require_POST
def remove(request: PersonRequest) -> HttpResponse:
    """Remove an entry; it can be brought back for 30 days."""
    return _change(request, delete_entry, "removed")


@requires(Right.PORTAL)
@require_POST
def bring_back(request: PersonRequest) -> HttpResponse:
    return _change(request, undo_delete_entry, "back_again")


def _change(request: PersonRequest, action: Any, said: str) -> HttpResponse:
    if refused := why_not_this_person(request, request.person):
        return refused
    form = EntryForm(request.POST)
    if not form.is_valid():
        raise Http404
    entry_id = form.cleaned_data["entry_id"]
    at: datetime = timezone.now()
    try:
        action(person=request.person, entry_id=entry_id, by=request.user, at=at)
    except EntryRefusedError:
        raise Http404 from None
    return redirect(f"/week/?{said}={entry_id}")
