"""What was told and not checked stands beside what was checked; nothing else changes."""

from typing import Any

import pytest
from click.testing import CliRunner
from pydantic_core import to_json

from solstice.cli.ledger import ledger as ledger_command
from solstice.content.library import Library
from solstice.ledger import Ledger, assess
from solstice.letter import compose
from solstice.person import PersonFile

LIBRARY = Library()
FAILED: dict[str, Any] = {"dose": 400.0, "weeks_at_dose": 10, "adherence": "good", "outcome": "no_response"}
TRIALS = [
    {"kind": "medicine", "agent": "sertraline", **FAILED, "dose": 150.0},
    {"kind": "medicine", "agent": "venlafaxine", **FAILED, "dose": 225.0},
    {"kind": "ect", "sessions": 12, "laterality": "bilateral", "outcome": "no_response"},
]


def person(*checked: bool | None) -> PersonFile:
    trials = [{**trial, "checked": state} for trial, state in zip(TRIALS, checked, strict=True)]
    told = {"solstice": "person/1", "id": "a", "at": "2026-11-22", "person": {"age": 40}, "trials": trials}
    return PersonFile.model_validate_json(to_json({**told, "episode": {"months": 20, "severity": "moderate"}}))


def ledger(*checked: bool | None) -> Ledger:
    return assess(person(*checked), LIBRARY)


@pytest.mark.parametrize("checked", [(None, None, None), (True, None, True)])
def test_where_all_is_checked_nothing_is_said_and_nothing_is_wider(checked: tuple[bool | None, ...]) -> None:
    found = ledger(*checked)
    assert found.checked_only is None
    assert found.to_json()["checked_only"] is None


def test_as_told_stays_and_by_what_was_checked_is_wider() -> None:
    whole, found = ledger(None, None, None), ledger(None, False, False)
    checked = found.checked_only
    assert checked is not None
    assert found.staging == whole.staging
    assert (found.regulatory.answer, checked.regulatory) == ("yes", "cannot_tell")
    assert checked.unchecked == (1, 2)
    told, beside = found.staging["maudsley"].span, checked.staging["maudsley"]
    assert told is not None
    assert beside is not None
    assert beside.low < told.low
    assert beside.high >= told.high
    ect = ledger(None, None, False).checked_only
    assert ect is not None
    assert ect.regulatory == "yes"
    assert ect.staging["maudsley"] is not None
    assert ect.staging["maudsley"].low == told.low - 1  # perhaps there was no ECT at all


def test_command_letter_and_json_say_both(tmp_path: Any) -> None:
    file = tmp_path / "p.json"
    file.write_text(person(None, False, False).model_dump_json(exclude_none=True))
    page = CliRunner().invoke(ledger_command, [str(file)]).output
    assert "By what was checked alone: cannot tell" in page
    found = ledger(None, False, False)
    assert found.checked_only is not None
    span = found.checked_only.staging["maudsley"]
    assert span is not None
    assert f"By what was checked alone: {span.low:g} to {span.high:g}" in page
    letter = str(compose(person(None, False, False), found, LIBRARY))
    assert f"by what was checked alone {span.low:g} to {span.high:g}" in letter
    assert found.checked_only.sentence in letter
    assert found.to_json()["checked_only"]["staging"]["maudsley"] == [span.low, span.high]
