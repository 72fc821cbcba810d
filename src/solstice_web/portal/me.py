"""My details: time zone, display, my data, sign out."""

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.accounts.sessions import end_other_sessions
from solstice_web.measures.clock.actions import PaceRefusedError, choose_pace, end_pause, pause_check
from solstice_web.measures.content import battery
from solstice_web.measures.schedule import schedule_of
from solstice_web.people.models import EthnicGroup
from solstice_web.people.zones import zone_of
from solstice_web.portal.actions import choose_time_zone, describe_myself
from solstice_web.portal.forms import PaceForm, ZoneForm
from solstice_web.portal.my_data import my_data
from solstice_web.portal.pages import personal, why_not_this_person

EVERY = {7: "Each week", 14: "Every two weeks"}
PAUSES = (7, 14)
"""What a person is offered, in days; the battery says which of them are allowed."""


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        return _zone(request)
    return _page(request, ZoneForm(initial={"time_zone": request.person.time_zone}))


def _page(
    request: PersonRequest, form: ZoneForm, *, status: int = 200, pace_form: PaceForm | None = None
) -> HttpResponse:
    at = timezone.now()
    clock: datetime = at.astimezone(zone_of(request.person.time_zone))
    schedule = schedule_of(request.person, at=at)
    usual = battery().file.core.every_days
    context = {
        "person": request.person,
        "form": form,
        "clock": clock,
        "changed": "changed" in request.GET,
        "described": "described" in request.GET,
        "ethnic_groups": [("", "No answer"), *EthnicGroup.choices],
        "pace": schedule.pace,
        "pace_form": pace_form or PaceForm(),
        "pace_kept": "pace" in request.GET,
        "every": schedule.pace.every_days or usual,
        "everies": [(days, EVERY[days]) for days in battery().file.choices.every_days if days in EVERY],
        "paused_until": schedule.pace.paused_until if schedule.is_paused else None,
        "pauses": [days for days in PAUSES if days <= battery().file.choices.longest_pause_days],
        "ended": _number(request.GET.get("ended", "")),
        "for_adults": schedule.refused is not None,
    }
    return personal(request, "me", context, status=status)


def _number(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else None


@requires(Right.PORTAL)
@require_POST
def pace(request: PersonRequest) -> HttpResponse:
    """How often the check comes; what the person may not choose now is said next to the choice."""
    if refused := why_not_this_person(request, request.person):
        return refused
    form = PaceForm(request.POST)
    if not form.is_valid() or not _paced(request, form):
        zone = ZoneForm(initial={"time_zone": request.person.time_zone})
        return _page(request, zone, status=422, pace_form=form)
    return redirect("/me/?pace#pace")


def _paced(request: PersonRequest, form: PaceForm) -> bool:
    told, at = form.cleaned_data, timezone.now()
    try:
        match told["do"]:
            case "every":
                choose_pace(person=request.person, every_days=told["days"], by=request.user, at=at)
            case "pause":
                pause_check(person=request.person, days=told["days"], by=request.user, at=at)
            case _:
                end_pause(person=request.person, by=request.user, at=at)
    except PaceRefusedError as refusal:
        form.add_error("days", str(refusal))
        return False
    return True


def _zone(request: PersonRequest) -> HttpResponse:
    if refused := why_not_this_person(request, request.person):
        return refused
    form = ZoneForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    zone = form.cleaned_data["time_zone"]
    choose_time_zone(person=request.person, time_zone=zone, by=request.user, at=timezone.now())
    return redirect("/me/?changed")


@requires(Right.PORTAL)
@require_POST
def everywhere(request: PersonRequest) -> HttpResponse:
    """Sign out everywhere else; with the box ticked here too."""
    if refused := why_not_this_person(request, request.person):
        return refused
    also_here = "here" in request.POST
    ended = end_other_sessions(request, request.user, also_here=also_here)
    if also_here:
        return redirect(f"{reverse('signed_out')}?others={ended}")
    return redirect(f"/me/?ended={ended}#everywhere")


@requires(Right.PORTAL)
@require_safe
def data(request: PersonRequest) -> HttpResponse:
    """Everything as one file; its name says nothing about illness."""
    answer = JsonResponse(my_data(request.person, at=timezone.now()), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="solstice-my-data.json"'
    return answer


@requires(Right.PORTAL)
@require_POST
def describe(request: PersonRequest) -> HttpResponse:
    """How I describe myself; nobody has to, and it changes no plan."""
    if refused := why_not_this_person(request, request.person):
        return refused
    told = request.POST.get("ethnic_group", "")
    if told and told not in EthnicGroup.values:
        return redirect("/me/#about")
    describe_myself(person=request.person, ethnic_group=told, by=request.user, at=timezone.now())
    return redirect("/me/?described#about")
