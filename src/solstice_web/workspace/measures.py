"""The page of results of one person, and ratings a clinician writes down, corrects or takes back."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.measures.actions import MeasureRefusedError
from solstice_web.measures.content import library
from solstice_web.measures.models import Response
from solstice_web.measures.queries import readable, response_of
from solstice_web.measures.ratings.actions import NoRatingError, amend_rating, bring_back, rate, take_back
from solstice_web.measures.schedule import schedule_of
from solstice_web.people.private import keeps_back
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.progress.queries import today_of
from solstice_web.workspace.clock import day
from solstice_web.workspace.facts import kept_fields
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.rating_form import RatingForm, start_of
from solstice_web.workspace.results import results

LABELS = {"total": "Total", "on": "Day", "rater": "Rated by"}


@requires(Right.WRITE_RECORD, person="person_id")
def measures(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    at = timezone.now()
    today = today_of(request.person, at)
    if request.method != "POST":
        start = {"id": uuid.uuid4(), "day": today.day, "month": today.month, "year": today.year}
        start |= {"rated_by": str(request.user.pk), "instrument": request.GET.get("scale", "")}
        return _page(request, RatingForm(initial=start, person=request.person, latest=today), at=at)
    refused = other_person(request)
    if refused is not None:
        return refused
    form = RatingForm(request.POST, person=request.person, latest=today)
    if not form.is_valid() or not _rated(request, form, at=at):
        return _page(request, form, at=at, status=400)
    messages.success(request, "The total is saved.")
    return redirect("workspace:measures", person_id=request.person.pk)


def _rated(request: PersonRequest, form: RatingForm, *, at: datetime) -> bool:
    told = form.cleaned_data
    try:
        rate(
            person=request.person,
            response_id=told["id"] or uuid.uuid4(),
            instrument=told["instrument"],
            rating=form.rating,
            by=request.user,
            at=at,
        )
    except MeasureRefusedError as refusal:
        form.add_error("total", str(refusal))
        return False
    return True


def _page(request: PersonRequest, form: RatingForm, *, at: datetime, status: int = 200) -> HttpResponse:
    withdrawn = Response.objects.filter(person=request.person, status=Response.Status.WITHDRAWN)
    taken_back = readable(request.person, withdrawn)
    return person_page(
        request,
        "measures",
        place="measures",
        status=status,
        results=results(request.person, at=at),
        schedule=schedule_of(request.person, at=at),
        taken_back=[
            {"id": one.pk, "what": f"{_name(one)} {one.total:g} of {day(one.local_date)}"}
            for one in taken_back.order_by("-withdrawn_at")
        ],
        keeps_back=keeps_back(request.person),
        form=form,
    )


def _name(response: Response) -> str:
    return library().instruments[response.instrument].short_name


@requires(Right.WRITE_RECORD, person="person_id")
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: PersonRequest, person_id: uuid.UUID, response_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """Correct one rating, take it back, or bring it back."""
    response = response_of(request.person, response_id)
    if response is None or response.source != Response.Source.CLINIC or response.items:
        raise Http404
    today = today_of(request.person, timezone.now())
    if request.method != "POST":
        form = RatingForm(initial=start_of(response), person=request.person, latest=today, scale=response.instrument)
        return _rating_page(request, response, form)
    refused = other_person(request)
    if refused is not None:
        return refused
    match request.POST.get("do"):
        case "take_back":
            return _take_back(request, response)
        case "bring_back":
            return _bring_back(request, response)
        case _:
            form = RatingForm(request.POST, person=request.person, latest=today, scale=response.instrument)
            return _amend(request, response, form)


def _rating_page(request: PersonRequest, response: Response, form: RatingForm, *, status: int = 200) -> HttpResponse:
    versions = [
        {**version.content, "revision": version.revision, "by": version.saved_by.name or version.saved_by.email}
        for version in response.versions.select_related("saved_by").order_by("-revision")
    ]
    return person_page(
        request,
        "rating",
        place="measures",
        status=status,
        response=response,
        name=_name(response),
        form=form,
        versions=versions,
        is_taken_back=response.status == Response.Status.WITHDRAWN,
    )


def _amend(request: PersonRequest, response: Response, form: RatingForm) -> HttpResponse:
    if not form.is_valid():
        return _rating_page(request, response, form, status=400)
    if "again" in request.POST:
        return _rating_page(request, response, form)
    revision = response.revision if "on_top" in request.POST else form.cleaned_data["revision"] or 0
    try:
        amend_rating(
            person=request.person,
            response_id=response.pk,
            revision=revision,
            rating=form.rating,
            by=request.user,
            at=timezone.now(),
        )
    except StaleEditError as stale:
        return _both(request, response, stale)
    except MeasureRefusedError as refusal:
        form.add_error("total", str(refusal))
        return _rating_page(request, response, form, status=400)
    messages.success(request, "The rating is corrected. The earlier one is kept below it.")
    return redirect("workspace:measures", person_id=request.person.pk)


def _both(request: PersonRequest, response: Response, stale: StaleEditError) -> HttpResponse:
    here = reverse("workspace:rating", args=[request.person.pk, response.pk])
    rows = [(label, str(stale.current[key]), str(stale.yours.get(key, ""))) for key, label in LABELS.items()]
    return edited_by_someone_else(
        request,
        place="measures",
        what="this rating",
        rows=rows,
        kept=kept_fields(request.POST),
        revision=stale.revision,
        action=here,
        back=here,
    )


def _take_back(request: PersonRequest, response: Response) -> HttpResponse:
    told = request.POST.get("revision", "")
    revision = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
    try:
        take_back(person=request.person, response_id=response.pk, revision=revision, by=request.user, at=timezone.now())
    except StaleEditError as stale:
        return _both(request, response, stale)
    messages.success(request, "The rating is taken back. You can bring it back for 30 days.")
    return redirect("workspace:measures", person_id=request.person.pk)


def _bring_back(request: PersonRequest, response: Response) -> HttpResponse:
    try:
        bring_back(person=request.person, response_id=response.pk, by=request.user, at=timezone.now())
    except (MeasureRefusedError, NoRatingError) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The rating is back.")
    return redirect("workspace:measures", person_id=request.person.pk)


urls = [
    path("clinic/people/<uuid:person_id>/measures/", measures, name="measures"),
    path("clinic/people/<uuid:person_id>/measures/totals/<uuid:response_id>/", rating, name="rating"),
]
