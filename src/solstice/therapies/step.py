"""Exactly one next small step for a person, sized by the energy of the moment."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from solstice.content.therapy_condition import FLAG_NAMES
from solstice.content.therapy_model import Energy, Practice, Therapy
from solstice.kernel import Reason
from solstice.therapies.course import CourseState, Entry
from solstice.therapies.homework import Task

StepKind = Literal["practice", "task", "rest", "paused"]


@dataclass(frozen=True, slots=True)
class RestOffer:
    """Rest as an equal answer, in the dose the same energy picks."""

    practice: str
    title: str
    text: str
    seconds: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do now, or why there is none.

    `text` is for the patient. `reasons` are for the clinician. A paused step has no practice, dose or steps, and
    `help_now` asks the page to show help first. `worksheet` is named when the dose is long enough to fill it in.
    """

    kind: StepKind
    title: str
    text: str
    stop: str
    reasons: tuple[Reason, ...]
    practice: str | None = None
    seconds: int | None = None
    steps: tuple[str, ...] = ()
    worksheet: str | None = None
    task: Task | None = None
    rest: RestOffer | None = None
    help_now: bool = False


def next_step(therapy: Therapy, state: CourseState, *, energy: Energy, at: date, rest: bool = False) -> Step:
    """The one next step at this energy on the person's own day `at`; `rest=True` when the person chose rest.

    The dose is picked by energy, taken down after a step that was too big, and never above what the person picked.
    Tasks agreed in or since the latest session come first, in turn, then the practices of that session. Once a step
    was done today the answer is rest. A course paused by a flag or by a clinician has no step, with the reason.
    """
    if state.flags or state.paused_because is not None:
        return _paused(therapy, state)
    entries = state.entries_by(at)
    if rest:
        return _rest(therapy, energy, Reason("rest-chosen", "The person chose rest today."), therapy.words.rest_offer)
    if any(entry.on == at and entry.state in ("done", "partly") for entry in entries):
        reason = Reason("done-today", "A step was done today; a second one is not asked for.")
        return _rest(therapy, energy, reason, therapy.words.done_today)
    tasks = state.open_tasks(at)
    if tasks:
        last = _last_used(entries)
        task = min(tasks, key=lambda task: last.get(_practice_of(therapy, task).id, -1))
        return _task(therapy, task, entries, energy)
    practice, reason = _practice_in_turn(therapy, state, at)
    level, sized = _level(practice, entries, energy)
    return _step(therapy, practice, level, (reason, sized), energy=energy)


def _paused(therapy: Therapy, state: CourseState) -> Step:
    reasons = [
        Reason(
            f"paused-{pause.flag.replace('_', '-')}",
            f"Paused: there is {FLAG_NAMES[pause.flag]}. {pause.why} {pause.do}",
            (therapy.source(pause.source),),
        )
        for pause in therapy.pauses
        if pause.flag in state.flags
    ]
    if state.paused_because is not None:
        reasons.append(Reason("paused-by-clinician", f"Paused by a clinician: {state.paused_because}"))
    words = therapy.words
    return Step("paused", words.paused_title, words.paused, words.stop, tuple(reasons), help_now=True)


def _rest(therapy: Therapy, energy: Energy, reason: Reason, text: str) -> Step:
    practice = therapy.practices[therapy.rest_practice]
    dose = practice.doses[energy]
    return Step(
        kind="rest",
        title=practice.title,
        text=text,
        stop=therapy.words.stop,
        reasons=(reason,),
        practice=practice.id,
        seconds=dose.seconds,
        steps=dose.steps,
    )


def _task(therapy: Therapy, task: Task, entries: tuple[Entry, ...], energy: Energy) -> Step:
    practice = _practice_of(therapy, task)
    since = tuple(entry for entry in entries if entry.on >= task.agreed_on)
    level, sized = _level(practice, since, energy)
    reasons = [
        Reason("task-agreed", f"Agreed on {task.agreed_on.isoformat()}; it comes before other practices."),
        sized,
    ]
    sizes = [index for index, dose in enumerate(practice.doses) if dose.seconds <= (task.seconds or dose.seconds)]
    if max(sizes, default=0) < level:
        level = max(sizes, default=0)
        reasons.append(
            Reason("task-size", f"The task was agreed for {practice.doses[level].words}, so it stays there.")
        )
    return _step(therapy, practice, level, tuple(reasons), energy=energy, task=task)


def _practice_of(therapy: Therapy, task: Task) -> Practice:
    """The practice a task names, or the one for tasks in the person's own words."""
    return therapy.practices.get(task.practice or "") or therapy.practices[therapy.own_task_practice]


def _practice_in_turn(therapy: Therapy, state: CourseState, at: date) -> tuple[Practice, Reason]:
    session = state.current_session(therapy, at)
    if session is None:
        first = therapy.practices[therapy.first_practice]
        return first, Reason(
            "before-first-session", "No session has been held; the therapy's first practice is offered."
        )
    by_turn = [name for name in session.practices if not therapy.practices[name].agreed_only]
    names = [name for name in by_turn if name != therapy.rest_practice] or [therapy.first_practice]
    last = _last_used(state.entries_by(at))
    chosen = min(names, key=lambda name: last.get(name, -1))
    text = f"From session {session.number}, the practice whose turn it is (used longest ago, or not yet)."
    return therapy.practices[chosen], Reason("practice-in-turn", text)


def _last_used(entries: tuple[Entry, ...]) -> dict[str, int]:
    """Practice → place of its latest entry in the order in which they were made."""
    return {entry.practice: place for place, entry in enumerate(entries)}


def _level(practice: Practice, entries: tuple[Entry, ...], energy: Energy) -> tuple[int, Reason]:
    """The dose for this energy, one below the last dose of this practice when that one was too big."""
    last = next((entry for entry in reversed(entries) if entry.practice == practice.id), None)
    picked = Reason("dose-by-energy", f"Energy {energy} of 3 picks {practice.doses[energy].words}.")
    if last is None or last.state != "not_done":
        return energy, picked
    below = [index for index, dose in enumerate(practice.doses) if dose.seconds < last.seconds]
    cap = max(below, default=0)
    if cap >= energy:
        return energy, picked
    text = f"Last time this practice was not done, so it is made smaller: {practice.doses[cap].words}."
    return cap, Reason("dose-smaller", text)


def _step(
    therapy: Therapy,
    practice: Practice,
    level: int,
    reasons: tuple[Reason, ...],
    *,
    energy: Energy,
    task: Task | None = None,
) -> Step:
    dose, rest = practice.doses[level], therapy.practices[therapy.rest_practice]
    is_first = reasons[0].code == "before-first-session"
    sheet = therapy.worksheets[practice.worksheet] if practice.worksheet is not None else None
    return Step(
        kind="task" if task is not None else "practice",
        title=task.task if task is not None else practice.title,
        text=therapy.words.before_first_session if is_first else practice.why,
        stop=therapy.words.stop,
        reasons=reasons,
        practice=practice.id,
        seconds=dose.seconds,
        steps=dose.steps,
        worksheet=sheet.id if sheet is not None and sheet.minutes * 60 <= dose.seconds else None,
        task=task,
        rest=RestOffer(
            rest.id, rest.title, therapy.words.rest_offer, rest.doses[energy].seconds, rest.doses[energy].steps
        ),
    )
