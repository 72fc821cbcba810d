"""Who may reach what: every view declares it, one middleware asks it, every refusal looks the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.audit.trail import read_atomically
from solstice_web.people.models import Person
from solstice_web.people.private import read_by
from solstice_web.people.teams import reachable_by, treated_by
from solstice_web.storage.once import reading_once

READS = frozenset({"GET", "HEAD"})


class Right(Enum):
    """What someone may do. Those about a person need the care team; the others need only the role."""

    ACCOUNT = "account"
    PORTAL = "portal"
    CASELOAD = "caseload"
    READ_RECORD = "read_record"
    WRITE_RECORD = "write_record"
    TREAT = "treat"
    DECIDE = "decide"
    HANDLE_ALERT = "handle_alert"
    SERVICE = "service"
    ADMINISTER = "administer"
    READ_AUDIT = "read_audit"
    CONTENT = "content"


ABOUT_A_PERSON = frozenset({Right.READ_RECORD, Right.WRITE_RECORD, Right.TREAT, Right.DECIDE, Right.HANDLE_ALERT})
"""Rights that are asked for one person, and hold for the care team of that person.

TREAT holds for those who treat the person only: neither for cover nor for an emergency (hazard H63).
"""

READS_RECORDS = ABOUT_A_PERSON | {Right.PORTAL, Right.CASELOAD, Right.SERVICE, Right.READ_AUDIT}
"""Rights under which a GET shows records, so that the read is an event of the trail."""

ROLES: Mapping[Right, frozenset[str]] = {
    Right.ACCOUNT: frozenset(Role.values),
    Right.PORTAL: frozenset({Role.PATIENT}),
    Right.CASELOAD: frozenset({Role.CLINICIAN}),
    Right.READ_RECORD: frozenset({Role.CLINICIAN}),
    Right.WRITE_RECORD: frozenset({Role.CLINICIAN}),
    Right.TREAT: frozenset({Role.CLINICIAN}),
    Right.DECIDE: frozenset({Role.CLINICIAN}),
    Right.HANDLE_ALERT: frozenset({Role.CLINICIAN}),
    Right.SERVICE: frozenset({Role.SERVICE_LEAD}),
    Right.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    Right.READ_AUDIT: frozenset({Role.SERVICE_LEAD, Role.ADMINISTRATOR}),
    Right.CONTENT: frozenset({Role.CLINICIAN, Role.SERVICE_LEAD, Role.ADMINISTRATOR}),
}


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declared: public, or a right, and the URL part that names the person."""

    right: Right | None
    person: str | None = None


class UserRequest(HttpRequest):
    """A request of someone signed in."""

    user: User


class PersonRequest(UserRequest):
    """A request about one person, whom the signed-in user may reach."""

    person: Person


View = TypeVar("View", bound=Callable[..., HttpResponseBase])
PUBLIC = Access(right=None)


def public(view: View) -> View:
    """Declare that anyone may call the view: it must show no one's data."""
    view.access = PUBLIC  # type: ignore[attr-defined] # functions carry attributes
    return view


def requires(right: Right, *, person: str | None = None) -> Callable[[View], View]:
    """Declare the right a view needs; `person` names the URL part that holds the person's id.

    The view gets `request.person` for PORTAL (the patient's own) and for rights about a person. "Not yours" and "not
    there" are the same 404; a GET is recorded in the trail before the page is made.
    """
    if (right in ABOUT_A_PERSON) != (person is not None):
        raise TypeError(f"{right}: name the URL part of the person for rights about a person, and only for them")
    access = Access(right=right, person=person)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _refusal(request, access, kwargs) or view(request, *args, **kwargs)

        guarded.access = access  # type: ignore[attr-defined] # functions carry attributes
        return guarded  # type: ignore[return-value] # same signature

    return declare


def may(user: Any, right: Right, person: Person | UUID | None = None) -> bool:
    """Whether this user has the right, for this person where the right is about one."""
    if not isinstance(user, User) or not user.is_active or user.role not in ROLES[right]:
        return False
    if right in ABOUT_A_PERSON:
        if person is None:
            return False
        key = person.pk if isinstance(person, Person) else person
        return _people_under(right, user).filter(pk=key).exists()
    if right is Right.PORTAL and person is not None:
        key = person.pk if isinstance(person, Person) else person
        return Person.objects.filter(pk=key, user=user).exists()
    return True


def access_of(match: ResolverMatch) -> Access | None:
    """What the view behind a URL declared, or the central policy for a URL of a library; None when undeclared."""
    from solstice_web.accounts.policy import library_access  # noqa: PLC0415 - policy imports this module

    declared: Access | None = getattr(match.func, "access", None)
    return declared or library_access(match.view_name)


def _refusal(request: HttpRequest, access: Access, kwargs: dict[str, Any]) -> HttpResponseBase | None:
    assert access.right is not None
    user = request.user
    if not isinstance(user, User):
        return sign_in_first(request)
    if user.role not in ROLES[access.right]:
        _record(request, "denied", user, None)
        raise Http404
    person = _person_of(request, access, kwargs, user)
    if person is not None:
        request.person = person  # type: ignore[attr-defined] # see PersonRequest
    if request.method in READS and access.right in READS_RECORDS:
        _record(request, "read", user, person)
    return None


def _person_of(request: HttpRequest, access: Access, kwargs: dict[str, Any], user: User) -> Person | None:
    if access.right is Right.PORTAL:
        person = Person.objects.filter(user=user).first()
    elif access.person is not None:
        person = _reachable(kwargs[access.person], user, access.right)
    else:
        return None
    if person is None:
        _record(request, "denied", user, _uuid(kwargs.get(access.person or "")))
        raise Http404
    return person


def _people_under(right: Right | None, user: User) -> QuerySet[Person]:
    """People for whom this user has a right about a person."""
    at = timezone.now()
    return treated_by(user.pk, at=at) if right is Right.TREAT else reachable_by(user.pk, at=at)


def _reachable(value: Any, user: User, right: Right | None) -> Person | None:
    """The person where this user may open the record: one query, the same work whether the person exists or not."""
    key = _uuid(value)
    return None if key is None else _people_under(right, user).filter(pk=key).first()


def _uuid(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _record(request: HttpRequest, action: str, user: User, person: Any) -> None:
    match = request.resolver_match
    read_atomically(
        action=action,
        by=user,
        at=timezone.now(),
        person=person,
        subject=match.view_name if match else "",
        detail={
            "method": request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else ""
        },
    )


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Send a browser to the sign-in page; tell a script that it is signed out."""
    address = reverse(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    if "application/json" in (request.headers.get("Accept", ""), request.content_type):
        return JsonResponse({"saved": False, "error": "signed_out"}, status=401)
    if request.method in READS:
        address = f"{address}?{urlencode({'next': request.path})}"
    return redirect(address)


class AccessMiddleware:
    """Refuses any URL that declares nothing, and sends staff without a second factor to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with read_by(request.user), reading_once(only_reads=request.method in READS):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        access = access_of(match) if match else None
        if match is None or access is None:
            raise Http404
        if access.right is None:
            return None
        if not isinstance(request.user, User):
            return sign_in_first(request)
        return _second_factor_first(request, match) or _library_refusal(request, match, access, kwargs)


def _library_refusal(
    request: HttpRequest, match: ResolverMatch, access: Access, kwargs: dict[str, Any]
) -> HttpResponseBase | None:
    """Ask the right here for views that are not ours to decorate."""
    return None if hasattr(match.func, "access") else _refusal(request, access, kwargs)


def _second_factor_first(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase | None:
    from solstice_web.accounts import policy, second_factor  # noqa: PLC0415 - policy imports this module

    if not second_factor.needs_second_factor(request):
        return None
    if second_factor.has_second_factor(request.user):
        logout(request)  # opened before the factor was set up, or around it: start again, with both
        return sign_in_first(request)
    if match.view_name in policy.SETTING_UP_A_SECOND_FACTOR:
        return None
    return redirect("mfa_activate_totp")
