"""Whether a second factor is still owed: staff need one on every way in."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from solstice_web.accounts.models import User

METHODS_KEY = "account_authentication_methods"
"""Where allauth keeps, in the session, how someone signed in."""


def has_second_factor(user: Any) -> bool:
    """Whether an authenticator app or a passkey is set up; recovery codes alone are no factor."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists())


@dataclass(frozen=True, slots=True)
class Factors:
    """How many passkeys an account has, and whether an authenticator app."""

    passkeys: int
    app: bool


def factors_of(user: User) -> Factors:
    kinds = list(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    return Factors(kinds.count(Authenticator.Type.WEBAUTHN), Authenticator.Type.TOTP in kinds)


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this session is of staff and was not opened with (or upgraded by) a second factor."""
    user = request.user
    if not settings.SOLSTICE_SECOND_FACTOR_REQUIRED or not isinstance(user, User) or not user.is_staff_member:
        return False
    methods = request.session.get(METHODS_KEY, [])
    return not any(method.get("method") == "mfa" for method in methods)
