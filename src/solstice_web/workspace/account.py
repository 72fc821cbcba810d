"""One's own account, for those who work here: how they sign in, and signing out everywhere."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.accounts.second_factor import factors_of
from solstice_web.accounts.sessions import end_other_sessions
from solstice_web.workspace.clock import counted
from solstice_web.workspace.frame import page


@requires(Right.STAFF_ACCOUNT)
@require_safe
def you(request: UserRequest) -> HttpResponse:
    factors = factors_of(request.user)
    return page(
        request,
        "account",
        place="",
        account=request.user,
        role=request.user.get_role_display(),
        passkeys=counted(factors.passkeys, "passkey") if factors.passkeys else "none",
        app="switched on" if factors.app else "none",
    )


@requires(Right.STAFF_ACCOUNT)
@require_POST
def everywhere(request: UserRequest) -> HttpResponse:
    """Sign out everywhere else; with the box ticked here too."""
    also_here = "here" in request.POST
    ended = end_other_sessions(request, request.user, also_here=also_here)
    if also_here:
        return redirect(f"{reverse('signed_out')}?others={ended}")
    messages.success(
        request,
        f"{counted(ended, 'other sign-in')} {'was' if ended == 1 else 'were'} ended. You are still signed in here."
        if ended
        else "You were signed in nowhere else. You are still signed in here.",
    )
    return redirect("workspace:you")


urls = [
    path("you/", you, name="you"),
    path("you/sign-out-everywhere/", everywhere, name="everywhere"),
]
