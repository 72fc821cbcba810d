"""When a patient did something: the instant, and the day it was for the patient."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from solstice_web.people.zones import zone_of

ZONE_NAME = re.compile(r"[A-Za-z0-9_+\-/:]{1,64}")
OLDEST_QUEUE = timedelta(days=400)
"""A phone that tells an older moment has lost its clock; the moment of arrival is kept instead."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`local_date` is the day on the patient's own calendar; it is stored as told and never recomputed."""

    recorded_at: datetime
    local_date: date
    time_zone: str

    @classmethod
    def at(cls, at: datetime, time_zone: str) -> "Moment":
        """The moment `at` as the calendar of `time_zone` shows it; an unknown zone counts as UTC."""
        return cls(at, at.astimezone(zone_of(time_zone)).date(), time_zone)

    def settled(self, received_at: datetime) -> "Moment":
        """The moment to store: itself, or the moment of arrival when the phone's clock cannot be right.

        The clock cannot be right when the day told has begun nowhere on earth yet, or lies more than 400 days back.
        A recorded instant later than the arrival is set to the arrival; the patient's day stays.
        """
        latest_day = (received_at.astimezone(UTC) + timedelta(hours=14)).date()
        earliest_day = (received_at.astimezone(UTC) - OLDEST_QUEUE).date()
        if not earliest_day <= self.local_date <= latest_day:
            return Moment.at(received_at, self.time_zone)
        return replace(self, recorded_at=min(self.recorded_at, received_at))


def why_not_a_moment(moment: Moment) -> str | None:
    """What is wrong with a moment told by a phone, or None."""
    if moment.recorded_at.tzinfo is None:
        return "recorded_at has no offset; write 2026-11-22T09:30:00+01:00"
    if not ZONE_NAME.fullmatch(moment.time_zone):
        return "time_zone is not a zone name; write Europe/Tallinn"
    told = moment.recorded_at.astimezone(UTC).date()
    if abs((moment.local_date - told).days) > 1:
        return "local_date is more than a day from recorded_at; send the day on the phone's calendar"
    return None
