"""A worksheet, one question a screen: one page for everyone, and one plain form without script."""

import uuid

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.courses.actions import save_entry
from solstice_web.courses.models import Entry
from solstice_web.courses.told import EntryRefusedError, EntryTold
from solstice_web.measures.moment import Moment
from solstice_web.portal.codes import WorksheetPage, worksheet_page
from solstice_web.portal.forms import WorksheetForm
from solstice_web.portal.pages import generic, personal, why_not_this_person


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: PersonRequest, code: str) -> HttpResponse:
    """With `?form` the page is one ordinary form."""
    page = worksheet_page(code)
    if request.method == "POST":
        return _save(request, page, code)
    if "form" not in request.GET:
        return generic(request, "write", {"code": code, "sheet": page.worksheet})
    return _form(request, page, code, WorksheetForm(page.worksheet, initial={"id": uuid.uuid4()}))


def _form(
    request: PersonRequest, page: WorksheetPage, code: str, form: WorksheetForm, *, status: int = 200
) -> HttpResponse:
    context = {"code": code, "sheet": page.worksheet, "form": form, "person": request.person}
    return personal(request, "write_form", context, status=status)


def _save(request: PersonRequest, page: WorksheetPage, code: str) -> HttpResponse:
    if refused := why_not_this_person(request, request.person):
        return refused
    form = WorksheetForm(page.worksheet, request.POST)
    if not form.is_valid():
        return _form(request, page, code, form, status=422)
    at = timezone.now()
    told = EntryTold(
        id=form.cleaned_data["id"], kind=Entry.Kind.WORKSHEET, content=page.worksheet.id, answers=form.answers
    )
    moment = Moment.at(at, request.person.time_zone)
    try:
        save_entry(person=request.person, told=told, moment=moment, by=request.user, at=at)
    except EntryRefusedError as refusal:
        return personal(request, "not_taken", {"reason": str(refusal), "back": request.path}, status=409)
    return personal(request, "thanks", {"title": "Saved", "text": page.worksheet.after, "place": "week"})
