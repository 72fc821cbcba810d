"""The episode and the facts a clinician sets; a save on an outdated page is refused with both texts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from pydantic import ValidationError

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.measures.content import library
from solstice_web.people.actions import save_facts
from solstice_web.people.private import keeps_back, readable_facts
from solstice_web.people.queries import current_facts, facts_versions
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.progress.queries import today_of
from solstice_web.workspace.clock import moment
from solstice_web.workspace.facts_form import (
    GRADED,
    LIFE_FACTS,
    SAFETY_FACTS,
    FactsForm,
    from_record,
    in_words,
    label_of,
)
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "person", "revision", "again", "on_top"})


@requires(Right.WRITE_RECORD, person="person_id")
def facts(request: PersonRequest, person_id: UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    latest = current_facts(request.person)
    if request.method != "POST":
        start = from_record(readable_facts(request.person, latest.facts if latest else {}, library().private))
        initial = {**start, "revision": latest.revision if latest else 0}
        form = FactsForm(initial=initial, keeps_back=keeps_back(request.person))
        return _form_page(request, form)
    return other_person(request) or _save(request)


def _save(request: PersonRequest) -> HttpResponse:
    person = request.person
    form = FactsForm(request.POST, latest=today_of(person, timezone.now()), keeps_back=keeps_back(person))
    if not form.is_valid():
        return _form_page(request, form, status=400)
    if "again" in request.POST:
        return _form_page(request, form, again=True)
    latest = current_facts(request.person)
    before = readable_facts(person, latest.facts if latest else {}, library().private)
    try:
        save_facts(
            person=person,
            told=form.told(before),
            revision=form.cleaned_data["revision"],
            by=request.user,
            at=timezone.now(),
        )
    except StaleEditError as stale:
        return _both_texts(request, stale)
    except ValidationError as fault:
        for error in fault.errors():
            form.add_error(None, f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}")
        return _form_page(request, form, status=400)
    messages.success(request, "The facts are saved.")
    return redirect("workspace:facts", person_id=request.person.pk)


def _form_page(request: PersonRequest, form: FactsForm, *, status: int = 200, again: bool = False) -> HttpResponse:
    at = timezone.now()
    versions = list(facts_versions(request.person)[:20])
    return person_page(
        request,
        "facts",
        place="facts",
        status=status,
        form=form,
        again=again,
        safety=[*GRADED, *SAFETY_FACTS],
        life=[name for name in LIFE_FACTS if name in form.fields],
        keeps_back=bool(form.hidden),
        versions=[
            f"Version {one.revision}, {moment(one.saved_at, at=at)}, {one.saved_by.name or one.saved_by.email}"
            for one in versions
        ],
    )


def _both_texts(request: PersonRequest, stale: StaleEditError) -> HttpResponse:
    theirs, yours = in_words(stale.current), in_words(stale.yours)
    hidden = library().private.facts if keeps_back(request.person) else frozenset[str]()
    rows = [(label_of(name), theirs[name], yours[name]) for name in theirs if name not in hidden]
    return edited_by_someone_else(
        request,
        place="facts",
        what="the facts",
        rows=sorted(rows, key=lambda row: row[1] == row[2]),
        kept=kept_fields(request.POST),
        revision=stale.revision,
        action=reverse("workspace:facts", args=[request.person.pk]),
        back=reverse("workspace:facts", args=[request.person.pk]),
    )


def kept_fields(told: QueryDict) -> dict[str, Any]:
    """Everything that was typed, to be sent again."""
    return {name: [str(one) for one in values] for name, values in told.lists() if name not in NOT_KEPT}


urls = [path("clinic/people/<uuid:person_id>/facts/", facts, name="facts")]
