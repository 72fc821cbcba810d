"""Pages around the real public ones: the style guide, a small portal, and a server end of the outbox to play with."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie

from solstice_web.accounts.access import public
from solstice_web.help.urls import urlpatterns as help_urls

HERE = Path(__file__).parent


@dataclass
class Clinic:
    """What the server end received, and how it is to answer next."""

    status: int = 200
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    refuse: str = ""
    drop_answer: bool = False
    posted: list[dict[str, str]] = field(default_factory=list)


clinic = Clinic()


def rendered(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    source = (HERE / f"{name}.jinja").read_text("utf-8")
    return HttpResponse(engines["jinja2"].from_string(source).render(context, request))


@public
@ensure_csrf_cookie
def guide(request: HttpRequest, layout: str) -> HttpResponse:
    return rendered(request, "guide", layout=layout)


@public
@ensure_csrf_cookie
def today(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        clinic.posted.append(request.POST.dict())
    return rendered(request, "today", owner=request.GET.get("owner", "owner-1"))


@public
@ensure_csrf_cookie
def practice(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        clinic.posted.append(request.POST.dict())
    response = rendered(request, "practice")
    response["X-Solstice-Cache"] = "generic"
    return response


@public
def personal(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!DOCTYPE html><title>x</title><p>A secret of Ada</p>")


@public
def logout(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse(status=302, headers={"Location": "/signed-out/"})
    return rendered(request, "logout")


@public
def login(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        engines["jinja2"]
        .from_string('{% extends "layouts/plain.jinja" %}{% block content %}<input type="password">{% endblock %}')
        .render({}, request)
    )


@public
@csrf_exempt
def outbox(request: HttpRequest) -> HttpResponse:
    clinic.seen.append(clinic.status)
    if clinic.status != 200:
        return HttpResponse("no", status=clinic.status)
    body = json.loads(request.body)
    clinic.requests.append({**body, "csrf": request.headers.get("X-CSRFToken", "")})
    results = []
    for entry in body["entries"]:
        if clinic.refuse:
            results.append({"id": entry["id"], "state": "refused", "message": clinic.refuse})
            continue
        state = "duplicate" if entry["id"] in clinic.saved else "saved"
        clinic.saved[entry["id"]] = entry
        results.append({"id": entry["id"], "state": state, "message": ""})
    if clinic.drop_answer:
        clinic.drop_answer = False
        return HttpResponse("gone", status=502)
    return JsonResponse({"entries": results})


urlpatterns = [
    path("", include(help_urls)),
    path("", today, name="home"),
    path("guide/<layout>/", guide),
    path("today/", today),
    path("practice/", practice),
    path("personal/", personal),
    path("account/logout/", logout, name="account_logout"),
    path("account/login/", login, name="account_login"),
    path("outbox/", outbox),
    path("you/", include(([path("", today, name="you")], "workspace"))),
]
