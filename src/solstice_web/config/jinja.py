"""The Jinja2 environment of every page."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
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
    if kwargs:
        return reverse(name, args=args, kwargs=kwargs)
    return _address(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name, *args)


@lru_cache(maxsize=4096, typed=True)  # a list of fifty people asks for sixty addresses
def _address(urlconf: str, _prefix: str, name: str, *args: Any) -> str:
    return reverse(name, urlconf=urlconf, args=args)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page may use: who is signed in, and the restore that pages must speak of (asked only where used)."""
    return {"user": getattr(request, "user", None), "open_restore": open_restore}
