"""`solstice evidence`: every model prints its shape and a page in words; bad wishes end with status 2 and one line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.evidence_shapes import EvidenceShape
from solstice.cli.main import LazyGroup

HEAD = "study;.g;.g_se;condition_arm1;condition_arm2;rob;instrument;time\n"
LINES = [
    f"s{n};{g};0,{2 + n % 3};{arm};{control};{n % 5};phq-9;post"
    for n, (g, arm, control) in enumerate(
        [
            ("0,9", "cbt", "wl"),
            ("0,7", "cbt", "cau"),
            ("0,2", "bat", "cau"),
            ("0,5", "bat", "wl"),
            ("1,4", "cbt", "wl"),
            ("0,1", "ipt", "cau"),
            ("0,3", "ipt", "wl"),
            ("0,6", "cbt", "bat"),
        ]
    )
] + ["s0;0,8;0,3;cbt;wl;0;bdi-2;post", "s1;NA;NA;cbt;cau;1;phq-9;post"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.csv"
    path.write_text(HEAD + "\n".join(LINES) + "\n", encoding="utf-8")
    return path


def run(file: Path, *arguments: str):
    group = LazyGroup("solstice", lazy={"evidence": "solstice.cli.evidence:evidence"})
    return CliRunner().invoke(group, ["evidence", str(file), *arguments])


ASKED = [
    [],
    ["--model", "reml"],
    ["--model", "ee"],
    ["--model", "aggregate"],
    ["--model", "three-level", "--influence"],
    ["--model", "che", "--by", "condition_arm2"],
    ["--model", "regression", "--moderator", "condition_arm2=cau", "--moderator", "rob"],
    ["--model", "nma"],
    ["--model", "cnma", "--reference", "wl"],
    ["--bias", "--influence", "--sensitivity", "--by", "condition_arm1"],
    ["--where", "study=s0", "--where", "instrument=phq-9"],
]


@pytest.mark.parametrize("arguments", ASKED)
def test_the_json_has_its_shape_and_the_page_says_the_same(file: Path, arguments: list[str]) -> None:
    printed = run(file, *arguments, "--json")
    assert printed.exit_code == 0, printed.stderr
    shape = EvidenceShape.model_validate_json(printed.stdout)
    assert shape.dropped
    assert shape.left_out == 1
    page = run(file, *arguments).stdout
    rows = "1 comparison" if shape.k == 1 else f"{shape.k} comparisons"
    studies = "1 study" if shape.studies == 1 else f"{shape.studies} studies"
    assert page.startswith(f"{rows} of {studies}. Model {shape.model}: {shape.model_words}.")
    assert all(caution in page for caution in shape.cautions)
    assert ("1 row left out" if len(shape.dropped) == 1 else f"{len(shape.dropped)} rows left out") in page
    if shape.g is not None and len(shape.coefficients or []) <= 1:
        assert f"Pooled effect {shape.g:.2f}, 95 % interval {shape.lower:.2f} to {shape.upper:.2f}." in page


def test_a_network_has_no_single_effect(file: Path) -> None:
    out = json.loads(run(file, "--model", "nma", "--json").stdout)
    assert out["g"] is None
    assert {effect["treatment"] for effect in out["effects"]} == {"cbt", "bat", "ipt", "wl", "cau"}
    assert out["reference"] == "cau"
    assert out["inconsistency"] is not None


def test_every_row_not_used_is_listed(file: Path) -> None:
    out = json.loads(run(file, "--model", "nma", "--json").stdout)
    assert {(row["line"], row["dropped_because"].partition(":")[0]) for row in out["dropped"]} == {
        (2, "another outcome speaks for the study"),
        (11, "no effect and no figures to compute one from"),
    }


def test_groups_carry_the_caution_on_controls(file: Path) -> None:
    lines = [f"x{n};0,5;0,2;cbt;wl;4;phq-9;post" for n in range(6)] + [
        f"y{n};0,1;0,2;ipt;cau;4;phq-9;post" for n in range(6)
    ]
    file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    out = json.loads(run(file, "--by", "condition_arm1", "--json").stdout)
    assert "Do not read these groups as a ranking" in out["group_cautions"][0]
    assert "Do not read these groups as a ranking" in run(file, "--by", "condition_arm1").stdout


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (["--model", "remel"], "'remel' is not a model; right would be one of"),
        (["--model", "regression"], "a regression needs a moderator"),
        (["--moderator", "rob"], "moderators belong to the model regression"),
        (["--model", "nma", "--reference", "pill"], "'pill' is in no trial; right would be one of bat, cau"),
        (["--model", "nma", "--by", "rob"], "groups are pooled one by one"),
        (["--model", "nma", "--influence"], "influence is shown for one pooled effect"),
        (["--model", "che", "--rho", "1.5"], "the correlation within studies is 1.5; right is 0 or more and below 1"),
        (["--by", "robb"], "no column 'robb'; did you mean 'rob'?"),
        (["--where", "rob=9"], "no row has rob = 9"),
    ],
)
def test_a_wish_that_cannot_be_met_is_one_line_with_status_2(file: Path, arguments: list[str], because: str) -> None:
    result = run(file, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"{file}:1: ")
    assert because in result.stderr
    assert len(result.stderr.splitlines()) == 1
