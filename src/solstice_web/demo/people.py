"""Who lives in the demonstration clinic: names nobody has, and a course for each."""

from dataclasses import dataclass
from typing import Any

TRIALS: tuple[tuple[dict[str, Any], ...], ...] = (
    (
        {
            "kind": "medicine",
            "agent": "sertraline",
            "dose": 150,
            "weeks_at_dose": 10,
            "adherence": "good",
            "outcome": "no_response",
            "stopped_for": "inefficacy",
        },
        {
            "kind": "medicine",
            "agent": "venlafaxine",
            "dose": 225,
            "weeks_at_dose": 9,
            "adherence": "good",
            "outcome": "partial_response",
            "stopped_for": "continuing",
        },
    ),
    (
        {
            "kind": "medicine",
            "agent": "citalopram",
            "dose": 20,
            "weeks_at_dose": 3,
            "outcome": "no_response",
            "stopped_for": "side_effects",
        },
        {
            "kind": "medicine",
            "agent": "mirtazapine",
            "dose": 30,
            "adherence": "partial",
            "outcome": "no_response",
            "stopped_for": "inefficacy",
        },
        {"kind": "psychotherapy", "agent": "cbt", "sessions": 6, "outcome": "partial_response", "stopped_for": "other"},
    ),
    (
        {
            "kind": "medicine",
            "agent": "fluoxetine",
            "dose": 40,
            "weeks_at_dose": 12,
            "adherence": "good",
            "outcome": "no_response",
            "stopped_for": "inefficacy",
        },
        {
            "kind": "medicine",
            "agent": "escitalopram",
            "dose": 20,
            "weeks_at_dose": 8,
            "adherence": "good",
            "outcome": "no_response",
            "stopped_for": "inefficacy",
        },
        {
            "kind": "augmentation",
            "agent": "lithium",
            "added_to": "escitalopram",
            "weeks_at_dose": 5,
            "serum_level": 0.7,
            "outcome": "no_response",
            "stopped_for": "inefficacy",
        },
    ),
    (
        {
            "kind": "medicine",
            "agent": "bupropion",
            "dose": 300,
            "weeks_at_dose": 7,
            "outcome": "no_response",
            "stopped_for": "inefficacy",
        },
        {"kind": "medicine", "agent_class": "TCA", "count": 1, "outcome": "unknown"},
    ),
)
"""Invented histories, dealt out in turn; a start is added when they are written down."""


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """`trajectory` is one of solstice.simulate's, or `new`; `weeks` is how long the person has been in care."""

    given_name: str
    family_name: str
    sex: str
    birth_year: int
    trajectory: str
    weeks: int
    therapy: str = "behavioural-activation"


CBT = "cbt"
INHABITANTS = (
    Inhabitant("Wren", "Samplebrook", "female", 1979, "improving", 12),
    Inhabitant("Corin", "Pretendal", "male", 1988, "in-crisis", 9),
    Inhabitant("Maris", "Mockfield", "female", 1965, "in-crisis", 14, CBT),
    Inhabitant("Alder", "Fictionby", "male", 1972, "worsening", 16),
    Inhabitant("Isolde", "Madeupson", "female", 1991, "worsening", 12, CBT),
    Inhabitant("Peregrin", "Imaginard", "male", 1958, "worsening", 20),
    Inhabitant("Saffron", "Notarealname", "female", 1984, "no-change", 18),
    Inhabitant("Lowell", "Inventedge", "male", 1969, "no-change", 22, CBT),
    Inhabitant("Tansy", "Exampleton", "female", 1997, "no-change", 10),
    Inhabitant("Evander", "Dummywell", "male", 1975, "no-change", 14),
    Inhabitant("Linnet", "Testwood", "female", 1981, "improving", 24, CBT),
    Inhabitant("Osric", "Demoray", "male", 1963, "improving", 18),
    Inhabitant("Bryony", "Placeholme", "female", 1993, "improving", 9, CBT),
    Inhabitant("Caspian", "Standinne", "other", 1999, "improving", 15),
    Inhabitant("Juniper", "Makebelieve", "female", 1970, "improving", 20),
    Inhabitant("Hollis", "Sketchley-Demo", "male", 1986, "remitting", 26, CBT),
    Inhabitant("Marigold", "Stagehand", "female", 1977, "remitting", 26),
    Inhabitant("Fenwick", "Papermill-Demo", "male", 1955, "remitting", 22),
    Inhabitant("Clover", "Storyville", "female", 1990, "remitting", 24, CBT),
    Inhabitant("Ambrose", "Daydreamer", "male", 1982, "remitting", 19),
    Inhabitant("Verity", "Unrealson", "female", 1967, "remitting", 26),
    Inhabitant("Rowan", "Newcomer-Demo", "other", 1995, "new", 0),
    Inhabitant("Sorrel", "Firstday-Demo", "female", 1989, "new", 0),
    Inhabitant("Linden", "Beginner-Demo", "male", 1974, "new", 1),
)
