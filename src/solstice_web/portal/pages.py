"""What the pages of the portal share: personal pages name their owner, generic pages hold nothing personal."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from solstice_web.accounts.access import PersonRequest
from solstice_web.people.models import Person
from solstice_web.people.queries import safety_plan_edition
from solstice_web.portal.days import day_words


def personal(request: PersonRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of this person; never stored anywhere (see config/headers.py)."""
    shared = {
        "owner": str(request.person.pk),
        "plan_edition": safety_plan_edition(request.person),
        "day_words": partial(day_words, zone=request.person.time_zone),
    }
    return render(request, f"portal/{template}.jinja", {**shared, **context}, status=status)


def generic(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page that is the same for everyone, so that the service worker may keep it on the phone."""
    response = render(request, f"portal/{template}.jinja", {**context, "generic": True})
    response["X-Solstice-Cache"] = "generic"
    return response


def why_not_this_person(request: HttpRequest, person: Person) -> HttpResponse | None:
    """The 409 page when the form was shown to someone else, for example before another sign-in (hazard H09)."""
    if request.POST.get("person") == str(person.pk):
        return None
    return render(request, "portal/other_person.jinja", status=409)
