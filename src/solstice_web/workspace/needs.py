"""What a clinician can do for one person now, in words, the most urgent first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from solstice.ledger import Ledger
from solstice_web.alerts.queries import alerts_of
from solstice_web.courses.queries import active_course
from solstice_web.formulations.queries import due_checks
from solstice_web.ledger.queries import waiting_for_a_check
from solstice_web.ledger.said_words import called
from solstice_web.measures.content import library
from solstice_web.measures.queries import finished_whole
from solstice_web.measures.schedule import schedule_from
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back
from solstice_web.people.queries import current_facts, current_safety_plan
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import every_decision, is_outdated
from solstice_web.progress.models import Need, Standing
from solstice_web.progress.queries import today_of
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import by_day
from solstice_web.workspace.clock import age, counted, day, in_words, moment, sentence
from solstice_web.workspace.interview import SUBJECT as CHECK
from solstice_web.workspace.task_words import lines_of

MOST_TASKS = 3
WORSE = frozenset({Need.WORSE, Need.OFF_TRACK})


@dataclass(frozen=True, slots=True)
class NeedNow:
    """One thing to do: `kind` is that of a tag, `href` where it is done."""

    kind: str
    title: str
    text: str
    href: str


def needs_now(person: Person, *, ledger: Ledger | None, tasks: Sequence[Task], at: datetime) -> tuple[NeedNow, ...]:
    """Risk answers, the course, what is late (tasks, measures, checks), then what is missing to decide well.

    `ledger` None: not known. `tasks` are the open ones of the care team, which the page has read already.
    """
    return (
        *_alerts(person, at=at),
        *_course(person),
        *_late_tasks(person, tasks, at=at),
        *_measures(person, at=at),
        *_checks(person, tasks, at=at),
        *_told_by_the_person(person),
        *_decision(person, at=at),
        *_missing(person, ledger),
    )


def _home(person: Person, below: str = "") -> str:
    return reverse("workspace:person", args=[person.pk]) + below


def _alerts(person: Person, *, at: datetime) -> Iterator[NeedNow]:
    lines = alerts_of(person)
    for line in lines:
        href = reverse("workspace:alert", args=[person.pk, line.alert.pk])
        waiting = f"Waiting for {age(line.alert.raised_at, at=at)}."
        if line.unseen:
            by = f"{'Was due' if line.is_late(at) else 'Act by'} {moment(line.act_by, at=at)}."
            yield NeedNow("urgent", "Answer the risk answer", f"{line.alert.text} {waiting} {by}", href)
        else:
            yield NeedNow("attention", "Follow up the risk answer", f"{line.alert.text} {waiting}", href)
    if lines and current_safety_plan(person) is None:
        yield NeedNow("attention", "Make a safety plan", "There is none yet.", _home(person, "safety-plan/"))


def _course(person: Person) -> Iterator[NeedNow]:
    standing = Standing.objects.filter(person=person).first()
    if standing is None or standing.phq9_total is None:
        return
    found = library().instruments["phq-9"].short_name
    if standing.state in {"worse", "relapse_signal"}:
        yield NeedNow("attention", "Look at what is getting worse", _told(standing, found), _home(person, "measures/"))
    elif standing.state == "off_track":
        yield NeedNow("attention", "Think about a change of plan", _told(standing, found), _home(person, "plan/"))


def _told(standing: Standing, name: str) -> str:
    first = "" if standing.phq9_first is None else f", {standing.phq9_first:g} at the start"
    on = "" if standing.phq9_on is None else f" on {day(standing.phq9_on)}"
    return f"{name} {standing.phq9_total:g}{on}{first}."


def _late_tasks(person: Person, tasks: Sequence[Task], *, at: datetime) -> Iterator[NeedNow]:
    """Each task past its day, the longest first; beyond a few they are counted."""
    late = lines_of(by_day(tasks, at=at).overdue, at=at)
    for line in late[:MOST_TASKS]:
        text = f"{line.owner} was to do it by {line.due}: {line.when}."
        what = line.task.title or line.task.get_kind_display()
        yield NeedNow("attention", what, text, reverse("workspace:task", args=[person.pk, line.task.pk]))
    if len(late) > MOST_TASKS:
        text = f"{counted(len(late) - MOST_TASKS, 'more task')} past the day."
        yield NeedNow("attention", "Look at the other late tasks", text, _home(person, "tasks/"))


def _checks(person: Person, tasks: Sequence[Task], *, at: datetime) -> Iterator[NeedNow]:
    """Medical checks that are due; one that is somebody's task already stands there once."""
    taken = {task.subject for task in tasks}
    due = [check for check in due_checks(person, today_of(person, at)) if CHECK + check.id not in taken]
    if due:
        names = ", ".join(check.name[:1].lower() + check.name[1:] for check in due)
        href = _home(person, "formulation/" if keeps_back(person) else "interview/3/")
        yield NeedNow("wait", f"Have {counted(len(due), 'medical check')} done", f"Due: {names}.", href)


def _measures(person: Person, *, at: datetime) -> Iterator[NeedNow]:
    schedule = schedule_from(person, finished_whole(person), at=at)
    instruments, home = library().instruments, _home(person, "measures/clock/")
    late = [one for one in schedule.overdue if one.by == "person"]
    if late:
        names = " and ".join(instruments[one.instrument].short_name for one in late)
        days = counted((schedule.today - min(one.from_day for one in late)).days, "day")
        told = "asked in the portal" if person.user_id else "there is no account yet, so nobody asks"
        yield NeedNow("wait", "Ask about the weekly measure", f"{names}: {days} overdue; {told}.", home)
    for one in schedule.due:
        if one.by == "clinician":
            name, why = instruments[one.instrument].short_name, f"{sentence(in_words(one.why))}."
            is_late = one.is_overdue(schedule.today)
            since = f" {counted((schedule.today - one.from_day).days, 'day')} overdue." if is_late else ""
            kind = "wait" if is_late else "plain"
            yield NeedNow(kind, f"Rate {name}", f"{why}{since}", _home(person, "measures/#total"))
    if schedule.is_paused and schedule.pace.paused_until:
        until = f"Nothing is asked until {day(schedule.pace.paused_until)}; the person chose this."
        yield NeedNow("plain", "The check has a break", until, home)


def _told_by_the_person(person: Person) -> Iterator[NeedNow]:
    """What was told from memory counts as told until somebody has checked it (hazards H45 and H46)."""
    waiting = waiting_for_a_check(person)
    changed = [row for row in waiting if row.reopened_at is not None]
    rest = len(waiting) - len(changed)
    for row in changed:
        name = called(row.facts, {})
        text = f"The person says something else about {name} than a clinician wrote."
        yield NeedNow("attention", "Look at what the person changed", text, _home(person, f"history/{row.pk}/check/"))
    if rest:
        text = f"{counted(rest, 'treatment')} told by the person, not checked yet."
        yield NeedNow("plain", "Check what the person told", text, _home(person, "history/"))


def _decision(person: Person, *, at: datetime) -> Iterator[NeedNow]:
    latest = next(iter(every_decision(person)), None)
    plan = _home(person, "plan/")
    if latest is None:
        yield NeedNow("plain", "Compare options and decide", "No decision is recorded yet.", plan)
    elif is_outdated(latest, at=at):
        text = f"Facts, measures or content changed since the decision of {day(today_of(person, latest.at))}."
        yield NeedNow("plain", "Look at the plan again", text, plan)
    if latest is not None and latest.decision != Decision.Kind.REJECT and active_course(person) is None:
        yield NeedNow("plain", "Begin what was decided", "No course is under way.", plan)


def _missing(person: Person, ledger: Ledger | None) -> Iterator[NeedNow]:
    if current_facts(person) is None:
        yield NeedNow("plain", "Write down the facts", "None are known yet.", _home(person, "facts/"))
    if ledger is not None and not ledger.trials:
        yield NeedNow("plain", "Write down what was tried", "No treatment is known yet.", _home(person, "history/"))
    if ledger is not None and ledger.trials and ledger.deciding_questions:
        question = ledger.deciding_questions[0]
        yield NeedNow("plain", "Ask the deciding question", question.text, _home(person, "history/"))
    opened = sum(item.state == "open" for item in ledger.pseudo_resistance) if ledger else 0
    if opened and ledger is not None and ledger.trials:
        text = f"{counted(opened, 'question')} of {len(ledger.pseudo_resistance)} still open."
        yield NeedNow("plain", "Rule out other reasons", text, _home(person, "questions/"))
    if person.user_id is None:
        text = "The person cannot use the portal yet."
        yield NeedNow("plain", "Invite to the portal", text, _home(person, "invite/"))
