"""Refuse malformed requests before any view: bytes that are no text, bodies that are too long."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LONGEST_PATH = 2000


class RequestLimitsMiddleware:
    """Answers 400 or 413 in plain words where Django would stumble later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        from solstice_web.operations.errors import bad_request, too_large  # noqa: PLC0415 - needs templates to be ready

        try:
            refuse_malformed(request)
        except RequestDataTooBig:
            return too_large(request)
        except (BadRequest, SuspiciousOperation, MultiPartParserError, UnicodeError, ValueError, OSError) as fault:
            return bad_request(request, fault)
        return self.get_response(request)


def refuse_malformed(request: HttpRequest) -> None:
    """Raise for paths, queries and form bodies that hold no valid text, and for bodies above the limit."""
    if request.method not in KNOWN_METHODS or len(request.path) > LONGEST_PATH:
        raise BadRequest
    if "\x00" in request.path or "\ufffd" in request.path:
        raise BadRequest
    _refuse_bytes(request.META.get("QUERY_STRING", ""))
    _ = request.GET  # raises for more fields than anyone needs
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise BadRequest
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig
    if request.method == "POST" and request.content_type in FORM_TYPES:
        for values in request.POST.lists():
            if any("\x00" in text for text in (values[0], *(str(value) for value in values[1]))):
                raise BadRequest


def _refuse_bytes(query: str) -> None:
    clear = unquote_to_bytes(query.replace("+", " ").encode("latin-1", "replace"))
    clear.decode("utf-8")
    if b"\x00" in clear:
        raise BadRequest


class Request(WSGIRequest):
    """Django's request, made without reading the query: a charset in the content type would read it too early.

    Django then raises for too many fields before any middleware runs, which a server answers with 500.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        if environ.get("QUERY_STRING", "").count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            environ["CONTENT_TYPE"] = environ.get("CONTENT_TYPE", "").partition(";")[0]
        super().__init__(environ)
