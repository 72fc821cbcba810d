"""The checklist of a person, the label that stands, and the questions set aside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from solstice.ledger import Ledger
from solstice_web.ledger.models import LedgerVersion
from solstice_web.ledger.queries import assessment
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back, whole
from solstice_web.resistance.checklist import Item, basis_of, changes_between, items_of, title_of, why_not_signed
from solstice_web.resistance.models import ItemAnswer, SetAside, SignedLabel
from solstice_web.storage.once import once

ONLY_WHO_TREATS = "The label is signed by someone who treats the person: part of what it rests on is kept for them."


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a person as it stands: signed, or out of date with what changed.

    `reasons` are the trials and grounds it rests on, or, when out of date, what is different since. `since` is when a
    saved fact first changed the answer; None when time or content alone did.
    """

    id: UUID
    state: Literal["signed", "out_of_date"]
    by: str
    at: datetime
    reasons: tuple[str, ...]
    since: datetime | None
    counted: tuple[str, ...]
    content_version: str
    ledger_revision: int
    facts_revision: int

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "by": self.by,
            "at": self.at.isoformat(),
            "out_of_date_since": None if self.since is None else self.since.isoformat(),
            "reasons": list(self.reasons),
            "counted": list(self.counted),
            "content_version": self.content_version,
            "ledger_revision": self.ledger_revision,
        }


def item_states(person: Person) -> dict[str, str]:
    """The latest answer to each item; an empty one leaves the item to the facts."""
    found = ItemAnswer.objects.filter(person=person).order_by("revision")
    return dict(found.values_list("item", "state"))


@once
def latest_answers(person: Person) -> Mapping[str, ItemAnswer]:
    found = ItemAnswer.objects.filter(person=person).select_related("saved_by", "task").order_by("revision")
    return {answer.item: answer for answer in found}


def answers_to(person: Person, item: str) -> QuerySet[ItemAnswer]:
    """Every answer to one item, the latest first."""
    return ItemAnswer.objects.filter(person=person, item=item).select_related("saved_by").order_by("-revision")


def checklist_of(person: Person, ledger: Ledger) -> tuple[Item, ...]:
    """The checklist with each answer, its ground and what is missing; without what is kept from the reader."""
    hidden = kept_items(person)
    return tuple(one for one in items_of(ledger, latest_answers(person)) if one.item.id not in hidden)


def kept_items(person: Person) -> frozenset[str]:
    """Items that private conditions bear on: their answers and grounds would tell, whatever they are."""
    if not keeps_back(person):
        return frozenset()
    private, words = library().private, library().treatments.staging.pseudo_resistance.condition_words
    return frozenset(item for item, asked in words.items() if any(private.has(word) for word in asked))


def in_the_way(person: Person, ledger: Ledger, items: Sequence[Item]) -> list[str]:
    """What stands in the way of signing for whoever reads: only who may see all of it can sign for it."""
    found = why_not_signed(ledger, items)
    return [ONLY_WHO_TREATS, *found] if keeps_back(person) else found


def readable_changes(person: Person, changes: Iterable[str]) -> tuple[str, ...]:
    """What made a label out of date, as the reader may see it."""
    told = tuple(changes)
    hidden = tuple(f"{title_of(item)}:" for item in kept_items(person))
    left = tuple(one for one in told if not one.startswith(hidden)) if hidden else told
    return left or (("The checklist changed.",) if told else ())


def signed_row(person: Person) -> SignedLabel | None:
    """The latest signature, unless it was withdrawn."""
    latest = SignedLabel.objects.filter(person=person).select_related("signed_by").order_by("-signed_at").first()
    return latest if latest is not None and latest.withdrawn_at is None else None


def labels_of(person: Person) -> QuerySet[SignedLabel]:
    """Every signature, also withdrawn ones, the latest first."""
    return SignedLabel.objects.filter(person=person).select_related("signed_by", "withdrawn_by").order_by("-signed_at")


def label_of(person: Person, *, at: datetime | None = None, ledger: Ledger | None = None) -> Label | None:
    """The label as it stands at `at` (now when absent); None where nobody signed one or it was withdrawn.

    `ledger` saves computing it again. What differs from the signed basis makes it out of date, whatever changed it.
    """
    row = signed_row(person)
    if row is None:
        return None
    changes = row.changes or []
    if row.out_of_date_since is None:
        changes = _changes_since(person, row, ledger=ledger, at=at or timezone.now())
    return Label(
        id=row.pk,
        state="out_of_date" if row.out_of_date_since or changes else "signed",
        by=row.signed_by.name or row.signed_by.email,
        at=row.signed_at,
        reasons=readable_changes(person, changes) or _grounds(row.basis),
        since=row.out_of_date_since,
        counted=tuple(row.basis["counted"]),
        content_version=row.content_version,
        ledger_revision=row.ledger_revision,
        facts_revision=row.facts_revision,
    )


def _changes_since(person: Person, row: SignedLabel, *, ledger: Ledger | None, at: datetime) -> list[str]:
    """Whether a label holds is the same for every reader: it is compared with everything known."""
    if keeps_back(person):
        ledger = None
    with whole():
        judged = ledger or assessment(person, at=at)
        return changes_between(row.basis, basis_of(judged, checklist_of(person, judged)))


def _grounds(basis: Mapping[str, Any]) -> tuple[str, ...]:
    ruled_out = sum(item["state"] == "ruled_out" for item in basis["items"].values())
    present = sum(item["state"] == "present" for item in basis["items"].values())
    told = f"{ruled_out} of {len(basis['items'])} other reasons ruled out"
    if present:
        told += f", {present} present with a reason why the label stands"
    return (f"Rests on {', '.join(basis['counted'])}.", f"{told}.")


def ledger_revision(person: Person) -> int:
    """How many times trials of this person were saved."""
    return LedgerVersion.objects.filter(row__person=person).count()


def content_version() -> str:
    return library().version


def set_aside_for(person: Person) -> QuerySet[SetAside]:
    """Questions nobody can answer, as long as nobody lifted that."""
    return SetAside.objects.filter(person=person, lifted_at__isnull=True).select_related("by").order_by("since")
