"""What this clinic can give: which options, how long people wait, what has no place at present."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from solstice.content.option_model import Option
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.measures.content import library
from solstice_web.plans.actions import set_offer
from solstice_web.plans.queries import latest_offer
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import page

LONGEST_WAIT = 520


@dataclass(frozen=True, slots=True)
class Line:
    """One option as the form shows it, with the fault of its waiting time."""

    id: str
    name: str
    kind: str
    given: bool
    wait: str
    full: bool
    error: str = ""


@requires(Right.SERVICE)
def offer(request: UserRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, _stored())
    lines, waits = _read(request.POST)
    if any(line.error for line in lines):
        return _page(request, lines, status=400)
    set_offer(
        therapies=[line.id for line in lines if line.given],
        waiting_weeks=waits,
        full=[line.id for line in lines if line.full],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "Saved. Every plan takes it into account from now on.")
    return redirect("workspace:offer")


def _stored() -> list[Line]:
    latest = latest_offer()
    out = []
    for option in _options():
        given = latest is None or option.id in latest.therapies
        wait = latest.waiting_weeks.get(option.id) if latest else None
        full = latest is not None and option.id in latest.full
        out.append(Line(option.id, option.name, option.kind, given, "" if wait is None else f"{wait:g}", full))
    return out


def _read(post: Mapping[str, str]) -> tuple[list[Line], dict[str, float]]:
    lines, waits = [], {}
    for option in _options():
        wait = post.get(f"wait_{option.id}", "").strip()[:8]
        error = ""
        if wait:
            weeks = _weeks(wait)
            if weeks is None:
                error = f"Write weeks as a number from 0 to {LONGEST_WAIT}, or leave it empty."
            else:
                waits[option.id] = weeks
        given, full = f"given_{option.id}" in post, f"full_{option.id}" in post
        lines.append(Line(option.id, option.name, option.kind, given, wait, full, error))
    return lines, waits


def _weeks(text: str) -> float | None:
    """A number of weeks, or None where the text is none."""
    try:
        weeks = float(text.replace(",", "."))
    except ValueError:
        return None
    return weeks if 0 <= weeks <= LONGEST_WAIT else None


def _options() -> list[Option]:
    return sorted(library().options.values(), key=lambda one: one.name)


def _page(request: UserRequest, lines: list[Line], *, status: int = 200) -> HttpResponse:
    latest = latest_offer()
    wrong = [{"text": f"{line.name}: {line.error}", "href": f"#wait_{line.id}"} for line in lines if line.error]
    saved = None
    if latest is not None:
        who = (latest.saved_by.name or latest.saved_by.email) if latest.saved_by else "the installation"
        saved = f"{moment(latest.saved_at, at=timezone.now())} by {who}"
    return page(request, "offer", place="offer", status=status, lines=lines, wrong=wrong, saved=saved)


urls = [path("service/offer/", offer, name="offer")]
