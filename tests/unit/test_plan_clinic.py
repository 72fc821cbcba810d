"""The clinic's own outcomes in a plan: in shadow they move nothing, later they move options apart and add up."""

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.content.library import Library
from solstice.learn import gather, learn
from solstice.learn.table import read_outcomes
from solstice.person import PersonFile
from solstice.plan import recommend
from solstice.plan.clinic import ClinicPart, clinic_part, prior_of

CASE = Path(__file__).parents[1] / "fixtures" / "cases" / "ect-casebook-ms-a.yaml"
OPTIONS = ("behavioural-activation", "cbt", "mbct")
NOBODY = PersonFile(solstice="person/1", id="nobody", at=date(2026, 11, 22))


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def outcomes_file(path: Path, n: int, better: dict[str, float]) -> Path:
    """Made-up outcomes whose treatments differ by what `better` says, in SD units, with noise of one SD."""
    rng = np.random.default_rng(41)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["treatment", "outcome", "age"])
        for k in range(n):
            treatment = OPTIONS[k % len(OPTIONS)]
            writer.writerow([treatment, better.get(treatment, 0.0) + rng.normal(), 20 + k % 50])
    return path


def part(path: Path, library: Library) -> ClinicPart:
    sums = gather(read_outcomes(path))
    return clinic_part(learn(sums, prior_of(library, sums.treatments)), NOBODY, library)


def test_few_outcomes_are_shown_and_move_nothing(tmp_path: Path, library: Library) -> None:
    clinic = part(outcomes_file(tmp_path / "few.csv", 120, {"mbct": 2.0}), library)
    plain, shadowed = recommend(NOBODY, library), recommend(NOBODY, library, clinic=clinic)
    assert clinic.is_shadow
    assert [one.id for one in plain.options] == [one.id for one in shadowed.options]
    for before, after in zip(plain.options, shadowed.options, strict=True):
        assert before.benefit == after.benefit
        assert after.parts.clinic == 0.0
    mbct = shadowed.get("mbct")
    assert mbct is not None
    assert mbct.clinic is not None
    assert mbct.clinic.is_shadow
    assert mbct.clinic.shift > 0.1


def test_many_outcomes_move_options_apart_and_the_parts_still_add_up(tmp_path: Path, library: Library) -> None:
    clinic = part(outcomes_file(tmp_path / "many.csv", 3000, {"mbct": 0.8}), library)
    plan = recommend(NOBODY, library, clinic=clinic)
    assert not clinic.is_shadow
    mbct, cbt = plan.get("mbct"), plan.get("cbt")
    assert mbct is not None
    assert cbt is not None
    assert mbct.rank < cbt.rank
    assert mbct.parts.clinic > 0 > cbt.parts.clinic
    assert sum(shift.shift for shift in clinic.shifts.values()) == pytest.approx(0, abs=1e-9)
    for option in plan.options:
        person = sum(row.value for row in option.parts.person)
        total = option.parts.evidence + person + option.parts.clinic + option.parts.preference
        assert option.benefit.mean == pytest.approx(total, abs=1e-9)
    assert "clinic 3000/" in plan.model_version


def test_an_option_hardly_anybody_had_is_not_moved(tmp_path: Path, library: Library) -> None:
    path = outcomes_file(tmp_path / "many.csv", 900, {})
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"ipt,9,{30 + k}\n" for k in range(5))
    clinic = part(path, library)
    assert "ipt" not in clinic.shifts
    assert set(clinic.shifts) == set(OPTIONS)


def test_the_command_takes_outcomes_and_refuses_what_is_none(tmp_path: Path) -> None:
    main = LazyGroup("solstice", lazy=ENGINE_COMMANDS)
    path = outcomes_file(tmp_path / "few.csv", 120, {})
    done = CliRunner().invoke(main, ["plan", str(CASE), "--outcomes", str(path), "--json"])
    assert done.exit_code == 0, done.output
    options = {one["id"]: one for one in json.loads(done.stdout)["options"]}
    assert options["cbt"]["clinic"]["shadow"] is True
    assert options["cbt"]["clinic"]["outcomes"] == 120
    (tmp_path / "wrong.csv").write_text("treatment,result\ncbt,1\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["plan", str(CASE), "--outcomes", str(tmp_path / "wrong.csv")])
    assert done.exit_code == 2
    assert "wrong.csv:1" in done.stderr
