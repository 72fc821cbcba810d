"""Sums shared between clinics: make the file that may leave, let files of others count here, take them back."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from solstice.kernel.fault import ContentError
from solstice.learn.calibrated import Calibrated, Told, calibrated
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.measures.content import library
from solstice_web.plans.actions import NothingToShareError, add_other_clinic, export_sums, remove_other_clinic
from solstice_web.plans.learning import learnt
from solstice_web.plans.models import SigningKey
from solstice_web.plans.sharing import MOST_BYTES, last_export, other_clinics
from solstice_web.workspace.clock import moment
from solstice_web.workspace.frame import page

SHORTEST_NAME, LONGEST_NAME = 3, 80
BUDGETS = {"": None, "1": (1.0, 1e-5), "0.5": (0.5, 1e-5)}
"""What the form offers: no noise, or noise of a budget (epsilon, delta)."""


@requires(Right.SERVICE)
def sums(request: UserRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    match request.POST.get("do"):
        case "make":
            return _make(request)
        case "add":
            return _add(request)
        case _:
            return _remove(request)


def _make(request: UserRequest) -> HttpResponse:
    budget = BUDGETS.get(request.POST.get("noise", ""))
    epsilon, delta = budget or (None, None)
    try:
        made = export_sums(epsilon=epsilon, delta=delta, by=request.user, at=timezone.now())
    except NothingToShareError as error:
        reasons = [one.text for one in error.left_out] or ["no decision here has an outcome yet"]
        return _page(request, nothing=reasons, status=409)
    answer = HttpResponse(made.text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="solstice-sums-{made.export.hash[:8]}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def _add(request: UserRequest) -> HttpResponse:
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    file = request.FILES.get("file")
    faults = []
    if len(name) < SHORTEST_NAME:
        faults.append("Write the name of the clinic: it stands beside every plan that its sums move.")
    if request.POST.get("key_checked") != "yes":
        faults.append(
            "Check the key with that clinic first: a signature shows that the file is whole, not who wrote it."
        )
    if file is None or not file.size or file.size > MOST_BYTES:
        faults.append("Choose the file the clinic made, at most 1 MB.")
    if faults or file is None:
        return _page(request, faults=faults, name=name, status=400)
    try:
        text = file.read().decode("utf-8")
        add_other_clinic(name=name, text=text, by=request.user, at=timezone.now())
    except UnicodeDecodeError:
        return _page(request, faults=["This is not the text file that a clinic made."], name=name, status=400)
    except ContentError as error:
        return _page(request, faults=[str(fault) for fault in error.faults[:8]], name=name, status=400)
    messages.success(request, "Added. It counts in every plan from now on, always with the clinic's name.")
    return redirect("workspace:sums")


def _remove(request: UserRequest) -> HttpResponse:
    try:
        other = uuid.UUID(request.POST.get("other", ""))
    except ValueError:
        return _page(request, faults=["Choose the clinic whose sums no longer count."], status=400)
    remove_other_clinic(other=other, by=request.user, at=timezone.now())
    messages.success(request, "Taken back. It no longer counts in any plan.")
    return redirect("workspace:sums")


def _page(
    request: UserRequest,
    *,
    faults: Sequence[str] = (),
    nothing: Sequence[str] = (),
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    last, found = last_export(), learnt(at=at)
    key = SigningKey.objects.order_by("made_at", "id").first()
    return page(
        request,
        "sums",
        place="service",
        status=status,
        faults=faults,
        nothing=nothing,
        name=name,
        longest=LONGEST_NAME,
        key=key.public if key else "",
        last=None if last is None else {"when": moment(last.at, at=at), "hash": last.hash, "noise": last.noise},
        others=[
            {
                "id": one.pk,
                "name": one.name,
                "outcomes": round(one.outcomes),
                "key": one.public_key,
                "when": moment(one.added_at, at=at),
                "by": one.added_by.name or one.added_by.email,
            }
            for one in other_clinics()
        ],
        counts=None
        if found is None
        else {"own": found.own, "all": round(found.posterior.n), "shadow": found.posterior.shadow},
        unlike=[] if found is None else sorted(set(found.posterior.treatments) - set(library().options)),
        shares=_shares(found.told if found else ()),
    )


def _shares(told: Sequence[Told]) -> str:
    """Whether numbers of 100 may be shown to people, in one sentence."""
    result = calibrated(told)
    if isinstance(result, Calibrated):
        return f"Forecasts came true over {result.n} outcomes: numbers of 100 people are shown for options with enough."
    return f"Numbers of 100 people are not shown: {result.reason}."


urls = [path("service/sums/", sums, name="sums")]
