"""Answer the checklist, sign and withdraw the label, set questions aside; a later fact marks the label out of date."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.ledger.queries import assessment
from solstice_web.people.models import Person
from solstice_web.people.private import keeps_back, whole
from solstice_web.people.queries import current_facts
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.resistance.checklist import STATES, basis_of, changes_between, fingerprint, why_not_signed
from solstice_web.resistance.models import ItemAnswer, SetAside, SignedLabel
from solstice_web.resistance.queries import ONLY_WHO_TREATS, checklist_of, content_version, ledger_revision, signed_row
from solstice_web.tasks.models import Task

log = logging.getLogger("solstice.resistance")
LONGEST = 4000
SHORTEST = 3
CANNOT_COMPUTE = "The history could not be computed when a fact was saved; look at the checklist again."


class AnswerRefusedError(ValueError):
    """The answer cannot be saved so; `field` names what to change."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


class NoItemError(LookupError):
    """There is no such item, label or task of this person."""


class NotSignableError(ValueError):
    """The label cannot be signed; `reasons` say what stands in the way, each with what to do."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("the checklist is not settled")


class StaleLabelError(Exception):
    """What is to be signed is not what was shown: show it again (HTTP 409)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A clinician's answer to one item; `id` is made by the form. An empty state leaves it to the facts.

    Ruled out and present need a `ground`; a present item blocks the label unless `despite` says why it stands.
    """

    id: uuid.UUID
    item: str
    state: str
    ground: str = ""
    despite: str = ""
    task: uuid.UUID | None = None

    def __post_init__(self) -> None:
        if self.state and self.state not in STATES:
            raise AnswerRefusedError("state", "Choose one of the answers.")
        for name, text in (("ground", self.ground), ("despite", self.despite)):
            if len(text) > LONGEST:
                raise AnswerRefusedError(name, f"Write at most {LONGEST} characters.")
        if self.state in {"ruled_out", "present"} and len(self.ground.strip()) < SHORTEST:
            raise AnswerRefusedError("ground", "Say what this rests on, for example a result with its date.")


@transaction.atomic
def answer_item(*, person: Person, said: Said, revision: int, by: User, at: datetime) -> ItemAnswer:
    """Save an answer based on `revision` (0 for the first). Sent twice it is saved once.

    Raises StaleEditError with both texts when someone answered since, AnswerRefusedError and NoItemError.
    """
    earlier = ItemAnswer.objects.filter(pk=said.id).first()
    if earlier is not None:
        if earlier.person_id != person.pk:
            raise NoItemError(str(said.id))
        return earlier
    task = _task(person, said)
    with whole():
        ledger = assessment(person, at=at)
    item = next((one for one in ledger.pseudo_resistance if one.id == said.item), None)
    if item is None:
        raise NoItemError(said.item)
    state = said.state or item.facts_state
    if not (said.state or revision or (state == "present" and said.despite.strip())):
        raise AnswerRefusedError("state", "Choose an answer; until then the facts alone decide.")
    try:
        with transaction.atomic():
            _refuse_stale(person, said, revision)
            answer = ItemAnswer.objects.create(
                id=said.id,
                person=person,
                item=said.item,
                revision=revision + 1,
                state=said.state,
                ground=said.ground.strip(),
                despite=said.despite.strip() if state == "present" else "",
                facts_state=item.facts_state,
                facts_why=item.facts_why,
                task=task,
                saved_at=at,
                saved_by=by,
            )
    except IntegrityError:
        _refuse_stale(person, said, revision)
        raise
    detail = {"item": said.item, "state": said.state, "facts": item.facts_state, "revision": answer.revision}
    record(action="checklist.answered", by=by, at=at, person=person, subject=str(answer.pk), detail=detail)
    refresh_label(person=person, by=by, at=at)
    return answer


def _refuse_stale(person: Person, said: Said, revision: int) -> None:
    latest = ItemAnswer.objects.filter(person=person, item=said.item).order_by("-revision").first()
    if (latest.revision if latest else 0) != revision:
        current = _as_text(latest.state, latest.ground, latest.despite) if latest else {}
        yours = _as_text(said.state, said.ground, said.despite)
        raise StaleEditError(current=current, yours=yours, revision=latest.revision if latest else 0)


def _as_text(state: str, ground: str, despite: str) -> dict[str, str]:
    return {"state": state, "ground": ground, "despite": despite}


def _task(person: Person, said: Said) -> Task | None:
    if said.task is None:
        return None
    found = Task.objects.filter(pk=said.task, person=person).first()
    if found is None:
        raise NoItemError(str(said.task))
    return found


# ------------------------------------------------------------------------------------------------------------ label


@transaction.atomic
def sign_label(*, person: Person, label_id: uuid.UUID, shown: str, by: User, at: datetime) -> SignedLabel:
    """Store the label over the checklist as it was `shown`, the fingerprint of its basis. Sent twice: signed once.

    Raises NotSignableError while anything is missing, StaleLabelError when the answer is not what was shown.
    """
    earlier = SignedLabel.objects.filter(pk=label_id).first()
    if earlier is not None:
        if earlier.person_id != person.pk:
            raise NoItemError(str(label_id))
        return earlier
    Person.objects.select_for_update().get(pk=person.pk)
    if keeps_back(person):
        raise NotSignableError([ONLY_WHO_TREATS])
    ledger = assessment(person, at=at)
    items = checklist_of(person, ledger)
    basis = basis_of(ledger, items)
    if fingerprint(basis) != shown:
        raise StaleLabelError
    missing = why_not_signed(ledger, items)
    if missing:
        raise NotSignableError(missing)
    facts = current_facts(person)
    label = SignedLabel.objects.create(
        id=label_id,
        person=person,
        basis=basis,
        content_version=content_version(),
        ledger_revision=ledger_revision(person),
        facts_revision=facts.revision if facts else 0,
        signed_at=at,
        signed_by=by,
    )
    detail = {"content": label.content_version, "ledger": label.ledger_revision, "facts": label.facts_revision}
    record(action="label.signed", by=by, at=at, person=person, subject=str(label.pk), detail=detail)
    return label


@transaction.atomic
def withdraw_label(*, person: Person, label_id: uuid.UUID, reason: str, by: User, at: datetime) -> SignedLabel:
    """Take the label back, with the reason; its signature stays in the history."""
    told = reason.strip()
    if len(told) < SHORTEST:
        raise AnswerRefusedError("reason", "Say why the label is taken back.")
    if len(told) > LONGEST:
        raise AnswerRefusedError("reason", f"Write at most {LONGEST} characters.")
    label = SignedLabel.objects.select_for_update().filter(pk=label_id, person=person).first()
    if label is None:
        raise NoItemError(str(label_id))
    if label.withdrawn_at is None:
        label.withdrawn_at, label.withdrawn_by, label.withdrawn_reason = at, by, told
        label.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        record(action="label.withdrawn", by=by, at=at, person=person, subject=str(label.pk))
    return label


@transaction.atomic
def refresh_label(*, person: Person, by: User | None, at: datetime) -> None:
    """Mark a signed label out of date when the facts as they are now give another answer; it is never taken off.

    Called in the transaction of every save the answer could rest on. Where the engine fails the label counts as out of
    date: it may not look valid on facts that nobody could judge (hazard H50).
    """
    row = signed_row(person)
    if row is None or row.out_of_date_since is not None:
        return
    changes = _changes(person, row, at=at)
    if not changes:
        return
    row.out_of_date_since, row.changes = at, changes
    row.save(update_fields=["out_of_date_since", "changes"])
    record(action="label.out_of_date", by=by, at=at, person=person, subject=str(row.pk), detail={"n": len(changes)})


def _changes(person: Person, row: SignedLabel, *, at: datetime) -> list[str]:
    try:
        with whole():
            ledger = assessment(person, at=at)
            return changes_between(row.basis, basis_of(ledger, checklist_of(person, ledger)))
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
        log.exception("the label of %s could not be looked at again", person.pk)
        return [CANNOT_COMPUTE]


# ------------------------------------------------------------------------------------------------------- questions


@transaction.atomic
def set_aside(*, person: Person, target: str, key: str, by: User, at: datetime) -> SetAside:
    """Note that nobody can answer a deciding question, so that the next one is asked."""
    found, created = SetAside.objects.get_or_create(
        person=person, target=target, key=key, lifted_at=None, defaults={"since": at, "by": by}
    )
    if created:
        record(action="question.set_aside", by=by, at=at, person=person, subject=str(found.pk), detail={"key": key})
    return found


@transaction.atomic
def ask_again(*, person: Person, set_aside_id: uuid.UUID, by: User, at: datetime) -> None:
    """Let a question be asked again."""
    found = SetAside.objects.select_for_update().filter(pk=set_aside_id, person=person).first()
    if found is None:
        raise NoItemError(str(set_aside_id))
    if found.lifted_at is None:
        found.lifted_at, found.lifted_by = at, by
        found.save(update_fields=["lifted_at", "lifted_by"])
        record(action="question.asked_again", by=by, at=at, person=person, subject=str(found.pk))
