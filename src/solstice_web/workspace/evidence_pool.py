"""Load a table of trials, choose rows and a model, and see the pooled effect move."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from solstice.evidence.subgroups import NoSuchRows
from solstice.evidence.table import Comparisons
from solstice.kernel.fault import ContentError
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.evidence.actions import keep_table, remove_table
from solstice_web.evidence.files import KEPT_HOURS, kept_table
from solstice_web.workspace import evidence_asked as asking
from solstice_web.workspace.evidence_answer import answer
from solstice_web.workspace.evidence_asked import Asked
from solstice_web.workspace.frame import page

PLACE = "evidence"
LONGEST_NAME = 80
MOST_FAULTS = 12


@requires(Right.CASELOAD)
@require_http_methods(["GET", "HEAD", "POST"])
def pool(request: UserRequest) -> HttpResponse:
    """The page; a POST with a file loads it."""
    if request.method == "POST":
        return _load(request)
    found = loaded(request)
    if found is None:
        return _empty(request)
    asked, table = found
    context: dict[str, Any] = {
        "asked": asked,
        "choices": asking.choices(table, asked),
        "models": list(asking.MODELS.items()),
        "knows_risk": asking.knows_risk(table),
        "incomplete": len(table.incomplete),
        "rows": len(table.rows),
        "studies": table.studies,
        "left_out": table.left_out,
        "has_network": {"condition_arm1", "condition_arm2"} <= set(table.columns),
        "hours": KEPT_HOURS,
    }
    try:
        context["answer"] = answer(table, asking.chosen_rows(table, asked), asked)
    except (NoSuchRows, ValueError, ArithmeticError) as error:
        return page(request, "evidence/pool", place=PLACE, status=400, problem=str(error), **context)
    return page(request, "evidence/pool", place=PLACE, **context)


@requires(Right.CASELOAD)
@require_POST
def choose(request: UserRequest) -> HttpResponse:
    """Take the choice of rows, model and groups into the session."""
    found = loaded(request)
    if found is not None:
        asked, table = found
        chosen = asking.asked_in_form(request.POST.dict(), table, asked)
        request.session[asking.KEY] = asking.to_session(chosen)
    return redirect("workspace:evidence_pool")


@requires(Right.CASELOAD)
@require_POST
def forget(request: UserRequest) -> HttpResponse:
    """Take the loaded table away."""
    asked = asking.from_session(request.session.pop(asking.KEY, None))
    if asked is not None:
        remove_table(token=asked.token, by=request.user, at=timezone.now())
        messages.success(request, "The file is removed.")
    return redirect("workspace:evidence_pool")


def loaded(request: UserRequest) -> tuple[Asked, Comparisons] | None:
    """The question and the table of this session; None where no table is loaded, or its time is over."""
    asked = asking.from_session(request.session.get(asking.KEY))
    table = None if asked is None else kept_table(asked.token, asked.name)
    return None if asked is None or table is None else (asked, table)


def _load(request: UserRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _empty(request, faults=["Choose a file first."])
    name = "".join(letter for letter in (file.name or "file.csv") if letter.isprintable())[-LONGEST_NAME:]
    before = asking.from_session(request.session.get(asking.KEY))
    at = timezone.now()
    try:
        token = keep_table(data=file.read(), name=name, by=request.user, at=at)
    except ContentError as error:
        faults = [str(fault) for fault in error.faults[:MOST_FAULTS]]
        more = len(error.faults) - len(faults)
        return _empty(request, faults=[*faults, *([f"and {more} more lines"] if more else [])])
    if before is not None:
        remove_table(token=before.token, by=request.user, at=at)
    request.session[asking.KEY] = asking.to_session(Asked(token, name))
    return redirect("workspace:evidence_pool")


def _empty(request: UserRequest, *, faults: list[str] | None = None) -> HttpResponse:
    status = 400 if faults else 200
    return page(request, "evidence/load", place=PLACE, status=status, faults=faults or [], hours=KEPT_HOURS)


urls = [
    path("clinic/evidence/pool/", pool, name="evidence_pool"),
    path("clinic/evidence/pool/choose/", choose, name="evidence_choose"),
    path("clinic/evidence/pool/forget/", forget, name="evidence_forget"),
]
