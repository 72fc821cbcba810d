"""One person on one line of time: what was tried, what was measured, what happened."""

from dataclasses import dataclass
from datetime import datetime

from solstice.ledger import Ledger
from solstice.person.trial import Trial
from solstice_web.alerts.queries import every_alert
from solstice_web.charts.series import Curve, Level, Point
from solstice_web.charts.timeline import Judged, Lane, Moment
from solstice_web.courses.queries import every_course, held_sessions
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import called, name_of
from solstice_web.ledger.queries import assessment, trial_of, trial_rows
from solstice_web.measures.content import library
from solstice_web.measures.queries import event_name, events_told, finished
from solstice_web.people.models import Person
from solstice_web.plans.queries import every_decision, option_name
from solstice_web.progress.queries import today_of

CURVES = ("phq-9", "gad-7")


@dataclass(frozen=True, slots=True)
class TimelineData:
    """What the person page draws and tables; `lanes` stand in the order of `rows`."""

    rows: tuple[TrialRow, ...]
    ledger: Ledger
    lanes: tuple[Lane, ...]
    curves: tuple[Curve, ...]
    moments: tuple[Moment, ...]


def timeline(person: Person, *, at: datetime) -> TimelineData:
    """Everything on the person's line of time; a fixed number of queries."""
    rows = trial_rows(person)
    ledger = assessment(person, at=at)
    lanes = tuple(_lane(trial_of(row), judged.adequate) for row, judged in zip(rows, ledger.trials, strict=True))
    return TimelineData(rows, ledger, lanes, _curves(person), _moments(person))


def _lane(trial: Trial, adequate: bool | None) -> Lane:
    states: dict[bool | None, Judged] = {True: "adequate", False: "inadequate", None: "cannot_tell"}
    state: Judged = "now" if trial.stopped_for == "continuing" else states[adequate]
    label = called(trial.agent, trial.agent_class, trial.kind)
    outcome = (trial.outcome or "unknown").replace("_", " ")
    return Lane(
        label=label,
        state=state,
        text=f"{label}: {state.replace('_', ' ')}, {outcome}",
        start_earliest=trial.started.earliest if trial.started and trial.started.is_bounded else None,
        start_latest=trial.started.latest if trial.started and trial.started.is_bounded else None,
        end_earliest=trial.ended.earliest if trial.ended and trial.ended.is_bounded else None,
        end_latest=trial.ended.latest if trial.ended and trial.ended.is_bounded else None,
    )


def _curves(person: Person) -> tuple[Curve, ...]:
    """One curve an instrument; the line breaks where the main version of the instrument changed (hazard H12)."""
    found, told = [], finished(person)
    for name in CURVES:
        instrument = library().instruments[name]
        points = [
            Point(one.on, one.total, "" if one.total is not None else "not scored", version=one.main_version)
            for one in told
            if one.instrument == name and (one.total is None or instrument.ends[0] <= one.total <= instrument.ends[1])
        ]
        limit = instrument.remission.at_most if instrument.remission else None
        levels = [Level(limit, "remission")] if limit is not None else []
        found.append(Curve(instrument.short_name, points, *instrument.ends, levels))
    return tuple(found)


def _moments(person: Person) -> tuple[Moment, ...]:
    kinds: list[Moment] = []
    kinds += [Moment(course.started_on, f"{name_of(course.therapy)} began", "start") for course in every_course(person)]
    kinds += [Moment(session.held_on, f"session {session.number}", "session") for session in held_sessions(person)]
    kinds += [Moment(event.on, event_name(event.kind), "event") for event in events_told(person)]
    kinds += [Moment(today_of(person, alert.raised_at), "alert", "alert") for alert in every_alert(person)]
    kinds += [
        Moment(today_of(person, decision.at), f"{option_name(decision)}: {decision.get_decision_display()}", "decision")
        for decision in every_decision(person)
    ]
    return tuple(sorted(kinds, key=lambda moment: (moment.on, moment.kind, moment.label)))
