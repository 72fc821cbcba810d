"""The Jinja2 environment of every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment

from solstice_web.assets.bundle import asset
from solstice_web.operations.queries import open_restore


def page_environment(**options: Any) -> Environment:
    """Escaping is on for every template; whitespace of blocks is trimmed."""
    switches = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    environment = Environment(**{**options, **switches})  # noqa: S701 - autoescape is among the switches
    environment.globals.update({"static": static, "asset": asset, "url": page_url, "is_demo": settings.SOLSTICE_DEMO})
    return environment


def page_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page; positional or named parts, not both."""
    return reverse(name, args=args, kwargs=kwargs)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page may use: who is signed in, and the restore that pages must speak of (asked only where used)."""
    return {"user": getattr(request, "user", None), "open_restore": open_restore}
