"""The caseload and the person page rendered by Django's own template engine: same view, same context, bench only.

Imported by _server.py as the URL configuration; pages of Solstice stay where they are, their twins stand below
/bench/django/.
"""

import sys
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any

from django import template
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.backends.django import DjangoTemplates
from django.template.loader import get_template
from django.urls import include, path
from django.utils.safestring import mark_safe

from solstice_web.assets.bundle import asset as address_of_asset
from solstice_web.operations.queries import open_restore as asked_restore
from solstice_web.workspace import caseload, frame, person

register = template.Library()
by_django = ContextVar("by_django", default=False)
_icon = get_template("components/icon/icon.jinja").template.module
_tag = get_template("components/tag/tag.jinja").template.module
ICON_PATHS = {name: mark_safe(value) for name, value in _icon.paths.items()}


@register.filter
def icon_path(name: str) -> str:
    return ICON_PATHS[name]


@register.filter
def tag_icon(kind: str) -> str:
    return _tag.icons.get(kind, "")


@register.simple_tag
def asset(name: str) -> str:
    return address_of_asset(name)


@register.simple_tag
def open_restore() -> Any:
    return asked_restore()


sys.modules["bench_django_pages"] = sys.modules[__name__]
ENGINE = DjangoTemplates(
    {
        "NAME": "bench",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "libraries": {"bench": "bench_django_pages"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "solstice_web.config.jinja.page_context",
            ],
        },
    }
)
"""With settings.DEBUG off the engine keeps parsed templates, as a Django site in production does."""


def render_either(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if not by_django.get():
        return render(request, name, context, status=status)
    twin = ENGINE.get_template(Path(name).name.replace(".jinja", ".html"))
    # open_restore is a tag here; in the context it would be called by every look-up
    return HttpResponse(twin.render(context, request), status=status)


frame.render = render_either


def twin(view: Any) -> Any:
    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> HttpResponse:
        token = by_django.set(True)
        try:
            return view(*args, **kwargs)
        finally:
            by_django.reset(token)

    return shown


urlpatterns = [
    path("bench/django/clinic/", twin(caseload.people)),
    path("bench/django/clinic/people/<uuid:person_id>/", twin(person.person)),
    path("", include("solstice_web.config.urls")),
]
