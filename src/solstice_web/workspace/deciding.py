"""The facts that would narrow the answers most: each a question to answer on the spot, and what that would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from solstice.kernel.number_words import number_words
from solstice.ledger import DecidingQuestion, Ledger, Narrowing
from solstice.person import PartialDate
from solstice_web.accounts.models import User
from solstice_web.ledger.actions import NoTrialError, edit_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.told import FactsRefusedError, Told
from solstice_web.measures.content import library
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.people.queries import current_facts
from solstice_web.resistance.models import SetAside
from solstice_web.resistance.queries import set_aside_for
from solstice_web.workspace.amounts import parse_amount
from solstice_web.workspace.trial_form import OUTCOMES, STOPPED

AMOUNT_KEYS = frozenset({"dose", "weeks_at_dose", "sessions", "percent_motor_threshold", "count"})
EPISODE = "episode"
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "outcome": [(value, label) for value, label in OUTCOMES.items() if value != "unknown"],
    "adherence": [("good", "Good: 80 % or more"), ("partial", "Partial"), ("poor", "Poor")],
    "in_episode": [("yes", "Yes, in this episode"), ("no", "No, before it")],
    "laterality": [
        ("bilateral", "Bilateral"),
        ("unilateral_high_dose", "Unilateral, high dose"),
        ("unilateral", "Unilateral, dose not known"),
    ],
    "home_practice": [("most", "Most weeks"), ("some", "Some weeks"), ("little", "Little")],
    "accelerated_course_complete": [("yes", "Yes"), ("no", "No")],
    "psychosis": [("yes", "Present"), ("no", "Absent")],
    "stopped_for": [(value, label) for value, label in STOPPED.items() if value != "continuing"],
    "severity": [(level, level.capitalize()) for level in ("subsyndromal", "mild", "moderate", "severe")],
}
NUMBER_KEYS = frozenset({"serum_level", "improvement_percent"})
UNITS = {
    "weeks_at_dose": "weeks",
    "sessions": "sessions",
    "percent_motor_threshold": "% of motor threshold",
    "improvement_percent": "% better",
}
REGULATORY = "regulatory_trd"


class AnswerRefusedError(ValueError):
    """What was typed is no answer to the question; the text says what would be."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with the field that answers it: `amount`, `number`, `choice`, `date`, or `link` to the editor."""

    target: str
    key: str
    text: str
    field: str
    unit: str
    revision: int
    row: TrialRow | None
    effects: tuple[str, ...]
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Asks:
    """What is worth asking: the next question, the others, and those that nobody can answer."""

    first: Ask | None
    others: tuple[Ask, ...]
    aside: tuple[tuple[SetAside, str], ...]


def asks_of(ledger: Ledger, rows: Sequence[TrialRow], person: Person) -> Asks:
    """Every deciding question, the most useful first; one that was set aside is not asked again by itself."""
    latest = current_facts(person)
    revision = latest.revision if latest else 0
    every = [_ask(question, ledger, rows, revision) for question in ledger.deciding_questions]
    aside = {(one.target, one.key): one for one in set_aside_for(person)}
    asked = [ask for ask in every if (ask.target, ask.key) not in aside]
    left = tuple((aside[ask.target, ask.key], ask.text) for ask in every if (ask.target, ask.key) in aside)
    return Asks(asked[0] if asked else None, tuple(asked[1:]), left)


def _ask(question: DecidingQuestion, ledger: Ledger, rows: Sequence[TrialRow], facts_revision: int) -> Ask:
    where, _, rest = question.path.partition(".")
    effects = tuple(effect_words(one, ledger) for one in question.narrows)
    if where == EPISODE:
        field = "choice" if rest in CHOICES else "date"
        return Ask(EPISODE, rest, question.text, field, "", facts_revision, None, effects, CHOICES.get(rest, ()))
    index, _, key = rest.partition(".")
    row, judged = rows[int(index)], ledger.trials[int(index)]
    field = "amount" if key in AMOUNT_KEYS else "number" if key in NUMBER_KEYS else "choice"
    if judged.is_asked_about or (field == "choice" and key not in CHOICES):
        field = "link"
    unit = question.unit or _unit(row, key)
    return Ask(str(row.pk), key, question.text, field, unit, row.revision, row, effects, CHOICES.get(key, ()))


def _unit(row: TrialRow, key: str) -> str:
    treatments = library().treatments
    agent = row.facts.get("agent")
    medicine, added = treatments.medicine(agent), treatments.augmentation(agent)
    if key == "dose":
        return medicine.unit if medicine else added.unit if added else "mg/day"
    if key == "serum_level":
        if medicine and medicine.plasma_level:
            return medicine.plasma_level.unit
        return added.serum.unit if added and added.serum else ""
    return UNITS.get(key, "")


def effect_words(narrowing: Narrowing, ledger: Ledger) -> str:
    """What the answer would do to one answer of the panel."""
    if narrowing.answer == REGULATORY:
        settled = "would be settled" if narrowing.worst_after == 0 else "could be settled"
        return f"the regulatory definition {settled}"
    if narrowing.answer in ledger.definitions:
        return f"{ledger.definitions[narrowing.answer].name} could be told more exactly"
    staged = ledger.staging[narrowing.answer]
    now = number_words(staged.span, is_open=staged.is_open) if staged.span is not None else "not staged"
    if narrowing.worst_after == 0:
        return f"{staged.name} would narrow from {now} to one value"
    if narrowing.worst_after < narrowing.before and not staged.is_open:
        return f"{staged.name} would narrow from {now} to a range of {narrowing.worst_after:g} at most"
    return f"{staged.name}, now {now}, could narrow; that depends on the answer"


# ----------------------------------------------------------------------------------------------------------- answers


def save_answer(
    *,
    person: Person,
    target: str,
    key: str,
    told: str,
    revision: int,
    by: User,
    at: datetime,
    teller: str = TrialRow.Teller.CLINICIAN,
) -> None:
    """Save one answer where it belongs: the trial or the episode. `teller` says this one fact, not the whole trial.

    Raises AnswerRefusedError, NoTrialError and StaleEditError.
    """
    if not told.strip():
        raise AnswerRefusedError("Give an answer, or leave the question open.")
    if target == EPISODE:
        _save_episode(person, key, told.strip(), revision=revision, by=by, at=at)
        return
    row_id = _uuid(target)
    row = TrialRow.objects.filter(pk=row_id, person=person).first() if row_id else None
    if row is None:
        raise NoTrialError(target)
    try:
        changed = Told({**row.facts, key: _fact(key, told.strip())}, row.note, row.told_by, row.checked)
    except FactsRefusedError as refused:
        raise AnswerRefusedError("; ".join(words for found in refused.errors.values() for words in found)) from None
    edit_trial(person=person, row_id=row.pk, revision=revision, told=changed, by=by, at=at, teller=teller)


def _save_episode(person: Person, key: str, told: str, *, revision: int, by: User, at: datetime) -> None:
    latest = current_facts(person)
    facts: dict[str, Any] = dict(latest.facts) if latest else {}
    episode = {name: value for name, value in facts.get("episode", {}).items() if name not in _replaced_by(key)}
    facts["episode"] = {**episode, key: _fact(key, told)}
    save_facts(person=person, told=facts, revision=revision, by=by, at=at)


def _replaced_by(key: str) -> tuple[str, ...]:
    """Facts that the answer makes void, so that one thing is told once."""
    return {"started": ("months",), "severity": ("severity_at_least", "severity_at_most")}.get(key, ())


def _fact(key: str, told: str) -> Any:
    try:
        if key in AMOUNT_KEYS:
            return parse_amount(told)
        if key in NUMBER_KEYS:
            return _number(told)
        if key == "started":
            return str(PartialDate.parse(told))
    except ValueError as fault:
        words = "write a number" if key in NUMBER_KEYS else str(fault)
        raise AnswerRefusedError(f"Please {words}." if key != "started" else f"{words}.") from None
    if told not in dict(CHOICES.get(key, ())):
        raise AnswerRefusedError("Choose one of the answers.")
    return {"yes": True, "no": False}.get(told, told)


def _number(told: str) -> float:
    number = float(told.replace(",", "."))
    if not isfinite(number):
        raise ValueError(told)
    return number


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
