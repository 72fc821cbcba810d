"""From the answers of a response to its one alert, by the engine's safety rules."""

from datetime import datetime, time, timedelta

from solstice.content.instrument_model import Instrument
from solstice.safety import Signal, signals_from_answers
from solstice_web.accounts.models import User
from solstice_web.alerts.actions import Finding, raise_alert
from solstice_web.alerts.models import Level
from solstice_web.measures.content import library
from solstice_web.measures.models import Response
from solstice_web.people.zones import zone_of

LEVELS = {"now": Level.NOW, "same_day": Level.TODAY, "day_queue": Level.DAY_QUEUE}
WORK_ENDS = time(17)
FIRST_WEEKEND_DAY = 5


def raise_for_answers(response: Response, instrument: Instrument, *, by: User | None, at: datetime) -> bool:
    """Raise or lift the alert an answered risk item calls for; open items are left to the end of the measure."""
    return _raise(response, instrument, finished=False, by=by, at=at)


def raise_at_the_end(response: Response, instrument: Instrument, *, by: User | None, at: datetime) -> bool:
    """The same once nothing more is coming: a risk item left open or declined is followed up too (hazard H01)."""
    return _raise(response, instrument, finished=True, by=by, at=at)


def _raise(response: Response, instrument: Instrument, *, finished: bool, by: User | None, at: datetime) -> bool:
    signals = signals_from_answers(instrument, response.items, library(), finished=finished)
    changed = [
        raise_alert(
            person=response.person,
            response=response,
            finding=Finding(
                rule=signal.id,
                level=LEVELS[signal.act_within],
                text=f"{signal.reason.text} {signal.text}",
                act_by=act_by(signal, at=at, time_zone=response.person.time_zone),
            ),
            by=by,
            at=at,
        )[1]
        for signal in signals
    ]
    return any(changed)


def act_by(signal: Signal, *, at: datetime, time_zone: str) -> datetime:
    """When an unseen alert is late: after the signal's own time, or at the end of the next working day."""
    if signal.escalate_after is not None:
        return at + signal.escalate_after
    local = at.astimezone(zone_of(time_zone))
    day = local.date() + timedelta(days=1)
    while day.weekday() >= FIRST_WEEKEND_DAY:
        day += timedelta(days=1)
    return datetime.combine(day, WORK_ENDS, tzinfo=local.tzinfo)
