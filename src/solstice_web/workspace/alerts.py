"""Alerts of my people, and one alert: why it was raised, by when to act, what was done."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from solstice_web.accounts.access import PersonRequest, Right, UserRequest, requires
from solstice_web.accounts.models import User
from solstice_web.alerts.actions import Done, NoAlertError, StaleAlertError, acknowledge, record_action
from solstice_web.alerts.models import Alert, AlertAction, Level
from solstice_web.alerts.queries import AlertLine, history, open_alerts
from solstice_web.people.queries import current_safety_plan
from solstice_web.workspace.clock import age, moment, sentence
from solstice_web.workspace.frame import other_person, page, person_page

WORDS_OF_LEVEL = {Level.NOW: "Contact now", Level.TODAY: "Contact today", Level.DAY_QUEUE: "Today or tomorrow"}
KIND_OF_LEVEL = {Level.NOW: "urgent", Level.TODAY: "urgent", Level.DAY_QUEUE: "attention"}
LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """One episode as the list shows it."""

    alert: Alert
    level: str
    kind: str
    state: str
    is_late: bool
    waiting: str
    by: str
    count: int


@requires(Right.CASELOAD)
def alerts(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    lines = [waiting(line, at=at) for line in open_alerts(request.user)]
    return page(request, "alerts", place="alerts", lines=lines)


def waiting(line: AlertLine, *, at: datetime) -> WaitingAlert:
    late = line.is_late(at)
    return WaitingAlert(
        alert=line.alert,
        level=WORDS_OF_LEVEL[line.level],
        kind=KIND_OF_LEVEL[line.level],
        state="Not seen yet" if line.unseen else "Seen, follow-up open",
        is_late=late,
        waiting=age(line.alert.raised_at, at=at),
        by=f"{'Was due' if late else 'Act by'} {moment(line.act_by, at=at)}" if line.unseen else "",
        count=line.count,
    )


class ActionForm(forms.Form):
    """What was done; the rules are those of the action, said beside the field they are about."""

    id = forms.UUIDField()
    revision = forms.IntegerField(min_value=1)
    what = forms.ChoiceField(
        choices=[(value, sentence(str(label))) for value, label in AlertAction.What.choices],
        error_messages={"required": "Choose what you did.", "invalid_choice": "Choose one of the answers below."},
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        error_messages={"max_length": f"Write at most {LONGEST_NOTE} characters."},
    )
    closes = forms.ChoiceField(
        choices=[("no", "Keep it open: something is still to do"), ("yes", "Close it: nothing more is to do")],
        error_messages={"required": "Choose whether this closes the alert."},
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("what") == AlertAction.What.NOT_NEEDED and not told.get("note", "").strip():
            self.add_error("note", "Write why no contact is needed.")
        if told.get("what") == AlertAction.What.TRIED and told.get("closes") == "yes":
            self.add_error("closes", "The person has not been reached yet, so the alert stays open.")
        return told

    @property
    def done(self) -> Done:
        told = self.cleaned_data
        return Done(id=told["id"], what=told["what"], note=told["note"].strip(), closes=told["closes"] == "yes")


@requires(Right.HANDLE_ALERT, person="person_id")
def alert(request: PersonRequest, person_id: uuid.UUID, alert_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    if request.method != "POST":
        return _alert_page(request, alert_id)
    refused = other_person(request)
    if refused is not None:
        return refused
    try:
        if request.POST.get("do") == "acknowledge":
            return _acknowledge(request, alert_id)
        return _record(request, alert_id)
    except NoAlertError:
        raise Http404 from None
    except StaleAlertError:
        form = ActionForm(request.POST) if request.POST.get("do") == "record" else None
        return _alert_page(request, alert_id, form=form, changed=True, status=409)


def _acknowledge(request: PersonRequest, alert_id: uuid.UUID) -> HttpResponse:
    revision = request.POST.get("revision", "")
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0
    acknowledge(person=request.person, alert_id=alert_id, revision=number, by=request.user, at=timezone.now())
    return redirect("workspace:alert", person_id=request.person.pk, alert_id=alert_id)


def _record(request: PersonRequest, alert_id: uuid.UUID) -> HttpResponse:
    form = ActionForm(request.POST)
    if not form.is_valid():
        return _alert_page(request, alert_id, form=form, status=400)
    record_action(
        person=request.person,
        alert_id=alert_id,
        revision=form.cleaned_data["revision"],
        done=form.done,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "What was done is saved.")
    return redirect("workspace:alert", person_id=request.person.pk, alert_id=alert_id)


def _alert_page(
    request: PersonRequest,
    alert_id: uuid.UUID,
    *,
    form: ActionForm | None = None,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    every = list(history(request.person))
    shown = next((one for one in every if one.pk == alert_id), None)
    if shown is None:
        raise Http404
    episode = [one for one in every if one.episode == shown.episode]
    form = form or ActionForm(initial={"id": uuid.uuid4(), "revision": shown.revision})
    return person_page(
        request,
        "alert",
        place="",
        status=status,
        alert=shown,
        level=WORDS_OF_LEVEL[Level(shown.level)],
        kind=KIND_OF_LEVEL[Level(shown.level)],
        is_late=shown.state == Alert.State.OPEN and at > shown.act_by,
        by=moment(shown.act_by, at=at),
        raised=moment(shown.raised_at, at=at),
        waiting=age(shown.raised_at, at=at),
        told=[_happened(one, at=at) for one in sorted(episode, key=lambda one: one.raised_at, reverse=True)],
        done=_done(episode, at=at),
        form=form,
        form_id=form["id"].value(),
        changed=changed,
        has_safety_plan=current_safety_plan(request.person) is not None,
    )


def _happened(one: Alert, *, at: datetime) -> dict[str, Any]:
    seen = f"seen {moment(one.acknowledged_at, at=at)}" if one.acknowledged_at else "not seen yet"
    who = f" by {_name(one.acknowledged_by)}" if one.acknowledged_by else ""
    late = f"; passed on {moment(one.escalated_at, at=at)} because nobody had seen it" if one.escalated_at else ""
    closed = f"; closed {moment(one.done_at, at=at)}" if one.done_at else ""
    return {"when": moment(one.raised_at, at=at), "title": one.text, "text": sentence(f"{seen}{who}{late}{closed}.")}


def _done(episode: list[Alert], *, at: datetime) -> list[dict[str, Any]]:
    actions = {action.pk: action for one in episode for action in one.actions.all()}
    return [
        {
            "when": f"{moment(action.at, at=at)}, {_name(action.by)}",
            "title": sentence(action.get_what_display()),
            "text": action.note,
        }
        for action in sorted(actions.values(), key=lambda action: action.at, reverse=True)
    ]


def _name(user: User) -> str:
    return user.name or user.email


urls = [
    path("clinic/alerts/", alerts, name="alerts"),
    path("clinic/people/<uuid:person_id>/alerts/<uuid:alert_id>/", alert, name="alert"),
]
