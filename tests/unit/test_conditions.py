"""Conditions are decided in three values; what is unknown is never false."""

import pytest
from pydantic import TypeAdapter

from solstice.content import Library
from solstice.content.constraint_model import Condition
from solstice.formulation.basis import Finding
from solstice.formulation.conditions import decide
from solstice.formulation.known import known_about
from solstice.person.file import parse_person

LIBRARY = Library()
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
HEAD = "solstice: person/1\nid: a\nat: 2026-11-22\n"


def decided(person: str, condition: str) -> Finding:
    return decide(CONDITION.validate_json(condition), known_about(parse_person(HEAD + person), LIBRARY))


def phq(items: str, on: str = "2026-11-20") -> str:
    return f"answers: [{{instrument: phq-9, on: {on}, items: {items}}}]\n"


@pytest.mark.parametrize(
    ("person", "condition", "truth"),
    [
        ("", '{"fact": "bipolarity"}', None),
        ("facts: {bipolarity: false}", '{"fact": "bipolarity"}', False),
        ("facts: {bipolarity: true}", '{"fact": "bipolarity"}', True),
        ("facts: {suicide_risk: high}", '{"fact": "suicide_risk", "one_of": ["moderate", "high"]}', True),
        ("episode: {severity: mild}", '{"fact": "severity", "one_of": ["severe"]}', False),
        ("", '{"score": "phq-9", "at_least": 20}', None),
        (phq("[3,3,3,3,3,3,2,0,0]"), '{"score": "phq-9", "at_least": 20}', True),
        (phq("[3,3,3,3,3,3,1,0,0]"), '{"score": "phq-9", "at_least": 20}', False),
        (phq("[3,3,3,3,3,3,null,0,0]"), '{"score": "phq-9", "at_least": 20}', None),
        (phq("[3,3,3,3,3,3,3,null,0]"), '{"score": "phq-9", "at_least": 20}', True),
        (phq("[0,0,0,0,0,0,0,null,0]"), '{"score": "phq-9", "at_least": 20}', False),
        (phq("[3,3]"), '{"score": "phq-9", "below": 6}', False),
        (phq("[0,0,0,0,0,0,0,0,null]"), '{"item": "phq-9", "number": 9, "at_least": 2}', None),
        (phq("[0,0,0,0,0,0,0,0,2]", "2020-01-01"), '{"item": "phq-9", "number": 9, "at_least": 2}', True),
        (phq("[0,0,0,0,0,0,0,0,0]", "2020-01-01"), '{"item": "phq-9", "number": 9, "at_least": 2}', None),
        ("person: {birth_year: 2008}", '{"number": "age", "below": 18}', None),
        ("person: {birth_year: 2009}", '{"number": "age", "below": 18}', True),
        ("person: {age: 18}", '{"number": "age", "below": 18}', False),
        ("episode: {started: 2024}", '{"number": "episode-months", "at_least": 24}', None),
        ("episode: {started: 2023}", '{"number": "episode-months", "at_least": 24}', True),
        ("episode: {started: 2025}", '{"number": "episode-months", "at_least": 24}', False),
        ("conditions: [sleep-apnoea]", '{"listed": "sleep-apnoea"}', True),
        ("conditions: []", '{"listed": "sleep-apnoea"}', None),
        ("facts: {bipolarity: true}", '{"any_of": [{"fact": "bipolarity"}, {"fact": "pregnancy"}]}', True),
        ("facts: {bipolarity: false}", '{"any_of": [{"fact": "bipolarity"}, {"fact": "pregnancy"}]}', None),
        ("facts: {bipolarity: false}", '{"all_of": [{"fact": "bipolarity"}, {"fact": "pregnancy"}]}', False),
        ("facts: {bipolarity: true}", '{"all_of": [{"fact": "bipolarity"}, {"fact": "pregnancy"}]}', None),
    ],
)  # fmt: skip
def test_three_values(person: str, condition: str, truth: bool | None) -> None:
    assert decided(person, condition).truth is truth


def test_the_sentence_names_value_and_bound() -> None:
    found = decided(phq("[2,2,2,2,2,2,2,2,2]"), '{"score": "phq-9", "at_least": 10}')
    assert found.text == "PHQ-9 is 18, which is 10 or more"
    assert (
        decided("person: {age: 40}", '{"number": "age", "below": 18}').text
        == "the age is 40 years, which is 18 or more"
    )


def test_an_unknown_fact_comes_with_its_question() -> None:
    assert decided("", '{"fact": "metal_in_head"}').ask == ("Is there metal or an implant in or near the head?",)


def test_the_graver_of_two_answers_on_one_day_counts() -> None:
    twice = "answers:\n" + "".join(
        f"  - {{instrument: phq-9, on: 2026-11-20, items: {items}}}\n"
        for items in ("[3,3,3,3,3,3,3,3,3]", "[0,0,0,0,0,0,0,0,0]")
    )
    assert decided(twice, '{"score": "phq-9", "at_least": 20}').truth is True
