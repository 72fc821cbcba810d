"""Fill a clinic of invented people with a year of rows each, straight into the tables, for the timing of a restore.

Run: python bench/_whole_clinic.py FOLDER PEOPLE. The 28 people of the demo come first, made by the actions of the pages;
every other person has an account, a care team, facts and a safety plan (encrypted), 26 measures, 26 entries
(encrypted), two treatments tried, and 60 events in a trail whose chain is whole.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from solstice_web.operations.start import migrate_if_needed, start

BATCH = 500
MEASURES, ENTRIES, TRIALS, EVENTS = 26, 26, 2, 60
NAMES = ["Alder", "Birch", "Cedar", "Hazel", "Laurel", "Maple", "Rowan", "Sorrel", "Willow", "Yarrow"]
WORDS = "walked to the canal and back, it was cold, spoke with a neighbour, felt a little lighter than in the morning "


def fill(people: int) -> None:
    from solstice_web.accounts.models import User
    from solstice_web.demo.seed import CLINICIAN, seed
    from solstice_web.people.models import Person

    at = datetime.now(UTC)
    made = seed(at)
    clinician = User.objects.get(email=CLINICIAN)
    for first in range(made, people, BATCH):
        everyone = [_person(number, at) for number in range(first, min(first + BATCH, people))]
        _insert(everyone, clinician, at)
        _append_events([(person.pk, person.user_id) for person in everyone], at)
    assert Person.objects.count() == people, Person.objects.count()


def _person(number: int, at: datetime) -> Any:
    from solstice_web.accounts.models import Role, User
    from solstice_web.people.models import Person

    chance = random.Random(number)
    account = User(
        id=UUID(int=chance.getrandbits(128)), email=f"p{number}@bench.example", role=Role.PATIENT, password="!"
    )
    return Person(
        id=UUID(int=chance.getrandbits(128)),
        given_name=chance.choice(NAMES),
        family_name=f"{chance.choice(NAMES)}-{number}",
        birth_date=(at - timedelta(days=chance.randint(8000, 25000))).date(),
        user=account,
        invented=True,
    )


def _insert(everyone: list[Any], clinician: Any, at: datetime) -> None:
    from solstice_web.accounts.models import User
    from solstice_web.people.models import CareTeamMember, FactsVersion, Person, SafetyPlanVersion
    from solstice_web.progress.models import Need, Standing

    saved: dict[str, Any] = {"revision": 1, "saved_at": at, "saved_by": clinician}
    facts = {"facts": {"bipolarity": False, "lives_alone": True}, "conditions": ["asthma"]}
    plan = {"reasons_that_matter": WORDS, "warning_signs": WORDS}
    User.objects.bulk_create([person.user for person in everyone])
    Person.objects.bulk_create(everyone)
    CareTeamMember.objects.bulk_create([CareTeamMember(person=one, user=clinician, since=at) for one in everyone])
    FactsVersion.objects.bulk_create([FactsVersion(person=one, facts=facts, **saved) for one in everyone])
    SafetyPlanVersion.objects.bulk_create([SafetyPlanVersion(person=one, parts=plan, **saved) for one in everyone])
    Standing.objects.bulk_create(
        [Standing(person=one, need=Need.STEADY, reason="As expected.", computed_at=at) for one in everyone]
    )
    for one in everyone:
        _year_of(one, at)


def _year_of(person: Any, at: datetime) -> None:
    """A year of measures, entries and treatments tried, copied from a real measure in shape."""
    from solstice_web.courses.models import Entry
    from solstice_web.ledger.models import TrialRow
    from solstice_web.measures.models import Response

    chance = random.Random(person.pk.int)
    like = _like(Response.objects.filter(status="complete", instrument="phq-9"))
    measures = []
    for number in range(MEASURES):
        when = at - timedelta(days=14 * number, hours=1)
        items = [chance.randint(0, 3) for _ in range(9)]
        own = {"items": items, "total": float(sum(items)), "recorded_at": when, "received_at": when}
        measures.append(Response(**{**like, **own, "person_id": person.pk, "local_date": when.date()}))
    Response.objects.bulk_create(measures)
    like = _like(Entry.objects.filter(kind="practice"))
    written = [{"person_id": person.pk, "course_id": None, "answers": {"note": WORDS}} for _ in range(ENTRIES)]
    Entry.objects.bulk_create([Entry(**{**like, **own}) for own in written])
    like = _like(TrialRow.objects.all())
    TrialRow.objects.bulk_create([TrialRow(**{**like, "person_id": person.pk}) for _ in range(TRIALS)])


_KNOWN: dict[str, dict[str, Any]] = {}


def _like(rows: Any) -> dict[str, Any]:
    """The values of a row the demo made, without its id."""
    about = rows.model._meta  # noqa: SLF001 - Django's documented API
    name = about.label
    if name not in _KNOWN:
        found = rows.order_by("pk")[0]
        fields = [field for field in about.concrete_fields if not field.primary_key]
        _KNOWN[name] = {field.attname: getattr(found, field.attname) for field in fields}
    return _KNOWN[name]


def _append_events(owners: list[tuple[UUID, UUID]], at: datetime) -> None:
    """Many events at once, sealed one to the next as the trail seals them."""
    from django.conf import settings

    from solstice_web.audit.models import Event
    from solstice_web.audit.trail import audit_secret
    from solstice_web.storage.keys import fingerprint

    secret = audit_secret(settings.SOLSTICE_KEYS[0])
    last = Event.objects.order_by("-seq").values_list("seq", "hash", "written_at")[0]
    Event.objects.bulk_create(_chain(owners, last, secret, fingerprint(secret), at), batch_size=5000)


def _chain(
    owners: list[tuple[UUID, UUID]], last: tuple[int, str, datetime], secret: bytes, key: str, at: datetime
) -> Iterator[Any]:
    from solstice_web.audit.models import Event
    from solstice_web.audit.trail import seal

    seq, before, written = last
    written = max(written, at)
    for person, actor in owners:
        for _ in range(EVENTS):
            seq += 1
            event = Event(
                seq=seq, at=at, written_at=written, actor=actor, person=person, action="read", subject="portal:today",
                reason="", detail='{"method":"GET"}', key=key, prev_hash=before,
            )  # fmt: skip
            event.hash = before = seal(event, secret)
            yield event


if __name__ == "__main__":
    start(demo_data=Path(sys.argv[1]))
    migrate_if_needed(quietly=True)
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")  # while the benchmark's own data is made
    with transaction.atomic():
        fill(int(sys.argv[2]))
    from solstice_web.audit.anchor import note_head
    from solstice_web.audit.models import Event

    newest = Event.objects.order_by("-seq")[0]
    note_head(newest.seq, newest.hash)
    print(json.dumps({"events": newest.seq}))
