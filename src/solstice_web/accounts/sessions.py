"""How long a session lives: an idle limit and an absolute limit, shorter for staff; and ending them all but one."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare

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
    seen = request.session.get(SEEN)
    if is_over(request.session, user, now=now):
        logout(request)
    elif request.session.get(STARTED) is None or seen is None:
        request.session[STARTED] = request.session[SEEN] = now
    elif now - seen >= WRITE_EVERY_SECONDS or now < seen:
        request.session[SEEN] = now


def is_over(held: Any, user: User, *, now: int) -> bool:
    """Whether a session with this content was idle or open for too long; one nobody has used yet is not."""
    idle, longest = limits_of(user)
    started, seen = held.get(STARTED), held.get(SEEN)
    return started is not None and seen is not None and (now - seen > idle or now - started > longest)


def live_sessions(user: User, *, at: datetime) -> frozenset[str]:
    """Keys of the sessions that open this account now: neither run out nor ended before."""
    alive = Session.objects.filter(expire_date__gt=at)
    return frozenset(one.session_key for one in alive.iterator() if _opens(one.get_decoded(), user, at=at))


def _opens(held: Mapping[str, Any], user: User, *, at: datetime) -> bool:
    is_theirs = held.get(SESSION_KEY) == str(user.pk) and BACKEND_SESSION_KEY in held
    return (
        is_theirs
        and constant_time_compare(held.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        and not is_over(held, user, now=int(at.timestamp()))
    )


def end_other_sessions(request: HttpRequest, user: User, *, also_here: bool) -> int:
    """Sign this account out everywhere else, and with `also_here` in this browser too. How many others there were."""
    from solstice_web.accounts.actions import sign_out_everywhere  # noqa: PLC0415 - actions know people and their models

    ended = sign_out_everywhere(user=user, by=user, at=timezone.now(), but=request.session.session_key)
    if also_here:
        logout(request)
    else:
        update_session_auth_hash(request, user)  # this session goes on, under a new key
    return ended


def limits_of(user: User) -> tuple[int, int]:
    """Idle and absolute limit in seconds."""
    if user.is_staff_member:
        return settings.SOLSTICE_STAFF_IDLE_SECONDS, settings.SOLSTICE_STAFF_LONGEST_SECONDS
    return settings.SOLSTICE_PATIENT_IDLE_SECONDS, settings.SOLSTICE_PATIENT_LONGEST_SECONDS
