"""Content is read strictly, and every fault names its line."""

from datetime import date

import pytest

from solstice.content.read import ContentError, Document, parse_json, parse_markdown, parse_yaml, validate
from solstice.person.file import PersonFile, parse_person

PERSON = """solstice: person/1
id: someone
at: 2026-11-22
episode: {started: 2023, severity: moderate}
trials:
  - kind: medicine
    agent: sertraline
    dose: 150
    started: 2023-04
answers:
  - {instrument: phq-9, on: 2026-11-20, items: [1, null, 2]}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_person(text, "p.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_a_person_is_read_with_partial_dates_and_gaps() -> None:
    person = parse_person(PERSON)
    assert person.trials[0].started is not None
    assert str(person.trials[0].started.latest) == "2023-04-30"
    assert person.answers[0].items == (1, None, 2)
    assert person.facts.bipolarity is None


def test_json_reads_like_yaml() -> None:
    text = '{"solstice": "person/1", "id": "a", "at": "2026-01-01"}'
    assert parse_person(text) == PersonFile(solstice="person/1", id="a", at=date(2026, 1, 1))


def test_unknown_keys_are_named_with_line_and_a_suggestion() -> None:
    assert faults(PERSON.replace("agent:", "agnt:")) == ["p.yaml:7: unknown key 'trials.0.agnt'; did you mean 'agent'?"]


def test_all_faults_come_at_once() -> None:
    found = faults(PERSON.replace("severity: moderate", "severity: bad").replace("dose: 150", "dose: lots"))
    assert any(line.startswith("p.yaml:4:") for line in found)
    assert any(line.startswith("p.yaml:8:") for line in found)


def test_duplicate_keys_are_refused() -> None:
    assert faults(PERSON + "id: again\n") == ["p.yaml:12: the key 'id' stands twice; keep one of them"]


def test_broken_yaml_names_its_line() -> None:
    assert faults("solstice: [person\nid: x")[0].startswith("p.yaml:2: this is not YAML")


def test_on_is_a_word_and_dates_stay_text() -> None:
    assert parse_yaml("on: 2026-01-01\nx: yes\ny: 1_000\nz: 0.5\nn: ~", "x").data == {
        "on": "2026-01-01",
        "x": "yes",
        "y": 1000,
        "z": 0.5,
        "n": None,
    }


def test_front_matter_lines_count_from_the_file() -> None:
    document = parse_markdown("---\nid: a\nwrong: b\n---\n\ntext\n", "m.md")
    assert isinstance(document, Document)
    assert document.data["body"] == "text"
    assert document.line_of(("wrong",)) == 3


def test_end_before_start_is_refused() -> None:
    assert "ends before it starts" in faults(PERSON.replace("started: 2023-04", "started: 2023-04\n    ended: 2022"))[0]


def test_future_is_refused() -> None:
    assert "after `at`" in faults(PERSON.replace("on: 2026-11-20", "on: 2027-11-20"))[0]


def test_validate_keeps_the_line_of_a_missing_key() -> None:
    with pytest.raises(ContentError) as caught:
        validate(Document("d", {"id": "x"}), PersonFile)
    assert "'solstice' is missing" in str(caught.value)


def test_a_fault_in_json_names_its_line_too() -> None:
    text = '{\n"solstice": "person/1",\n"id": "a",\n"at": "2026-01-01",\n"trials": [\n{"kind": "tms",\n"sesions": 3}]}'
    assert faults(text) == ["p.yaml:7: unknown key 'trials.0.sesions'; did you mean 'sessions'?"]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5000, "a:\n  - " + "[" * 60 + "]" * 60])
def test_endless_nesting_is_a_fault_and_no_crash(text: str) -> None:
    with pytest.raises(ContentError, match="nested"):
        parse_yaml(text, "x.yaml")
    with pytest.raises(ContentError, match=r"nested|not JSON"):
        parse_json(text, "x.json")


def test_half_a_character_is_a_fault() -> None:
    with pytest.raises(ContentError, match="this is not YAML"):
        parse_yaml("a: \ud800", "x.yaml")
