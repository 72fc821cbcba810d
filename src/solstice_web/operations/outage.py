"""When the database is locked, full or gone: say "not saved" plainly, with a status a phone can act on."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from solstice_web.operations.errors import not_saved

log = logging.getLogger("solstice.outage")
MALFORMED = ("DataError", "IntegrityError", "ProgrammingError")
"""Faults of the program or of the input, not of the database: they stay what they are."""


class OutageMiddleware:
    """Turns an unavailable database into 503 "not saved"; the next request tries afresh."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        except (DatabaseError, InterfaceError) as fault:
            return unavailable(request, fault)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, DatabaseError | InterfaceError) and type(exception).__name__ not in MALFORMED:
            return unavailable(request, exception)
        return None


def unavailable(request: HttpRequest, fault: Exception) -> HttpResponseBase:
    """Log the kind of fault only (its text may hold values), drop the connection, answer 503."""
    log.error("database unavailable: %s", type(fault.__cause__ or fault).__name__)
    if not connection.in_atomic_block:
        connection.close()
    return not_saved(request)
