"""Laws of every formulation: what was not asked is never absent, and an answer speaks only where it is asked for."""

import json
from functools import reduce
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from solstice.content import Library
from solstice.content.constraint_model import (
    CheckIs,
    Condition,
    FactIs,
    FamilyListed,
    ItemIs,
    NumberIs,
    ScoreIs,
    Told,
    TrialIs,
    conditions_in,
)
from solstice.content.interview_topic import TOPICS
from solstice.content.mechanism_model import Mechanism
from solstice.formulation import Formulation, formulate
from solstice.person import PersonFile

LIBRARY = Library()
ALL: tuple[Mechanism, ...] = (*LIBRARY.mechanisms.mechanisms, *LIBRARY.factors.factors)
FACTS = [
    "personality_disorder",
    "childhood_trauma",
    "interpersonal_trigger",
    "bereavement",
    "living_alone",
    "unemployed",
]
HEAD: dict[str, Any] = {"solstice": "person/1", "id": "x", "at": "2026-11-22"}


def asks_for(condition: Condition) -> str:  # noqa: PLR0911 - one return a kind of condition
    """One name for what a condition asks of a person."""
    match condition:
        case ScoreIs(score=name) | ItemIs(item=name):
            return f"answers/{name}"
        case FactIs(fact=name) | NumberIs(number=name):
            return f"facts/{name}"
        case Told(told=topic):
            return f"interview/{topic}"
        case CheckIs(check=name):
            return f"checks/{name}"
        case FamilyListed():
            return "family_history"
        case TrialIs():
            return "trials"
        case _:
            return ""


ASKED = {
    mechanism.id: {asks_for(part) for rule in mechanism.all_rules() for part in conditions_in(rule.when)}
    for mechanism in ALL
}

answer = st.sampled_from(["yes", "no", "unknown"])
check = st.sampled_from(
    [{"done": "no"}, {"done": "unknown"}, {"checked": "2026-03", "result": "normal"}, {"checked": "2019", "result": "abnormal"}, {}]
)  # fmt: skip


@st.composite
def told(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911 - one return a kind of fact
    """One thing said about a person: its name as in ASKED, and the part of a person file that says it."""
    kind = draw(st.sampled_from(["interview", "checks", "facts", "answers", "trials", "family_history", "trauma"]))
    match kind:
        case "interview":
            section = draw(st.sampled_from(sorted(TOPICS)))
            topic = draw(st.sampled_from(TOPICS[section]))
            return f"interview/{section}.{topic}", {"interview": {section: {topic: {"answer": draw(answer)}}}}
        case "trauma":
            gate = draw(st.sampled_from(["yes", "no", "prefers_not_to_say", "not_asked"]))
            return "interview/trauma", {"interview": {"trauma": {"answer": gate}}}
        case "checks":
            name = draw(st.sampled_from([check.topic for check in LIBRARY.factors.checks]))
            return f"checks/{name}", {"interview": {"checks": {name: draw(check)}}}
        case "facts":
            name = draw(st.sampled_from(FACTS))
            return f"facts/{name}", {"facts": {name: draw(st.booleans())}}
        case "answers":
            name, used = draw(st.sampled_from(sorted(LIBRARY.mechanisms.instruments.items())))
            items = draw(
                st.lists(st.one_of(st.none(), st.integers(0, used.item_max)), min_size=used.items, max_size=used.items)
            )
            return f"answers/{name}", {"answers": [{"instrument": name, "on": "2026-11-20", "items": items}]}
        case "family_history":
            return "family_history", {
                "family_history": draw(st.lists(st.sampled_from(["depression", "bipolar"]), unique=True))
            }
        case _:
            trial = {"kind": "medicine", "outcome": draw(st.sampled_from(["response", "no_response", "unknown"]))}
            return "trials", {"trials": [trial]}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both; of two values at one place the later, of two lists both."""
    out = dict(one)
    for name, value in other.items():
        match out.get(name), value:
            case dict(before), dict():
                out[name] = merged(before, value)
            case list(before), list():
                out[name] = [*before, *value]
            case _:
                out[name] = value
    return out


def formulated(parts: list[dict[str, Any]]) -> Formulation:
    return formulate(PersonFile.model_validate_json(json.dumps(reduce(merged, parts, HEAD))), LIBRARY)


def statuses(found: Formulation) -> dict[str, str]:
    return {one.id: one.status for one in (*found.mechanisms, *found.factors)}


@settings(deadline=None, max_examples=80)
@given(st.lists(told(), max_size=6), told())
def test_an_answer_never_makes_another_mechanism_absent(before: list[Any], more: tuple[str, dict[str, Any]]) -> None:
    name, part = more
    first = statuses(formulated([part for _, part in before]))
    then = statuses(formulated([*(part for _, part in before), part]))
    for mechanism, status in then.items():
        if name not in ASKED[mechanism]:
            assert status == first[mechanism], (mechanism, name)


@settings(deadline=None, max_examples=80)
@given(st.lists(told(), max_size=8))
def test_absent_needs_an_answer_that_speaks_against_it(parts: list[Any]) -> None:
    asked = {name for name, _ in parts}
    found = formulated([part for _, part in parts])
    for one in (*found.mechanisms, *found.factors):
        if one.status == "absent":
            assert ASKED[one.id] & asked
            assert one.against
            assert not one.rests_on
        if one.status == "not_assessed":
            assert (one.strength, one.certainty, one.rests_on, one.against) == (None, None, (), ())
            assert one.not_asked
        if one.status == "present":
            assert one.grounds
            assert one.strength
            assert one.certainty


@settings(deadline=None, max_examples=40)
@given(st.lists(told(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_writing_says_nothing(parts: list[Any], chance: Any) -> None:
    turned = list(parts)
    unique = dict(parts)
    chance.shuffle(turned)
    shuffled = {name: unique[name] for name, _ in turned}
    assert statuses(formulated(list(unique.values()))) == statuses(formulated(list(shuffled.values())))
