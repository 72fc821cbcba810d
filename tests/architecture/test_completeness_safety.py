"""Every hazard has a control with a test that exists, or says what is open; every alert state has an owner."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from solstice_web.alerts.models import Alert, AlertAction

ROOT = Path(__file__).parents[2]
HAZARDS: list[dict[str, Any]] = YAML(typ="safe").load(ROOT / "docs" / "safety" / "hazards.yaml")["hazards"]
OWNERS = {
    Alert.State.OPEN: "care team",  # first on every page of theirs, with the time to act by
    Alert.State.ACKNOWLEDGED: "who acknowledged it",
    Alert.State.DONE: "who closed it",
}
"""Who must act on an alert in each state."""


@cache
def known_functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_log_is_the_whole_list() -> None:
    ids = [hazard["id"] for hazard in HAZARDS]
    assert ids[:40] == [f"H{number:02d}" for number in range(1, 41)]
    assert ids == sorted(set(ids)), "each once, in order"


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_has_a_control_with_a_test_or_says_what_is_open(hazard: dict[str, Any]) -> None:
    assert set(hazard) <= {"id", "hazard", "control", "tests", "open"}
    assert hazard.get("tests") or len(hazard.get("open", "")) > 20
    assert bool(hazard.get("control")) == bool(hazard.get("tests")), "a control without a test is a hope"
    for name in hazard.get("tests", []):
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert not function or function in known_functions(ROOT / path), name


def test_every_state_of_an_alert_has_an_owner() -> None:
    assert set(OWNERS) == set(Alert.State)
    columns = {field.name for field in Alert._meta.concrete_fields}
    assert {"person", "act_by", "acknowledged_by", "escalated_at", "done_at"} <= columns
    assert "by" in {field.name for field in AlertAction._meta.concrete_fields}
