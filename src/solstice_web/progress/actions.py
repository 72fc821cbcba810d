"""Rewrite how a person stands, in the transaction of whatever changed it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from solstice.progress import Review
from solstice_web.alerts.models import Alert, Level
from solstice_web.measures.schedule import schedule_of
from solstice_web.people.models import Person
from solstice_web.progress.models import Need, Standing
from solstice_web.progress.queries import review_for, series_for

NEED_OF_LEVEL = {Level.NOW: Need.ALERT_NOW, Level.TODAY: Need.ALERT_TODAY, Level.DAY_QUEUE: Need.ALERT_QUEUE}
NEED_OF_STATE = {
    "no_data": Need.NEW,
    "too_early": Need.NEW,
    "worse": Need.WORSE,
    "relapse_signal": Need.WORSE,
    "off_track": Need.OFF_TRACK,
    "on_track": Need.STEADY,
    "response": Need.STEADY,
    "remission": Need.STEADY,
    "not_for_age": Need.NEW,
}
LONGEST_REASON = 300


_waiting: ContextVar[dict[UUID, tuple[Person, datetime]] | None] = ContextVar("standings that wait", default=None)


@contextmanager
def standings_at_the_end() -> Iterator[None]:
    """Many rows come in at once, in one transaction: each standing is worked out once, as of its latest change."""
    waiting: dict[UUID, tuple[Person, datetime]] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for person, at in waiting.values():
        refresh_standing(person, at=at)


def refresh_standing(person: Person, *, at: datetime) -> None:
    """Compute and store the standing of one person from rows as they are now; call it inside the same transaction.

    It holds nothing that is not in other rows, so that it can be rebuilt at any time; no audit event is written.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting[person.pk] = person, at
        return
    found = review_for(person, at=at)
    need, reason, act_by = _need(person, found)
    gad7 = series_for(person, "gad-7", at=at).scored
    Standing.objects.update_or_create(
        person=person,
        defaults={
            "need": need,
            "act_by": act_by,
            "reason": reason[:LONGEST_REASON],
            "state": found.state if found else "",
            "phq9_total": found.current if found else None,
            "phq9_on": found.current_on if found else None,
            "phq9_first": found.baseline.total if found and found.baseline else None,
            "gad7_total": gad7[-1][1] if gad7 else None,
            "gad7_on": gad7[-1][0] if gad7 else None,
            "next_due_on": schedule_of(person, at=at).next_core_on,
            "computed_at": at,
        },
    )


def _need(person: Person, found: Review | None) -> tuple[Need, str, datetime | None]:
    alerts: QuerySet[Alert] = Alert.objects.filter(person=person).order_by("level", "act_by")
    unseen = alerts.filter(state=Alert.State.OPEN).first()
    if unseen is not None:
        return NEED_OF_LEVEL[Level(unseen.level)], unseen.text, unseen.act_by
    seen = alerts.filter(state=Alert.State.ACKNOWLEDGED).first()
    if seen is not None:
        return Need.FOLLOW_UP, f"Seen, follow-up open. {seen.text}", seen.act_by
    if found is None:
        return Need.NEW, "New: no measure yet.", None
    return NEED_OF_STATE[found.state], _sentence(found), None


def _sentence(found: Review) -> str:
    if found.current is None or found.current_on is None:
        return "New: no measure yet."
    first = f" (first {found.baseline.total:g})" if found.baseline and found.baseline.on != found.current_on else ""
    return f"PHQ-9 {found.current:g} on {found.current_on}{first}: {found.rule}."
