"""Agents without a name, and without a number: what is said of them in words, and what is kept in numbers."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.ledger import ledger as ledger_command
from solstice.content.library import Library
from solstice.kernel import Span
from solstice.kernel.number_words import number_words, whole_words
from solstice.ledger import Ledger, assess
from solstice.letter import compose, to_text
from solstice.person import PersonFile
from solstice.person.file import parse_person

LIBRARY = Library()
HEAD = (
    "solstice: person/1\nid: x\nat: 2026-11-22\nepisode: {months: 30, severity: moderate, psychosis: false}\ntrials:\n"
)
WHOLE = "dose: 100, weeks_at_dose: 8, adherence: good, outcome: no_response"
SERTRALINE = f"  - {{kind: medicine, agent: sertraline, {WHOLE}}}\n"
AT_LEAST_TWO = "  - {kind: medicine, count: {at_least: 2}, outcome: no_response}\n"


def person(*trials: str) -> PersonFile:
    return parse_person(HEAD + "".join(trials))


def ledger(*trials: str) -> Ledger:
    return assess(person(*trials), LIBRARY)


@pytest.mark.parametrize(
    ("span", "is_open", "words", "whole"),
    [
        (Span(2, 43), True, "2 or more", "2 or more; how many more is not known"),
        (Span(0, 41), True, "0 or more", "0 or more; how many more is not known"),
        (Span(2, 5), False, "2 to 5", "2 to 5"),
        (Span(2, 2), True, "2", "2"),
        (Span(1.5, 5), False, "1.5 to 5", "1.5 to 5"),
        (Span(2, float("inf")), False, "2 or more", "2 or more"),
    ],
)
def test_a_count_without_a_known_upper_end_is_said_as_so_many_or_more(
    span: Span, is_open: bool, words: str, whole: str
) -> None:
    assert number_words(span, is_open=is_open) == words
    assert whole_words(span, is_open=is_open) == whole


def test_at_least_two_unnamed_read_as_or_more_wherever_a_person_reads_it(tmp_path: Path) -> None:
    """Page and letter name no number of the library's medicines; the JSON keeps both ends."""
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + SERTRALINE + AT_LEAST_TWO, encoding="utf-8")
    page = CliRunner().invoke(ledger_command, [str(path)]).output
    told = ledger(SERTRALINE, AT_LEAST_TWO)
    high = int(told.counts.failed_episode.high)
    assert high > 30
    letter = to_text(compose(person(SERTRALINE, AT_LEAST_TWO), told, LIBRARY))
    for text in (page, letter):
        assert f"to {high}" not in text
        assert "1 or more" in text
        assert "how many more is not known" in text.lower()
    out = json.loads(CliRunner().invoke(ledger_command, [str(path), "--json"]).output)
    assert out["counts"]["adequate_failed_current_episode"] == [1, high]
    assert out["lifetime"]["failed"] == [1, high]
    assert out["staging"]["mgh_s"]["high"] >= high


@pytest.mark.parametrize(
    ("told", "is_open"),
    [
        ("count: {at_least: 2}, outcome: response", False),
        ("count: {at_least: 2, at_most: 3}, outcome: no_response", False),
        ("count: 2, outcome: no_response", False),
        ("outcome: no_response", False),
        ("count: {at_least: 2}, in_episode: false", False),
        ("count: {at_least: 2}", True),
        ("count: {at_least: 2, at_most: 900}", True),
    ],
)
def test_a_count_is_open_only_where_agents_without_a_number_may_count(told: str, is_open: bool) -> None:
    result = ledger(SERTRALINE, f"  - {{kind: medicine, {told}}}\n")
    assert result.counts.is_open is is_open
    assert result.staging["mgh_s"].is_open is is_open
    assert not result.staging["maudsley"].is_open, "its scale ends at 15 whatever was taken"


def test_earlier_agents_without_a_number_open_the_lifetime_alone() -> None:
    result = ledger(SERTRALINE, "  - {kind: medicine, count: {at_least: 2}, in_episode: false}\n")
    assert (result.lifetime.words, result.counts.words) == ("1 or more", "1")


def test_several_unnamed_in_vain_may_meet_the_register_rule() -> None:
    """Nobody knows how long they were taken: the answer is open, not no."""
    assert ledger(AT_LEAST_TWO).definitions["karolinska"].answer == "cannot_tell"


def test_an_unnamed_agent_may_have_reached_its_label_maximum() -> None:
    """200 mg is the maximum of sertraline and more than that of others; below every maximum it is none."""
    whole = "agent_class: SSRI, weeks_at_dose: 8, adherence: good, outcome: no_response"
    assert ledger(f"  - {{kind: medicine, dose: 200, {whole}}}\n").staging["mgh_s"].span == Span(1, 1.5)
    assert ledger(f"  - {{kind: medicine, dose: 15, {whole}}}\n").staging["mgh_s"].span == Span(0, 1)


def test_without_a_class_the_reason_does_not_say_that_the_class_is_known() -> None:
    reasons = ledger(AT_LEAST_TWO).to_json()["trials"][0]["reasons"]
    assert "The name is not known: it is to be asked for; several agents are meant" in reasons


# ------------------------------------------------------------------------------------------- nobody has told anything


def test_a_history_nobody_told_gives_no_answer_and_no_zero(tmp_path: Path) -> None:
    untold = parse_person("solstice: person/1\nid: x\nat: 2026-11-22\n")
    result = assess(untold, LIBRARY)
    assert (result.regulatory.answer, result.regulatory.strict_answer) == ("cannot_tell", "cannot_tell")
    assert all(staged.span is None for staged in result.staging.values())
    assert all(one.answer is None and one.span is None for one in result.definitions.values())
    letter = to_text(compose(untold, result, LIBRARY))
    assert "is not met" not in letter
    assert "cannot be told from what is known" in " ".join(letter.split())
    path = tmp_path / "p.yaml"
    path.write_text("solstice: person/1\nid: x\nat: 2026-11-22\n", encoding="utf-8")
    page = CliRunner().invoke(ledger_command, [str(path)]).output
    assert "definition: cannot tell" in page
    assert ".." not in page
    assert "In the whole life" not in page


def test_that_nothing_was_tried_can_be_told() -> None:
    assert assess(parse_person(HEAD.rstrip() + " []\n"), LIBRARY).regulatory.answer == "no"


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Spravato", "esketamine"),
        ("esketamine", "esketamine"),
        ("ECT", "ect"),
        ("tms", "tms"),
        ("cbt", "psychotherapy"),
    ],
)
def test_a_course_written_down_as_a_medicine_is_told_which_kind_it_is(agent: str, kind: str) -> None:
    found = ledger(f"  - {{kind: medicine, agent: {agent}, {WHOLE}}}\n").warnings
    assert [(one.code, one.field) for one in found] == [("kind_of_course", "kind")]
    assert f"give it the kind {kind}" in found[0].text


@pytest.mark.parametrize("agent", ["sertraline hydrochloride", "Sertraline 50 mg", "sertralin", "ZOLOFT tabs"])
def test_a_name_with_its_salt_or_strength_is_asked_about_by_its_plain_name(agent: str) -> None:
    texts = [one.text for one in ledger(f"  - {{kind: medicine, agent: {agent}, {WHOLE}}}\n").warnings]
    assert texts == [f"{agent} is not in the library; did you mean Sertraline?"]


def test_what_every_medicine_reached_is_not_said_of_one_nobody_can_judge() -> None:
    wholes = f"  - {{kind: medicine, agent: Wunderol, {WHOLE}}}\n"
    items = {item.id: item for item in ledger(SERTRALINE, wholes).pseudo_resistance}
    for name in ("dose_inadequate", "duration_inadequate", "nonadherence", "intolerance_only"):
        assert items[name].state == "ruled_out"
        assert items[name].why.endswith("; not judged, because not in the library: Wunderol")
    alone = {item.id: item.why for item in ledger(SERTRALINE).pseudo_resistance}
    assert alone["dose_inadequate"] == "Every medicine reached its minimum dose"
