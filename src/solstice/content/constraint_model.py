"""Conditions on a person as structure, never as text to be evaluated, and the hard constraints built from them."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from solstice.content.interview_topic import TOPICS, TRAUMA, CheckTopic
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader
from solstice.content.single_file import read_single

FactName = Literal[
    "psychosis",
    "severity",
    "bipolarity",
    "pregnancy",
    "seizure_history",
    "metal_in_head",
    "dissociation",
    "suicide_risk",
    "active_mania",
    "substance_use_severe",
    "unsafe_home",
    "medically_unstable",
    "safety_critical_job",
    "personality_disorder",
    "childhood_trauma",
    "interpersonal_trigger",
    "bereavement",
    "living_alone",
    "unemployed",
]
NumberName = Literal["age", "previous-episodes", "episode-months", "adequate-failed-trials"]
"""`adequate-failed-trials`: distinct antidepressants of this episode, counted by the ledger; known to plans only."""


class _Threshold(Frozen):
    at_least: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.below is None):
            raise ValueError("a threshold needs one bound; write either at_least or below")
        return self


class FactIs(Frozen):
    """A clinician-set fact has one of these values; a yes-or-no fact is true."""

    fact: FactName
    one_of: tuple[bool | str, ...] = Field(default=(True,), min_length=1)


class ScoreIs(_Threshold):
    """The latest total of an instrument reaches, or stays below, a number."""

    score: str


class ItemIs(_Threshold):
    """One answer of the latest filled-in instrument; `number` counts from 1."""

    item: str
    number: int = Field(ge=1)


class NumberIs(_Threshold):
    number: NumberName


class Listed(Frozen):
    """A condition is on the person's list. A list without it does not say that it is absent: that is unknown."""

    listed: str


class FamilyListed(Frozen):
    """A condition is on the list of the family. A list without it does not say that it is absent."""

    family: str


class Told(Frozen):
    """An answer of the interview is yes; `told` is `section.topic`, or the gate `trauma`."""

    told: str

    @model_validator(mode="after")
    def _known_topic(self) -> Self:
        known = [TRAUMA, *(f"{section}.{topic}" for section, topics in TOPICS.items() for topic in topics)]
        if self.told not in known:
            raise ValueError(f"'{self.told}' is no topic of the interview; topics are {', '.join(known)}")
        return self


class CheckIs(Frozen):
    """A medical check came out so."""

    check: CheckTopic
    one_of: tuple[Literal["normal", "abnormal"], ...] = Field(default=("abnormal",), min_length=1)


class TrialIs(Frozen):
    """At least one treatment that was tried has one of these outcomes, or was taken so."""

    trial: Literal["outcome", "adherence"]
    one_of: tuple[str, ...] = Field(min_length=1)


class Always(Frozen):
    always: Literal[True]


class AllOf(Frozen):
    all_of: tuple["Condition", ...] = Field(min_length=2)


class AnyOf(Frozen):
    any_of: tuple["Condition", ...] = Field(min_length=2)


KINDS: tuple[str, ...] = (
    "fact",
    "score",
    "item",
    "number",
    "listed",
    "family",
    "told",
    "check",
    "trial",
    "always",
    "all_of",
    "any_of",
)


def _kind(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else type(value).model_fields
    return next((kind for kind in KINDS if kind in keys), None)


Condition = Annotated[
    Annotated[FactIs, Tag("fact")]
    | Annotated[ScoreIs, Tag("score")]
    | Annotated[ItemIs, Tag("item")]
    | Annotated[NumberIs, Tag("number")]
    | Annotated[Listed, Tag("listed")]
    | Annotated[FamilyListed, Tag("family")]
    | Annotated[Told, Tag("told")]
    | Annotated[CheckIs, Tag("check")]
    | Annotated[TrialIs, Tag("trial")]
    | Annotated[Always, Tag("always")]
    | Annotated[AllOf, Tag("all_of")]
    | Annotated[AnyOf, Tag("any_of")],
    Discriminator(
        _kind,
        custom_error_type="not_a_condition",
        custom_error_message=f"A condition has one of the keys {', '.join(KINDS)}",
    ),
]
AllOf.model_rebuild()
AnyOf.model_rebuild()


class FactWords(Frozen):
    """How a fact is named in a sentence, and how one asks for it."""

    name: str
    question: str
    private: bool = Field(default=False, description="for those who treat the person only")


class PrivateWords(Frozen):
    """A listed condition with one of these words is for those who treat only, unless it has one of the others too."""

    hide: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    source: Cited


class Constraint(Frozen):
    """What must not be offered, or only with care, and what an unknown fact means for it.

    `then: refuse` takes the option off the list; `caution` keeps it with the reason. `unknown: ask` turns an
    unknown fact into a question to ask first; `refuse` where safety demands to know; `ignore` where the fact only adds
    a remark.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    options: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    when: Condition
    then: Literal["refuse", "caution"]
    reason: str = Field(min_length=10)
    unknown: Literal["ask", "refuse", "ignore"] = "ask"
    source: Cited

    @model_validator(mode="after")
    def _concerns_something(self) -> Self:
        if not self.options and not self.tags:
            raise ValueError("the constraint concerns no option; write options or tags (tag 'every' means all)")
        return self


class Constraints(ContentFile):
    """`content/safety/constraints.yaml`."""

    facts: dict[FactName, FactWords]
    private_words: PrivateWords
    conditions: dict[str, FactWords]
    stale_after_days: int = Field(gt=0, description="an older answer can still refuse, but no longer clear")
    constraints: tuple[Constraint, ...]


def conditions_in(condition: Condition) -> tuple[Condition, ...]:
    """The condition itself and every condition inside it."""
    match condition:
        case AllOf(all_of=inner) | AnyOf(any_of=inner):
            return (condition, *(found for part in inner for found in conditions_in(part)))
        case _:
            return (condition,)


def read_constraints(reader: Reader) -> dict[str, Constraints]:
    """Read the one file; an option id that has no file is a fault."""
    path = reader.root / "safety/constraints.yaml"
    out = read_single(reader, "safety/constraints.yaml", Constraints)
    known = {option.stem for option in reader.files("options/*.yaml")}
    for found in out.values():
        for constraint in found.constraints:
            for option in sorted(set(constraint.options) - known):
                reader.fault(path, f"{constraint.id}: no option '{option}'", "add content/options or mend the id")
            for part in conditions_in(constraint.when):
                if isinstance(part, Listed) and part.listed not in found.conditions:
                    reader.fault(path, f"{constraint.id}: '{part.listed}' has no words", "add it under `conditions`")
    return out
