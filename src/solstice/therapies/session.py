"""The plan of one session for the clinician's page: agenda, what is new since last time, what to keep true to."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from solstice.content.therapy_model import AgendaItem, AgendaStep, DoneState, Therapy
from solstice.therapies.homework import Task, advise


@dataclass(frozen=True, slots=True)
class MeasureSince:
    """One measure answered since the last session; `total` None: answered, not scored, the reason in `note`."""

    instrument: str
    on: date
    total: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannedItem:
    step: AgendaStep
    minutes: int
    do: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPlan:
    number: int
    title: str
    phase: str
    minutes: int
    agenda: tuple[PlannedItem, ...]
    worksheets: tuple[str, ...]
    practices: tuple[str, ...]
    measures_missing: tuple[str, ...]
    fidelity: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


def session_plan(
    therapy: Therapy, n: int, measures_since: tuple[MeasureSince, ...], homework: tuple[Task, ...]
) -> SessionPlan:
    """The agenda of session `n` with the measures and homework since the last one. Raises KeyError for no such `n`."""
    session = therapy.session(n)
    answered = {measure.instrument for measure in measures_since}
    missing = tuple(name for name in session.measures if name not in answered)
    return SessionPlan(
        number=n,
        title=session.title,
        phase=therapy.phase_of(n).name,
        minutes=session.minutes,
        agenda=tuple(
            PlannedItem(item.step, item.minutes, item.do, _details(therapy, item, (measures_since, missing), homework))
            for item in session.agenda
        ),
        worksheets=session.worksheets,
        practices=session.practices,
        measures_missing=missing,
        fidelity=(*session.fidelity, *therapy.fidelity.points),
        notes=session.body.notes,
    )


def _details(
    therapy: Therapy,
    item: AgendaItem,
    measures: tuple[tuple[MeasureSince, ...], tuple[str, ...]],
    homework: tuple[Task, ...],
) -> tuple[str, ...]:
    since, missing = measures
    match item.step:
        case "check_in":
            lines = [_measure_line(measure) for measure in sorted(since, key=lambda m: (m.on, m.instrument))]
            lines += [
                f"{name.upper()}: not answered since the last session; ask whether to fill it in now."
                for name in missing
            ]
            return tuple(lines)
        case "homework":
            return tuple(_homework_line(task) for task in homework) or ("No task was agreed last time.",)
        case "next_task":
            return tuple(
                f"{task.task}: {advise(therapy, task).for_clinician}" for task in homework if task.state is None
            )
        case _:
            return ()


def _measure_line(measure: MeasureSince) -> str:
    value = "not scored" if measure.total is None else f"{measure.total:g}"
    note = f" ({measure.note})" if measure.note else ""
    return f"{measure.instrument.upper()} on {measure.on.isoformat()}: {value}{note}"


def _homework_line(task: Task) -> str:
    return f"{task.task}: {_ask_about(task.state)}"


def _ask_about(state: DoneState | None) -> str:
    match state:
        case None:
            return "no answer yet. Ask how it went, and what the days were like."
        case "done":
            return "done. Ask what it did to mood and what was learned."
        case "partly":
            return "done in part. Ask what made that part possible."
        case "not_done":
            return "not done. Ask what got in the way; treat it as information, and make it smaller together."
        case "not_applicable":
            return "did not apply. Ask what changed, and whether another task fits better."
        case _:
            assert_never(state)
