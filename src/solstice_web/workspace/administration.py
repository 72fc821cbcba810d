"""Accounts of staff, and the audit trail as ids."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.accounts.actions import (
    AccountExistsError,
    PasswordIsSetError,
    create_staff,
    deactivate,
    one_time_link,
    reactivate,
    renew_link,
)
from solstice_web.accounts.models import Role, User
from solstice_web.audit.queries import PAGE, events_before
from solstice_web.audit.verify import verify
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import number_of, page

STAFF = [(role.value, role.label) for role in Role if role != Role.PATIENT]


class StaffForm(forms.Form):
    name = forms.CharField(max_length=120, error_messages={"required": "Write the name."})
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Write the e-mail address.",
            "invalid": "This is not an e-mail address. Write it like name@example.org.",
        },
    )
    role = forms.ChoiceField(choices=STAFF, error_messages={"required": "Choose the role."})


@requires(Right.ADMINISTER)
def users(request: UserRequest) -> HttpResponse:
    """List staff; the answer to the form shows the one-time link, once."""
    if request.method != "POST":
        return _users_page(request, StaffForm())
    form = StaffForm(request.POST)
    if not form.is_valid():
        return _users_page(request, form, status=400)
    told = form.cleaned_data
    try:
        made = create_staff(
            email=told["email"], name=told["name"], role=told["role"], by=request.user, at=timezone.now()
        )
    except AccountExistsError:
        form.add_error("email", "There is an account with this address.")
        return _users_page(request, form, status=400)
    return _users_page(request, StaffForm(), link=request.build_absolute_uri(one_time_link(made)), link_for=made)


@requires(Right.ADMINISTER)
@require_POST
def user(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Deactivate, let back in, or make a new link for an account that was never opened."""
    found = User.objects.filter(pk=user_id).exclude(role=Role.PATIENT).first()
    if found is None:
        raise Http404
    at = timezone.now()
    match request.POST.get("do"):
        case "deactivate" if found.pk == request.user.pk:
            messages.warning(request, "You cannot close your own account; ask another administrator.")
        case "deactivate":
            deactivate(user=found, by=request.user, at=at)
            messages.success(request, f"{found.name or found.email} is signed out everywhere and cannot sign in.")
        case "reactivate":
            reactivate(user=found, by=request.user, at=at)
            messages.success(request, f"{found.name or found.email} can sign in again.")
        case "link":
            return _renew(request, found)
        case _:
            messages.warning(request, "Nothing was changed: choose what to do.")
    return redirect("workspace:users")


def _renew(request: UserRequest, found: User) -> HttpResponse:
    try:
        link = renew_link(user=found, by=request.user, at=timezone.now())
    except PasswordIsSetError:
        messages.warning(request, "A password is set; its owner can ask for a new one on the sign-in page.")
        return redirect("workspace:users")
    return _users_page(request, StaffForm(), link=request.build_absolute_uri(link), link_for=found)


def _users_page(request: UserRequest, form: StaffForm, *, status: int = 200, **context: Any) -> HttpResponse:
    at = timezone.now()
    staff = User.objects.exclude(role=Role.PATIENT).order_by("-is_active", "name", "email")
    shown = Paginator(staff, PAGE).get_page(number_of(request, "page"))
    rows = [
        {
            "user": one,
            "role": one.get_role_display(),
            "last": moment(one.last_login, at=at) if one.last_login else "never",
            "state": _state(one),
            "is_self": one.pk == request.user.pk,
        }
        for one in shown
    ]
    return page(
        request, "users", place="users", status=status, rows=rows, shown=shown, form=form, roles=STAFF, **context
    )


def _state(account: User) -> str:
    if not account.is_active:
        return "Deactivated"
    return "Active" if account.has_usable_password() else "Not opened yet"


@requires(Right.READ_AUDIT)
def audit(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    before = number_of(request, "before", otherwise=0) or None
    asked = request.GET.get("about", "").strip()
    about, wrong = _id(asked)
    events = () if wrong else events_before(before, about=about)
    return page(
        request,
        "audit",
        place="audit",
        status=400 if wrong else 200,
        rows=[
            {"event": event, "when": moment(event.at, at=at), "who": str(event.actor) if event.actor else "the system"}
            for event in events
        ],
        about=asked,
        wrong=wrong,
        older=events[-1].seq if len(events) == PAGE else None,
        verdict=verify() if request.method == "POST" else None,
    )


def _id(told: str) -> tuple[UUID | None, str]:
    """The id that was asked for, and what is wrong with it."""
    if not told:
        return None, ""
    try:
        return UUID(told), ""
    except ValueError:
        return None, "This is no id. Copy it whole, like 5f2c0b1e-8d3a-4c55-9a31-2b7f0d6e4c10."


urls = [
    path("admin/users/", users, name="users"),
    path("admin/users/<uuid:user_id>/", user, name="user"),
    path("admin/audit/", audit, name="audit"),
]
