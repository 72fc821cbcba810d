"""What a clinician asks about in the interview: sections and their topics, one list for files, content and pages."""

from collections.abc import Mapping
from typing import Literal, get_args

FamilyTopic = Literal["depression", "bipolar", "psychosis", "alcohol-or-drugs", "suicide"]
DisorderTopic = Literal["anxiety", "ocd", "adhd", "autism", "eating", "alcohol", "drugs", "personality", "grief"]
StressTopic = Literal["work", "debt", "housing", "caring", "violence", "loss", "legal", "conflict", "loneliness"]
OnsetTopic = Literal[
    "loss",
    "conflict",
    "work-change",
    "illness",
    "birth",
    "stopped-treatment",
    "new-medicine",
    "alcohol-or-drugs",
    "season",
    "first-before-21",
]
ProtectiveTopic = Literal["close-person", "role", "routine", "interest", "meaning", "skills"]
CheckTopic = Literal[
    "thyroid", "anaemia", "b12-folate", "glucose", "sleep-apnoea", "pain", "inflammation", "neurological", "medicines"
]

TOPICS: Mapping[str, tuple[str, ...]] = {
    "family": get_args(FamilyTopic),
    "disorders": get_args(DisorderTopic),
    "stress": get_args(StressTopic),
    "onset": get_args(OnsetTopic),
    "protective": get_args(ProtectiveTopic),
}
"""Sections with yes, no or unknown, and the topics of each; medical checks and trauma have their own shapes."""

TRAUMA = "trauma"
"""The one topic that is a gate: whether something happened, never what."""
