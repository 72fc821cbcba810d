"""Each constraint is shown at work: a person made from its own condition meets it in a plan, with its reason."""

import json
from typing import Any

import pytest

from solstice.content import Library
from solstice.content.constraint_model import (
    AllOf,
    Always,
    AnyOf,
    Constraint,
    FactIs,
    ItemIs,
    Listed,
    NumberIs,
    ScoreIs,
)
from solstice.person.file import parse_person
from solstice.plan import Plan, recommend
from solstice.plan.constraints import concerns

LIBRARY = Library()
CONSTRAINTS = LIBRARY.constraints.constraints
TRIALS = [
    {"kind": "medicine", "agent": agent, "dose": dose, "weeks_at_dose": 9, "adherence": "good", "outcome": "no_response", "in_episode": True}
    for agent, dose in (("sertraline", 150), ("venlafaxine", 225))
]  # fmt: skip
IN_EPISODE = {"severity", "psychosis"}


def meets(condition: Any, told: dict[str, Any]) -> None:
    """Write into `told` what makes the condition true."""
    match condition:
        case FactIs(fact=fact, one_of=one_of):
            told.setdefault("episode" if fact in IN_EPISODE else "facts", {})[fact] = one_of[0]
        case Listed(listed=name):
            told["conditions"] = [*told.get("conditions", []), name]
        case NumberIs(number=name):
            value = condition.at_least if condition.at_least is not None else condition.below - 1
            _number(name, value, told)
        case ScoreIs(score=name):
            instrument = LIBRARY.instruments[name]
            wanted = condition.at_least if condition.at_least is not None else condition.below - 1
            _answers(told, name, {"items": _summing(int(wanted), instrument.items, max(instrument.all_levels))})
        case ItemIs(item=name, number=number):
            items = [0] * LIBRARY.instruments[name].items
            items[number - 1] = int(condition.at_least if condition.at_least is not None else condition.below - 1)
            _answers(told, name, {"items": items})
        case AllOf(all_of=parts):
            for part in parts:
                meets(part, told)
        case AnyOf(any_of=parts):
            meets(parts[0], told)
        case Always():
            pass
        case other:
            raise AssertionError(f"say how a person meets {other}")


def _number(name: str, value: float, told: dict[str, Any]) -> None:
    if name == "age":
        told["person"] = {"age": int(value)}
    elif name == "adequate-failed-trials":
        told["trials"] = TRIALS[: int(value)]
    else:
        key = {"previous-episodes": "previous_episodes", "episode-months": "months"}[name]
        told.setdefault("episode", {})[key] = int(value)


def _answers(told: dict[str, Any], name: str, given: dict[str, Any]) -> None:
    told["answers"] = [{"instrument": name, "on": "2026-11-20", **given}]


def _summing(total: int, items: int, highest: int) -> list[int]:
    return [min(highest, max(0, total - highest * place)) for place in range(items)]


def planned(told: dict[str, Any]) -> Plan:
    whole = {"trials": TRIALS, **told}
    whole["episode"] = {"severity": "severe", **told.get("episode", {})}
    text = json.dumps({"solstice": "person/1", "id": "a", "at": "2026-11-22", **whole})
    return recommend(parse_person(text), LIBRARY)


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.id)
def test_a_constraint_takes_off_the_list_or_warns_with_its_reason(constraint: Constraint) -> None:
    told: dict[str, Any] = {}
    meets(constraint.when, told)
    plan = planned(told)
    concerned = [option.id for option in LIBRARY.options.values() if concerns(constraint, option)]
    assert concerned, "a constraint that concerns no option protects nobody"
    said = str(plan.to_json())
    refused = {one.id for one in plan.refused}
    if constraint.then == "refuse":
        assert set(concerned) <= refused
    assert constraint.reason in said or set(concerned) <= refused
