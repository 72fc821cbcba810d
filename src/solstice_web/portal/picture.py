"""My picture: what started it, what keeps it going, what helps, in a person's own words, and the loop they choose."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.charts import Node, loop_chart, loop_sentence
from solstice_web.formulations.actions import save_own_picture
from solstice_web.formulations.own_words import (
    FEWEST_NODES,
    HINTS,
    LONGEST_NODE,
    LONGEST_PART,
    MOST_NODES,
    PARTS,
)
from solstice_web.formulations.queries import current_own_picture
from solstice_web.measures.content import library
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.portal.pages import personal, why_not_this_person

NODES = tuple(f"loop_{number}" for number in range(1, MOST_NODES + 1))
FIRST_SHOWN = FEWEST_NODES


class PictureForm(forms.Form):
    """Three parts and up to six places of the loop; nothing must be filled in."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        too_long = {"max_length": "This is too long. Write it a bit shorter."}
        for part, label in PARTS.items():
            self.fields[part] = forms.CharField(
                label=label, required=False, max_length=LONGEST_PART, error_messages=too_long
            )
        for number, name in enumerate(NODES, start=1):
            self.fields[name] = forms.CharField(
                label=f"Part {number}", required=False, max_length=LONGEST_NODE, error_messages=too_long
            )

    @property
    def told(self) -> dict[str, Any]:
        words = {part: self.cleaned_data[part].replace("\r\n", "\n") for part in PARTS}
        return {**words, "loop": [self.cleaned_data[name] for name in NODES]}


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: PersonRequest) -> HttpResponse:
    """Read and write my picture. When it was saved elsewhere meanwhile, both are shown and nothing is overwritten."""
    if request.method != "POST":
        return _page(request, PictureForm(initial=_start(request)))
    if refused := why_not_this_person(request, request.person):
        return refused
    if "up" in request.POST:
        return _page(request, _moved_up(request), unsaved=True)
    form = PictureForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    revision = form.cleaned_data["revision"]
    try:
        save_own_picture(person=request.person, told=form.told, revision=revision, by=request.user, at=timezone.now())
    except StaleEditError as stale:
        return redirect("/picture/?saved") if stale.current == stale.yours else _both(request, stale)
    return redirect("/picture/?saved")


def _start(request: PersonRequest) -> dict[str, Any]:
    saved = current_own_picture(request.person)
    return _fields(saved.told if saved else {}, saved.revision if saved else 0)


def _fields(told: dict[str, Any], revision: int) -> dict[str, Any]:
    loop = dict(zip(NODES, told.get("loop", ()), strict=False))
    return {**{part: told.get(part, "") for part in PARTS}, **loop, "revision": revision}


def _moved_up(request: PersonRequest) -> PictureForm:
    """What was typed, with one place of the loop moved before the one above it; nothing is saved by that."""
    told = request.POST.dict()
    number = told.get("up", "")
    if number in {"2", "3", "4", "5", "6"}:
        above, below = f"loop_{int(number) - 1}", f"loop_{number}"
        told[above], told[below] = told.get(below, ""), told.get(above, "")
    return PictureForm(told)


def _page(request: PersonRequest, form: PictureForm, *, status: int = 200, unsaved: bool = False) -> HttpResponse:
    nodes = [str(form[name].value() or "").strip() for name in NODES]
    filled = [Node(text[:LONGEST_NODE]) for text in nodes if text]
    saved = current_own_picture(request.person)
    context = {
        "form": form,
        "person": request.person,
        "parts": [(part, label, HINTS[part]) for part, label in PARTS.items()],
        "nodes": NODES,
        "shown": max(FIRST_SHOWN, len(filled)),
        "picture": loop_chart(filled, title="My loop"),
        "sentence": loop_sentence(filled),
        "filled": len(filled),
        "fewest": FEWEST_NODES,
        "ideas": ideas(),
        "saved_on": saved.saved_at if saved else None,
        "just_saved": "saved" in request.GET,
        "unsaved": unsaved,
    }
    return personal(request, "picture", context, status=status)


def ideas() -> list[str]:
    """Plain names of what often keeps it going, none of them about what happened."""
    return [one.plain_name for one in library().mechanisms.mechanisms if not one.sensitive]


def _both(request: PersonRequest, stale: StaleEditError) -> HttpResponse:
    parts = [
        (label, stale.current.get(part, ""), stale.yours.get(part, ""))
        for part, label in (*PARTS.items(), ("loop", "My loop"))
        if stale.current.get(part, "") != stale.yours.get(part, "")
    ]
    shown = [(label, _words(theirs), _words(yours)) for label, theirs, yours in parts]
    form = PictureForm(initial=_fields(dict(stale.yours), stale.revision))
    context = {
        "differences": shown,
        "form": form,
        "person": request.person,
        "parts": [(part, label, HINTS[part]) for part, label in PARTS.items()],
        "nodes": NODES,
    }
    return personal(request, "picture_both", context, status=409)


def _words(told: Any) -> str:
    return " → ".join(told) if isinstance(told, list) else str(told)
