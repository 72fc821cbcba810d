"""`solstice learn`: fit, decide, key, export, merge as a person at a terminal uses them."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter

from solstice.cli.learn import RANKING, learn_group
from solstice.cli.main import LazyGroup
from solstice.learn.sharing import SharedShape
from solstice.learn.stored import PosteriorShape

PRIOR = """solstice: prior/1
treatments: {ba: {mean: 0.30, sd: 0.1}, cbt: {mean: 0.35, sd: 0.1}, ect: {mean: 0.6, sd: 0.2}, tms: {mean: 0.3, sd: 0.1}}
moderators:
  - {treatment: cbt, covariate: age, mean: 0.1, sd: 0.05}
"""


def write_clinic(folder: Path, n: int, *, seed: int = 3, name: str = "clinic.csv", gap: bool = False) -> Path:
    rng = np.random.default_rng(seed)
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "treatment", "outcome", "age", "trauma", "severity"])
        for at in range(n):
            age, trauma, severity = rng.normal(45, 12), int(rng.random() < 0.45), rng.normal(0, 1)
            given = ("ba", "cbt", "tms")[rng.integers(3)]
            y = 0.3 * severity + (0.25 if given == "cbt" else 0.0) * (age - 45) / 12 + rng.normal(0, 0.85)
            shown = "" if gap and at % 5 == 0 else f"{age:.1f}"
            writer.writerow([f"p{at}", given, f"{y:.4f}", shown, trauma, f"{severity:.3f}"])
    return path


def run(*arguments: object, code: int = 0) -> str:
    group = LazyGroup("solstice", lazy={}, summaries={})
    group.add_command(learn_group)
    result = CliRunner().invoke(group, ["learn", *(str(one) for one in arguments)])
    assert result.exit_code == code, result.output
    return result.output


def ranking(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("person,age,trauma,severity\nanna,70,1,0.5\nbo,25,,-1\n", encoding="utf-8")
    return path


def test_from_outcomes_and_evidence_to_a_ranking(tmp_path: Path, people: Path) -> None:
    prior, posterior, out = tmp_path / "prior.yaml", tmp_path / "posterior.json", tmp_path / "ranking.csv"
    prior.write_text(PRIOR, encoding="utf-8")
    run("fit", write_clinic(tmp_path, 600), "--prior", prior, "--out", posterior)
    run("decide", posterior, people, "--out", out)
    rows = ranking(out)
    assert tuple(rows[0]) == RANKING
    assert [row["person"] for row in rows] == ["anna"] * 4 + ["bo"] * 4
    for person in ("anna", "bo"):
        mine = [row for row in rows if row["person"] == person]
        means = [float(row["mean"]) for row in mine]
        assert [int(row["rank"]) for row in mine] == [1, 2, 3, 4]
        assert means == sorted(means, reverse=True)
        assert abs(sum(means)) < 1e-5
        assert all(float(row["lower"]) < float(row["mean"]) < float(row["upper"]) for row in mine)
        groups = [int(row["group"]) for row in mine]
        assert groups[0] == 1
        assert groups == sorted(groups)
    cbt = {row["person"]: float(row["mean"]) for row in rows if row["treatment"] == "cbt"}
    assert cbt["anna"] > cbt["bo"] + 0.2


def test_the_posterior_file_is_as_its_schema_says_and_few_outcomes_stay_in_shadow(tmp_path: Path) -> None:
    for n, shadow in ((299, True), (300, False)):
        out = tmp_path / f"{n}.json"
        run("fit", write_clinic(tmp_path, n), "--out", out)
        data = json.loads(out.read_text(encoding="utf-8"))
        TypeAdapter(PosteriorShape).validate_json(out.read_text(encoding="utf-8"))
        assert data["shadow"] is shadow
        assert data["outcomes"] == n
        assert [row["treatment"] for row in data["sensitivity"]] == ["ba", "cbt", "tms"]


def test_a_treatment_never_given_here_is_named_and_wide(tmp_path: Path, people: Path) -> None:
    prior, posterior = tmp_path / "prior.yaml", tmp_path / "posterior.json"
    prior.write_text(PRIOR, encoding="utf-8")
    page = run("fit", write_clinic(tmp_path, 600), "--prior", prior, "--out", posterior)
    assert "ect: 0 outcomes here" in page
    run("decide", posterior, people, "--out", tmp_path / "r.csv")
    width = {row["treatment"]: float(row["upper"]) - float(row["lower"]) for row in ranking(tmp_path / "r.csv")}
    assert width["ect"] > max(width["ba"], width["cbt"], width["tms"])


def test_merged_sums_decide_as_the_pooled_rows(tmp_path: Path, people: Path) -> None:
    whole = write_clinic(tmp_path, 1500, gap=True)
    lines = whole.read_text(encoding="utf-8").splitlines()
    files = []
    for at, (low, high) in enumerate(((1, 500), (500, 900), (900, 1501))):
        part = tmp_path / f"part{at}.csv"
        part.write_text("\n".join([lines[0], *lines[low:high]]) + "\n", encoding="utf-8")
        run("export", part, "--out", part.with_suffix(".json"))
        files.append(part.with_suffix(".json"))
    run("merge", *files, "--out", tmp_path / "merged.json")
    TypeAdapter(SharedShape).validate_json((tmp_path / "merged.json").read_text(encoding="utf-8"))
    for source, out in ((whole, "pooled"), (tmp_path / "merged.json", "together")):
        run("fit", source, "--out", tmp_path / f"{out}.posterior.json")
        run("decide", tmp_path / f"{out}.posterior.json", people, "--out", tmp_path / f"{out}.csv")
    assert ranking(tmp_path / "pooled.csv") == ranking(tmp_path / "together.csv")


def test_an_export_holds_no_row(tmp_path: Path) -> None:
    clinic, out = write_clinic(tmp_path, 600), tmp_path / "sums.json"
    run("export", clinic, "--out", out)
    data = json.loads(out.read_text(encoding="utf-8"))
    numbers = [len(sums) for sums in data["statistics"]["treatments"].values()]
    assert numbers == [28, 28, 28]  # the upper triangle of 1, three values, two squares and the outcome
    assert "p17" not in out.read_text(encoding="utf-8")


def test_small_cells_are_refused_with_the_reason_and_nothing_is_written(tmp_path: Path) -> None:
    clinic, out = write_clinic(tmp_path, 600), tmp_path / "sums.json"
    with clinic.open("a", encoding="utf-8") as file:
        file.write("x,vr,0.1,40,1,0\n" * 9)
    said = run("export", clinic, "--out", out, code=2)
    assert "clinic.csv:1: vr has 9 outcomes; fewer than 10; leave these rows out" in said
    assert not out.exists()
    rare = clinic.read_text(encoding="utf-8").replace(",vr,", ",ba,")
    clinic.write_text(
        "\n".join(f"{line},{'rare' if not at else int(at < 8)}" for at, line in enumerate(rare.splitlines()))
    )
    assert "people with rare; fewer than 10" in run("export", clinic, "--out", out, code=2)
    run("export", clinic, "--out", out, "--drop", "rare")
    assert out.exists()


def test_changed_doubled_replaced_and_unlike_files_are_refused(tmp_path: Path) -> None:
    key, first, second = tmp_path / "key.pem", tmp_path / "first.json", tmp_path / "second.json"
    public = json.loads(run("key", "--out", key, "--json"))["public_key"]
    assert key.stat().st_mode & 0o077 == 0
    clinic = write_clinic(tmp_path, 600)
    run("export", clinic, "--out", first, "--key", key)
    run("export", clinic, "--out", second, "--key", key, "--previous", first)
    out = tmp_path / "out.json"
    assert "count each export once" in run("merge", first, first, "--out", out, code=2)
    assert "newer export of the same clinic" in run("merge", first, second, "--out", out, code=2)
    other = write_clinic(tmp_path, 600, seed=9, name="other.csv")
    run("export", other, "--out", tmp_path / "other.json")
    said = run("merge", second, tmp_path / "other.json", "--out", out, "--trust", public, code=2)
    assert "other.json" in said
    assert "a key you do not trust" in said
    run("export", other, "--out", tmp_path / "narrow.json", "--drop", "age")
    assert "the covariates differ (age in one only)" in run(
        "merge", second, tmp_path / "narrow.json", "--out", out, code=2
    )
    text = second.read_text(encoding="utf-8")
    place = text.index('"treatments"') + 60
    digit = next(at for at in range(place, len(text)) if text[at].isdigit())
    changed = "3" if text[digit] != "3" else "4"
    second.write_text(text[:digit] + changed + text[digit + 1 :], encoding="utf-8")
    assert "the file was changed after it was written" in run("merge", second, "--out", out, code=2)
    assert not out.exists()


def test_noise_needs_a_spec_and_states_its_budget(tmp_path: Path) -> None:
    clinic, spec = write_clinic(tmp_path, 900), tmp_path / "spec.yaml"
    spec.write_text(
        "solstice: learn-spec/1\ncovariates:\n  - {id: age, centre: 45, scale: 12, knots: [60]}\n"
        "  - {id: trauma, centre: 0.5, scale: 0.5, two_valued: true}\n  - {id: severity, centre: 0, scale: 1}\n",
        encoding="utf-8",
    )
    budget = ("--epsilon", "1", "--delta", "1e-5")
    assert "noise needs --spec" in run("export", clinic, "--out", tmp_path / "n.json", *budget, code=2)
    outs = [tmp_path / name for name in ("a.json", "b.json", "c.json")]
    for out, seed in zip(outs, (["--seed", 1], ["--seed", 1], []), strict=True):
        run("export", clinic, "--out", out, "--spec", spec, *budget, *seed)
    data = [json.loads(out.read_text(encoding="utf-8")) for out in outs]
    assert data[0]["statistics"] == data[1]["statistics"] != data[2]["statistics"]
    assert data[0]["noise"]["epsilon"] == 1
    assert data[0]["noise"]["sd"] == pytest.approx(data[0]["noise"]["norm"] ** 2 * 4.8448, rel=1e-4)
    run("fit", outs[2], "--out", tmp_path / "posterior.json")
    run("fit", clinic, "--spec", spec, "--out", tmp_path / "knots.json")
    assert "hinge" in (tmp_path / "knots.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("treatment,age\ncbt,4\n", ":1: no column 'outcome'"),
        ("treatment,outcome,age\ncbt,0.1,4\nba,much,4\n", ":3: the outcome is 'much'"),
        ("treatment,outcome,age\ncbt,0.1,old\n", ":2: age is 'old'; write a number"),
        ("treatment,outcome,age\n,0.1,4\n", ":2: no treatment"),
        ("treatment,outcome,age\ncbt,0.1\n", ":2: 2 cells under 3 columns"),
        ("treatment,outcome,age,age\ncbt,0.1,1,1\n", ":1: the column 'age' stands twice"),
        ("treatment,outcome\n", ":1: no rows"),
        ("", ":1: the file is empty"),
    ],
)
def test_bad_outcomes_are_refused_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    path, out = tmp_path / "bad.csv", tmp_path / "out.json"
    path.write_text(text, encoding="utf-8")
    assert f"bad.csv{said}" in run("fit", path, "--out", out, code=2)
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PRIOR.replace("covariate: age", "covariate: height"), "prior.yaml:4: the outcomes have no covariate 'height'"),
        (PRIOR.replace("mean: 0.30, sd: 0.1", "mean: 0.30, sd: 0"), "prior.yaml:2:"),
        (PRIOR.replace("prior/1", "prior/2"), "prior.yaml:1:"),
        (PRIOR + PRIOR.splitlines()[3] + "\n", "stands twice"),
        ("- 1\n", "prior.yaml:1: no prior"),
    ],
)
def test_a_bad_prior_is_refused_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "prior.yaml"
    path.write_text(text, encoding="utf-8")
    assert said in run("fit", write_clinic(tmp_path, 60), "--prior", path, "--out", tmp_path / "o.json", code=2)


def test_people_without_a_column_or_twice_are_refused(tmp_path: Path) -> None:
    posterior, people = tmp_path / "posterior.json", tmp_path / "people.csv"
    run("fit", write_clinic(tmp_path, 400), "--out", posterior)
    people.write_text("person,age,trauma\na,1,1\n", encoding="utf-8")
    said = run("decide", posterior, people, "--out", tmp_path / "r.csv", code=2)
    assert "people.csv:1: no column 'severity'; add the column; leave its cells empty" in said
    people.write_text("person,age,trauma,severity\na,1,1,1\na,1,1,1\n", encoding="utf-8")
    said = run("decide", posterior, people, "--out", tmp_path / "r.csv", code=2)
    assert "people.csv:3: the person 'a' stands twice" in said
