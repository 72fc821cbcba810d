"""Make accounts with one-time links, and end them so that a leaver is out at once."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse

from solstice_web.accounts.models import Role, User
from solstice_web.accounts.sessions import live_sessions
from solstice_web.audit.trail import record
from solstice_web.people.models import Person


class AccountExistsError(ValueError):
    """There is an account with this e-mail address, or for this person."""


class NotAStaffRoleError(ValueError):
    """Patients get their account through their record."""


@transaction.atomic
def create_staff(*, email: str, name: str, role: str, by: User, at: datetime) -> User:
    """An account without a password; hand over `one_time_link(user)`. Raises AccountExistsError, NotAStaffRoleError."""
    if role not in {Role.CLINICIAN, Role.SERVICE_LEAD, Role.ADMINISTRATOR}:
        raise NotAStaffRoleError("choose clinician, service_lead or administrator")
    user = _new_user(email, role=role, name=name, at=at)
    record(action="account.create", by=by, at=at, detail={"user": user.pk, "role": role})
    return user


@transaction.atomic
def invite_person(*, person: Person, email: str, by: User, at: datetime) -> User:
    """An account for a person in care; hand over `one_time_link(user)`. Raises AccountExistsError."""
    if person.user_id is not None:
        raise AccountExistsError("this person has an account already; make a new link for it")
    user = _new_user(email, role=Role.PATIENT, name="", at=at)
    person.user = user
    person.save(update_fields=["user"])
    record(action="account.invite", by=by, at=at, person=person, detail={"user": user.pk})
    return user


def _new_user(email: str, *, role: str, name: str, at: datetime) -> User:
    if User.objects.filter(email=email.lower()).exists():
        raise AccountExistsError("there is an account with this address")
    return User.objects.create_user(email, role=role, name=name, created_at=at)


def one_time_link(user: User) -> str:
    """The path that lets this user set a password once, within three days; void once a password was set."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


class PasswordIsSetError(ValueError):
    """The account is in use: whoever holds a link could take it over, so only its owner may ask for a new password."""


@transaction.atomic
def renew_link(*, user: User, by: User, at: datetime, person: Person | None = None) -> str:
    """A new one-time link for an account that was never opened. Raises PasswordIsSetError."""
    if user.has_usable_password():
        raise PasswordIsSetError("a password is set; its owner can ask for a new one on the sign-in page")
    record(action="account.link", by=by, at=at, person=person, detail={"user": user.pk})
    return one_time_link(user)


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> None:
    """A leaver is out: every session ends with the next request, and none comes back if the account does."""
    user.is_active = False
    user.deactivated_at = at
    user.session_epoch += 1
    user.save(update_fields=["is_active", "deactivated_at", "session_epoch"])
    record(action="account.deactivate", by=by, at=at, detail={"user": user.pk})


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> None:
    """Let someone back in, with their old password and second factor."""
    user.is_active = True
    user.deactivated_at = None
    user.save(update_fields=["is_active", "deactivated_at"])
    record(action="account.reactivate", by=by, at=at, detail={"user": user.pk})


@transaction.atomic
def sign_out_everywhere(*, user: User, by: User, at: datetime, but: str | None = None) -> int:
    """End every session of an account. How many there were, not counting `but`: the session that asks.

    That one is ended with the others unless its hash is renewed (sessions.end_other_sessions).
    """
    others = live_sessions(user, at=at) - {but}
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    Session.objects.filter(pk__in=others).delete()
    record(action="account.sign_out_everywhere", by=by, at=at, detail={"user": user.pk, "others": len(others)})
    return len(others)
