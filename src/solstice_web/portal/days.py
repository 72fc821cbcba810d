"""Days in words, on the person's own calendar."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from solstice_web.people.zones import zone_of


def day_words(day: date, *, weekday: bool = False, year: bool | None = None, zone: str = "UTC") -> str:
    """Like "3 May", with the weekday where asked, and with the year where it is not this one."""
    if isinstance(day, datetime):
        day = day.astimezone(zone_of(zone)).date()
    with_year = day.year != timezone.now().year if year is None else year
    return date_format(day, ("l j F" if weekday else "j F") + (" Y" if with_year else ""))
