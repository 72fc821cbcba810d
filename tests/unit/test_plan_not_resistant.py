"""A history that does not show resistance is told so first, and nothing is escalated before the open checks."""

from pathlib import Path

import pytest

from solstice.content import Library
from solstice.person import PersonFile, Trial, read_person
from solstice.person.file import parse_person
from solstice.plan import recommend

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
SOMATIC = {"tms", "tms-with-cbt", "ect", "ketamine", "esketamine"}
LIBRARY = Library()


def someone(severity: str | None, *agents: str) -> PersonFile:
    person = parse_person("solstice: person/1\nid: x\nat: 2026-11-22\nperson: {age: 50}\nepisode: {months: 14}\n")
    trials = tuple(
        Trial(
            kind="medicine",
            agent=agent,
            dose=300.0,
            weeks_at_dose=12.0,
            adherence="good",
            outcome="no_response",
            in_episode=True,
        )
        for agent in agents
    )
    episode = person.episode.model_copy(update={"severity": severity, "psychosis": False})
    return person.model_copy(update={"trials": trials, "episode": episode})


def refused(person: PersonFile) -> set[str]:
    return {option.id for option in recommend(person, LIBRARY).refused}


def test_the_case_of_two_short_trials_is_not_escalated() -> None:
    plan = recommend(read_person(CASES / "mdedge-mr-d.yaml"), LIBRARY)
    assert {option.id for option in plan.refused} >= SOMATIC
    assert "not treatment-resistant" in plan.notices[0]
    assert "sleep-apnoea" in plan.notices[0]
    assert plan.options[0].kind == "psychotherapy"


@pytest.mark.parametrize("severity", ["subsyndromal", "mild", "moderate", None])
def test_one_trial_and_no_severe_episode_waits(severity: str | None) -> None:
    assert refused(someone(severity, "sertraline")) >= SOMATIC


def test_severity_is_a_reason_of_its_own_but_not_for_esketamine() -> None:
    assert refused(someone("severe", "sertraline")) & SOMATIC == {"esketamine"}


def test_two_adequate_trials_open_the_list() -> None:
    assert not refused(someone("moderate", "sertraline", "venlafaxine")) & SOMATIC


def test_an_unknown_history_is_asked_for_and_never_read_as_resistant() -> None:
    plan = recommend(someone("moderate"), LIBRARY)
    reasons = {option.id: option.to_json()["reason"] for option in plan.refused}
    assert "must be known first" in str(reasons["tms"])
    assert not any("not treatment-resistant" in notice for notice in plan.notices)
