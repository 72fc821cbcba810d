"""The weekly check: one question a screen, each tap saved, help at once where an answer asks for it."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice.batteries import why_not_for
from solstice.content.instrument_model import ExtraItem, Instrument
from solstice.content.safety_model import HelpCard
from solstice.safety import Signal, signals_from_answers
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.help.crisis import crisis_lines
from solstice_web.measures.actions import MeasureRefusedError, Saved, Sheet, Tap, complete_response, save_answer
from solstice_web.measures.content import battery, library
from solstice_web.measures.context import context_of
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment
from solstice_web.measures.queries import response_of
from solstice_web.portal.codes import CHAIN, CheckPage, check_page, pages
from solstice_web.portal.forms import AnswerForm
from solstice_web.portal.pages import generic, personal, why_not_this_person

TOLD = {
    "now": "We ask them to get in touch with you right away. It can still take time, so please do not wait for it.",
    "same_day": "We ask them to get in touch with you today.",
    "day_queue": "We ask them to read it by the end of the next working day.",
}
"""By when the care team is asked to act, in the patient's words; the times stand in the safety rules."""

MOST_FOLLOWING = 8


@dataclass(frozen=True, slots=True)
class HelpNow:
    """The answers of one question that call for help at once, and what follows from each."""

    item: int
    told: dict[int, str]
    card: HelpCard

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(self.told)


def help_now(instrument: Instrument) -> HelpNow | None:
    """Read from the safety rules which answers show help; None for an instrument without such a question."""
    rules = library().safety["signals"]
    told: dict[int, str] = {}
    item = next((rule.item for rule in rules.items if rule.instrument == instrument.id), 0)
    for value in instrument.all_levels if item else ():
        for signal in _signals(instrument, item, value):
            if signal.help_now:
                told[value] = TOLD[signal.act_within]
    return HelpNow(item, told, rules.help_card("en")) if told else None


def _signals(instrument: Instrument, item: int, value: int) -> tuple[Signal, ...]:
    items = [value if number == item else None for number in range(1, instrument.items + 1)]
    return signals_from_answers(instrument, items, library(), finished=False)


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PersonRequest, code: str) -> HttpResponse:
    """With `?form` every question is an ordinary page of its own."""
    instrument = check_page(code).instrument
    if request.method == "POST":
        return _save(request, instrument)
    if why_not_for(instrument, context_of(request.person, at=timezone.now()).age):
        return personal(request, "check_adults", {})
    context = {
        "code": code,
        "instrument": instrument,
        "text": instrument.text("en"),
        "gate": _gate(instrument),
        "must": battery().must_answer(instrument.id),
        "rests": battery().rests(instrument.id),
        "opens_more": instrument.id in {one.gate.after for one in battery().file.baseline.order if one.gate},
        "help_now": help_now(instrument),
        "crisis": crisis_lines(),
    }
    if "form" not in request.GET:
        return generic(request, "check", context)
    if "done" in request.GET:
        following, _, rest = _then(request.GET.get("then")).partition(CHAIN)
        return personal(request, "check_done", {**context, "following": following, "then": rest})
    return _question(request, instrument, context)


def _question(request: PersonRequest, instrument: Instrument, context: dict[str, object]) -> HttpResponse:
    response = _begun(request, instrument)
    number = _number(request.GET.get("q"), instrument, response)
    answered = {} if response is None else _answers(response)
    shown = {
        "number": number,
        "resting": "rest" in request.GET and number - 1 in battery().rests(instrument.id),
        "response_id": response.pk if response else uuid.uuid4(),
        "selected": answered.get(number),
        "declined": response is not None and number in response.declined,
        "then": _then(request.GET.get("then")),
        "help_value": _help_value(request, context["help_now"]),
        "missing": "missing" in request.GET,
        "person": request.person,
    }
    return personal(request, "check_form", {**context, **shown})


def _help_value(request: PersonRequest, found: object) -> int | None:
    asked = request.GET.get("help", "")
    values = found.values if isinstance(found, HelpNow) else ()
    return next((value for value in values if asked == str(value)), None)


def _begun(request: PersonRequest, instrument: Instrument) -> Response | None:
    """The response named in the address, or the one that was left in the middle."""
    if asked := _uuid(request.GET.get("r")):
        return response_of(request.person, asked)
    found = Response.objects.filter(person=request.person, instrument=instrument.id, status=Response.Status.IN_PROGRESS)
    return found.order_by("-recorded_at").first()


def _gate(instrument: Instrument) -> ExtraItem | None:
    text = instrument.text("en")
    return text.gate if text else None


def _answers(response: Response) -> dict[int, int | None]:
    gate = None if response.gate is None else int(response.gate)
    return dict(enumerate([gate, *response.items]))


def _then(asked: str | None) -> str:
    """The codes of the checks that follow, as far as they are ours."""
    known = [code for code in (asked or "").split(CHAIN) if isinstance(pages().get(code), CheckPage)]
    return CHAIN.join(known[:MOST_FOLLOWING])


def _uuid(told: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(told or "")
    except ValueError:
        return None


def _number(asked: str | None, instrument: Instrument, response: Response | None) -> int:
    """The question asked for, or the first one still open; 0 is the question before the items."""
    first = 1 if _gate(instrument) is None else 0
    if asked and asked.isascii() and asked.isdecimal() and first <= int(asked) <= instrument.items:
        return int(asked)
    answered = {} if response is None else _answers(response)
    for number in range(first, instrument.items + 1):
        if answered.get(number) is None and (response is None or number not in response.declined):
            return number
    return instrument.items


def _save(request: PersonRequest, instrument: Instrument) -> HttpResponse:
    if refused := why_not_this_person(request, request.person):
        return refused
    form = AnswerForm(request.POST)
    if not form.is_valid() or (form.cleaned_data["value"] is None) != form.cleaned_data["declined"]:
        return _go(request, q=request.POST.get("item", "1"), r=request.POST.get("id", ""), missing="1")
    tap = Tap(form.cleaned_data["item"], form.cleaned_data["value"])
    try:
        saved = _save_tap(request, instrument, form.cleaned_data["id"], tap)
    except MeasureRefusedError as refusal:
        return personal(request, "not_taken", {"reason": str(refusal), "back": request.path}, status=409)
    return _next(request, instrument, tap, saved)


def _next(request: PersonRequest, instrument: Instrument, tap: Tap, saved: Saved) -> HttpResponse:
    """Help first, then what must still be answered, then the end, a place to rest, or the next question."""
    found = help_now(instrument)
    if found and tap.item == found.item and tap.value in found.told:
        return _go(request, q=str(tap.item), r=str(saved.response.pk), help=str(tap.value))
    if saved.open_item is not None:
        return _go(request, q=str(saved.open_item), r=str(saved.response.pk), missing="1")
    if _is_last(instrument, tap):
        return _go(request, done="1")
    rest = {"rest": "1"} if tap.item in battery().rests(instrument.id) else {}
    return _go(request, q=str(tap.item + 1), r=str(saved.response.pk), **rest)


def _is_last(instrument: Instrument, tap: Tap) -> bool:
    """The last item; or the question before the items, where the answer leaves no item to ask."""
    return tap.item == instrument.items or (tap.item == 0 and not tap.value)


def _save_tap(request: PersonRequest, instrument: Instrument, response_id: uuid.UUID, tap: Tap) -> Saved:
    at = timezone.now()
    moment = Moment.at(at, request.person.time_zone)
    sheet = Sheet(response_id, instrument.id)
    saved = save_answer(person=request.person, sheet=sheet, tap=tap, moment=moment, by=request.user, at=at)
    if _is_last(instrument, tap):
        return complete_response(
            person=request.person, response_id=response_id, moment=moment, by=request.user, at=timezone.now()
        )
    return saved


def _go(request: PersonRequest, **where: str) -> HttpResponse:
    then = _then(request.POST.get("then"))
    return redirect(f"{request.path}?{urlencode({'form': '1', **where, **({'then': then} if then else {})})}")
