"""One question about one treatment: shown, answered, kept at once; near names, doubts and faults beside it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice.person import Trial
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.actions import NoTrialError, tell
from solstice_web.ledger.doubts import Doubt, doubts_of
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import match_of, suggested
from solstice_web.ledger.queries import rows_for, trial_of
from solstice_web.ledger.said import (
    CHOICES,
    NUMBERS,
    SEVERAL,
    UNKNOWN,
    WORDS,
    Heard,
    NotAnAnswerError,
    facts_of,
    questions_for,
)
from solstice_web.ledger.said_words import KINDS, answer_words, ask_of, called
from solstice_web.ledger.told import BEFORE_BIRTH, FactsRefusedError, read_trial
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of
from solstice_web.portal.before_words import ELSE, FAULTS, doubt_words
from solstice_web.portal.pages import personal, why_not_this_person

ASKED_AGAIN = ("dose", "twice")
"""Doubts that a person is asked about; a name that is not in the library is kept without a word."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a question shows; `words` is what was typed, `revision` what the answer is based on."""

    row: TrialRow
    question: str
    words: str
    revision: int
    error: str = ""
    doubt: tuple[str, str] | None = None
    sure: str = ""
    theirs: str = ""


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonRequest, row_id: uuid.UUID, question: str) -> HttpResponse:
    row = rows_for(request.person).filter(pk=row_id).first()
    if row is None:
        raise Http404
    if question not in questions_for(row.kind, row.said):
        return _next(row, question)
    if request.method == "POST":
        return why_not_this_person(request, request.person) or _answered(request, row, question)
    page = Page(row, question, row.said.get(question, ""), row.revision)
    if question == "name" and "near" in request.GET and (found := _near(row)):
        return _show(request, page, near=found)
    return _show(request, page)


def _answered(request: PersonRequest, row: TrialRow, question: str) -> HttpResponse:
    words = " ".join((request.POST.get("tap") or request.POST.get("words", "")).split())
    page = Page(row, question, words, _revision(request, row))
    person, at = request.person, timezone.now()
    zone = zone_of(person.time_zone)
    try:
        facts = facts_of(question, words, Heard(row.kind, at.astimezone(zone).date(), zone))
        if (doubt := _doubt(row, facts)) and request.POST.get("sure") != doubt.code:
            asked = replace(page, doubt=doubt_words(doubt, words), sure=doubt.code)
            return _show(request, asked, status=422)
        saved = tell(
            person=person,
            row_id=row.pk,
            revision=page.revision,
            question=question,
            words=words,
            by=request.user,
            at=at,
        )
    except NotAnAnswerError as fault:
        return _show(request, replace(page, error=FAULTS[fault.code]), status=422)
    except FactsRefusedError as fault:
        is_unborn = any(BEFORE_BIRTH in faults for faults in fault.errors.values())
        names = ("before_birth",) if is_unborn else tuple(fault.errors)
        words_of = next((FAULTS[name] for name in names if name in FAULTS), ELSE)
        return _show(request, replace(page, error=words_of), status=422)
    except StaleEditError as stale:
        theirs = _in_words(question, stale.current)
        return _show(request, replace(page, revision=stale.revision, theirs=theirs), status=409)
    except NoTrialError:
        raise Http404 from None
    if question == "name" and "near" not in request.POST and _near(saved):
        return _to(saved, "name", "?near" + ("&one" if "one" in request.GET else ""))
    return _next(saved, question, only_one="one" in request.GET)


def _doubt(row: TrialRow, facts: Mapping[str, Any]) -> Doubt | None:
    """The first doubt this answer would raise about the whole entry, beside the others on the list."""
    if not facts.keys() & {"dose", "agent"}:
        return None
    try:
        trial: Trial = read_trial({**row.facts, **facts})
    except FactsRefusedError:
        return None
    others = [trial_of(other) for other in rows_for(row.person) if other.pk != row.pk] if "agent" in facts else []
    asked = "agent" if "agent" in facts else "dose"
    return next((one for one in doubts_of(trial, others) if one.code in ASKED_AGAIN and one.field == asked), None)


def _near(row: TrialRow) -> list[dict[str, str]]:
    """Names that may be meant where the name told is none the library knows."""
    name = row.said.get("name", "")
    if name in ("", UNKNOWN, SEVERAL) or match_of(name, row.kind) is not None:
        return []
    return suggested(name, row.kind)


def _next(row: TrialRow, question: str, *, only_one: bool = False) -> HttpResponseRedirect:
    """The next question that is open, from this one on; the list when nothing is, or when only one was changed."""
    asked = questions_for(row.kind, row.said)
    place = asked.index(question) + 1 if question in asked else 0
    following = [name for name in (*asked[place:], *asked[:place]) if name not in row.said]
    if not following or only_one:
        return redirect(f"{reverse('portal:before')}?kept#e{row.pk}")
    return _to(row, following[0])


def _to(row: TrialRow, question: str, query: str = "") -> HttpResponseRedirect:
    return redirect(reverse("portal:before_ask", args=[row.pk, question]) + query)


def _show(
    request: PersonRequest, page: Page, *, near: list[dict[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    asked = questions_for(page.row.kind, page.row.said)
    place = asked.index(page.question)
    context = {
        "person": request.person,
        "page": page,
        "ask": ask_of(page.question, page.row.kind),
        "about": KINDS.get(page.row.kind, ("", ""))[0]
        if page.question in WORDS
        else called(page.row.facts, page.row.said),
        "number": place + 1,
        "total": len(asked),
        "back": reverse("portal:before_ask", args=[page.row.pk, asked[place - 1]]) if place else "",
        "typed": "" if page.words in (UNKNOWN, SEVERAL) else page.words,
        "yours": answer_words(page.question, page.words) if page.words else "",
        "is_number": page.question in NUMBERS,
        "is_one": "one" in request.GET,
        "near": near,
        "searched": page.row.kind in ("medicine", "augmentation", "psychotherapy"),
    }
    return personal(request, "before_ask", context, status=status)


def _in_words(question: str, facts: Mapping[str, Any]) -> str:
    """What stands there now, in the person's words, for the page that shows both."""
    for words, told in CHOICES.get(question, {}).items():
        if all(facts.get(name) == value for name, value in told.items()):
            return answer_words(question, words)
    value = next((value for value in facts.values() if value is not None), None)
    return "Nothing" if value is None else str(value.get("about", "")) if isinstance(value, dict) else str(value)


def _revision(request: PersonRequest, row: TrialRow) -> int:
    raw = request.POST.get("revision", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 9 else row.revision
