"""Add a person, and hand over the one-time link that opens their account."""

import uuid
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from solstice_web.accounts.access import PersonRequest, Right, UserRequest, requires
from solstice_web.accounts.actions import AccountExistsError, PasswordIsSetError, invite_person, renew_link
from solstice_web.people.actions import add_person
from solstice_web.people.models import Person, Sex
from solstice_web.workspace.clock import clinic_today
from solstice_web.workspace.frame import other_person, page, person_page

OLDEST_BIRTH_YEAR = 1890
ZONES = tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/"))))


class WhoForm(forms.Form):
    """Who is meant: both names and the birth date, in three fields."""

    given_name = forms.CharField(
        label="Given name", max_length=80, error_messages={"required": "Write the given name."}
    )
    family_name = forms.CharField(
        label="Family name", max_length=80, error_messages={"required": "Write the family name."}
    )
    day = forms.CharField(required=False)
    month = forms.CharField(required=False)
    year = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            told["birth_date"] = read_day(told, latest=clinic_today())
        except ValidationError as fault:
            self.add_error("day", fault)
        return told


class NewPersonForm(WhoForm):
    """`id` is made when the page is, so that a form sent twice adds one person."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    sex = forms.ChoiceField(choices=Sex.choices, initial=Sex.UNKNOWN, error_messages={"required": "Choose one."})
    time_zone = forms.ChoiceField(
        choices=[(name, name.replace("_", " ")) for name in ZONES],
        error_messages={"invalid_choice": "Choose a zone from the list."},
    )

    @property
    def about(self) -> dict[str, Any]:
        names = ("given_name", "family_name", "birth_date", "sex", "time_zone")
        return {name: self.cleaned_data[name] for name in names}


def read_day(told: dict[str, Any], *, latest: date) -> date:
    """A day from its three fields. Raises ValidationError saying what would be right."""
    parts = [str(told.get(name, "")).strip() for name in ("year", "month", "day")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValidationError("Write day, month and year in numbers, for example 2 4 1979.")
    try:
        found = date(*(int(part) for part in parts))
    except ValueError:
        raise ValidationError("There is no such day. Check day, month and year.") from None
    if found > latest:
        raise ValidationError("This day has not come yet. Check the year.")
    if found.year < OLDEST_BIRTH_YEAR:
        raise ValidationError(f"Check the year: write {OLDEST_BIRTH_YEAR} or a later one.")
    return found


@requires(Right.CASELOAD)
def new_person(request: UserRequest) -> HttpResponse:
    start = {"id": uuid.uuid4(), "sex": Sex.UNKNOWN, "time_zone": settings.SOLSTICE_TIME_ZONE}
    form = NewPersonForm(request.POST) if request.method == "POST" else NewPersonForm(initial=start)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return page(request, "new_person", place="people", status=status, form=form, alike=())
    alike = _alike(request, form)
    if alike and request.POST.get("is_new") != "yes":
        return page(request, "new_person", place="people", status=409, form=form, alike=alike)
    person = add_person(person_id=form.cleaned_data["id"], about=form.about, by=request.user, at=timezone.now())
    messages.success(request, "The person is added and in your care. Now make the link for their account.")
    return redirect("workspace:invite", person_id=person.pk)


def _alike(request: UserRequest, form: NewPersonForm) -> tuple[Person, ...]:
    """People of this clinician with the same birth date and a name in common (hazard H29)."""
    about = form.about
    mine = Person.objects.filter(care_team__user=request.user, care_team__ended_at__isnull=True)
    born = mine.filter(birth_date=about["birth_date"]).exclude(pk=form.cleaned_data["id"])
    names = {about["given_name"].casefold(), about["family_name"].casefold()}
    return tuple(one for one in born if names & {one.given_name.casefold(), one.family_name.casefold()})


class InviteForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Write the e-mail address of the person.",
            "invalid": "This is not an e-mail address. Write it like name@example.org.",
        },
    )


@requires(Right.TREAT, person="person_id")
def invite(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Show the link once, as the answer to the form: it is kept nowhere. Who holds it can become the person here."""
    person = request.person
    if request.method != "POST":
        return person_page(request, "invite", place="", form=InviteForm())
    refused = other_person(request)
    if refused is not None:
        return refused
    if person.user is not None:
        return _link(request)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            invite_person(person=person, email=form.cleaned_data["email"], by=request.user, at=timezone.now())
        except AccountExistsError:
            form.add_error("email", "This address cannot be used here. Ask the person for another one.")
        else:
            return _link(request)
    return person_page(request, "invite", place="", status=400, form=form)


def _link(request: PersonRequest) -> HttpResponse:
    person = request.person
    assert person.user is not None
    try:
        link = renew_link(user=person.user, by=request.user, at=timezone.now(), person=person)
    except PasswordIsSetError:
        return person_page(request, "invite", place="", status=409, form=InviteForm())
    return person_page(request, "invite", place="", form=InviteForm(), link=request.build_absolute_uri(link))


urls = [
    path("clinic/people/new/", new_person, name="new_person"),
    path("clinic/people/<uuid:person_id>/invite/", invite, name="invite"),
]
