"""Where someone lands after signing in, and what is shown after too many wrong passwords."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from solstice_web.accounts.access import public
from solstice_web.accounts.models import Role, User

LANDING: dict[str, tuple[str, ...]] = {
    Role.PATIENT: ("portal:today",),
    Role.CLINICIAN: ("workspace:caseload",),
    Role.SERVICE_LEAD: ("workspace:service",),
    Role.ADMINISTRATOR: ("workspace:users",),
}


@public
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of one's role; to the sign-in page when signed out."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    for name in (*LANDING[request.user.role], "accounts:you"):
        try:
            return redirect(reverse(name))
        except NoReverseMatch:
            continue
    return redirect("mfa_index")


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that signing in must wait; the same whether or not the account exists."""
    return render(request, "account/locked_out.jinja", status=429)
