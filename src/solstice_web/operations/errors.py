"""Error pages: what happened, whether something was saved, what to do next. A fragment for htmx, JSON for scripts."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader


def error_page(request: HttpRequest, status: int, kind: str, **context: Any) -> HttpResponse:
    """Render errors/<kind>.jinja without touching the session or the database: they may be what is broken."""
    if request.headers.get("Accept", "").startswith("application/json") or request.content_type == "application/json":
        return JsonResponse({"saved": False, "error": kind}, status=status)
    fragment = request.headers.get("HX-Request") == "true"
    layout = "layouts/fragment.jinja" if fragment else "layouts/plain.jinja"
    template = loader.get_template(f"errors/{kind}.jinja", using="jinja2")
    return HttpResponse(template.render({"layout": layout, **context}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, 400, "bad_request")


def too_large(request: HttpRequest) -> HttpResponse:
    return error_page(request, 413, "too_large")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, 403, "forbidden")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, 403, "stale_page")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, 404, "not_found")


def not_saved(request: HttpRequest) -> HttpResponse:
    response = error_page(request, 503, "not_saved")
    response["Retry-After"] = "5"
    return response
