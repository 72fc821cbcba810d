"""What was had before: the list so far, choosing what to tell, and one question a screen, each answer kept as given."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.actions import (
    UNDO_WITHIN,
    NoTrialError,
    NotTheirsToRemoveError,
    UndoTooLateError,
    add_trial,
    is_theirs,
    take_back,
    tell,
    undo_delete,
)
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import suggested
from solstice_web.ledger.queries import rows_for
from solstice_web.ledger.said import DISPUTED, first_open, questions_for
from solstice_web.ledger.said_words import KINDS, MORE, called, told_lines
from solstice_web.ledger.told import Told
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.zones import zone_of
from solstice_web.portal.before_words import team_lines
from solstice_web.portal.pages import personal, why_not_this_person

MOST_ENTRIES = 80
"""More treatments than anyone was ever given; beyond it nothing new is begun."""


@dataclass(frozen=True, slots=True)
class Line:
    """One treatment on the person's own list; `told` are their answers, `team` what the care team wrote."""

    row: TrialRow
    name: str
    also: str
    told: tuple[tuple[str, str, str], ...]
    team: tuple[tuple[str, str], ...]
    left: int
    go_on: str
    is_theirs: bool
    is_disputed: bool


@requires(Right.PORTAL)
@require_safe
def before(request: PersonRequest) -> HttpResponse:
    person, at = request.person, timezone.now()
    lines = [line_of(row) for row in rows_for(person)]
    removed = [removed_line(row, person) for row in removed_by(person, at=at)]
    key = request.GET.get("removed", "")
    context = {
        "person": person,
        "lines": lines,
        "next_line": next((line for line in lines if line.left and not line.is_disputed), None),
        "more": [(kind, words) for kind, words in MORE.items() if any(line.row.kind == kind for line in lines)],
        "fresh_id": uuid.uuid4(),
        "removed": removed,
        "just_removed": next((line for line in removed if str(line["id"]) == key), None),
        "said": next((name for name in ("kept", "back_again", "later", "noted") if name in request.GET), ""),
    }
    return personal(request, "before", context)


def line_of(row: TrialRow) -> Line:
    name = called(row.facts, row.said)
    left = tuple(question for question in questions_for(row.kind, row.said) if question not in row.said)
    by_person = row.told_by == TrialRow.Teller.PATIENT
    go_on = first_open(row.kind, row.said)
    also = _also(row, name)
    return Line(
        row=row,
        name=name,
        also=also,
        told=told_lines(row.said),
        team=() if row.said else team_lines(row.facts),
        left=len(left) if by_person else 0,
        go_on=reverse("portal:before_ask", args=[row.pk, go_on]) if go_on else "",
        is_theirs=is_theirs(row),
        is_disputed=row.said.get(DISPUTED) == "yes",
    )


def _also(row: TrialRow, name: str) -> str:
    """The plain name beside a brand, so that both are known next time."""
    treatments, agent = library().treatments, row.facts.get("agent")
    found = treatments.medicine(agent) or treatments.augmentation(agent)
    return found.name if found and found.name.casefold() != name.casefold() else ""


def removed_by(person: Person, *, at: datetime) -> list[TrialRow]:
    """What this person removed and can still bring back, the latest first."""
    found = TrialRow.objects.filter(person=person, deleted_at__gte=at - UNDO_WITHIN, saved_by=person.user)
    return list(found.order_by("-deleted_at"))


def removed_line(row: TrialRow, person: Person) -> dict[str, object]:
    assert row.deleted_at is not None
    until: date = (row.deleted_at + UNDO_WITHIN).astimezone(zone_of(person.time_zone)).date()
    return {"id": row.pk, "name": called(row.facts, row.said), "until": until}


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def which(request: PersonRequest) -> HttpResponse:
    """Choose what to tell about; each choice is an entry at once, so that stopping here loses nothing."""
    if request.method != "POST":
        context = {"person": request.person, "kinds": _kinds(), "fresh_id": uuid.uuid4()}
        return personal(request, "before_which", context)
    if refused := why_not_this_person(request, request.person):
        return refused
    chosen = [kind for kind in KINDS if kind in request.POST.getlist("kind")]
    base = _uuid(request.POST.get("id", ""))
    if not chosen or base is None:
        return redirect(f"{reverse('portal:before')}?later")
    at, user = timezone.now(), request.user
    if rows_for(request.person).count() + len(chosen) > MOST_ENTRIES:
        raise Http404
    rows = []
    for place, kind in enumerate(chosen, start=1 - len(chosen)):
        moment = at + timedelta(microseconds=place)  # the list keeps the order in which they were asked
        told = Told({"kind": kind, "in_episode": "unknown"}, told_by=TrialRow.Teller.PATIENT)
        try:
            row_id = uuid.uuid5(base, kind)
            rows.append(add_trial(person=request.person, row_id=row_id, told=told, by=user, at=moment))
        except NoTrialError:
            raise Http404 from None
    return redirect("portal:before_ask", rows[0].pk, first_open(rows[0].kind, rows[0].said) or "now")


def _kinds() -> list[tuple[str, str, str]]:
    return [(kind, words, hint) for kind, (words, hint) in KINDS.items()]


@requires(Right.PORTAL)
@require_POST
def names(request: PersonRequest) -> HttpResponse:
    """Names that fit what is being typed; sent, not asked for by address, so that no name stands in one."""
    return JsonResponse({"names": suggested(request.POST.get("words", "")[:200], request.POST.get("kind", ""))})


@requires(Right.PORTAL)
@require_POST
def remove(request: PersonRequest, row_id: uuid.UUID) -> HttpResponse:
    """Remove an entry that only the person told; what the care team wrote is called not right instead."""
    if refused := why_not_this_person(request, request.person):
        return refused
    try:
        take_back(person=request.person, row_id=row_id, by=request.user, at=timezone.now())
    except (NoTrialError, NotTheirsToRemoveError):
        raise Http404 from None
    return redirect(f"{reverse('portal:before')}?removed={row_id}")


@requires(Right.PORTAL)
@require_POST
def bring_back(request: PersonRequest, row_id: uuid.UUID) -> HttpResponse:
    if refused := why_not_this_person(request, request.person):
        return refused
    at = timezone.now()
    if row_id not in {row.pk for row in removed_by(request.person, at=at)}:
        raise Http404
    try:
        undo_delete(person=request.person, row_id=row_id, by=request.user, at=at)
    except (NoTrialError, UndoTooLateError):
        raise Http404 from None
    return redirect(f"{reverse('portal:before')}?back_again")


@requires(Right.PORTAL)
@require_POST
def mistaken(request: PersonRequest, row_id: uuid.UUID) -> HttpResponse:
    """Say that an entry is not right, or that it is after all; the care team sees it, and nothing is taken away."""
    if refused := why_not_this_person(request, request.person):
        return refused
    row = rows_for(request.person).filter(pk=row_id).first()
    if row is None:
        raise Http404
    words = "no" if request.POST.get("right") else "yes"
    person, at = request.person, timezone.now()
    tell(
        person=person,
        row_id=row_id,
        revision=row.revision,
        question=DISPUTED,
        words=words,
        by=request.user,
        at=at,
    )
    return redirect(f"{reverse('portal:before')}?noted")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
