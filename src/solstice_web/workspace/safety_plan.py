"""The safety plan in the person's own words: read, edit, print; an outdated page is refused with both texts."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.people.actions import save_safety_plan
from solstice_web.people.models import SafetyPlanVersion
from solstice_web.people.queries import current_safety_plan, safety_plan_versions
from solstice_web.people.safety_plan import LONGEST_PART, PARTS
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.workspace.clock import moment
from solstice_web.workspace.facts import kept_fields
from solstice_web.workspace.frame import edited_by_someone_else, number_of, other_person, person_page


class PlanForm(forms.Form):
    """One field a part."""

    revision = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, label in PARTS.items():
            self.fields[part] = forms.CharField(
                label=label,
                required=False,
                max_length=LONGEST_PART,
                error_messages={"max_length": f"Write at most {LONGEST_PART} characters."},
            )

    @property
    def parts(self) -> dict[str, str]:
        """Only what is written: an empty part is not known yet."""
        told = {part: self.cleaned_data[part].replace("\r\n", "\n").strip() for part in PARTS}
        return {part: text for part, text in told.items() if text}


@requires(Right.WRITE_RECORD, person="person_id")
def safety_plan(request: PersonRequest, person_id: UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    if request.method == "POST":
        return other_person(request) or _save(request)
    latest = current_safety_plan(request.person)
    if latest is None or "edit" in request.GET:
        start = {**(latest.parts if latest else {}), "revision": latest.revision if latest else 0}
        return _form_page(request, PlanForm(initial=start), latest=latest)
    versions = list(safety_plan_versions(request.person))
    wanted = number_of(request, "version", otherwise=latest.revision)
    shown = next((one for one in versions if one.revision == wanted), latest)
    return person_page(
        request,
        "safety_plan",
        place="safety_plan",
        parts=[(label, shown.parts.get(part, "")) for part, label in PARTS.items()],
        saved=_saved_by(shown),
        is_latest=shown.revision == latest.revision,
        shown=shown,
        versions=[(one.revision, _saved_by(one)) for one in versions],
    )


def _save(request: PersonRequest) -> HttpResponse:
    form = PlanForm(request.POST)
    latest = current_safety_plan(request.person)
    if not form.is_valid():
        return _form_page(request, form, latest=latest, status=400)
    if "again" in request.POST:
        return _form_page(request, form, latest=latest, again=True)
    try:
        save_safety_plan(
            person=request.person,
            told=form.parts,
            revision=form.cleaned_data["revision"],
            by=request.user,
            at=timezone.now(),
        )
    except StaleEditError as stale:
        address = reverse("workspace:safety_plan", args=[request.person.pk])
        return edited_by_someone_else(
            request,
            place="safety_plan",
            what="the safety plan",
            rows=[
                (label, stale.current.get(part, "") or "empty", stale.yours.get(part, "") or "empty")
                for part, label in PARTS.items()
            ],
            kept=kept_fields(request.POST),
            revision=stale.revision,
            action=address,
            back=address,
        )
    messages.success(request, "The safety plan is saved.")
    return redirect("workspace:safety_plan", person_id=request.person.pk)


def _form_page(
    request: PersonRequest,
    form: PlanForm,
    *,
    latest: SafetyPlanVersion | None,
    status: int = 200,
    again: bool = False,
) -> HttpResponse:
    return person_page(
        request,
        "safety_plan_form",
        place="safety_plan",
        status=status,
        form=form,
        parts=PARTS,
        is_new=latest is None,
        again=again,
    )


def _saved_by(version: SafetyPlanVersion) -> str:
    who = version.saved_by.name or version.saved_by.email
    return f"{moment(version.saved_at, at=timezone.now())}, {who}"


urls = [path("clinic/people/<uuid:person_id>/safety-plan/", safety_plan, name="safety_plan")]
