"""The four parts of the picture: interview, family, checks and trials, each with dates, strength and certainty."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.formulate import formulate as command
from solstice.cli.formulation_shapes import FormulationShape
from solstice.cli.main import LazyGroup
from solstice.content import Library
from solstice.content.mechanism_model import PARTS
from solstice.content.read import ContentError
from solstice.formulation import Formulation, Suggestion, formulate
from solstice.person.file import parse_person

LIBRARY = Library()
HEAD = "solstice: person/1\nid: a\nat: 2026-11-22\n"


def formulated(text: str) -> Formulation:
    return formulate(parse_person(HEAD + text), LIBRARY)


def factor(text: str, name: str) -> Suggestion:
    return next(found for found in formulated(text).factors if found.id == name)


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("", "debt", "not_assessed"),
        ("interview: {}", "debt", "not_assessed"),
        ("interview: {stress: {debt: {answer: yes}}}", "debt", "present"),
        ("interview: {stress: {debt: {answer: no}}}", "debt", "absent"),
        ("interview: {stress: {debt: {answer: unknown}}}", "debt", "not_assessed"),
        ("interview: {stress: {work: {answer: no}}}", "debt", "not_assessed"),
        ("family_history: [depression]", "family-depression", "present"),
        ("family_history: []", "family-depression", "not_assessed"),
        ("interview: {family: {depression: {answer: no}}}\nfamily_history: []", "family-depression", "absent"),
        ("interview: {checks: {thyroid: {checked: 2026-03, result: abnormal}}}", "checks-abnormal", "present"),
        ("interview: {checks: {thyroid: {checked: 2026-03, result: normal}}}", "checks-abnormal", "not_assessed"),
        ("interview: {trauma: {answer: yes}}", "adversity", "present"),
        ("interview: {trauma: {answer: no}}", "adversity", "absent"),
        ("interview: {trauma: {answer: prefers_not_to_say}}", "adversity", "not_assessed"),
        ("interview: {trauma: {answer: not_asked}}", "adversity", "not_assessed"),
        ("trials: [{kind: medicine, outcome: response}]", "helped-before", "present"),
        ("trials: [{kind: medicine, outcome: no_response}]", "helped-before", "absent"),
        ("trials: [{kind: medicine, outcome: no_response}, {kind: ect}]", "helped-before", "not_assessed"),
        ("trials: [{kind: medicine, adherence: unknown}]", "taken-in-part", "not_assessed"),
        ("trials: [{kind: medicine, adherence: poor}]", "taken-in-part", "present"),
    ],
)
def test_what_was_asked_is_present_or_absent_and_the_rest_is_not_assessed(text: str, name: str, status: str) -> None:
    assert factor(text, name).status == status


def test_a_suggestion_carries_its_facts_with_dates_strength_and_certainty() -> None:
    found = factor("interview: {stress: {debt: {answer: yes, on: 2026-11-12}}}", "debt")
    assert (found.part, found.strength, found.certainty) == ("perpetuating", "moderate", "low")
    (ground,) = found.grounds
    assert ground.dates == ("2026-11-12",)
    assert ground.to_json()["facts"] == [{"kind": "interview", "id": "stress.debt", "value": "yes", "on": "2026-11-12"}]
    answers = "answers: [{instrument: gad-7, on: 2026-11-20, items: [2,2,2,2,2,2,2]}]"
    assert factor(answers, "anxiety").grounds[0].dates == ("2026-11-20",)


def test_every_part_has_factors_and_mechanisms_keep_it_going() -> None:
    found = formulated("")
    assert all(found.part(part) for part in PARTS)
    assert {one.part for one in found.mechanisms} == {"perpetuating"}
    assert all(one.status == "not_assessed" and one.strength is None for one in found.factors)


@pytest.mark.parametrize(
    ("told", "state", "due"),
    [
        ("", "not_asked", "cannot_tell"),
        ("thyroid: {checked: 2026-03, result: normal}", "normal", "no"),
        ("thyroid: {checked: 2024-03, result: normal}", "normal", "yes"),
        ("thyroid: {checked: 2025, result: normal}", "normal", "cannot_tell"),
        ("thyroid: {result: normal}", "normal", "cannot_tell"),
        ("thyroid: {checked: 2026-03, result: not_known}", "result_not_known", "no"),
        ("thyroid: {checked: 2026-03}", "result_not_known", "no"),
        ("thyroid: {done: no}", "never_done", "yes"),
        ("thyroid: {done: unknown}", "asked_not_known", "cannot_tell"),
    ],
)
def test_a_check_is_dated_and_due(told: str, state: str, due: str) -> None:
    found = formulated(f"interview: {{checks: {{{told}}}}}").checks
    thyroid = next(check for check in found if check.id == "thyroid")
    assert (thyroid.state, thyroid.due) == (state, due)


def test_without_what_is_sensitive_nothing_of_it_is_left() -> None:
    whole = formulated("interview: {trauma: {answer: yes}}\nfacts: {childhood_trauma: true}")
    left = json.dumps(whole.without_sensitive().to_json()).casefold()
    assert "trauma" in json.dumps(whole.to_json()).casefold()
    assert "trauma" not in left
    assert "still weighs" not in left


def test_what_works_on_a_mechanism_is_data_with_source_and_certainty() -> None:
    found = formulated("").get("rumination")
    assert found is not None
    kinds = {work.kind for work in found.works}
    assert kinds == {"option", "session", "practice"}
    assert all(work.source.citation and work.certainty for work in found.works)
    session = next(work for work in found.works if work.kind == "session")
    assert "certainty very low" in session.words
    assert "from memory, draft" in session.words


def test_the_fingerprint_changes_with_the_facts_and_only_then() -> None:
    yes = "interview: {stress: {debt: {answer: yes, on: 2026-11-12}}}"
    assert factor(yes, "debt").fingerprint == factor(f"{yes}\nfacts: {{unemployed: true}}", "debt").fingerprint
    assert factor(yes, "debt").fingerprint != factor(yes.replace("12", "13"), "debt").fingerprint


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("interview: {stress: {dept: {answer: yes}}}", "dept"),
        ("interview: {stres: {}}", "did you mean 'stress'"),
        ("interview: {stress: {debt: {answer: maybe}}}", "'yes', 'no' or 'unknown'"),
        ("interview: {trauma: {answer: yes, what: something}}", "unknown key"),
        ("interview: {checks: {thyroid: {done: no, result: normal}}}", "write `done: yes`"),
        ("interview: {checks: {thyroid: {checked: 2027}}}", "check the year"),
        ("interview: {stress: {debt: {answer: yes, on: 2027-01-01}}}", "check the year"),
    ],
)
def test_bad_input_is_refused_and_says_what_is_right(text: str, says: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse_person(HEAD + text)
    assert says in str(caught.value)


def test_the_command_prints_parts_checks_and_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        HEAD + "interview: {stress: {debt: {answer: yes, on: 2026-11-12}}, checks: {thyroid: {done: no}}}\n"
    )
    page = CliRunner().invoke(command, [str(path)], catch_exceptions=False).output
    assert "Debt or money worries: present, moderate; certainty low" in page
    assert "[2026-11-12]" in page
    assert "Thyroid: never done." in page
    assert "Not assessed: Depression in the family" in page
    printed = CliRunner().invoke(command, [str(path), "--json"], catch_exceptions=False).output
    shape = FormulationShape.model_validate_json(printed)
    assert shape.parts["perpetuating"] == ["debt"]


def test_the_schema_of_a_person_names_the_interview() -> None:
    group = LazyGroup(lazy={"schema": "solstice.cli.schema:schema_command"})
    printed = CliRunner().invoke(group, ["schema", "person"], catch_exceptions=False).output
    defined = json.loads(printed)["$defs"]
    assert set(defined["TraumaGate"]["properties"]) == {"answer", "on"}
    assert set(defined["Interview"]["properties"]) >= {"family", "checks", "disorders", "stress", "onset", "protective"}
