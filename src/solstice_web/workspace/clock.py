"""Moments in the clinic's time zone and days in words, as staff read them."""

import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from solstice_web.people.zones import zone_of

ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def clinic_time(moment: datetime) -> datetime:
    """The same moment on the clinic's clock."""
    return moment.astimezone(zone_of(settings.SOLSTICE_TIME_ZONE))


def clinic_today() -> date:
    return clinic_time(timezone.now()).date()


def day(value: date) -> str:
    """A day without any doubt about the order of its numbers: 2 April 1979."""
    return f"{value.day} {value:%B %Y}"


def in_words(text: str) -> str:
    """The same text with each day of the engine (2026-11-22) as people write it."""
    return ISO_DAY.sub(lambda found: day(date.fromisoformat(found.group())), text)


def moment(value: datetime, *, at: datetime) -> str:
    """A moment near `at`: "today 14:30", "tomorrow 09:00", else with its day; always with the name of the zone."""
    local, now = clinic_time(value), clinic_time(at)
    distance = (local.date() - now.date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    words = near.get(distance, f"{local:%a} {local.day} {local:%b}")
    year = "" if local.year == now.year or distance in near else f" {local.year}"
    return f"{words}{year} {local:%H:%M} {local.tzname()}"


def age(since: datetime, *, at: datetime) -> str:
    """How long ago, in the largest unit that fits: "12 minutes", "3 hours", "2 days"."""
    gone = max(at - since, timedelta())
    minutes = int(gone.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour")):
        if minutes >= size:
            return counted(minutes // size, unit)
    return counted(minutes, "minute")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun in the right form."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def sentence(words: str) -> str:
    """The same words beginning with a capital."""
    return words[:1].upper() + words[1:]
