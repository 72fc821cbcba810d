"""When the database is locked, full or gone: say "not saved" plainly, with a status a phone can act on."""

import logging
import sys
from collections.abc import Callable

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, ProgrammingError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from solstice_web.operations.errors import error_page, not_saved

log = logging.getLogger("solstice.outage")


class OutageMiddleware:
    """Turns an unavailable database under a view into 503 "not saved"; the next request tries afresh."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return unavailable(request, exception) if is_outage(exception) else None


def is_outage(fault: BaseException | None) -> bool:
    """Whether the database is unavailable; faults of the program or of the input stay what they are."""
    if isinstance(fault, DataError | IntegrityError | ProgrammingError):
        return False
    return isinstance(fault, DatabaseError | InterfaceError)


def unavailable(request: HttpRequest, fault: BaseException) -> HttpResponseBase:
    """Log the kind of fault only (its text may hold values), drop the connection, answer 503."""
    log.error("database unavailable: %s", type(fault.__cause__ or fault).__name__)
    if not connection.in_atomic_block:
        connection.close()
    return not_saved(request)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's last resort, also for faults in middleware: an unavailable database stays a 503 there."""
    fault = sys.exc_info()[1]
    return (
        unavailable(request, fault)
        if fault is not None and is_outage(fault)
        else error_page(request, 500, "server_error")
    )
