"""What is asked of one person and when: what waits, what happened that moved it, and the pace they chose."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice.batteries import Due
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.measures.clock.actions import (
    MOST_SESSIONS,
    EventRefusedError,
    EventTold,
    allow_choice,
    bring_event_back,
    record_event,
    remove_event,
)
from solstice_web.measures.content import battery, library
from solstice_web.measures.models import TreatmentEvent
from solstice_web.measures.queries import event_name
from solstice_web.measures.schedule import Schedule, schedule_of
from solstice_web.progress.queries import today_of
from solstice_web.workspace.clock import day, in_words, sentence
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.new_person import read_day

LONGEST_NOTE = 500
SHOWN_EVENTS = 50
OPENING = {
    "open": "open",
    "closed": "not opened: below the cut-off",
    "unanswered": "not answered yet; that is not a no",
    "cannot_tell": "cannot be told: an answer is missing, or the person is under 18",
}


class EventForm(forms.Form):
    """Something that happened; `id` makes one sent twice count once."""

    id = forms.UUIDField()
    kind = forms.ChoiceField(
        label="What happened",
        error_messages={"required": "Choose what happened.", "invalid_choice": "Choose what happened from the list."},
    )
    day = forms.CharField(required=False)
    month = forms.CharField(required=False)
    year = forms.CharField(required=False)
    sessions = forms.IntegerField(
        label="How many sessions",
        required=False,
        error_messages={"invalid": f"Write how many sessions were given, from 1 to {MOST_SESSIONS}."},
    )
    note = forms.CharField(label="Note", required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, latest: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest
        kinds = [(kind.id, kind.name) for kind in battery().file.events]
        self.fields["kind"].choices = [("", "Choose what happened"), *kinds]  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            told["on"] = read_day(told, latest=self.latest.date().replace(year=self.latest.year + 2, day=1))
        except forms.ValidationError as fault:
            self.add_error("day", fault)
        return told


@requires(Right.WRITE_RECORD, person="person_id")
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    at = timezone.now()
    if request.method != "POST":
        today = today_of(request.person, at)
        start = {"id": uuid.uuid4(), "day": today.day, "month": today.month, "year": today.year, "sessions": 1}
        return _page(request, EventForm(initial=start, latest=at), at=at)
    refused = other_person(request)
    if refused is not None:
        return refused
    match request.POST.get("do"):
        case "allow" | "withdraw" as do:
            allow_choice(person=request.person, may_choose=do == "allow", by=request.user, at=at)
            messages.success(request, "Kept. The person sees it at once.")
        case "remove" | "bring_back" as do:
            _move_event(request, do, at=at)
        case _:
            form = EventForm(request.POST, latest=at)
            if not form.is_valid() or not _recorded(request, form, at=at):
                return _page(request, form, at=at, status=400)
            messages.success(request, "It is written down. The measures that follow are counted from it.")
    return redirect("workspace:asked", person_id=request.person.pk)


def _recorded(request: PersonRequest, form: EventForm, *, at: datetime) -> bool:
    told = form.cleaned_data
    sessions = told["sessions"] if told["sessions"] is not None else 1
    event = EventTold(told["id"], told["kind"], told["on"], sessions, told["note"])
    try:
        record_event(person=request.person, told=event, by=request.user, at=at)
    except EventRefusedError as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


def _move_event(request: PersonRequest, do: str, *, at: datetime) -> None:
    act = remove_event if do == "remove" else bring_event_back
    try:
        key = uuid.UUID(request.POST.get("event", ""))
    except ValueError:
        key = uuid.UUID(int=0)
    if act(person=request.person, event_id=key, by=request.user, at=at) is None:
        messages.error(request, "This entry is not there any more.")
    elif do == "remove":
        messages.success(request, "The entry is removed. You can bring it back for 30 days.")
    else:
        messages.success(request, "The entry is back.")


def _page(request: PersonRequest, form: EventForm, *, at: datetime, status: int = 200) -> HttpResponse:
    schedule = schedule_of(request.person, at=at)
    removed = TreatmentEvent.objects.filter(person=request.person, deleted_at__isnull=False).order_by("-deleted_at")
    return person_page(
        request,
        "asked",
        place="measures",
        status=status,
        schedule=schedule,
        lines=lines_of(schedule),
        gates=[
            (name_of(gate.instrument), f"after {name_of(gate.after)}: {OPENING[gate.state]}") for gate in schedule.gates
        ],
        events=[_event(event) for event in reversed(schedule.events[-SHOWN_EVENTS:])],
        removed=[_event(event) for event in removed[:3]],
        kinds=[(kind.name, kind.effect) for kind in battery().file.events],
        paused_until=day(schedule.pace.paused_until) if schedule.is_paused and schedule.pace.paused_until else "",
        every=schedule.pace.every_days or battery().file.core.every_days,
        form=form,
    )


def _event(event: TreatmentEvent) -> dict[str, Any]:
    kind = battery().kind(event.kind)
    counted = f" ({event.sessions})" if kind and kind.every_sessions else ""
    return {"id": event.pk, "on": day(event.on), "what": event_name(event.kind) + counted, "note": event.note}


def lines_of(schedule: Schedule) -> list[dict[str, Any]]:
    """What is due now and what comes, the first first."""
    return [
        {
            "name": name_of(one.instrument),
            "from": day(one.from_day),
            "state": _state(one, schedule),
            "late": one.is_overdue(schedule.today),
            "why": sentence(in_words(one.why)),
            "by": "you rate it" if one.by == "clinician" else "asked on the phone",
        }
        for one in sorted(schedule.coming, key=lambda one: one.from_day)
    ]


def _state(one: Due, schedule: Schedule) -> str:
    if one.is_overdue(schedule.today):
        return "Overdue"
    return "Ready" if one.from_day <= schedule.today else "Comes"


def name_of(instrument: str) -> str:
    found = library().instruments.get(instrument)
    return found.short_name if found else instrument


urls = [path("clinic/people/<uuid:person_id>/measures/clock/", asked, name="asked")]
