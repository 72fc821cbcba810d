"""`solstice learn` as a stranger calls it: odd files are read or refused with line and reason, and nothing is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.test_learn_commands import PRIOR, ranking, run, write_clinic

HEAD = "treatment,outcome,age\n"
MANY = "".join(f"{('ba', 'cbt')[at % 2]},{0.1 * (at % 7):.1f},{30 + at % 31}\n" for at in range(60))


def written(folder: Path, data: str | bytes, name: str = "odd.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "turned",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\n\n" + text + "\n\n",
        lambda text: text.replace(",", ";").replace(".", ","),
        lambda text: text.replace(",", "\t"),
    ],
)
def test_every_usual_way_of_writing_a_table_gives_the_same_posterior(
    tmp_path: Path, turned: Callable[[str], str]
) -> None:
    plain, odd = tmp_path / "plain.json", tmp_path / "odd.json"
    run("fit", written(tmp_path, HEAD + MANY, "plain.csv"), "--out", plain)
    run("fit", written(tmp_path, turned(HEAD + MANY)), "--out", odd)
    assert plain.read_bytes() == odd.read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "cbt,1e6,40\n", ":2: the outcome is 1e+06, which no change is; write the change in SD units"),
        (HEAD + "cbt,0.1,1e300\n", ":2: age is '1e300'"),
        (HEAD + "cbt,inf,40\n", ":2: the outcome is 'inf'"),
        (HEAD + "cbt,0.1,-inf\n", ":2: age is '-inf'"),
        (HEAD + "cbt,0.1,1_000\n", ":2: age is '1_000'"),
        (HEAD + "cbt,0.1,4\ncbt,0.1,nAn\n", ":3: age is 'nAn'"),
        (HEAD + "=cmd|' /C calc'!A0,0.1,40\n", ":2: the treatment"),
        (HEAD + '"c\nbt",0.1,40\n', ":3: the treatment 'c\\nbt' is not an id"),
        (HEAD + "c\0bt,0.1,40\n", ":2: the treatment"),
        ("Treatment,Outcome\ncbt,0.1\n", ":1: no column 'outcome'; the first line names treatment, outcome and"),
        (
            "treatment,outcome,sex\ncbt,1,f\nba,1,m\n",
            ":2: the column sex holds words: 'f' or 'm'; leave the column out",
        ),
        (HEAD.encode("utf-16"), ":1: the encoding is not known"),
    ],
)
def test_an_odd_cell_is_refused_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    out = tmp_path / "out.json"
    output = run("fit", written(tmp_path, text), "--out", out, code=2)
    assert f"odd.csv{said}" in output
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["odd.csv"]


def test_nothing_that_is_read_is_written_over_and_a_folder_is_no_file(tmp_path: Path) -> None:
    clinic, prior = write_clinic(tmp_path, 60), written(tmp_path, PRIOR, "prior.yaml")
    posterior, shared = tmp_path / "posterior.json", tmp_path / "shared.json"
    people = written(tmp_path, "person,age,trauma,severity\na,40,1,0\n", "people.csv")
    run("fit", clinic, "--out", posterior)
    run("export", clinic, "--drop", "trauma", "--out", shared)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for call in (
        ("fit", clinic, "--out", clinic),
        ("fit", clinic, "--prior", prior, "--out", prior),
        ("fit", clinic, "--out", tmp_path / "." / "clinic.csv"),
        ("decide", posterior, people, "--out", people),
        ("decide", posterior, people, "--out", posterior),
        ("export", clinic, "--out", clinic),
        ("merge", shared, "--out", shared),
    ):
        assert "would be written over what is read; name another file with --out" in run(*call, code=2)
    for into_folder in (("fit", clinic), ("decide", posterior, people), ("export", clinic, "--drop", "trauma")):
        assert "this is a folder; name a file" in run(*into_folder, "--out", tmp_path, code=2)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_moderator_of_a_treatment_nobody_knows_is_refused_and_evidence_alone_is_said(tmp_path: Path) -> None:
    clinic, out = write_clinic(tmp_path, 60), tmp_path / "out.json"
    wrong = written(tmp_path, PRIOR.replace("treatment: cbt", "treatment: cbtt"), "wrong.yaml")
    said = "wrong.yaml:4: the outcomes have no treatment 'cbtt'; right would be one of ba, cbt, ect, tms"
    assert said in run("fit", clinic, "--prior", wrong, "--out", out, code=2)
    right = written(tmp_path, PRIOR.replace("treatment: cbt", "treatment: ect"), "right.yaml")
    assert "ect: 0 outcomes here" in run("fit", clinic, "--prior", right, "--out", out)


def test_points_instead_of_sd_units_and_a_single_treatment_are_said(tmp_path: Path) -> None:
    points = "".join(f"{('ba', 'cbt')[at % 2]},{at % 21 - 6},{30 + at % 31}\n" for at in range(84))
    output = run("fit", written(tmp_path, HEAD + points), "--out", tmp_path / "points.json")
    assert "Beware: the outcomes have an SD of 6.1, and about 1 is expected" in output
    single = tmp_path / "single.json"
    output = run("fit", written(tmp_path, HEAD + MANY.replace("ba", "cbt")), "--out", single)
    assert "60 outcomes, 1 treatment, 1 covariate\n" in output
    assert "only one treatment, so that nothing was compared" in output
    people = written(tmp_path, "person,age\na,40\n", "people.csv")
    output = run("decide", single, people, "--out", tmp_path / "ranking.csv")
    assert "1 person ranked" in output
    assert "only one treatment" in output
    assert "about equally good" not in output
    assert ranking(tmp_path / "ranking.csv")[0]["lower"] == "0.000000"


def test_a_value_in_another_unit_is_named(tmp_path: Path) -> None:
    posterior, out = tmp_path / "posterior.json", tmp_path / "ranking.csv"
    run("fit", write_clinic(tmp_path, 400), "--out", posterior)
    people = written(tmp_path, "person,age,trauma,severity\na,16425,1,0\nb,45,0,0\n", "people.csv")
    assert "Beware: age of 1 person is far outside" in run("decide", posterior, people, "--out", out)
    assert json.loads(run("decide", posterior, people, "--out", out, "--json"))["far_outside"] == {"age": 1}


def test_a_rare_yes_is_not_far_outside(tmp_path: Path) -> None:
    posterior, out = tmp_path / "posterior.json", tmp_path / "ranking.csv"
    rows = "".join(f"{('ba', 'cbt')[at % 2]},{0.1 * (at % 7):.1f},{int(at % 50 == 0)}\n" for at in range(400))
    run("fit", written(tmp_path, "treatment,outcome,rare\n" + rows), "--out", posterior)
    people = written(tmp_path, "person,rare\na,1\n", "people.csv")
    assert "far outside" not in run("decide", posterior, people, "--out", out)


def test_an_id_that_a_spreadsheet_would_run_is_refused(tmp_path: Path) -> None:
    posterior, out = tmp_path / "posterior.json", tmp_path / "ranking.csv"
    run("fit", written(tmp_path, HEAD + MANY), "--out", posterior)
    for bad in ("=1+1", "@x", "+cmd", "-cmd"):
        people = written(tmp_path, f"person,age\n{bad},40\n", "people.csv")
        assert f"people.csv:2: the person '{bad}' is not an id" in run(
            "decide", posterior, people, "--out", out, code=2
        )
    run("decide", posterior, written(tmp_path, "person,age\n-17,40\n", "people.csv"), "--out", out)


def _halved(data: dict[str, Any]) -> None:
    for setting in data["settings"]:
        setting["weight"] /= 2


def _negative(data: dict[str, Any]) -> None:
    data["settings"][0]["moderator"] = -1.0


def _impossible(data: dict[str, Any]) -> None:
    data["statistics"]["treatments"]["ba"] = [-1.0 for _ in data["statistics"]["treatments"]["ba"]]


def _nothing(data: dict[str, Any]) -> None:
    data["statistics"]["treatments"] = {}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_halved, "the weights do not add up to 1"),
        (_negative, "moderator' is -1"),
        (_impossible, "the sums of ba cannot come from outcomes of people"),
        (_nothing, "'statistics.treatments' is {}"),
        (lambda data: data.update(solstice="prior/1"), "'solstice' is 'prior/1'; right would be 'posterior/1'"),
    ],
)
def test_a_damaged_posterior_is_refused(tmp_path: Path, damage: Callable[[dict[str, Any]], None], said: str) -> None:
    posterior, out = tmp_path / "posterior.json", tmp_path / "ranking.csv"
    run("fit", written(tmp_path, HEAD + MANY), "--out", posterior)
    data = json.loads(posterior.read_text(encoding="utf-8"))
    damage(data)
    posterior.write_text(json.dumps(data), encoding="utf-8")
    people = written(tmp_path, "person,age\na,40\n", "people.csv")
    assert said in run("decide", posterior, people, "--out", out, code=2)
    assert not out.exists()


def test_a_posterior_where_sums_are_wanted_is_named_as_one(tmp_path: Path) -> None:
    posterior = tmp_path / "posterior.json"
    run("fit", written(tmp_path, HEAD + MANY), "--out", posterior)
    for call in (("fit", posterior), ("merge", posterior)):
        output = run(*call, "--out", tmp_path / "out.json", code=2)
        assert "'solstice' is 'posterior/1'; right would be 'learn-statistics/1'" in output
        assert len(output.strip().splitlines()) == 1
