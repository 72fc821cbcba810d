"""How long a session lives: an idle limit and an absolute limit, shorter for staff."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from solstice_web.accounts.models import User

STARTED = "solstice_started"
SEEN = "solstice_seen"
WRITE_EVERY_SECONDS = 60


class SessionLimitsMiddleware:
    """Ends a session that was idle or open for too long, before any view sees its user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            keep_or_end(request, user, now=int(time.time()))
        return self.get_response(request)


def keep_or_end(request: HttpRequest, user: User, *, now: int) -> None:
    """Note that the session is in use, or end it. The note is written at most once a minute."""
    idle, longest = limits_of(user)
    started = request.session.get(STARTED)
    seen = request.session.get(SEEN)
    if started is None or seen is None:
        request.session[STARTED] = request.session[SEEN] = now
    elif now - seen > idle or now - started > longest:
        logout(request)
    elif now - seen >= WRITE_EVERY_SECONDS or now < seen:
        request.session[SEEN] = now


def limits_of(user: User) -> tuple[int, int]:
    """Idle and absolute limit in seconds."""
    if user.is_staff_member:
        return settings.SOLSTICE_STAFF_IDLE_SECONDS, settings.SOLSTICE_STAFF_LONGEST_SECONDS
    return settings.SOLSTICE_PATIENT_IDLE_SECONDS, settings.SOLSTICE_PATIENT_LONGEST_SECONDS
