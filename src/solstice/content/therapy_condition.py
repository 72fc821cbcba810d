"""When a therapy's indication or caution applies: a condition of the house, or what only a clinician can judge."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Discriminator, Field, Tag

from solstice.content.constraint_model import (
    AllOf,
    Always,
    AnyOf,
    CheckIs,
    Condition,
    FactIs,
    FamilyListed,
    ItemIs,
    Listed,
    NumberIs,
    ScoreIs,
    Told,
    TrialIs,
)
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
    "capacity_or_consent_missing": "no capacity or no consent",
}


class Judged(Frozen):
    """`{judged: "marked slowing of movement and speech"}`: no file answers this, a clinician does."""

    judged: str = Field(min_length=3)


def _kind(value: Any) -> str:
    is_judged = "judged" in value if isinstance(value, dict) else isinstance(value, Judged)
    return "judged" if is_judged else "checked"


When = Annotated[
    Annotated[Judged, Tag("judged")] | Annotated[Condition, Tag("checked")],
    Discriminator(_kind),
]
"""`solstice.formulation.conditions.decide` answers every kind but `judged`."""


def plain(when: When) -> str:  # noqa: PLR0911 - one return a kind of condition
    """The condition as part of a sentence: "PHQ-9 is 10 or more"."""
    match when:
        case Judged(judged=text):
            return f"the clinician sees {text}"
        case Always():
            return "it is offered at all"
        case FactIs(fact=fact, one_of=values):
            return f"{fact.replace('_', ' ')} is {' or '.join(_word(value) for value in values)}"
        case ScoreIs(score=name):
            return f"{name.upper()} is {_bound(when)}"
        case ItemIs(item=name, number=number):
            return f"{name.upper()} item {number} is {_bound(when)}"
        case NumberIs(number=name):
            return f"{name.replace('-', ' ')} is {_bound(when)}"
        case Listed(listed=name):
            return f"{name.replace('-', ' ')} is on the list of conditions"
        case FamilyListed() | Told() | CheckIs() | TrialIs():
            return _from_history(when)
        case AllOf() | AnyOf():
            parts, word = (when.all_of, " and ") if isinstance(when, AllOf) else (when.any_of, " or ")
            return word.join(plain(part) for part in parts)


def _from_history(condition: FamilyListed | Told | CheckIs | TrialIs) -> str:
    """What the history or the interview must hold, as part of a sentence."""
    match condition:
        case FamilyListed(family=name):
            return f"{name.replace('-', ' ')} is in the family"
        case Told(told=topic):
            return f"the interview says yes to {topic.partition('.')[2].replace('-', ' ') or topic}"
        case CheckIs(check=name, one_of=results):
            return f"the check of {name.replace('-', ' ')} is {' or '.join(results)}"
        case TrialIs(trial=what, one_of=values):
            return f"a treatment has the {what} {' or '.join(values).replace('_', ' ')}"


def _bound(condition: ScoreIs | ItemIs | NumberIs) -> str:
    if condition.at_least is not None:
        return f"{condition.at_least:g} or more"
    return f"below {condition.below:g}"


def _word(value: bool | str) -> str:
    return value if isinstance(value, str) else ("recorded" if value else "recorded as absent")
