"""Public pages: help and crisis, display choices, offline, leaving; and the service worker that keeps them."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from solstice_web.accounts.access import public
from solstice_web.assets.bundle import web_manifest, worker_source
from solstice_web.help.crisis import crisis_lines

LANGUAGES = {"en": "English"}
"""Languages the help page is written in; each has templates/help/text.<code>.jinja and card.<code>.jinja."""

DISPLAY = {"theme": ("auto", "light", "dark"), "text_size": ("usual", "large", "largest")}
"""Cookie → values, the first is what holds without a choice."""

A_YEAR = 365 * 24 * 3600


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "en")
    return asked if asked in LANGUAGES else "en"


def _help(request: HttpRequest, page: str) -> HttpResponse:
    language = _language(request)
    context = {
        "lang": language,
        "languages": LANGUAGES,
        "crisis": crisis_lines(),
        "text": f"help/{page}.{language}.jinja",
    }
    return render(request, f"help/{page}.jinja", context)


@public
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    return _help(request, "help")


@public
@require_safe
def help_card(request: HttpRequest) -> HttpResponse:
    return _help(request, "card")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Light or dark, and text size: kept in two cookies on this device, never with the person."""
    if request.method != "POST":
        now = {name: request.COOKIES.get(name, values[0]) for name, values in DISPLAY.items()}
        return render(request, "help/display.jinja", {"now": now, "changed": "changed" in request.GET})
    response = redirect(f"{reverse('display')}?changed")
    for name, values in DISPLAY.items():
        if (value := request.POST.get(name)) in values:
            response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "help/offline.jinja")


@public
@require_safe
def away(request: HttpRequest) -> HttpResponse:
    """Leave quickly: end the session and show a page that says nothing.

    A link must be enough here, without script and without a form. Another site that links to it ends no session.
    """
    if request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"} and request.user.is_authenticated:
        logout(request)
    return render(request, "help/away.jinja")


@public
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Where signing out ends: the page empties the browser, but only when nobody is signed in."""
    told = request.GET.get("others", "")
    others = int(told) if told.isascii() and told.isdigit() and len(told) < 5 else None
    return render(request, "help/signed_out.jinja", {"wipe": not request.user.is_authenticated, "others": others})


@public
@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """At the root, so that it covers every page; asked for anew each time, so that a release arrives."""
    kept = tuple(reverse(name) for name in ("help", "help_card", "offline", "away"))
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(worker_source(kept), content_type="text/javascript; charset=utf-8", headers=headers)


@public
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        web_manifest(), content_type="application/manifest+json", headers={"Cache-Control": "public, max-age=86400"}
    )
