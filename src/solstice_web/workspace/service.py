"""The service as a whole for its lead: how people stand, who waits, risk answers nobody saw in time, decisions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.alerts.queries import moments_not_done, overdue_alerts
from solstice_web.courses.queries import waiting_since
from solstice_web.people.teams import names_of_teams
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import decision_counts, reasons_for_differing
from solstice_web.plans.small_numbers import SMALLEST_SHOWN, hidden_small, hidden_total
from solstice_web.progress.queries import counts_by_state
from solstice_web.workspace.clock import age, moment
from solstice_web.workspace.frame import page

STATES = {
    "remission": ("Remission",),
    "response": ("Response",),
    "on_track": ("On track",),
    "off_track": ("Not better as hoped",),
    "worse": ("Getting worse", "relapse_signal"),
    "not_for_age": ("Not judged: the rules are for adults",),
    "": ("Too early to tell", "no_data", "too_early"),
}
"""A state of the engine, its words, and the states counted with it."""

WAITING = {
    "Less than 4 weeks": timedelta(),
    "4 to 12 weeks": timedelta(weeks=4),
    "More than 12 weeks": timedelta(weeks=12),
}
AGES = {
    "Up to 4 hours": timedelta(),
    "4 to 24 hours": timedelta(hours=4),
    "1 to 7 days": timedelta(days=1),
    "More than 7 days": timedelta(days=7),
}
"""Buckets by the age at which they begin."""

DECISIONS_OF = timedelta(days=365)


@requires(Right.SERVICE)
def service(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    late = overdue_alerts(at=at)
    teams = names_of_teams([line.alert.person_id for line in late])
    told = decision_counts(since=at - DECISIONS_OF)
    differing = reasons_for_differing(since=at - DECISIONS_OF)
    return page(
        request,
        "service",
        place="service",
        smallest=SMALLEST_SHOWN,
        states=_table(_states()),
        waiting=_table(buckets(waiting_since(), WAITING, at=at)),
        ages=buckets(moments_not_done(), AGES, at=at),
        late=[
            {
                "waiting": age(line.alert.raised_at, at=at),
                "due": moment(line.act_by, at=at),
                "team": ", ".join(teams.get(line.alert.person_id, ())) or "nobody is on the care team",
                "reference": str(line.alert.pk)[:8],
            }
            for line in late
        ],
        decisions=_table({str(Decision.Kind(kind).label): count for kind, count in told.items()}),
        differing=_table({str(Decision.Why(why).label): count for why, count in differing.items()}),
    )


def _states() -> dict[str, int]:
    found = counts_by_state()
    return {words: sum(found.get(name, 0) for name in (state, *others)) for state, (words, *others) in STATES.items()}


def buckets(moments: Iterable[datetime], limits: dict[str, timedelta], *, at: datetime) -> dict[str, int]:
    """How many moments lie how long ago."""
    counts = dict.fromkeys(limits, 0)
    for one in moments:
        gone = max(at - one, timedelta())
        counts[max((name for name in limits if limits[name] <= gone), key=lambda name: limits[name])] += 1
    return counts


def _table(counts: dict[str, int]) -> dict[str, Any]:
    return {"rows": hidden_small(counts), "total": hidden_total(counts)}


urls = [path("service/", service, name="service")]
