"""Promise 20: a day is the patient's day: whatever the zone, the hour, and the change of clocks, nothing moves."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from tests.web.conftest import sign_in

from solstice_web.accounts.models import User
from solstice_web.courses.models import Entry
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.portal.days import day_words

ZONES = (
    "Etc/GMT+12", "Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Marquesas", "America/Anchorage",
    "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Caracas",
    "America/Halifax", "America/St_Johns", "America/Sao_Paulo", "America/Nuuk", "Atlantic/Azores", "Atlantic/Reykjavik",
    "Europe/London", "Europe/Dublin", "Africa/Casablanca", "Europe/Berlin", "Africa/Lagos", "Europe/Tallinn",
    "Africa/Cairo", "Europe/Istanbul", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Shanghai", "Australia/Eucla", "Asia/Tokyo",
    "Australia/Adelaide", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Noumea", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati",
)  # fmt: skip
"""Forty-four, from UTC-12 to UTC+14, with quarter hours, half-hour changes of clocks, and both hemispheres."""

FIRST_NIGHT = date(2025, 11, 20)
NIGHTS = 400
CLOCKS = (time(23, 30), time(0, 30), time(0, 0), time(23, 59, 59))
KEPT_NIGHTS = 8
"""Nights near which a page is looked at: the year's changes of clocks, its end, and leap-free February."""


def local_moments(zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, date]]:
    """Instants of that night as the wall clock shows them; both of an hour that comes twice, none of one that is skipped."""
    for clock in CLOCKS:
        for fold in (0, 1):
            local = datetime.combine(day, clock, tzinfo=zone).replace(fold=fold)
            instant = local.astimezone(UTC)
            if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                yield instant, day


def test_the_zones_reach_round_the_world() -> None:
    offsets = {datetime(2026, 1, 15, tzinfo=ZoneInfo(name)).utcoffset() for name in ZONES}
    assert len(set(ZONES)) == 44
    assert min(filter(None, offsets)) == timedelta(hours=-12)
    assert max(filter(None, offsets)) == timedelta(hours=14)


@pytest.mark.parametrize("name", ZONES)
def test_four_hundred_nights_and_no_day_shifted(name: str) -> None:
    zone, checked = ZoneInfo(name), 0
    for night in range(NIGHTS):
        for instant, day in local_moments(zone, FIRST_NIGHT + timedelta(days=night)):
            moment = Moment.at(instant, name)
            assert moment.local_date == day
            assert moment.settled(instant - timedelta(minutes=5)).local_date in {day, day - timedelta(days=1)}
            for later in (timedelta(0), timedelta(seconds=30), timedelta(days=1), timedelta(days=300)):
                assert moment.settled(instant + later).local_date == day, (name, instant, later)
            checked += 1
    assert checked >= NIGHTS * 6


def nights_of(name: str) -> list[date]:
    """The nights before and after each change of clocks, and the turn of the year."""
    zone = ZoneInfo(name)
    days = [FIRST_NIGHT + timedelta(days=n) for n in range(NIGHTS)]
    noon = {day: datetime.combine(day, time(12), tzinfo=zone).utcoffset() for day in days}
    changed = [day for before, day in pairwise(days) if noon[before] != noon[day]]
    near = {near for day in changed for near in (day - timedelta(days=1), day)}
    return sorted({*near, date(2025, 12, 31), date(2026, 1, 1)})[:KEPT_NIGHTS]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ZONES)
def test_the_week_shows_each_entry_on_its_day(name: str, users: dict[str, User], person: Person) -> None:
    person.time_zone = name
    person.save()
    for day in nights_of(name):
        Entry.objects.all().delete()
        instants = [instant for instant, _ in local_moments(ZoneInfo(name), day)]
        entries = [told(instant, day, name) for instant in instants]
        with time_machine.travel(max(instants) + timedelta(minutes=1), tick=False):
            client = sign_in(Client(), users["patient"])
            reply = client.post("/outbox/", json.dumps({"entries": entries}), content_type="application/json")
            assert {entry["state"] for entry in reply.json()["entries"]} == {"saved"}, reply.content
            page = client.get("/week/").content.decode()
            words = day_words(day, weekday=True, zone=name)
        assert set(Entry.objects.values_list("local_date", flat=True)) == {day}
        assert f'id="day_{day.isoformat()}"' in page, (name, day)
        shown = [line for line in page.split('id="day_') if line[:10].count("-") == 2]
        assert [line[:10] for line in shown] == [day.isoformat()], (name, day)
        assert words in page, (name, day)


def told(instant: datetime, day: date, zone: str) -> dict[str, object]:
    return {
        "id": str(uuid.uuid4()), "kind": "energy", "recorded_at": instant.isoformat(), "local_date": day.isoformat(),
        "time_zone": zone, "payload": {"energy": 3},
    }  # fmt: skip
