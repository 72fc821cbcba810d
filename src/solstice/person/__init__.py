"""The person file: one person's facts as the engine reads them. Absent means unknown, never zero or "no"."""

from solstice.person.file import SEVERITIES, Answers, Episode, Facts, PersonFile, Preferences, read_person
from solstice.person.partial_date import PartialDate
from solstice.person.trial import AtLeastAtMost, Trial, span_of

__all__ = [
    "SEVERITIES",
    "Answers",
    "AtLeastAtMost",
    "Episode",
    "Facts",
    "PartialDate",
    "PersonFile",
    "Preferences",
    "Trial",
    "read_person",
    "span_of",
]
