"""The people of a clinician, those who need someone now first, with the reason in words."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.people.queries import unseen_emergencies
from solstice_web.progress.models import Need
from solstice_web.progress.queries import CaseloadRow, caseload
from solstice_web.workspace.clock import age, clinic_today, counted, day, moment
from solstice_web.workspace.frame import number_of, page
from solstice_web.workspace.task_words import my_tasks

LONGEST_SEARCH = 80
ACT = frozenset({Need.ALERT_NOW, Need.ALERT_TODAY, Need.ALERT_QUEUE})
MOST_SHOWN = 20
"""Emergency accesses nobody has seen yet, on one page."""

KIND_OF_NEED = {
    Need.ALERT_NOW: "urgent",
    Need.ALERT_TODAY: "urgent",
    Need.ALERT_QUEUE: "attention",
    Need.FOLLOW_UP: "attention",
    Need.WORSE: "attention",
    Need.OFF_TRACK: "attention",
    Need.OVERDUE: "wait",
    Need.NEW: "plain",
    Need.STEADY: "good",
}
WORDS_OF_NEED = {
    Need.ALERT_NOW: "Contact now",
    Need.ALERT_TODAY: "Contact today",
    Need.ALERT_QUEUE: "Look at this today or tomorrow",
    Need.FOLLOW_UP: "Follow-up open",
    Need.WORSE: "Getting worse",
    Need.OFF_TRACK: "Not better as hoped",
    Need.OVERDUE: "Measure overdue",
    Need.NEW: "New",
    Need.STEADY: "As expected",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the page shows it."""

    row: CaseloadRow
    tag: str
    kind: str
    born: str
    waiting: str
    by: str
    score: str


@requires(Right.CASELOAD)
def people(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    name = " ".join(request.GET.get("name", "").split())[:LONGEST_SEARCH]
    found = caseload(request.user, at=at, page=number_of(request, "page"), today=clinic_today(), name=name)
    return page(
        request,
        "caseload",
        place="people",
        found=found,
        name=name,
        lines=[line_of(row, at=at) for row in found.rows],
        tasks=my_tasks(request.user, at=at),
        emergencies=[
            {"access": access, "by": access.user.name or access.user.email, "when": moment(access.since, at=at)}
            for access in unseen_emergencies(request.user.pk, at=at)[:MOST_SHOWN]
        ],
        counted=counted(found.people, "person", "people"),
        previous=_address(name, found.page - 1) if found.page > 1 else None,
        next=_address(name, found.page + 1) if found.page < found.pages else None,
    )


def line_of(row: CaseloadRow, *, at: datetime) -> Line:
    standing = row.standing
    return Line(
        row=row,
        tag=_tag(row),
        kind=KIND_OF_NEED[row.need],
        born=day(row.person.birth_date) if row.person.birth_date else "not known",
        waiting=f"Waiting for {age(row.raised_at, at=at)}" if row.raised_at else "",
        by=_by(row, at=at),
        score=_score(standing.phq9_total, standing.phq9_first) if standing else "",
    )


def _tag(row: CaseloadRow) -> str:
    """Measures of someone to whom the rules do not apply are there: the person is not new."""
    if row.need is Need.NEW and row.standing is not None and row.standing.state == "not_for_age":
        return "Not judged"
    return WORDS_OF_NEED[row.need]


def _by(row: CaseloadRow, *, at: datetime) -> str:
    if row.act_by is None or row.need not in ACT:
        return ""
    return f"{'Was due' if row.late else 'Act by'} {moment(row.act_by, at=at)}"


def _score(latest: float | None, first: float | None) -> str:
    if latest is None:
        return ""
    return f"{latest:g}" if first is None else f"{latest:g} (first {first:g})"


def _address(name: str, number: int) -> str:
    told: dict[str, str | int] = {"name": name} if name else {}
    return "?" + urlencode({**told, "page": number})


urls = [path("clinic/", people, name="caseload")]
