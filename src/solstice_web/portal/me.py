"""My details: time zone, display, my data, sign out."""

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.people.zones import zone_of
from solstice_web.portal.actions import choose_time_zone
from solstice_web.portal.forms import ZoneForm
from solstice_web.portal.my_data import my_data
from solstice_web.portal.pages import personal, why_not_this_person


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        return _zone(request)
    return _page(request, ZoneForm(initial={"time_zone": request.person.time_zone}))


def _page(request: PersonRequest, form: ZoneForm, *, status: int = 200) -> HttpResponse:
    clock: datetime = timezone.now().astimezone(zone_of(request.person.time_zone))
    context = {"person": request.person, "form": form, "clock": clock, "changed": "changed" in request.GET}
    return personal(request, "me", context, status=status)


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
@require_safe
def data(request: PersonRequest) -> HttpResponse:
    """Everything as one file; its name says nothing about illness."""
    answer = JsonResponse(my_data(request.person, at=timezone.now()), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="solstice-my-data.json"'
    return answer
