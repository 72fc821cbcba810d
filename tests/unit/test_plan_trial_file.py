"""`solstice plan --evidence`: a file of trials beside the curated table, mapped, pooled, rated, and named."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.cli.plan_shapes import PlanShape
from solstice.content.library import Library
from solstice.person import read_person
from solstice.plan import recommend
from solstice.plan.trial_file import TrialFile, UsedEffect, with_trials

CASE = Path(__file__).parents[1] / "fixtures" / "cases" / "ect-casebook-ms-a.yaml"
HEAD = "study;condition_arm1;condition_arm2;format;diagnosis;rob;.g;.g_se\n"
MAIN = LazyGroup("solstice", lazy=ENGINE_COMMANDS, summaries={})


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def trials(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def many(arm: str = "cbt;cau;ind", g: str = "0,40", diagnosis: str = "mdd", n: int = 8) -> list[str]:
    return [f"S{k};{arm};{diagnosis};4;{g[:-1]}{k % 3};0,2" for k in range(n)]


def used(found: TrialFile, option: str) -> UsedEffect:
    return next(one for one in found.used if one.option == option)


def told(found: TrialFile) -> dict[str, str]:
    return {one.what: one.because for one in found.not_used}


def run(*args: str) -> Result:
    return CliRunner().invoke(MAIN, ["plan", str(CASE), *args])


def test_a_pooled_effect_joins_the_trial_that_stands_in_the_table_and_leaves_its_rows_out(
    tmp_path: Path, library: Library
) -> None:
    path = trials(tmp_path / "t.csv", *many(), "Wiles, 2013;cbt;cau;ind;mdd;4;9,0;0,01")
    told_of, found = with_trials(path, library)
    one = used(found, "cbt")
    assert one.joins == ("cobalt-response",)
    assert one.replaces == ()
    assert one.k == 8
    assert one.g < 1
    assert "stands in the curated table already, as CoBalT" in told(found)["for cbt"]
    assert {"cobalt-response", "trial-file-cbt"} <= {effect.id for effect in told_of.evidence.effects}
    assert "trial-file-cbt" not in {effect.id for effect in library.evidence.effects}


def test_a_pooled_effect_replaces_one_that_pooled_the_same_trials(tmp_path: Path, library: Library) -> None:
    told_of, found = with_trials(trials(tmp_path / "t.csv", *many("cbt;cau;gsh")), library)
    assert used(found, "guided-digital-cbt").replaces == ("karyotaki-guidance",)
    ids = {effect.id for effect in told_of.evidence.effects if effect.option == "guided-digital-cbt"}
    assert ids == {"trial-file-guided-digital-cbt"}


def test_only_care_as_usual_counts_and_every_row_left_out_says_why(tmp_path: Path, library: Library) -> None:
    rows = [*many(), "W;cbt;wl;ind;mdd;4;2,0;0,1", "D;dyn;cau;ind;mdd;4;2,0;0,1", "B;cbt;cau;ind;sub;4;2,0;0,1"]
    _, found = with_trials(trials(tmp_path / "t.csv", *rows, "N;new-thing;cau;ind;mdd;4;2,0;0,1"), library)
    assert used(found, "cbt").k == 8
    reasons = " ".join(one.because for one in found.not_used)
    for word in ("waiting list", "mostly short", "below the threshold", "does not know this treatment"):
        assert word in reasons
    assert sum(one.rows for one in found.not_used) + sum(one.k for one in found.used) == found.rows


def test_trials_of_resistant_depression_count_for_more_than_trials_of_depression_at_large(
    tmp_path: Path, library: Library
) -> None:
    person = read_person(CASE)
    widths = {}
    for diagnosis in ("trd", "chr", "mdd"):
        told_of, found = with_trials(trials(tmp_path / f"{diagnosis}.csv", *many(diagnosis=diagnosis)), library)
        option = recommend(person, told_of, trials=found).get("cbt")
        assert option is not None
        widths[used(found, "cbt").population] = option.benefit.upper - option.benefit.lower
    assert set(widths) == {"trd", "chronic", "depression"}
    assert widths["trd"] < widths["chronic"] < widths["depression"]


def test_certainty_falls_with_few_studies_bias_and_spread(tmp_path: Path, library: Library) -> None:
    _, good = with_trials(trials(tmp_path / "good.csv", *many()), library)
    assert used(good, "cbt").certainty == "high"
    poor = ["A;cbt;cau;ind;mdd;0;1,5;0,1", "B;cbt;cau;ind;mdd;1;-0,5;0,1", "C;cbt;cau;ind;mdd;0;0,3;0,1"]
    _, bad = with_trials(trials(tmp_path / "bad.csv", *poor), library)
    one = used(bad, "cbt")
    assert one.certainty == "very_low"
    assert len(one.because) == 3


def test_the_page_and_the_json_name_the_file_its_hash_and_the_figures(tmp_path: Path) -> None:
    path = trials(tmp_path / "t.csv", *many())
    shown = run("--evidence", str(path))
    assert shown.exit_code == 0
    assert "8 rows of 8 studies, tau²" in shown.stdout
    shape = PlanShape.model_validate_json(run("--evidence", str(path), "--json").stdout)
    assert shape.trial_file is not None
    assert shape.trial_file.sha256 in shown.stdout
    assert shape.model_version.endswith(f"trials {shape.trial_file.sha256[:8]}")
    assert any("doubt is widened" in notice for notice in shape.notices)
    assert PlanShape.model_validate_json(run("--json").stdout).trial_file is None


def test_evidence_and_outcomes_together_let_learning_begin_from_the_pooled_effects(tmp_path: Path) -> None:
    outcomes = tmp_path / "o.csv"
    lines = [f"{('cbt', 'mbct')[k % 2]},{0.2 + (k % 7) / 10},{20 + k % 40}" for k in range(400)]
    outcomes.write_text("treatment,outcome,age\n" + "\n".join(lines) + "\n", encoding="utf-8")
    path = trials(tmp_path / "t.csv", *many(g="1,50", n=30))
    shifts = []
    for more in ([], ["--evidence", str(path)]):
        found = json.loads(run("--outcomes", str(outcomes), "--json", *more).stdout)
        cbt = next(one for one in found["options"] if one["id"] == "cbt")
        parts = cbt["parts"]
        total = parts["evidence"] + sum(row["value"] for row in parts["person"]) + parts["clinic"] + parts["preference"]
        assert round(total, 2) == cbt["benefit"]["mean"]
        shifts.append(cbt["clinic"]["shift"])
    assert shifts[1] < shifts[0]
    assert "clinic 400" in found["model_version"]
    assert "trials" in found["model_version"]


def test_what_is_no_table_of_trials_is_refused_with_line_and_what_would_be_right(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("study,.g,.g_se\na,0.2,0.1\n", encoding="utf-8")
    for text in (f"{path}:1: the column 'condition_arm1' is missing", "what it was compared with"):
        result = run("--evidence", str(path))
        assert result.exit_code != 0
        assert text in result.stderr + str(result.exception)
    assert run("--evidence", str(tmp_path / "none.csv")).exit_code != 0


def test_a_file_of_which_nothing_counts_leaves_the_ranking_and_says_so(tmp_path: Path, library: Library) -> None:
    person = read_person(CASE)
    told_of, found = with_trials(trials(tmp_path / "t.csv", *many("pst;cau;ind")), library)
    plan, plain = recommend(person, told_of, trials=found), recommend(person, library)
    assert [one.benefit for one in plan.options] == [one.benefit for one in plain.options]
    assert any("Nothing of" in notice for notice in plan.notices)


def test_a_file_is_pooled_once_a_process(tmp_path: Path, library: Library) -> None:
    path = trials(tmp_path / "t.csv", *many())
    first, _ = with_trials(path, library)
    assert with_trials(path, library)[0] is first
    trials(path, *many(g="0,90"))
    assert with_trials(path, library)[0] is not first


def test_the_real_files_give_plausible_effects(shared: Path, library: Library) -> None:
    _, found = with_trials(shared / "data" / "metapsy-depression-psyctr" / "data.csv", library)
    assert {one.option for one in found.used} == {"behavioural-activation", "cbt", "guided-digital-cbt", "ipt"}
    assert all(0.2 < one.g < 0.6 and one.population == "depression" for one in found.used)
    _, found = with_trials(shared / "data" / "metapsy-depression-selfguided" / "data.csv", library)
    assert [one.option for one in found.used] == ["unguided-digital-cbt"]
