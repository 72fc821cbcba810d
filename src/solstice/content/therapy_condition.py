"""Conditions in a therapy's file as structure: a closed union that renders to a plain sentence."""

from typing import Annotated, Any, Literal, Self, assert_never, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from solstice.content.read import Frozen

ContraFlag = Literal[
    "imminent_suicide_risk",
    "active_mania",
    "unmanaged_psychosis",
    "acute_intoxication_or_withdrawal",
    "unsafe_home",
    "unstable_medical",
    "capacity_or_consent_missing",
]
"""The flags that pause unguided work in every therapy. Source: therapies.yaml, global_contra_flags."""

CONTRA_FLAGS: tuple[ContraFlag, ...] = get_args(ContraFlag)

FLAG_NAMES: dict[ContraFlag, str] = {
    "imminent_suicide_risk": "imminent risk of suicide",
    "active_mania": "active mania",
    "unmanaged_psychosis": "psychosis that is not being treated",
    "acute_intoxication_or_withdrawal": "acute intoxication or withdrawal",
    "unsafe_home": "an unsafe home",
    "unstable_medical": "an unstable medical state",
    "capacity_or_consent_missing": "capacity or consent missing",
}


class Bounds(Frozen):
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a score condition has no bound; give at_least, at_most or both")
        return self

    def allows(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    @property
    def words(self) -> str:
        match (self.at_least, self.at_most):
            case (None, high):
                return f"{high:g} or less"
            case (low, None):
                return f"{low:g} or more"
            case (low, high):
                return f"between {low:g} and {high:g}"


class ScoreIs(Bounds):
    """`{score: phq-9, at_least: 10}`."""

    score: str


class AnswerIs(Bounds):
    """`{answer: phq-9, item: 9, at_least: 2}`; items count from 1."""

    answer: str
    item: int = Field(ge=1)


class FactIs(Frozen):
    """`{fact: bipolarity, is: true}`; the names are those of the person file's `facts`."""

    fact: str
    value: bool | str = Field(alias="is")


class FlagIsOpen(Frozen):
    """`{flag: active_mania}`."""

    flag: ContraFlag


class AgeBelow(Frozen):
    """`{age_below: 16}`."""

    age_below: int = Field(ge=1, le=120)


class Judged(Frozen):
    """`{judged: "marked slowing of movement and speech"}`: only a clinician can answer this."""

    judged: str = Field(min_length=3)


class AllOf(Frozen):
    parts: "tuple[Condition, ...]" = Field(alias="all", min_length=1)


class AnyOf(Frozen):
    parts: "tuple[Condition, ...]" = Field(alias="any", min_length=1)


class Not(Frozen):
    part: "Condition" = Field(alias="not")


_KEYS: dict[str, type[Frozen]] = {
    "score": ScoreIs,
    "answer": AnswerIs,
    "fact": FactIs,
    "flag": FlagIsOpen,
    "age_below": AgeBelow,
    "judged": Judged,
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
}


def _kind(value: Any) -> str | None:
    if isinstance(value, dict):
        found = [key for key in _KEYS if key in value]
        return found[0] if len(found) == 1 else None
    return next((key for key, kind in _KEYS.items() if type(value) is kind), None)


Condition = Annotated[
    Annotated[ScoreIs, Tag("score")]
    | Annotated[AnswerIs, Tag("answer")]
    | Annotated[FactIs, Tag("fact")]
    | Annotated[FlagIsOpen, Tag("flag")]
    | Annotated[AgeBelow, Tag("age_below")]
    | Annotated[Judged, Tag("judged")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        _kind,
        custom_error_type="condition",
        custom_error_message=f"Write exactly one of {', '.join(_KEYS)}",
    ),
]

AllOf.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def plain(condition: Condition) -> str:  # noqa: PLR0911 - one return a case of the closed union
    """The condition as part of a sentence: "PHQ-9 is 10 or more"."""
    match condition:
        case ScoreIs(score=score):
            return f"{score.upper()} is {condition.words}"
        case AnswerIs(answer=answer, item=item):
            return f"{answer.upper()} item {item} is {condition.words}"
        case FactIs():
            return _plain_fact(condition)
        case FlagIsOpen(flag=flag):
            return f"there is {FLAG_NAMES[flag]}"
        case AgeBelow(age_below=age):
            return f"the person is under {age}"
        case Judged(judged=text):
            return f"the clinician sees {text}"
        case AllOf(parts=parts):
            return " and ".join(plain(part) for part in parts)
        case AnyOf(parts=parts):
            return " or ".join(plain(part) for part in parts)
        case Not(part=part):
            return f"it is not so that {plain(part)}"
        case _:
            assert_never(condition)


def _plain_fact(condition: FactIs) -> str:
    name = condition.fact.replace("_", " ")
    match condition.value:
        case True:
            return f"{name} is recorded"
        case False:
            return f"{name} is recorded as absent"
        case str() as value:
            return f"{name} is {value}"
