"""A history that is not resistant says which trial was short, of how many weeks, at which dose, and never an order."""

import json
from typing import Any

import pytest

from solstice.content import Library
from solstice.kernel import Span
from solstice.ledger import assess, shortfalls
from solstice.ledger.shortfall import Shortfalls
from solstice.person.file import PersonFile

LIBRARY = Library()
SHORT: dict[str, Any] = {
    "kind": "medicine", "agent": "sertraline", "dose": 100, "weeks_at_dose": 3, "adherence": "good",
    "outcome": "no_response", "stopped_for": "inefficacy",
}  # fmt: skip


def told(person: dict[str, Any]) -> PersonFile:
    return PersonFile.model_validate_json(json.dumps(person))


def found(*trials: dict[str, Any], **more: Any) -> Shortfalls | None:
    person = told({"solstice": "person/1", "id": "a", "at": "2026-11-22", "trials": trials, **more})
    return shortfalls(person, LIBRARY.treatments)


def test_two_trials_that_were_too_short_say_by_how_much() -> None:
    answer = found(
        SHORT, {**SHORT, "agent": "venlafaxine", "dose": 150, "weeks_at_dose": 1, "stopped_for": "continuing"}
    )
    assert answer is not None
    assert answer.sentence == "Two trials were too short."
    first, second = answer.trials
    assert first.text.endswith("a whole trial is 4 weeks at 50 mg/day or more; 1 week more was missing.")
    assert (first.more_weeks, first.dose, first.is_continuing) == (Span.exactly(1), None, False)
    assert second.text.endswith("3 weeks more would complete it.")
    assert second.is_continuing
    assert "prescriber" in answer.note


@pytest.mark.parametrize(
    ("change", "weeks", "words"),
    [
        ({"dose": 12.5, "weeks_at_dose": 9}, 4, "none of its weeks counts so far"),
        ({"adherence": "poor", "weeks_at_dose": 9}, 4, "at least 80 % of doses taken"),
        ({"weeks_at_dose": {"at_least": 1, "at_most": 3}}, None, "1 to 3 weeks more were missing"),
    ],
)
def test_weeks_below_the_dose_or_with_too_few_doses_taken_do_not_count(
    change: dict[str, Any], weeks: float | None, words: str
) -> None:
    answer = found({**SHORT, **change})
    assert answer is not None
    (one,) = answer.trials
    assert words in one.text
    assert weeks is None or one.more_weeks == Span.exactly(weeks)


def test_a_trial_stopped_for_side_effects_is_never_offered_as_weeks_to_add() -> None:
    answer = found({**SHORT, "stopped_for": "side_effects"})
    assert answer is not None
    assert "side effects" in answer.sentence
    assert "missing" not in answer.trials[0].text
    assert "would complete" not in answer.trials[0].text


@pytest.mark.parametrize(
    "trial",
    [
        {**SHORT, "weeks_at_dose": 9},
        {**SHORT, "outcome": "response"},
        {**SHORT, "in_episode": False},
        {**SHORT, "weeks_at_dose": None},
        {"kind": "augmentation", "agent": "lithium", "weeks_at_dose": 1, "outcome": "no_response"},
    ],
)
def test_what_did_not_fall_short_is_not_named(trial: dict[str, Any]) -> None:
    answer = found(trial)
    assert answer is not None
    assert answer.trials == ()
    assert answer.sentence == ""


def test_where_staging_does_not_apply_nothing_is_said() -> None:
    assert found(SHORT, facts={"bipolarity": True}) is None
    assert found(SHORT, person={"age": 16}) is None


def test_the_checklist_says_what_the_facts_alone_say_whoever_answered() -> None:
    plain = {"solstice": "person/1", "id": "a", "at": "2026-11-22", "trials": [SHORT]}
    ruled_out = told({**plain, "pseudo_resistance": {"duration_inadequate": "ruled_out"}})
    item = next(one for one in assess(ruled_out, LIBRARY).pseudo_resistance if one.id == "duration_inadequate")
    assert (item.state, item.facts_state, item.is_from_clinician) == ("ruled_out", "present", True)
    assert "ertraline" in item.facts_why
    assert item.to_json()["facts_alone"]["state"] == "present"
