"""After a restore: what the administrator must know and do, until it is acknowledged."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.operations.actions import acknowledge_restore
from solstice_web.operations.models import Restore
from solstice_web.operations.queries import restores
from solstice_web.people.teams import names_of_teams
from solstice_web.workspace.clock import age, moment
from solstice_web.workspace.frame import page

KINDS = {
    "alert": "Risk answers, and what was done about them",
    "measure": "Measures and answers",
    "rating": "Measures and answers",
    "check": "Measures and answers",
    "entry": "What people wrote and practised",
    "outbox": "What people wrote and practised",
    "own_picture": "What people wrote and practised",
    "safety_plan": "Safety plans",
    "facts": "Facts, history and questions",
    "ledger": "Facts, history and questions",
    "checklist": "Facts, history and questions",
    "label": "Facts, history and questions",
    "question": "Facts, history and questions",
    "interview": "Facts, history and questions",
    "picture": "Facts, history and questions",
    "event": "Facts, history and questions",
    "plan": "Decisions, courses and sessions",
    "course": "Decisions, courses and sessions",
    "session": "Decisions, courses and sessions",
    "task": "Tasks and reminders",
    "team_task": "Tasks and reminders",
    "letter": "Letters",
    "person": "People added, and care teams",
    "care_team": "People added, and care teams",
    "account": "Accounts and second steps",
    "second_factor": "Accounts and second steps",
    "break_glass": "Emergency access",
}
"""First word of an action of the trail, and the words it is counted under."""

NOT_COUNTED = frozenset({"read", "denied", "sign_in", "sign_out", "restore"})
OTHER = "Something else"


@requires(Right.ADMINISTER)
@require_safe
def restored(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    found = list(restores())
    latest = found[0] if found else None
    return page(
        request,
        "restores",
        place="restores",
        latest=latest,
        is_open=latest is not None and latest.acknowledged_at is None,
        gap=age(latest.taken_at, at=latest.restored_at) if latest else "",
        lost=counted_by_kind(latest.lost) if latest and latest.lost is not None else None,
        missing=_alerts(latest, at=at) if latest else [],
        lines=[
            {
                "taken": moment(one.taken_at, at=at),
                "restored": moment(one.restored_at, at=at),
                "acknowledged": moment(one.acknowledged_at, at=at) if one.acknowledged_at else "Not yet",
                "by": (one.acknowledged_by.name or one.acknowledged_by.email) if one.acknowledged_by else "",
            }
            for one in found
        ],
    )


def counted_by_kind(events: dict[str, int]) -> list[tuple[str, int]]:
    """Lost entries by kind, in the order of KINDS; reading and signing in are no loss."""
    counts = dict.fromkeys([*KINDS.values(), OTHER], 0)
    for action, times in events.items():
        first = action.partition(".")[0]
        if first not in NOT_COUNTED:
            counts[KINDS.get(first, OTHER)] += times
    return [(words, times) for words, times in counts.items() if times]


def _alerts(restore: Restore, *, at: datetime) -> list[dict[str, Any]]:
    """Whose risk answers are missing: the record and its care team, never a name of a person in care."""
    told = restore.alerts or []
    teams = {str(person): names for person, names in names_of_teams([person for person, _ in told]).items()}
    return [
        {
            "reference": person[:8],
            "when": moment(datetime.fromisoformat(when), at=at),
            "team": ", ".join(teams.get(person, ())) or "nobody; the person may be missing too",
        }
        for person, when in told
    ]


@requires(Right.ADMINISTER)
@require_POST
def acknowledge(request: UserRequest) -> HttpResponse:
    """Only for the restore the page spoke of, and only with the box ticked."""
    told = request.POST.get("restore", "")
    found = (
        Restore.objects.filter(pk=int(told)).first() if told.isascii() and told.isdigit() and len(told) < 10 else None
    )
    if found is None:
        raise Http404
    if request.POST.get("told") != "yes":
        messages.error(request, "Not acknowledged yet: tick that everyone who works here was told.")
        return redirect("workspace:restores")
    acknowledge_restore(restore=found, by=request.user, at=timezone.now())
    messages.success(request, "Acknowledged. The line on top of every page is gone; this page keeps the list.")
    return redirect("workspace:restores")


urls = [
    path("admin/restores/", restored, name="restores"),
    path("admin/restores/acknowledge/", acknowledge, name="acknowledge_restore"),
]
