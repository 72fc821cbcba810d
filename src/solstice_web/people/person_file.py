"""Build the engine's input from a person's rows: the one place where the record becomes a person file."""

from datetime import date, datetime
from importlib import import_module
from typing import Any

from django.apps import apps

from solstice.person import Answers, PersonFile, Trial
from solstice.person.file import About
from solstice_web.measures.content import library
from solstice_web.people.facts import KnownFacts, read_facts
from solstice_web.people.models import Person
from solstice_web.people.private import as_readable, whole
from solstice_web.people.queries import current_facts
from solstice_web.people.zones import zone_of
from solstice_web.storage.once import once

TRIALS = "solstice_web.ledger.queries"
ANSWERS = "solstice_web.measures.queries"
CHECKLIST = "solstice_web.resistance.queries"
INTERVIEW = "solstice_web.formulations.queries"
"""Modules that own a part; imported late because they ask for the person file themselves."""


def person_file(person: Person, at: datetime) -> PersonFile:
    """Everything known about a person on their own day of `at`, as whoever reads may know it.

    What is not in the record is absent, and so is what is private where the reader does not treat the person.
    """
    today = at.astimezone(zone_of(person.time_zone)).date()
    with whole():
        told = _whole_file(person, today)
    return as_readable(person, told, library().private)


@once
def _whole_file(person: Person, today: date) -> PersonFile:
    """The file with all that is known on that day; nobody hands it on as it is."""
    latest = current_facts(person)
    known = read_facts(latest.facts) if latest else KnownFacts()
    trials: tuple[Trial, ...] = _part(TRIALS, "trials_for", person)
    answers: tuple[Answers, ...] = _part(ANSWERS, "answers_for", person)
    about: dict[str, Any] = {"sex": person.sex, "language": person.language}
    if person.birth_date is not None:
        about["birth_year"] = person.birth_date.year
    history: dict[str, Any] = {"trials": trials} if trials else {}  # nobody told is not the same as nothing tried
    return PersonFile(
        solstice="person/1",
        id=str(person.pk),
        at=today,
        person=About(**about),
        episode=known.episode,
        conditions=known.conditions,
        family_history=known.family_history,
        facts=known.facts,
        pseudo_resistance=_checklist(person, known),
        answers=tuple(answer for answer in answers if answer.on <= today),
        preferences=known.preferences,
        interview=next(iter(_part(INTERVIEW, "interviews_for", person)), None),
        **history,
    )


def _checklist(person: Person, known: KnownFacts) -> dict[str, Any]:
    """Answers to the checklist: those with a ground go before those a record brought along; empty ones are none."""
    told = {**known.pseudo_resistance, **dict(_part(CHECKLIST, "item_states", person))}
    return {name: state for name, state in told.items() if state}


def _part(module: str, query: str, person: Person) -> Any:
    """What the owning app tells of this person; nothing where this installation does not have the app."""
    if not apps.is_installed(module.rpartition(".")[0]):
        return ()
    found = getattr(import_module(module), query)(person)
    return tuple(found.items() if isinstance(found, dict) else found)
