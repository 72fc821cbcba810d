"""Fill an empty demonstration clinic: invented people over six months of care, and four published cases."""

import uuid
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.audit.trail import record
from solstice_web.demo.agenda import Agenda
from solstice_web.demo.cases import admit_cases
from solstice_web.demo.checklists import Team, plan_checklists
from solstice_web.demo.half_told import EMAIL as TELLER_EMAIL
from solstice_web.demo.half_told import TELLER, tell_half
from solstice_web.demo.life import Life
from solstice_web.demo.measured import Measured
from solstice_web.demo.people import INHABITANTS
from solstice_web.demo.pictures import draw_pictures
from solstice_web.people.models import Person
from solstice_web.plans.actions import set_offer
from solstice_web.progress.actions import standings_at_the_end

PASSWORD = "moss-lantern-42-harbour"  # noqa: S105 - printed by the demo, refused nowhere else because nobody has it
CLINICIAN, PRESCRIBER = "clinician@demo.example", "prescriber@demo.example"
ACCOUNTS = (
    (Role.PATIENT, "patient@demo.example", "Wren Samplebrook"),
    (Role.CLINICIAN, CLINICIAN, "Dr Ilex Demonstrator"),
    (Role.CLINICIAN, PRESCRIBER, "Dr Tarn Rehearsal"),
    (Role.SERVICE_LEAD, "lead@demo.example", "Sage Overview"),
    (Role.ADMINISTRATOR, "admin@demo.example", "Moss Keyholder"),
    (Role.PATIENT, TELLER_EMAIL, "Sorrel Firstday-Demo"),
)
NOT_PRINTED = (PRESCRIBER, TELLER_EMAIL)
SIGN_INS = tuple((str(role), email, PASSWORD) for role, email, _ in ACCOUNTS if email not in NOT_PRINTED)
"""One sign-in for each role: role, e-mail, password."""

OFFER = (
    "behavioural-activation",
    "cbt",
    "mbct",
    "cbasp",
    "ipt",
    "cbt-i",
    "exercise",
    "tms",
    "ect",
    "esketamine",
)
LONGEST_CARE = timedelta(weeks=27)
SPACE = uuid.UUID("5015713e-0000-4000-8000-000000000000")


@transaction.atomic
def seed(at: datetime | None = None, *, seed: int = 20261122) -> int:
    """Fill the clinic as it stands at `at` (now when absent); all or nothing. Return how many people there are.

    The same `at` and `seed` give the same clinic, ids included. Every row is written by the actions a page would
    call, in the order of time, so that scores, alerts and the audit trail are real. Does nothing where people exist.
    """
    if Person.objects.exists():
        return Person.objects.count()
    at = (at or timezone.now()).replace(microsecond=0)
    opened = at - LONGEST_CARE
    users = _accounts(opened)
    set_offer(therapies=OFFER, by=users["admin@demo.example"], at=opened)
    accounts = {0: users["patient@demo.example"], TELLER: users[TELLER_EMAIL]}
    agenda = Agenda(until=at - timedelta(minutes=1))
    for index, who in enumerate(INHABITANTS):
        life = Life(
            who=who,
            index=index,
            space=uuid.uuid5(SPACE, f"{seed}/{index}"),
            rng=np.random.default_rng([seed, index]),
            agenda=agenda,
            clinician=users[CLINICIAN],
            account=accounts.get(index),
        )
        life.begin(at)
    team = Team(users[CLINICIAN], users[PRESCRIBER])
    plan_checklists(agenda, team=team, space=uuid.uuid5(SPACE, f"{seed}/checklists"), at=at)
    Measured(agenda, users[CLINICIAN], users[PRESCRIBER], uuid.uuid5(SPACE, f"{seed}/measured"), at).begin()
    with standings_at_the_end():
        agenda.run()
    tell_half(by=users[TELLER_EMAIL], space=uuid.uuid5(SPACE, f"{seed}/{TELLER}"), at=at - timedelta(minutes=1))
    draw_pictures(clinician=users[CLINICIAN], cover=users[PRESCRIBER], at=at)
    admit_cases(clinician=users[CLINICIAN], space=uuid.uuid5(SPACE, f"{seed}/cases"), at=at - timedelta(seconds=30))
    return Person.objects.count()


def _accounts(at: datetime) -> dict[str, User]:
    users = {}
    for role, email, name in ACCOUNTS:
        user = User.objects.create_user(
            email, PASSWORD, id=uuid.uuid5(SPACE, email), role=role, name=name, created_at=at
        )
        record(action="account.add", by=None, at=at, subject=str(user.pk), detail={"role": str(role)})
        users[email] = user
    return users
