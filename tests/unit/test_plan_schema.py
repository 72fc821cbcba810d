"""What the commands print is what `solstice schema` says, and the ranges used here are those of the instruments."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.evidence import evidence
from solstice.cli.evidence_shapes import EvidenceShape
from solstice.cli.formulate import formulate
from solstice.cli.formulation_shapes import FormulationShape
from solstice.cli.plan import plan
from solstice.cli.plan_shapes import PlanShape
from solstice.cli.schema import schema_command
from solstice.content import Library

PERSON = """solstice: person/1
id: a
at: 2026-11-22
facts: {suicide_risk: high}
trials: [{kind: ect, sessions: 9, laterality: bilateral, outcome: no_response}]
answers: [{instrument: phq-9, on: 2026-11-20, items: [2, 3, 2, 3, 1, 3, 2, 0, 1]}]
preferences: {likes: [activity]}
offer: {therapies: [cbt, behavioural-activation, exercise, ect]}
"""


def test_plan_and_formulation_print_their_shape(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PERSON, encoding="utf-8")
    printed = CliRunner().invoke(plan, [str(path), "--json"], catch_exceptions=False).output
    shape = PlanShape.model_validate_json(printed)
    assert shape.options
    assert shape.adjuncts
    assert shape.refused
    assert shape.not_offered
    printed = CliRunner().invoke(formulate, [str(path), "--json"], catch_exceptions=False).output
    assert len(FormulationShape.model_validate_json(printed).mechanisms) == 11


@pytest.mark.parametrize("more", [[], ["--by", "arm"]])
def test_evidence_prints_its_shape(tmp_path: Path, more: list[str]) -> None:
    path = tmp_path / "m.csv"
    path.write_text("study;.g;.g_se;arm\nA;0,5;0,2;x\nB;0,1;0,2;x\nC;0,3;0,2;y\n", encoding="utf-8")
    printed = CliRunner().invoke(evidence, [str(path), "--json", *more], catch_exceptions=False).output
    assert EvidenceShape.model_validate_json(printed).k == 3


@pytest.mark.parametrize("name", ["plan", "formulate", "evidence"])
def test_the_schema_is_printed(name: str) -> None:
    printed = CliRunner().invoke(schema_command, [name], catch_exceptions=False).output
    assert json.loads(printed)["type"] == "object"


def test_ranges_equal_the_instruments() -> None:
    library = Library()
    for name, used in library.mechanisms.instruments.items():
        instrument = library.instruments[name]
        assert (used.name, used.items) == (instrument.short_name, instrument.items)
        assert instrument.max == used.items * used.item_max
