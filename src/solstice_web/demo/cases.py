"""Four published cases as people of the demonstration clinic: facts only, each with its citation in its file."""

import uuid
from datetime import date, datetime, timedelta
from pathlib import Path

from solstice.person import PersonFile, Trial
from solstice.person.file import read_person
from solstice_web.accounts.models import User
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.measures.context import age_on
from solstice_web.people.actions import add_person, save_facts
from solstice_web.people.facts import KnownFacts, stored
from solstice_web.people.models import Person
from solstice_web.progress.actions import refresh_standing

FOLDER = Path(__file__).parent / "case_files"
NAMES = {
    "ect-casebook-ms-a": "Ms A (ECT casebook)",
    "eestiarst-2017-ketamine": "Woman of 46 (Eesti Arst 2017)",
    "kosel-2003-mst": "Woman of 66 (Kosel 2003)",
    "mdedge-mr-d": "Mr D (Current Psychiatry)",
}


def admit_cases(*, clinician: User, space: uuid.UUID, at: datetime) -> None:
    """Write each case down as a person with its facts and trials, as old at `at` as in the publication."""
    for name, shown in NAMES.items():
        case = read_person(FOLDER / f"{name}.yaml")
        person = _person(case, shown, clinician=clinician, space=space, at=at)
        save_facts(person=person, told=_facts(case, at.date()), revision=0, by=clinician, at=at)
        for number, trial in enumerate(case.trials):
            told = Told(_dated(trial), note=trial.note or "", told_by="record", checked=True)
            row_id = uuid.uuid5(space, f"{name}/{number}")
            at += timedelta(milliseconds=1)  # the ledger keeps the order in which trials were written down
            add_trial(person=person, row_id=row_id, told=told, by=clinician, at=at)
        refresh_standing(person, at=at)


def _person(case: PersonFile, shown: str, *, clinician: User, space: uuid.UUID, at: datetime) -> Person:
    age = case.person.age
    birth_date = date(at.year - age, 1, 1) if age is not None else None
    assert birth_date is None or age_on(birth_date, at.date()) == age
    return add_person(
        person_id=uuid.uuid5(space, case.id),
        about={
            "given_name": "Published case:",
            "family_name": shown,
            "birth_date": birth_date,
            "sex": case.person.sex or "unknown",
            "invented": True,
        },
        by=clinician,
        at=at,
    )


def _facts(case: PersonFile, today: date) -> dict[str, object]:
    """The clinician-set facts; the start of the episode moves with the day, so that its length stays as published."""
    known = KnownFacts(
        episode=case.episode,
        conditions=case.conditions,
        family_history=case.family_history,
        facts=case.facts,
        pseudo_resistance=case.pseudo_resistance,
        preferences=case.preferences,
    )
    told = stored(known)
    started = case.episode.started
    if started is not None:
        months = (case.at.year - started.earliest.year) * 12 + case.at.month - started.earliest.month
        month = today.year * 12 + today.month - 1 - months
        told["episode"]["started"] = f"{month // 12}-{month % 12 + 1:02d}"
    return told


def _dated(trial: Trial) -> dict[str, object]:
    """The facts of a trial; none of the four cases dates one."""
    return trial.model_dump(mode="json", exclude_none=True, exclude={"note"})
