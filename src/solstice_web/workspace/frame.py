"""What pages of staff share: places, alerts waiting, who is open, and refusing a form shown for someone else."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from solstice_web.accounts.access import PersonRequest, UserRequest
from solstice_web.accounts.models import Role, User
from solstice_web.alerts.models import Level
from solstice_web.alerts.queries import AlertLine, open_alerts
from solstice_web.measures.context import age_on
from solstice_web.people.models import Person
from solstice_web.people.queries import emergency_access
from solstice_web.workspace.clock import clinic_today, day, moment

PLACES: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    Role.CLINICIAN: (
        ("people", "People", "workspace:caseload", "people"),
        ("alerts", "Alerts", "workspace:alerts", "attention"),
        ("instruments", "Instruments", "workspace:instruments", "list"),
        ("measures", "Overdue", "workspace:overdue", "change"),
    ),
    Role.SERVICE_LEAD: (
        ("service", "Service", "workspace:service", "change"),
        ("offer", "Offer", "workspace:offer", "people"),
        ("audit", "Audit trail", "workspace:audit", "info"),
        ("instruments", "Instruments", "workspace:instruments", "list"),
    ),
    Role.ADMINISTRATOR: (
        ("users", "Staff", "workspace:users", "people"),
        ("restores", "Restores", "workspace:restores", "back"),
        ("audit", "Audit trail", "workspace:audit", "info"),
        ("instruments", "Instruments", "workspace:instruments", "list"),
    ),
}
"""Places of the menu a role: key, words, URL name, icon."""

PERSON_PLACES = (
    ("overview", "Overview", ""),
    ("history", "History", "history/"),
    ("questions", "Questions", "questions/"),
    ("tasks", "Tasks", "tasks/"),
    ("formulation", "What keeps it going", "formulation/"),
    ("plan", "Plan", "plan/"),
    ("sessions", "Sessions", "sessions/"),
    ("measures", "Measures", "measures/"),
    ("safety_plan", "Safety plan", "safety-plan/"),
    ("facts", "Facts", "facts/"),
    ("letters", "Letter", "letter/"),
)
"""Places of one person, in the order of the loop: key, words, where below the person's own address."""

SHOWN_IN_BAR = 4
COLOURS = 6


def page(request: UserRequest, template: str, *, place: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page about no one in particular; `place` is a key of PLACES."""
    return render(request, f"workspace/{template}.jinja", {**_frame(request, place), **context}, status=status)


def person_page(
    request: PersonRequest, template: str, *, place: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about `request.person`; `place` is a key of PERSON_PLACES. Templates extend workspace/person_layout."""
    person = request.person
    home = reverse("workspace:person", args=[person.pk])
    frame = {
        **_frame(request, "people"),
        "person": person,
        "patient": banner(person),
        "emergency": _emergency(request),
        "person_places": [
            {"text": words, "href": home + below, "current": key == place} for key, words, below in PERSON_PLACES
        ],
    }
    return render(request, f"workspace/{template}.jinja", {**frame, **context}, status=status)


def _emergency(request: PersonRequest) -> dict[str, Any] | None:
    """What someone is told who reads by emergency access only; who has the person on their team is asked already."""
    if getattr(request.person, "by_team", True):
        return None
    at = timezone.now()
    access = emergency_access(request.user.pk, request.person.pk, at=at)
    return None if access is None else {"id": access.pk, "until": moment(access.until, at=at)}


def other_person(request: PersonRequest) -> HttpResponse | None:
    """The 409 page when a form carries another person's id than the address, else None (hazard H09).

    Each form about a person carries `<input type="hidden" name="person" value="{{ person.id }}">`.
    """
    if _uuid(request.POST.get("person", "")) == request.person.pk:
        return None
    return person_page(request, "other_person", place="", status=409)


def edited_by_someone_else(request: PersonRequest, *, place: str, **context: Any) -> HttpResponse:
    """The 409 page with both texts (promise 14).

    Context: `what` (the thing, in words), `rows` [(heading, theirs, yours)], `kept` {name: value} (hidden fields that
    save yours on top), `revision` (the latest), `action` and `back` (addresses).
    """
    return person_page(request, "edited_by_someone_else", place=place, status=409, **context)


def banner(person: Person) -> dict[str, Any]:
    """What patient_banner takes."""
    return {
        "name": person.full_name,
        "birth_date": day(person.birth_date) if person.birth_date else "birth date not known",
        "age": age_on(person.birth_date, clinic_today()) if person.birth_date else None,
        "reference": str(person.pk)[:8],
        "invented": person.invented,
        "colour": person.pk.int % COLOURS + 1,
        "href": reverse("workspace:person", args=[person.pk]),
    }


def _frame(request: UserRequest, place: str) -> dict[str, Any]:
    user = request.user
    lines = unseen_alerts(user)
    return {
        "places": [
            {"text": words, "href": reverse(name), "icon": icon, "current": key == place}
            for key, words, name, icon in PLACES[user.role]
        ],
        "alerts": _bar(lines),
        "at": timezone.now(),
    }


def unseen_alerts(user: User) -> list[AlertLine]:
    """Alerts of this clinician's people that nobody has acknowledged, the most urgent first."""
    return [line for line in open_alerts(user) if line.unseen] if user.role == Role.CLINICIAN else []


def _bar(lines: list[AlertLine]) -> list[dict[str, Any]]:
    at = timezone.now()
    shown: list[dict[str, Any]] = [
        {
            "text": f"{line.alert.person.full_name}: risk answer",
            "href": reverse("workspace:alert", args=[line.alert.person_id, line.alert.pk]),
            "act_by": ("was due " if line.is_late(at) else "act by ") + moment(line.act_by, at=at),
            "urgent": line.level is Level.NOW or line.is_late(at),
        }
        for line in lines[:SHOWN_IN_BAR]
    ]
    if len(lines) > SHOWN_IN_BAR:
        shown.append({"text": f"{len(lines) - SHOWN_IN_BAR} more", "href": reverse("workspace:alerts")})
    return shown


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def number_of(request: HttpRequest, name: str, *, otherwise: int = 1) -> int:
    """A whole number from the query, or `otherwise` when it is none."""
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else otherwise
