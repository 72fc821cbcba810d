"""The picture: what made it likelier, started it, keeps it going and helps; suggested, then drawn by humans."""

import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from solstice.formulation import Formulation
from solstice_web.accounts.access import PersonRequest, Right, may, requires
from solstice_web.charts import Node, loop_chart, loop_sentence
from solstice_web.formulations import picture
from solstice_web.formulations.actions import bring_back, change_picture
from solstice_web.formulations.models import PictureVersion
from solstice_web.formulations.own_words import PARTS as OWN_PARTS
from solstice_web.formulations.picture import Items, PictureError
from solstice_web.formulations.queries import (
    current_own_picture,
    current_picture,
    formulated,
    items_of,
    picture_versions,
)
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.workspace.clock import moment
from solstice_web.workspace.facts import kept_fields
from solstice_web.workspace.formulation_form import ChangeForm
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page

log = logging.getLogger("solstice.workspace")
STRENGTH_KIND = {"strong": "attention", "moderate": "attention", "weak": "wait"}
PART_WORDS = {
    "predisposing": ("What made it likelier", "Predisposing"),
    "precipitating": ("What started it", "Precipitating"),
    "perpetuating": ("What keeps it going", "Perpetuating"),
    "protective": ("What helps", "Protective"),
}
SAID = {
    "accept": "It is in the picture.",
    "change": "The words are changed.",
    "reject": "It is set aside, with your reason.",
    "reopen": "It is a suggestion again.",
    "add": "It is in the picture.",
    "remove": "It is taken out. You can undo this.",
    "up": "It is moved up.",
    "down": "It is moved down.",
    "loop": "The loop is saved.",
    "bring_back": "The earlier picture holds again.",
}
VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Again:
    """What was typed and not saved, to be shown again in its place, with what is wrong with it."""

    told: Mapping[str, Any]
    field: str = ""
    error: str = ""

    def value(self, item: str, name: str, otherwise: str = "") -> str:
        return str(self.told.get(name, otherwise)) if self.told.get("item") == item else otherwise

    def is_for(self, item: str, do: str) -> bool:
        return self.told.get("item") == item and self.told.get("do") == do


@requires(Right.READ_RECORD, person="person_id")
@require_safe
def formulation(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return _page(request)


@requires(Right.TREAT, person="person_id")
def save(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    """Do one thing to the picture; only those who treat the person may."""
    if request.method != "POST":
        return redirect("workspace:formulation", person_id)
    return other_person(request) or _save(request, person_id)


def _save(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, Again(request.POST.dict(), *form.first_error), status=400)
    if "again" in request.POST:
        return _page(request, Again(request.POST.dict()))
    try:
        _do(request, form)
    except PictureError as fault:
        return _page(request, Again(request.POST.dict(), fault.field, str(fault)), status=400)
    except StaleEditError as stale:
        return _both(request, stale)
    messages.success(request, SAID[form.cleaned_data["do"]])
    place = form.cleaned_data["item"] if form.cleaned_data["do"] not in {"remove", "reopen"} else ""
    return redirect(reverse("workspace:formulation", args=[person_id]) + (f"#i_{place}" if place else "#picture"))


def _do(request: PersonRequest, form: ChangeForm) -> None:
    told, at = form.cleaned_data, timezone.now()
    who = {"person": request.person, "revision": told["revision"], "by": request.user, "at": at}
    if told["do"] == "bring_back":
        bring_back(version=told["version"] or 0, **who)
    else:
        change_picture(change=form.change, **who)


def _page(request: PersonRequest, again: Again | None = None, *, status: int = 200) -> HttpResponse:
    person, at = request.person, timezone.now()
    treating = may(request.user, Right.TREAT, person)
    found = _formulated(request, treating=treating)
    latest = current_picture(person)
    items = items_of(latest) if treating else picture.without_sensitive(items_of(latest))
    own = current_own_picture(person)
    return person_page(
        request,
        "formulation/formulation",
        place="formulation",
        status=status if found else 500,
        found=found,
        treating=treating,
        groups=_groups(found),
        kinds=STRENGTH_KIND,
        parts=picture.rows(items, found) if found else (),
        part_words=PART_WORDS,
        again=again or Again({}),
        revision=latest.revision if latest else 0,
        last=_saved(latest) if latest else "",
        versions=_versions(request) if treating and latest else [],
        new_ids={part: uuid.uuid4() for part in PART_WORDS},
        drawn_loop=loop_of(items, found) if found else None,
        loop_choices=_loop_choices(items),
        own=own_words(own.told) if own and treating else None,
        own_saved=moment(own.saved_at, at=at) if own else "",
    )


def _formulated(request: PersonRequest, *, treating: bool) -> Formulation | None:
    try:
        return formulated(request.person, at=timezone.now(), treating=treating).found
    except Exception:  # hazard H16: whatever the fault, the page says that there is no answer
        log.exception("no formulation for %s", request.person.pk)
        return None


def _groups(found: Formulation | None) -> dict[str, list[Any]]:
    mechanisms = found.mechanisms if found else ()
    return {
        status: [one for one in mechanisms if one.status == status] for status in ("present", "not_assessed", "absent")
    }


def loop_of(items: Items, found: Formulation) -> dict[str, Any] | None:
    """The clinician's loop as picture and words; None before one is drawn."""
    nodes = [Node(item.text, _mark(item, found)) for item in picture.in_loop(items)]
    return drawn(nodes, title="What keeps it going, as a loop")


def drawn(nodes: list[Node], *, title: str) -> dict[str, Any] | None:
    return {"svg": loop_chart(nodes, title=title), "sentence": loop_sentence(nodes), "nodes": nodes} if nodes else None


def _mark(item: picture.Item, found: Formulation) -> str:
    now = picture.suggestion_of(item.id, found) if item.machine else None
    return "not assessed" if now is not None and now.status == "not_assessed" else ""


def own_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """The person's own picture, as they wrote it."""
    nodes = [Node(text) for text in told.get("loop", ())]
    return {
        "parts": [(label, told.get(part, "")) for part, label in OWN_PARTS.items()],
        "loop": drawn(nodes, title="The loop in the person's own words"),
    }


def _loop_choices(items: Items) -> list[picture.Item]:
    return [item for item in items if item.is_kept and item.part == "perpetuating"]


def _saved(version: PictureVersion) -> str:
    return f"{moment(version.saved_at, at=timezone.now())}, {version.saved_by.name or version.saved_by.email}"


def _versions(request: PersonRequest) -> Iterator[tuple[int, str, str]]:
    for version in picture_versions(request.person)[:VERSIONS_SHOWN]:
        kept = [item.text for item in items_of(version) if item.is_kept]
        yield version.revision, _saved(version), "; ".join(kept) or "empty"


def _both(request: PersonRequest, stale: StaleEditError) -> HttpResponse:
    theirs, yours = (picture.read_items(told["items"]) for told in (stale.current, stale.yours))
    return edited_by_someone_else(
        request,
        place="formulation",
        what="this picture",
        rows=list(picture.differences(theirs, yours)),
        kept=kept_fields(request.POST),
        revision=stale.revision,
        action=reverse("workspace:formulation_save", args=[request.person.pk]),
        back=reverse("workspace:formulation", args=[request.person.pk]),
    )


urls = [
    path("clinic/people/<uuid:person_id>/formulation/", formulation, name="formulation"),
    path("clinic/people/<uuid:person_id>/formulation/save/", save, name="formulation_save"),
]
