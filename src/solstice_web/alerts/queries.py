"""Which alerts wait for whom, the unseen first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert, Level
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.storage.once import once


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One episode as a clinician sees it: its most urgent alert, how many there are, whether one is unseen."""

    alert: Alert
    count: int
    unseen: bool
    act_by: datetime

    @property
    def level(self) -> Level:
        return Level(self.alert.level)

    def is_late(self, at: datetime) -> bool:
        return self.unseen and at > self.act_by


@once
def open_alerts(user: User) -> tuple[AlertLine, ...]:
    """Every episode not yet done of the people `user` cares for: unseen first, then by level, then by time."""
    team = CareTeamMember.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=Now()), user=user)
    return _lines(_not_done().filter(person_id__in=team.values("person_id")))


def alerts_of(person: Person) -> tuple[AlertLine, ...]:
    """The episodes of one person that are not done yet."""
    return _lines(alert for alert in every_alert(person) if alert.state != Alert.State.DONE)


@once
def every_alert(person: Person) -> tuple[Alert, ...]:
    """All alerts of one person, also those that are done, read once a page."""
    found = tuple(Alert.objects.filter(person=person))
    for alert in found:
        alert.person = person
    return found


def escalated_alerts() -> tuple[AlertLine, ...]:
    """Alerts nobody acknowledged in time, of the whole clinic: the service lead's list."""
    return _lines(_not_done().filter(state=Alert.State.OPEN, escalated_at__isnull=False))


def history(person: Person) -> QuerySet[Alert]:
    """All alerts of one person with what was done, the latest first."""
    return Alert.objects.filter(person=person).prefetch_related("actions__by").order_by("-raised_at")


def _not_done() -> QuerySet[Alert]:
    return Alert.objects.exclude(state=Alert.State.DONE).select_related("person")


def _lines(alerts: Iterable[Alert]) -> tuple[AlertLine, ...]:
    episodes: dict[UUID, list[Alert]] = {}
    for alert in alerts:
        episodes.setdefault(alert.episode, []).append(alert)
    lines = [_line(episode) for episode in episodes.values()]
    return tuple(sorted(lines, key=lambda line: (not line.unseen, line.alert.level, line.act_by)))


def _line(episode: list[Alert]) -> AlertLine:
    unseen = [alert for alert in episode if alert.state == Alert.State.OPEN]
    shown = unseen or episode
    first = min(shown, key=lambda alert: (alert.level, alert.act_by))
    return AlertLine(first, len(episode), bool(unseen), min(alert.act_by for alert in shown))


def overdue_alerts(*, at: datetime) -> tuple[AlertLine, ...]:
    """Every alert of the whole clinic that nobody has seen though its time has passed, the longest waiting first."""
    lines = _lines(_not_done().filter(state=Alert.State.OPEN, act_by__lte=at))
    return tuple(sorted(lines, key=lambda line: line.act_by))


def moments_not_done() -> tuple[datetime, ...]:
    """When each alert of the whole clinic that is not done came in."""
    return tuple(Alert.objects.exclude(state=Alert.State.DONE).values_list("raised_at", flat=True))
