"""The person file: one person's facts as the engine reads them. Absent means unknown, never zero or "no"."""

from solstice.person.file import SEVERITIES, Answers, Episode, Facts, PersonFile, Preferences, read_person
from solstice.person.interview import Interview, InterviewAnswer, MedicalCheck, TraumaGate
from solstice.person.partial_date import PartialDate
from solstice.person.trial import AtLeastAtMost, Trial, span_of

__all__ = [
    "SEVERITIES",
    "Answers",
    "AtLeastAtMost",
    "Episode",
    "Facts",
    "Interview",
    "InterviewAnswer",
    "MedicalCheck",
    "PartialDate",
    "PersonFile",
    "Preferences",
    "TraumaGate",
    "Trial",
    "read_person",
    "span_of",
]
