"""Emergency access: find someone who is not in one's care, say why, open the record for a while; who is told of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from solstice_web.accounts.access import PersonRequest, Right, UserRequest, may, requires
from solstice_web.accounts.models import Role
from solstice_web.people.actions import (
    EMERGENCY_ACCESS,
    SHORTEST_REASON,
    end_emergency,
    look_in_emergency,
    open_in_emergency,
    see_emergency,
)
from solstice_web.people.models import EmergencyAccess, Person
from solstice_web.people.queries import emergencies_of, latest_emergencies, opened_by
from solstice_web.people.teams import caseload
from solstice_web.workspace.clock import day, moment
from solstice_web.workspace.frame import number_of, other_person, page, person_page
from solstice_web.workspace.new_person import WhoForm

LONGEST_REASON = 1000
HOURS = EMERGENCY_ACCESS // timedelta(hours=1)
PAGE = 50


class OpenForm(WhoForm):
    """The same names again, so that a record is opened only by someone who knows whose it is."""

    person = forms.UUIDField(error_messages={"required": "Choose the person.", "invalid": "Choose the person."})
    reason = forms.CharField(
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        error_messages={
            "required": "Write why you need this record now.",
            "min_length": f"Write a little more: at least {SHORTEST_REASON} characters.",
            "max_length": f"Write at most {LONGEST_REASON} characters.",
        },
    )


@requires(Right.CASELOAD)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: UserRequest) -> HttpResponse:
    """Find the person, then open the record with a reason."""
    if request.method != "POST":
        return _page(request, WhoForm())
    if request.POST.get("do") == "open":
        return _open(request)
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    return _page(request, form, found=_look(request, form))


def _look(request: UserRequest, form: WhoForm) -> list[Person]:
    names = ("given_name", "family_name", "birth_date")
    return look_in_emergency(**{name: form.cleaned_data[name] for name in names}, by=request.user, at=timezone.now())


def _open(request: UserRequest) -> HttpResponse:
    form = OpenForm(request.POST)
    names = WhoForm(request.POST)
    if not names.is_valid():
        return _page(request, names, status=400)
    found = _look(request, names)
    if not form.is_valid():
        return _page(request, form, found=found, status=400)
    person = next((one for one in found if one.pk == form.cleaned_data["person"]), None)
    if person is None:
        form.add_error("person", "Choose the person.")
        return _page(request, form, found=found, status=400)
    at = timezone.now()
    if not caseload(request.user.pk, at=at).filter(pk=person.pk).exists():
        open_in_emergency(person=person, reason=form.cleaned_data["reason"], by=request.user, at=at)
    return redirect("workspace:person", person_id=person.pk)


def _page(request: UserRequest, form: WhoForm, *, found: list[Person] | None = None, status: int = 200) -> HttpResponse:
    at = timezone.now()
    mine = caseload(request.user.pk, at=at).filter(pk__in=[one.pk for one in found or ()])
    in_care = set(mine.values_list("pk", flat=True))
    return page(
        request,
        "emergency/open",
        place="people",
        status=status,
        form=form,
        hours=HOURS,
        asked=found is not None,
        found=[{"person": one, "born": _born(one), "is_mine": one.pk in in_care} for one in found or ()],
        opened=[{"access": one, "until": moment(one.until, at=at)} for one in opened_by(request.user.pk, at=at)],
    )


def _born(person: Person) -> str:
    return f"born {day(person.birth_date)}" if person.birth_date else "birth date not known"


@requires(Right.CASELOAD)
@require_POST
def end(request: UserRequest, access_id: UUID) -> HttpResponse:
    """The one who opened a record is done with it."""
    access = EmergencyAccess.objects.filter(pk=access_id, user=request.user).first()
    if access is None:
        raise Http404
    end_emergency(access=access, by=request.user, at=timezone.now())
    messages.success(request, "Ended. The record is closed for you again.")
    return redirect("workspace:emergency")


@requires(Right.READ_RECORD, person="person_id")
@require_safe
def emergencies(request: PersonRequest, person_id: UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Who opened this record in an emergency, and why."""
    lines = [_line(access) for access in emergencies_of(request.person)]
    treats = may(request.user, Right.TREAT, request.person)
    return person_page(request, "emergency/person", place="", lines=lines, treats=treats)


@requires(Right.TREAT, person="person_id")
@require_POST
def seen(request: PersonRequest, person_id: UUID, access_id: UUID) -> HttpResponse:
    """Someone of those who treat has read it."""
    if refused := other_person(request):
        return refused
    access = emergencies_of(request.person).filter(pk=access_id).first()
    if access is None:
        raise Http404
    see_emergency(access=access, by=request.user, at=timezone.now())
    messages.success(request, "Kept: your team has seen it.")
    return redirect("workspace:person", person_id=person_id)


@requires(Right.READ_AUDIT)
@require_safe
def emergency_list(request: UserRequest) -> HttpResponse:
    """For the service lead and administrators: no person is named; the reason is for the service lead."""
    shown = Paginator(latest_emergencies(), PAGE).get_page(number_of(request, "page"))
    is_lead = request.user.role == Role.SERVICE_LEAD
    lines = [_line(access) for access in shown]
    return page(request, "emergency/list", place="audit", lines=lines, shown=shown, is_lead=is_lead)


@requires(Right.SERVICE)
@require_POST
def end_for(request: UserRequest, access_id: UUID) -> HttpResponse:
    """The service lead ends the emergency access of someone else."""
    access = EmergencyAccess.objects.filter(pk=access_id).first()
    if access is None:
        raise Http404
    end_emergency(access=access, by=request.user, at=timezone.now())
    messages.success(request, "Ended. The record is closed again for the one who opened it.")
    return redirect("workspace:emergency_list")


def _line(access: EmergencyAccess) -> dict[str, Any]:
    at = timezone.now()
    is_open = access.is_open(at)
    how = "ended by hand" if access.ended_at else "open until" if is_open else "ended by itself"
    return {
        "access": access,
        "by": access.user.name or access.user.email,
        "since": moment(access.since, at=at),
        "is_open": is_open,
        "state": f"{how} {moment(access.until, at=at)}",
        "seen": f"{access.seen_by.name or access.seen_by.email}, {moment(access.seen_at, at=at)}"
        if access.seen_by and access.seen_at
        else "",
        "reference": str(access.person_id)[:8],
    }


urls = [
    path("clinic/emergency/", emergency, name="emergency"),
    path("clinic/emergency/<uuid:access_id>/end/", end, name="emergency_end"),
    path("clinic/people/<uuid:person_id>/emergency/", emergencies, name="emergencies"),
    path("clinic/people/<uuid:person_id>/emergency/<uuid:access_id>/seen/", seen, name="emergency_seen"),
    path("admin/emergency/", emergency_list, name="emergency_list"),
    path("service/emergency/<uuid:access_id>/end/", end_for, name="emergency_end_for"),
]
