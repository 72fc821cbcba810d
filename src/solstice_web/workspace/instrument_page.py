"""One instrument: its facts with their sources, and its questions as a person sees them. Nothing on it is stored."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from solstice.content.instrument_model import Instrument, InstrumentText, Option
from solstice.instruments import AnswersError, Context, NotScored, Profile, Scored, score, score_total
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.workspace import instrument_words as words
from solstice_web.workspace.catalogue import Entry, entry_of
from solstice_web.workspace.frame import page

GATE = 0
OLDEST = 120
DECLINED = "-"


@dataclass(frozen=True, slots=True)
class Screen:
    """One question on the phone; `number` is 0 for the one before the items, and past the last for the thanks."""

    number: int
    of: int
    stem: str
    question: str
    options: tuple[Option, ...]
    selected: int | None
    first: int

    @property
    def is_end(self) -> bool:
        return self.number > self.of

    @property
    def is_gate(self) -> bool:
        return self.number == GATE


@dataclass(frozen=True, slots=True)
class Said:
    """What the form of the preview carries from page to page: it is kept nowhere else."""

    answers: tuple[int | None, ...]
    gate: bool | None
    number: int
    age: int | None
    problem: str = ""


@requires(Right.CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument(request: UserRequest, code: str) -> HttpResponse:
    entry = entry_of(code)
    if entry is None:
        raise Http404
    one, text = entry.instrument, entry.instrument.text("en")
    said = _said(request, one, text)
    shown: dict[str, Any] = (
        {"screen": _screen(one, text, said), "said": said} if text else {"total": _total(request, one)}
    )
    return page(
        request, "instrument", place="instruments", **_facts(entry), result=_result(one, said, text, request), **shown
    )


def _facts(entry: Entry) -> dict[str, Any]:
    one = entry.instrument
    return {
        "entry": entry,
        "one": one,
        "text": one.text("en"),
        "facts": words.facts(one),
        "scoring": words.scoring(one),
        "bands": words.bands(one),
        "cutoffs": words.cutoffs(one),
        "parts": words.parts(one),
        "crosswalks": one.crosswalks,
        "remarks": [(remark.text, words.cited(one, remark.source)) for remark in one.remarks],
        "sources": sorted(one.sources.items()),
        "packs": tuple(one.packs.values()),
    }


def _said(request: UserRequest, one: Instrument, text: InstrumentText | None) -> Said:
    """The answers so far with the one just tapped, and the screen that follows."""
    form = request.POST
    first = GATE if text and text.gate else 1
    answers = [_level(one, number, form.get(f"a{number}")) for number in range(1, one.items + 1)]
    gate = {"1": True, "0": False}.get(form.get("gate", ""))
    number = _whole(form.get("q"), first, one.items + 1, otherwise=first)
    age = _whole(form.get("age"), 0, OLDEST, otherwise=None)
    problem = ""
    match form.get("do"):
        case "back":
            number = max(first, number - 1)
        case "again":
            answers, gate, number = [None] * one.items, None, first
        case "next" | "decline" as tapped:
            chosen = form.get("value")
            if tapped == "next" and number <= one.items and chosen is None:
                problem = "Tap one answer, or “I’d rather not say”."
            elif number == GATE:
                gate = {"1": True, "0": False}.get(chosen or "") if tapped == "next" else None
                number = one.items + 1 if gate is False else 1
            elif number <= one.items:
                answers[number - 1] = _level(one, number, chosen) if tapped == "next" else None
                number = _following(one, answers, number)
    return Said(tuple(answers), gate, number, age, problem)


def _following(one: Instrument, answers: list[int | None], number: int) -> int:
    """The next question the form asks, leaving out what it says to skip."""
    skipped: set[int] = set()
    for skip in one.skips:
        asked = [answers[item - 1] for item in skip.when_items]
        known = [answer for answer in asked if answer is not None]
        if len(known) == len(asked) and sum(known) <= skip.at_most:
            skipped |= set(skip.items)
    return next((item for item in range(number + 1, one.items + 1) if item not in skipped), one.items + 1)


def _level(one: Instrument, number: int, told: str | None) -> int | None:
    levels = one.levels_of(number)
    return _whole(told, min(levels), max(levels), otherwise=None) if levels else None


def _whole(told: str | None, low: int, high: int, *, otherwise: Any) -> Any:
    if told and told.isascii() and told.isdigit() and len(told) < 6 and low <= int(told) <= high:
        return int(told)
    return otherwise


def _screen(one: Instrument, text: InstrumentText | None, said: Said) -> Screen | None:
    if text is None:
        return None
    first = GATE if text.gate else 1
    if said.number == GATE and text.gate:
        chosen = None if said.gate is None else int(said.gate)
        return Screen(GATE, one.items, "", text.gate.text, text.gate.options, chosen, first)
    if said.number > one.items:
        return Screen(one.items + 1, one.items, "", "", (), None, first)
    question, options = text.items[said.number - 1], text.options_of(said.number)
    return Screen(said.number, one.items, text.stem, question, options, said.answers[said.number - 1], first)


def _total(request: UserRequest, one: Instrument) -> str | None:
    return request.POST.get("total", "").strip()[:10] if one.has_total else None


@dataclass(frozen=True, slots=True)
class Shown:
    """The score of the moment in words; `lines` are its parts and what qualifies it."""

    head: str
    lines: tuple[str, ...]
    is_risk: bool = False


def _result(one: Instrument, said: Said, text: InstrumentText | None, request: UserRequest) -> Shown | None:
    context = Context(age=said.age, gate=said.gate)
    try:
        if text is not None:
            empty = said.gate is None and not any(answer is not None for answer in said.answers)
            return None if empty else _shown(score(one, said.answers, context=context))
        told = _total(request, one)
        return _shown(score_total(one, float(told), context=context)) if told else None
    except (AnswersError, ValueError) as error:
        faults = error.faults if isinstance(error, AnswersError) else ("Write the total as a number.",)
        return Shown("No score", tuple(fault.removeprefix(f"{one.id}: ") for fault in faults))


def _shown(result: Scored | Profile | NotScored) -> Shown:
    risk = "risk_item" in result.flags
    if isinstance(result, NotScored):
        return Shown("Not scored yet", (result.reason,), risk)
    lines = [
        f"{part.name}: {'not known' if part.value is None else f'{part.value:g}'}"
        + (f" of {part.max:g}" if part.max is not None and part.value is not None else "")
        + (f", {part.band}" if part.band else "")
        for part in result.parts
    ]
    if isinstance(result, Profile):
        return Shown(result.band or "No total", (*lines, *filter(None, [result.note])), risk)
    met = {True: "yes", False: "no", None: "cannot be told"}
    for cut in result.cutoffs:
        side = f"{cut.at_least:g} or more" if cut.at_least is not None else f"{cut.at_most or 0:g} or less"
        lines.append(f"{side} ({cut.use}): {met[cut.met]}")
    head = f"{result.total:g} of {result.max:g}" + (f", {result.band}" if result.band else "")
    return Shown(head, (*lines, *filter(None, [result.note])), risk)


urls = [path("clinic/instruments/<str:code>/", instrument, name="instrument")]
