"""A formulation says what is present, what is absent, and what nobody asked about; each with the answers behind it."""

import json
from pathlib import Path

from click.testing import CliRunner

from solstice.cli.formulate import formulate as command
from solstice.content import Library
from solstice.formulation import Formulation, Suggestion, formulate
from solstice.person.file import parse_person

LIBRARY = Library()
HEAD = "solstice: person/1\nid: a\nat: 2026-11-22\n"


def formulated(text: str) -> Formulation:
    return formulate(parse_person(HEAD + text), LIBRARY)


def finding(text: str, mechanism: str) -> Suggestion:
    found = formulated(text).get(mechanism)
    assert found is not None
    return found


def phq(items: str) -> str:
    return f"answers: [{{instrument: phq-9, on: 2026-11-20, items: {items}}}]\n"


def test_nothing_asked_is_never_absent() -> None:
    found = formulated("")
    assert {mechanism.status for mechanism in found.mechanisms} == {"not_assessed"}
    assert all(mechanism.strength is None and mechanism.not_asked for mechanism in found.mechanisms)
    assert found.sentence.startswith("Nothing asked so far")


def test_single_items_are_weak_and_say_so() -> None:
    found = finding(phq("[3,0,0,0,0,0,0,0,0]"), "withdrawal-and-low-activity")
    assert (found.status, found.strength) == ("present", "weak")
    assert found.rests_on[0].text.startswith("PHQ-9 item 1 (interest and pleasure) is 3, which is 2 or more.")
    assert found.note is not None
    assert "weak evidence" in found.note


def test_the_items_lead_to_their_mechanisms() -> None:
    found = formulated(phq("[0,0,3,0,0,3,3,0,0]"))
    present = {mechanism.id for mechanism in found.mechanisms if mechanism.status == "present"}
    assert present == {"sleep-disruption", "negative-thinking", "cognitive-difficulty"}


def test_an_opposite_answer_is_weakly_absent() -> None:
    found = finding(phq("[0,0,0,0,0,0,0,0,0]"), "sleep-disruption")
    assert (found.status, found.strength) == ("absent", "weak")
    assert found.against
    assert not found.rests_on


def test_an_unanswered_item_is_not_assessed() -> None:
    assert finding(phq("[0,0,null,0,0,0,0,0,0]"), "sleep-disruption").status == "not_assessed"


def test_two_weak_hints_from_different_sources_are_moderate() -> None:
    text = "facts: {living_alone: true}\nanswers: [{instrument: wsas, on: 2026-11-20, items: [0,0,6,0,0]}]"
    assert finding(text, "isolation").strength == "moderate"
    assert finding("facts: {living_alone: true}", "isolation").strength == "weak"


def test_not_living_alone_says_nothing_about_isolation() -> None:
    assert finding("facts: {living_alone: false}", "isolation").status == "not_assessed"


def test_a_full_scale_is_stronger_than_a_screen() -> None:
    pcl = "answers: [{instrument: pcl-5, on: 2026-11-20, total: 45}]"
    screen = "answers: [{instrument: pc-ptsd-5, on: 2026-11-20, items: [1,1,1,1,0]}]"
    assert finding(pcl, "trauma").strength == "strong"
    assert finding(screen, "trauma").strength == "moderate"
    assert finding("facts: {childhood_trauma: true}", "trauma").strength == "weak"


def test_contradicting_answers_are_both_shown() -> None:
    text = "answers: [{instrument: isi, on: 2026-11-20, total: 20}, {instrument: phq-9, on: 2026-11-20, items: [0,0,0,0,0,0,0,0,0]}]"
    found = finding(text, "sleep-disruption")
    assert found.status == "present"
    assert found.rests_on
    assert found.against


def test_the_command_prints_page_and_json(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + "episode: {previous_episodes: 4}\n", encoding="utf-8")
    out = json.loads(CliRunner().invoke(command, [str(path), "--json"], catch_exceptions=False).output)
    first = out["mechanisms"][0]
    assert (first["id"], first["status"], first["strength"]) == ("relapse-risk", "present", "moderate")
    assert out["content_version"] == LIBRARY.version
    assert out["draft"] is True
    page = CliRunner().invoke(command, [str(path)], catch_exceptions=False).output
    assert "Relapse risk: present, moderate" in page
    assert "not assessed" in page
