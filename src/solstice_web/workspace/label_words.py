"""The signed label in words, wherever it is shown: valid, out of date since when, or not there."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from solstice.ledger import Ledger
from solstice_web.people.models import Person
from solstice_web.resistance.queries import Label, label_of, signed_row
from solstice_web.workspace.clock import moment

log = logging.getLogger("solstice.workspace")
NAME = "Treatment-resistant depression (regulatory definition)"


@dataclass(frozen=True, slots=True)
class LabelShown:
    """`kind` is that of a tag; `changes` is empty as long as the label is in date."""

    id: UUID
    tag: str
    kind: str
    text: str
    reasons: tuple[str, ...]
    is_valid: bool


def label_shown(person: Person, ledger: Ledger | None, *, at: datetime) -> LabelShown | None:
    """The label for a page. Without a ledger (it could not be computed) a signed label is shown as not checked."""
    if ledger is None:
        row = signed_row(person)
        if row is None:
            return None
        text = f"Signed {moment(row.signed_at, at=at)}. Whether it still holds could not be computed."
        return LabelShown(row.pk, "Not checked", "attention", text, (), is_valid=False)
    label = label_of(person, at=at, ledger=ledger)
    return None if label is None else _shown(label, at=at)


def _shown(label: Label, *, at: datetime) -> LabelShown:
    signed = f"Signed by {label.by}, {moment(label.at, at=at)}"
    rests = f"content {label.content_version}, history save {label.ledger_revision}"
    if label.state == "signed":
        return LabelShown(label.id, "Signed", "good", f"{signed} ({rests}).", label.reasons, is_valid=True)
    since = f"since {moment(label.since, at=at)}" if label.since else "because time or content changed the answer"
    text = f"Out of date {since}. {signed} ({rests}); sign again or take it back."
    return LabelShown(label.id, "Out of date", "attention", text, label.reasons, is_valid=False)
