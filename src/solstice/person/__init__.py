"""The person file: one person's facts as the engine reads them. Absent means unknown, never zero or "no"."""

from solstice.person.file import Answers, Episode, Facts, PersonFile, Preferences, read_person
from solstice.person.partial_date import PartialDate
from solstice.person.trial import AtLeastAtMost, Trial

__all__ = [
    "Answers",
    "AtLeastAtMost",
    "Episode",
    "Facts",
    "PartialDate",
    "PersonFile",
    "Preferences",
    "Trial",
    "read_person",
]
