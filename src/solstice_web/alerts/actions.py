"""Raise, acknowledge, act on, close and escalate alerts."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert, AlertAction, Level
from solstice_web.audit.trail import record
from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.progress.actions import refresh_standing


class StaleAlertError(Exception):
    """The alert changed since it was read (a higher answer came in); show it again before it is acknowledged."""

    def __init__(self, alert: Alert) -> None:
        self.alert = alert
        super().__init__(f"alert {alert.id} is at revision {alert.revision}")


class NoAlertError(LookupError):
    """There is no such alert for this person."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in one response: who must act by when, in the rule's own words."""

    rule: str
    level: Level
    text: str
    act_by: datetime


def raise_alert(
    *, person: Person, response: Response, finding: Finding, by: User | None, at: datetime
) -> tuple[Alert, bool]:
    """Make the one alert of this response and rule, or raise its level; return it and whether anything changed.

    Must run inside the transaction that saves the answer (hazard H03). A higher answer lifts the level of the same
    alert and makes it unseen again; a lower answer never lowers it. The caller refreshes the person's standing.
    """
    new_id = uuid.uuid4()
    alert, created = Alert.objects.select_for_update().get_or_create(
        response=response,
        rule=finding.rule,
        defaults={
            "id": new_id,
            "person": person,
            "level": finding.level,
            "episode": _open_episode(person, finding.rule) or new_id,
            "text": finding.text,
            "raised_at": at,
            "act_by": finding.act_by,
        },
    )
    if created:
        record(action="alert.raised", by=by, at=at, person=person, subject=str(alert.id), detail=_detail(alert))
        return alert, True
    if finding.level >= alert.level:
        return alert, False
    alert.level = finding.level
    alert.text = finding.text
    alert.act_by = min(alert.act_by, finding.act_by) if alert.state == Alert.State.OPEN else finding.act_by
    alert.state = Alert.State.OPEN
    alert.acknowledged_by = alert.acknowledged_at = alert.escalated_at = alert.done_at = None
    alert.revision += 1
    alert.save()
    record(action="alert.lifted", by=by, at=at, person=person, subject=str(alert.id), detail=_detail(alert))
    return alert, True


def _open_episode(person: Person, rule: str) -> uuid.UUID | None:
    earlier = Alert.objects.filter(person=person, rule=rule).exclude(state=Alert.State.DONE).order_by("raised_at")
    return earlier.values_list("episode", flat=True).first()


def _detail(alert: Alert) -> dict[str, object]:
    return {"rule": alert.rule, "level": Level(alert.level).name.lower(), "revision": alert.revision}


@transaction.atomic
def acknowledge(*, person: Person, alert_id: uuid.UUID, revision: int, by: User, at: datetime) -> Alert:
    """Say that a human has seen the alert and every earlier one of its episode.

    `revision` is that of the alert as it was shown. Raises StaleAlertError when its level was lifted since, and
    NoAlertError. Acknowledging twice changes nothing.
    """
    alert = _alert(person, alert_id)
    if alert.revision != revision:
        raise StaleAlertError(alert)
    seen = Alert.objects.select_for_update().filter(
        Q(pk=alert.pk) | Q(raised_at__lt=alert.raised_at),
        person=person,
        episode=alert.episode,
        state=Alert.State.OPEN,
    )
    for one in seen:
        one.state, one.acknowledged_by, one.acknowledged_at = Alert.State.ACKNOWLEDGED, by, at
        one.save(update_fields=["state", "acknowledged_by", "acknowledged_at"])
        record(action="alert.acknowledged", by=by, at=at, person=person, subject=str(one.id), detail=_detail(one))
    refresh_standing(person, at=at)
    alert.refresh_from_db()
    return alert


@dataclass(frozen=True, slots=True)
class Done:
    """What a human did; `id` is made by the form so that one sent twice is recorded once."""

    id: uuid.UUID
    what: str
    note: str = ""
    closes: bool = False

    def __post_init__(self) -> None:
        if self.what not in AlertAction.What.values:
            raise ValueError(f"'{self.what}' is not one of {', '.join(AlertAction.What.values)}")
        if self.what == AlertAction.What.NOT_NEEDED and not self.note.strip():
            raise ValueError("say in the note why no contact is needed")
        if self.what == AlertAction.What.TRIED and self.closes:
            raise ValueError("the person has not been reached yet; keep the alert open")


@transaction.atomic
def record_action(*, person: Person, alert_id: uuid.UUID, revision: int, done: Done, by: User, at: datetime) -> Alert:
    """Write down what was done; acknowledges the alert, and with `done.closes` ends its whole episode.

    Raises StaleAlertError and NoAlertError as `acknowledge` does.
    """
    if AlertAction.objects.filter(pk=done.id, alert_id=alert_id).exists():
        return _alert(person, alert_id)
    alert = acknowledge(person=person, alert_id=alert_id, revision=revision, by=by, at=at)
    AlertAction.objects.create(id=done.id, alert=alert, what=done.what, note=done.note, by=by, at=at)
    record(action="alert.acted", by=by, at=at, person=person, subject=str(alert.id), detail={"what": done.what})
    if done.closes:
        closing = Alert.objects.select_for_update().filter(
            person=person, episode=alert.episode, state=Alert.State.ACKNOWLEDGED
        )
        for one in closing:
            one.state, one.done_at = Alert.State.DONE, at
            one.save(update_fields=["state", "done_at"])
            record(action="alert.closed", by=by, at=at, person=person, subject=str(one.id), detail=_detail(one))
        refresh_standing(person, at=at)
        alert.refresh_from_db()
    return alert


def _alert(person: Person, alert_id: uuid.UUID) -> Alert:
    try:
        return Alert.objects.select_for_update().get(pk=alert_id, person=person)
    except Alert.DoesNotExist:
        raise NoAlertError(str(alert_id)) from None


def escalate_due(*, at: datetime) -> tuple[Alert, ...]:
    """Mark every unseen alert whose time has passed; each is marked once, however often this runs (hazard H02)."""
    due = Alert.objects.filter(state=Alert.State.OPEN, escalated_at__isnull=True, act_by__lte=at)
    return tuple(alert for pk in due.values_list("pk", flat=True) if (alert := _escalate(pk, at)))


@transaction.atomic
def _escalate(alert_id: uuid.UUID, at: datetime) -> Alert | None:
    alert = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=alert_id, state=Alert.State.OPEN, escalated_at__isnull=True)
        .first()
    )
    if alert is None:
        return None
    alert.escalated_at = at
    alert.save(update_fields=["escalated_at"])
    record(action="alert.escalated", by=None, at=at, person=alert.person, subject=str(alert.id), detail=_detail(alert))
    return alert
