"""A practice in its four doses, one small move at a time: one page for everyone, and a plain form without script."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice.content.therapy_model import Energy
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.courses.actions import save_entry
from solstice_web.courses.models import Entry
from solstice_web.courses.told import EntryRefusedError, EntryTold
from solstice_web.measures.moment import Moment
from solstice_web.portal.codes import PracticePage, practice_page, write_code
from solstice_web.portal.course_so_far import OUTCOME
from solstice_web.portal.energy import LEVELS
from solstice_web.portal.forms import StepForm
from solstice_web.portal.pages import generic, personal, why_not_this_person


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PersonRequest, code: str) -> HttpResponse:
    """`?d=` asks for a dose; with `?form` the page is an ordinary form."""
    page = practice_page(code)
    if request.method == "POST":
        return _save(request, page)
    dose = _dose(request.GET.get("d"))
    context = {
        "code": code,
        "practice": page.practice,
        "words": page.therapy.words,
        "dose": dose,
        "is_rest": page.practice.id == page.therapy.rest_practice,
        "write_href": f"/write/{write_code(page.therapy.id, page.worksheet.id)}/" if page.worksheet else None,
        "worksheet": page.worksheet,
    }
    if "form" not in request.GET:
        return generic(request, "step", context)
    return personal(request, "step_form", {**context, "person": request.person, "fresh_id": uuid.uuid4()})


def _dose(asked: str | None) -> Energy | None:
    return next((level for level in LEVELS if asked == str(level)), None)


def _save(request: PersonRequest, page: PracticePage) -> HttpResponse:
    if refused := why_not_this_person(request, request.person):
        return refused
    form = StepForm(request.POST)
    if not form.is_valid():
        return redirect(f"{request.path}?form")
    at = timezone.now()
    outcome, after = form.cleaned_data["outcome"], form.cleaned_data["after"]
    told = EntryTold(
        id=form.cleaned_data["id"],
        kind=Entry.Kind.PRACTICE,
        content=page.practice.id,
        dose_seconds=page.practice.doses[form.cleaned_data["dose"]].seconds,
        answers={OUTCOME: outcome} | ({} if after is None else {"after": after}),
    )
    moment = Moment.at(at, request.person.time_zone)
    try:
        save_entry(person=request.person, told=told, moment=moment, by=request.user, at=at)
    except EntryRefusedError as refusal:
        return personal(request, "not_taken", {"reason": str(refusal), "back": request.path}, status=409)
    thanks = getattr(page.therapy.words, outcome)
    return personal(request, "thanks", {"title": "Saved", "text": thanks, "place": "today"})
