"""Days as they stand in a sentence: the one place where the engine writes a date for people."""

import calendar
from datetime import date

MONTHS = tuple(calendar.month_name)
"""English names by number, from 1; the empty text stands at 0."""


def day_in_words(day: date) -> str:
    """`15 November 2026`."""
    return f"{day.day} {MONTHS[day.month]} {day.year}"
