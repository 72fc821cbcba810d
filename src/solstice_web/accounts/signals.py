"""What signing in and out leaves in the trail, and what setting up a second factor means for the session."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.audit.trail import read_atomically


@receiver(user_logged_in)
def signed_in(sender: Any, user: Any, **_: Any) -> None:  # noqa: ARG001 - Django's signature
    read_atomically(action="sign_in", by=user, at=timezone.now())


@receiver(user_logged_out)
def signed_out(sender: Any, user: Any, **_: Any) -> None:  # noqa: ARG001 - Django's signature
    if isinstance(user, User):
        read_atomically(action="sign_out", by=user, at=timezone.now())


@receiver(user_login_failed)
def refused(sender: Any, **_: Any) -> None:  # noqa: ARG001 - Django's signature
    """Who was tried is left out: the trail must not become a list of addresses someone guessed."""
    read_atomically(action="sign_in.refused", by=None, at=timezone.now())


@receiver(authenticator_added)
def second_factor_added(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:  # noqa: ARG001 - signal
    """The factor was shown to work while it was set up: this session has it from now on."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    detail = {"type": str(authenticator.type)}
    read_atomically(action="second_factor.add", by=user, at=timezone.now(), detail=detail)


@receiver(authenticator_removed)
def second_factor_removed(sender: Any, user: Any, authenticator: Authenticator, **_: Any) -> None:  # noqa: ARG001 - signal
    detail = {"type": str(authenticator.type)}
    read_atomically(action="second_factor.remove", by=user, at=timezone.now(), detail=detail)
