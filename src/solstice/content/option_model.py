"""A treatment option for a plan: what it is, what it asks of a person, and what it works on."""

from typing import Literal

from pydantic import Field

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader

Certainty = Literal["high", "moderate", "low", "very_low"]
Travel = Literal["none", "weekly", "several_a_week"]
Tag = Literal[
    "activity",
    "talking",
    "talking-about-the-past",
    "talking-about-relationships",
    "thoughts",
    "mindfulness",
    "group",
    "homework",
    "online",
    "medication",
    "somatic",
    "stimulation",
    "anaesthetic",
    "memory-risk",
    "needs-escort",
    "long-course",
    "short-course",
    "movement",
    "sleep",
    "training",
    "trauma-processing",
    "unguided",
    "psychological",
    "specialist",
    "ketamine-family",
]


class Range(Frozen):
    low: int = Field(ge=0)
    high: int = Field(ge=0)


class Asks(Frozen):
    """What the option asks of the person: hours a week with home practice, course length, when to judge it, travel."""

    hours_per_week: float = Field(gt=0)
    sessions: Range | None = None
    weeks: Range
    weeks_to_judge: int = Field(gt=0)
    travel: Travel
    source: Cited


class SideEffects(Frozen):
    """What it can do to the body or the mood on the way, from none to marked, in words for both."""

    level: Literal["none", "mild", "some", "marked"]
    words: str = Field(min_length=10)
    source: Cited


class WorksOn(Frozen):
    """A mechanism the option is meant to change, with how sure anyone is of that."""

    mechanism: str
    certainty: Certainty
    source: Cited


class AlreadyTried(Frozen):
    """How this option is named among a person's trials.

    Whether a course was adequate is the ledger's judgement; `adequate_sessions` asks for more where this therapy does.
    """

    kind: Literal["psychotherapy", "tms", "ect", "ketamine", "esketamine", "other"]
    agents: tuple[str, ...] = ()
    adequate_sessions: int | None = None
    source: Cited


class Option(ContentFile):
    """`content/options/<id>.yaml`."""

    kind: Literal["psychotherapy", "digital", "stimulation", "medicine", "lifestyle", "training", "combination"]
    role: Literal["main", "adjunct"]
    name: str = Field(min_length=3, max_length=80)
    plain_name: str = Field(min_length=3, max_length=80)
    plain: str = Field(min_length=10, description="one or two sentences for the person, reading grade 6 or less")
    summary: str = Field(min_length=10, description="one or two sentences for the clinician")
    prior: Literal["psychotherapy", "somatic", "adjunct", "unguided"]
    therapy: str | None = Field(default=None, description="id of the therapy that Solstice delivers itself")
    asks: Asks
    side_effects: SideEffects
    parts: tuple[str, ...] = Field(default=(), description="ids of the options this one combines, where it does")
    tags: tuple[Tag, ...] = Field(min_length=1)
    works_on: tuple[WorksOn, ...] = ()
    tried: AlreadyTried | None = None
    no_good_trial: str | None = Field(default=None, description="said on the page where no good trial exists")


def read_options(reader: Reader) -> dict[str, Option]:
    """Every option by id; the file's name is its id."""
    out: dict[str, Option] = {}
    for path in reader.files("options/*.yaml"):
        option = reader.model(path, Option)
        if option is None:
            continue
        if option.id != path.stem:
            reader.fault(path, f"the id is '{option.id}'", f"name it like the file: '{path.stem}'")
        out[option.id] = option
    return out
