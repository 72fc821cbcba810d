"""Save one message of a phone's outbox: its effect and its receipt in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.courses.actions import delete_entry, save_entry, undo_delete_entry
from solstice_web.courses.models import Entry
from solstice_web.courses.told import EntryRefusedError, EntryTold
from solstice_web.measures.actions import (
    Filled,
    MeasureRefusedError,
    Saved,
    Sheet,
    Tap,
    complete_response,
    record_answers,
    save_answer,
)
from solstice_web.measures.content import library
from solstice_web.outbox.messages import (
    AnswerMessage,
    AnyMessage,
    CompleteMessage,
    DeleteEntryMessage,
    EnergyMessage,
    EntryMessage,
    ToldMessage,
    UndoEntryMessage,
)
from solstice_web.outbox.models import Receipt
from solstice_web.outbox.telling import NotTakenError, take_told
from solstice_web.people.models import Person

TAKEN = "This could not be saved. Write it again."


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one message. A refused message will be refused again: show it, do not send it again."""

    id: UUID
    state: Literal["saved", "duplicate", "refused"]
    message: str = ""
    help_now: bool = False


def receive(*, person: Person, message: AnyMessage, by: User, at: datetime) -> Reply:
    """Save one message, or answer why not. The same id sent again changes nothing and is answered `duplicate`."""
    try:
        return _receive(person, message, by=by, at=at)
    except (MeasureRefusedError, EntryRefusedError, NotTakenError) as refusal:
        return Reply(message.id, "refused", str(refusal), help_now=_is_risk_answer(message))


def _is_risk_answer(message: AnyMessage) -> bool:
    """Whether the phone must show help although the answer could not be saved."""
    if not isinstance(message, AnswerMessage):
        return False
    instrument = library().instruments.get(message.payload.instrument)
    risk = instrument.risk_item if instrument else None
    value = message.payload.value
    return risk is not None and risk.item == message.payload.item and value is not None and value >= risk.flag_at


@transaction.atomic
def _receive(person: Person, message: AnyMessage, *, by: User, at: datetime) -> Reply:
    receipt, created = Receipt.objects.select_for_update().get_or_create(
        pk=message.id, defaults={"person": person, "kind": message.kind, "received_at": at}
    )
    if receipt.person_id != person.pk or receipt.kind != message.kind:
        return Reply(message.id, "refused", TAKEN)
    if not created:
        return Reply(message.id, "duplicate", help_now=receipt.help_now)
    help_now = _apply(person, message, by=by, at=at)
    if help_now:
        receipt.help_now = True
        receipt.save(update_fields=["help_now"])
    record(
        action="outbox.received", by=by, at=at, person=person, subject=str(message.id), detail={"kind": message.kind}
    )
    return Reply(message.id, "saved", help_now=help_now)


def _apply(person: Person, message: AnyMessage, *, by: User, at: datetime) -> bool:
    """Do what the message asks; return whether the phone must show help at once."""
    moment = message.moment
    match message:
        case AnswerMessage(payload=told):
            sheet = Sheet(told.response_id, told.instrument, told.language)
            tap = Tap(told.item, told.value)
            return save_answer(person=person, sheet=sheet, tap=tap, moment=moment, by=by, at=at).help_now
        case CompleteMessage():
            return _complete(person, message, by=by, at=at).help_now
        case EntryMessage(payload=told):
            entry = EntryTold(
                id=told.entry_id or message.id,
                kind=told.kind,
                content=told.content,
                course=told.course_id,
                dose_seconds=told.dose_seconds,
                energy=told.energy,
                answers=told.answers,
                state=told.state,
                revision=told.revision,
            )
            save_entry(person=person, told=entry, moment=moment, by=by, at=at)
        case EnergyMessage(payload=told):
            energy = EntryTold(id=message.id, kind=Entry.Kind.ENERGY, energy=told.energy)
            save_entry(person=person, told=energy, moment=moment, by=by, at=at)
        case DeleteEntryMessage(payload=told):
            delete_entry(person=person, entry_id=told.entry_id, by=by, at=at)
        case UndoEntryMessage(payload=told):
            undo_delete_entry(person=person, entry_id=told.entry_id, by=by, at=at)
        case ToldMessage(payload=told):
            take_told(person=person, told=told, by=by, at=at)
    return False


def _complete(person: Person, message: CompleteMessage, *, by: User, at: datetime) -> Saved:
    told = message.payload
    if told.items is None:
        return complete_response(person=person, response_id=told.response_id, moment=message.moment, by=by, at=at)
    sheet = Sheet(told.response_id, told.instrument, told.language)
    filled = Filled(sheet, told.items, message.moment, frozenset(told.declined), told.gate)
    return record_answers(person=person, filled=filled, by=by, at=at)
