"""Fill a clinic of any size for the benchmarks: the 28 people of the demo, and as many plain ones as asked.

Run: python bench/_clinic.py FOLDER PEOPLE. Rows go straight into the tables; one clinician has 50 people, every other
clinician 50 as well. Prints as JSON the session of that clinician, the person whose page is asked for, the demo people of that clinician, and
the sessions of people with an account.
"""

import json
import random
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from solstice_web.operations.start import migrate_if_needed, start

CASELOAD, BATCH = 50, 5_000
NAMES = ["Alder", "Birch", "Cedar", "Hazel", "Laurel", "Maple", "Rowan", "Sorrel", "Willow", "Yarrow"]


def fill(people: int) -> dict[str, str | list[str]]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from solstice_web.accounts.models import Role, User
    from solstice_web.demo.seed import CLINICIAN, seed
    from solstice_web.measures.models import Response
    from solstice_web.people.models import CareTeamMember, Person

    at = timezone.now()
    seed(at)
    mine = User.objects.get(email=CLINICIAN)
    rich = CareTeamMember.objects.filter(user=mine, ended_at=None).values_list("person_id", flat=True)
    busiest = max(rich, key=lambda key: (Response.objects.filter(person_id=key).count(), str(key)))
    others = [
        User(email=f"c{number}@bench.example", name=f"Dr {number}", role=Role.CLINICIAN, password="!")
        for number in range(people // CASELOAD)
    ]
    User.objects.bulk_create(others, batch_size=BATCH)
    extra = CASELOAD - len(rich)
    owners = [mine] * extra + [others[number // CASELOAD] for number in range(people - CASELOAD)]
    for start_at in range(0, len(owners), BATCH):
        _add(owners[start_at : start_at + BATCH], start_at, at)
    assert Person.objects.count() == people, Person.objects.count()

    def signed_in(user: User) -> str:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    patients = Person.objects.filter(user__isnull=False).select_related("user").order_by("id")
    return {
        "cookie": signed_in(mine),
        "person": str(busiest),
        "people": sorted(str(key) for key in rich),
        "patients": [signed_in(person.user) for person in patients],
    }


def _add(owners: list, first: int, at) -> None:
    """One plain person an owner: a place on the care team, four measures, a standing, for one in ten an alert."""
    from solstice_web.alerts.models import Alert, Level
    from solstice_web.measures.models import Response
    from solstice_web.people.models import CareTeamMember, Person
    from solstice_web.progress.models import Need, Standing

    people, team, responses, standings, alerts = [], [], [], [], []
    for offset, owner in enumerate(owners):
        chance = random.Random(first + offset)
        person = Person(
            id=UUID(int=chance.getrandbits(128)),
            given_name=chance.choice(NAMES),
            family_name=f"{chance.choice(NAMES)}-{first + offset}",
            birth_date=(at - timedelta(days=chance.randint(8000, 25000))).date(),
            invented=True,
        )
        people.append(person)
        team.append(CareTeamMember(person=person, user=owner, since=at - timedelta(days=100)))
        for week in range(4):
            when = at - timedelta(weeks=week, hours=1)
            items = [chance.randint(0, 2) for _ in range(9)]
            responses.append(
                Response(
                    person=person,
                    instrument="phq-9",
                    instrument_version="1.0",
                    status="complete",
                    items=items,
                    total=float(sum(items)),
                    recorded_at=when,
                    received_at=when,
                    local_date=when.date(),
                    time_zone="Europe/London",
                )
            )
        is_alert = chance.random() < 0.1
        standings.append(
            Standing(
                person=person,
                need=Need.ALERT_TODAY if is_alert else chance.choice([Need.STEADY, Need.OFF_TRACK]),
                act_by=at + timedelta(hours=3) if is_alert else None,
                reason="PHQ-9 as four weeks ago.",
                phq9_total=9,
                phq9_first=14,
                phq9_on=at.date(),
                next_due_on=at.date() + timedelta(days=3),
                computed_at=at,
            )
        )
        if is_alert:
            alert = Alert(
                person=person,
                rule="phq9-item9",
                level=Level.TODAY,
                text="Item 9 is 1 or more.",
                raised_at=at,
                act_by=at + timedelta(hours=3),
                response=responses[-4],
            )
            alert.episode = alert.id
            alerts.append(alert)
    for model, rows in (
        (Person, people),
        (CareTeamMember, team),
        (Response, responses),
        (Standing, standings),
        (Alert, alerts),
    ):
        model.objects.bulk_create(rows, batch_size=BATCH)


if __name__ == "__main__":
    start(demo_data=Path(sys.argv[1]))
    migrate_if_needed(quietly=True)
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")  # while the benchmark's own data is made; the server sets FULL
    with transaction.atomic():
        made = fill(int(sys.argv[2]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(json.dumps(made))
