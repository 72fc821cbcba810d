"""People at each point of the checklist: open with tasks, signed, out of date, not resistant."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from solstice_web.accounts.models import User
from solstice_web.demo.agenda import Agenda
from solstice_web.ledger.actions import add_trial, edit_trial
from solstice_web.ledger.queries import assessment
from solstice_web.ledger.told import Told
from solstice_web.people.actions import add_person, join_care_team, save_facts
from solstice_web.people.models import Person
from solstice_web.progress.actions import refresh_standing
from solstice_web.resistance.actions import Said, answer_item, sign_label
from solstice_web.resistance.checklist import basis_of, fingerprint
from solstice_web.resistance.queries import checklist_of
from solstice_web.tasks import actions as tasks
from solstice_web.tasks.queries import clinic_day

OPEN, SIGNED, OUT_OF_DATE, TOO_SHORT = "Openquestion-Demo", "Signedlabel-Demo", "Outofdate-Demo", "Tooshort-Demo"
WHOLE: Mapping[str, Any] = {
    "kind": "medicine",
    "adherence": "good",
    "outcome": "no_response",
    "stopped_for": "inefficacy",
    "in_episode": True,
}
TWO_WHOLE = (
    {"agent": "sertraline", "dose": 150, "weeks_at_dose": 9},
    {"agent": "venlafaxine", "dose": 225, "weeks_at_dose": 10},
)
TWO_SHORT = (
    {"agent": "escitalopram", "dose": 10, "weeks_at_dose": 3},
    {"agent": "duloxetine", "dose": 60, "weeks_at_dose": 2, "stopped_for": "continuing"},
)
GROUNDS = {
    "medical": "Invented: thyroid, blood count, B12 and folate normal this spring.",
    "drugs": "Invented: asked in detail; no alcohol, one cup of coffee a day.",
    "comorbid": "Invented: structured interview, no other disorder found.",
    "psychosocial": "Invented: living situation gone through; stable.",
    "pharmacogenetic": "Invented: not tested; no interacting medicine, no hint of an extreme metaboliser.",
    "psychotherapy_dose": "Invented: 16 sessions at another clinic, letter seen.",
}


@dataclass(frozen=True, slots=True)
class Team:
    clinician: User
    prescriber: User


def plan_checklists(agenda: Agenda, *, team: Team, space: uuid.UUID, at: datetime) -> None:
    """Put four invented people on the agenda, each at the point of the checklist that their name says."""
    begun = at - timedelta(days=20, seconds=37)  # no other act falls on the same moment
    names = (("Hazel", OPEN), ("Rufus", SIGNED), ("Ingrid", OUT_OF_DATE), ("Silas", TOO_SHORT))
    for minutes, name in enumerate(names):
        agenda.put(begun + timedelta(minutes=minutes), partial(_admit, name, team, space))
    hour, people = timedelta(hours=1), {family: uuid.uuid5(space, family) for _, family in names}
    agenda.put(begun + hour, partial(_begin, people[OPEN], team))
    agenda.put(begun + 2 * hour, partial(_give_tasks, people[OPEN], team, at))
    for number, family in enumerate((SIGNED, OUT_OF_DATE)):
        agenda.put(begun + (3 + number) * hour, partial(_work_through, people[family], team))
        agenda.put(begun + (5 + number) * hour, partial(_sign, people[family], team))
    agenda.put(at - timedelta(days=2, minutes=7), partial(_found_shorter, people[OUT_OF_DATE], team))


def _admit(name: tuple[str, str], team: Team, space: uuid.UUID, at: datetime) -> None:
    """One person with facts and two trials, in the care of both clinicians."""
    (given, family), born = name, date(at.year - 46, 5, 17)
    about = {"given_name": given, "family_name": family, "birth_date": born, "sex": "unknown", "invented": True}
    person = add_person(person_id=uuid.uuid5(space, family), about=about, by=team.clinician, at=at)
    join_care_team(person=person, user=team.prescriber, role="prescriber", by=team.clinician, at=at)
    facts = {
        "episode": {"months": 20, "severity": "severe", "psychosis": False, "previous_episodes": 1},
        "facts": {"bipolarity": False, "suicide_risk": "low"},
    }
    save_facts(person=person, told=facts, revision=0, by=team.clinician, at=at)
    for number, trial in enumerate(TWO_SHORT if family == TOO_SHORT else TWO_WHOLE):
        told = Told({**WHOLE, **trial}, note="Invented for the demonstration.", told_by="record", checked=True)
        at += timedelta(milliseconds=1)  # the ledger keeps the order in which trials were written down
        row_id = uuid.uuid5(person.pk, f"trial {number}")
        add_trial(person=person, row_id=row_id, told=told, by=team.clinician, at=at)
    refresh_standing(person, at=at)


def _answer(person: Person, item: str, team: Team, at: datetime) -> None:
    said = Said(uuid.uuid5(person.pk, item), item, "ruled_out", GROUNDS[item])
    answer_item(person=person, said=said, revision=0, by=team.clinician, at=at)


def _begin(person_id: uuid.UUID, team: Team, at: datetime) -> None:
    """Half of the checklist answered."""
    for item in ("psychosocial", "pharmacogenetic", "psychotherapy_dose"):
        _answer(Person.objects.get(pk=person_id), item, team, at)


def _give_tasks(person_id: uuid.UUID, team: Team, now: datetime, at: datetime) -> None:
    """A blood test that is late by now, a review and a list that are due this week."""
    given = (
        (
            "medical",
            "blood_test",
            "Invented: thyroid, blood count, B12",
            team.clinician,
            at + timedelta(days=14),
        ),
        ("comorbid", "review", "Invented: structured interview", team.prescriber, now + timedelta(days=4)),
        ("drugs", "records", "Invented: medicines list from the pharmacy", team.clinician, now + timedelta(days=2)),
    )
    for item, kind, title, owner, due in given:
        tasks.add(
            person=Person.objects.get(pk=person_id),
            kind=kind,
            title=title,
            owner=owner,
            due=clinic_day(due),
            subject=f"checklist.{item}",
            by=team.clinician,
            at=at,
            client_id=uuid.uuid5(person_id, f"task {item}"),
        )


def _work_through(person_id: uuid.UUID, team: Team, at: datetime) -> None:
    for item in GROUNDS:
        _answer(Person.objects.get(pk=person_id), item, team, at)


def _sign(person_id: uuid.UUID, team: Team, at: datetime) -> None:
    person = Person.objects.get(pk=person_id)
    ledger = assessment(person, at=at)
    shown = fingerprint(basis_of(ledger, checklist_of(person, ledger)))
    sign_label(person=person, label_id=uuid.uuid5(person_id, "label"), shown=shown, by=team.clinician, at=at)


def _found_shorter(person_id: uuid.UUID, team: Team, at: datetime) -> None:
    """The pharmacy's list says that one trial was shorter than told."""
    person, facts = Person.objects.get(pk=person_id), {**WHOLE, **TWO_WHOLE[1], "weeks_at_dose": 3}
    told = Told(facts, note="Invented: by the pharmacy's list.", told_by="record", checked=True)
    row_id = uuid.uuid5(person_id, "trial 1")
    edit_trial(person=person, row_id=row_id, revision=1, told=told, by=team.clinician, at=at)
