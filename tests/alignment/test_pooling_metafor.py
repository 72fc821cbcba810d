"""Pooling equals metafor on the real file: every row-wise model, every subgroup, to 1e-4."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.evidence import evidence
from solstice.evidence.pooling import MODELS
from solstice.evidence.subgroups import pool, where
from solstice.evidence.table import Comparisons, read_metapsy

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def table(shared: Path) -> Comparisons:
    return read_metapsy(shared / "data/metapsy-depression-psyctr/data.csv")


def reference(shared: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((shared / "reference" / name).read_text(encoding="utf-8").splitlines()))


def expected(text: str) -> float | None:
    return None if text in {"NA", ""} else float(text)


def same(found: float | None, text: str, tolerance: float = TOLERANCE) -> bool:
    value = expected(text)
    return found is None if value is None else found is not None and abs(found - value) <= tolerance


def test_the_whole_file_is_read(table: Comparisons) -> None:
    assert (len(table.rows), table.studies, table.left_out) == (900, 480, 0)


@pytest.mark.parametrize("model", sorted(MODELS))
def test_row_models_equal_metafor(table: Comparisons, shared: Path, model: str) -> None:
    method, test = model.split("-")
    row = next(row for row in reference(shared, "ref_overall.csv") if row["model"] == f"rows {method.upper()} {test}")
    found = pool(table.rows, model)
    pairs = {
        "g": found.g,
        "se": found.se,
        "lb": found.lower,
        "ub": found.upper,
        "tau2": found.tau2,
        "pi.lb": found.pi_lower,
        "pi.ub": found.pi_upper,
        "Q": found.q,
    }
    assert {name: value for name, value in pairs.items() if not same(value, row[name])} == {}
    assert same(found.i2, row["I2"], 1e-3)
    assert (found.k, found.studies) == (int(row["k"]), int(row["studies"]))


SUBGROUPS = {
    ">2 (low, metapsyTools default)": ["rob>2"],
    "==4": ["rob=4"],
    "<=2": ["rob<=2"],
    ">=2010": ["year>=2010"],
    "<2010": ["year<2010"],
}


def wishes(var: str, level: str) -> list[str]:
    match var:
        case "condition_arm1 & rob>2":
            return [f"condition_arm1={level}", "rob>2"]
        case "condition_arm1 x condition_arm2":
            first, second = level.split(" vs ")
            return [f"condition_arm1={first}", f"condition_arm2={second}"]
        case _:
            return SUBGROUPS.get(level) or [f"{var}={level}"]


def test_subgroups_equal_metafor(table: Comparisons, shared: Path) -> None:
    wrong = []
    rows = reference(shared, "ref_subgroups.csv")
    for row in rows:
        part = table
        for wish in wishes(row["var"], row["level"]):
            part = where(part, wish)
        found, z = pool(part.rows, "reml-knha"), pool(part.rows, "reml-z")
        checks = [
            same(found.g, row["g"]),
            same(found.lower, row["lb_hk"]),
            same(found.upper, row["ub_hk"]),
            same(z.se, row["se_z"]),
            same(found.tau2, row["tau2"]),
            row["I2"] == "" or expected(row["I2"]) is None or same(found.i2, row["I2"], 1e-2),
            (found.k, found.studies) == (int(row["k"]), int(row["studies"])),
        ]
        if not all(checks):
            wrong.append((row["var"], row["level"], checks))
    assert wrong == []
    assert len(rows) > 60


def test_the_command_prints_the_contract(shared: Path) -> None:
    path = str(shared / "data/metapsy-depression-psyctr/data.csv")
    out = json.loads(CliRunner().invoke(evidence, [path, "--json"], catch_exceptions=False).output)
    contract = {
        "g": 0.7501,
        "se": 0.0236,
        "lower": 0.7037,
        "upper": 0.7965,
        "tau2": 0.3571,
        "pi_lower": -0.4236,
        "pi_upper": 1.9238,
    }
    assert {key: round(out[key], 4) for key in contract} == contract
    assert (out["model"], out["k"], out["studies"], round(out["i2"], 2)) == ("reml-knha", 900, 480, 87.55)


def test_groups_and_choices_on_the_command_line(shared: Path) -> None:
    path = str(shared / "data/metapsy-depression-psyctr/data.csv")
    arguments = [path, "--by", "condition_arm2", "--where", "condition_arm1=cbt", "--json"]
    out = json.loads(CliRunner().invoke(evidence, arguments, catch_exceptions=False).output)
    assert [(group["level"], group["k"]) for group in out["groups"]] == [("wl", 251), ("cau", 179), ("other ctr", 57)]
    assert out["k"] == sum(group["k"] for group in out["groups"]) == 487


def test_the_second_real_file_is_read_with_its_gaps_named(shared: Path) -> None:
    other = read_metapsy(shared / "data/metapsy-depression-selfguided/data.csv")
    assert (len(other.rows), other.left_out, other.incomplete) == (353, 8, (334,))
