"""Numbers of 100 people in `solstice plan`: shown with outcomes whose forecasts came true, else the reason."""

import csv
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from click.testing import CliRunner, Result

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.cli.plan_shapes import PlanShape
from solstice.kernel.fault import ContentError
from solstice.learn.told_table import COLUMNS, read_told
from solstice.plan.frequencies import bounds

CASE = Path(__file__).parents[1] / "fixtures" / "cases" / "ect-casebook-ms-a.yaml"
MAIN = LazyGroup("solstice", lazy=ENGINE_COMMANDS, summaries={})
N = 500


def files(folder: Path, *, off: float = 0.0) -> tuple[Path, Path]:
    """Outcomes that follow age, and what was forecast of them; `off` is by how much they came out otherwise."""
    rng = np.random.default_rng(85)
    outcomes, forecasts = folder / "outcomes.csv", folder / "forecasts.csv"
    with outcomes.open("w", newline="") as a, forecasts.open("w", newline="") as b:
        first, second = csv.writer(a), csv.writer(b)
        first.writerow(["treatment", "outcome", "age"])
        second.writerow(COLUMNS)
        for k in range(N):
            age, given = 20 + k % 50, ("cbt", "mbct")[k % 2]
            mean = 0.4 + (age - 45) * 0.02
            outcome = mean + off + 0.85 * float(rng.normal())
            chance = 1 - NormalDist(mean, 0.85).cdf(1.0)
            made = date(2024, 1, 1) + timedelta(days=k)
            known = made + timedelta(weeks=7)
            first.writerow([given, outcome, age])
            second.writerow([given, made, known, mean, mean - 1.09, mean + 1.09, chance, outcome])
    return outcomes, forecasts


def run(*args: str) -> Result:
    return CliRunner().invoke(MAIN, ["plan", str(CASE), *args])


def test_where_forecasts_came_true_the_range_is_shown_with_about_denominator_and_source(tmp_path: Path) -> None:
    outcomes, forecasts = files(tmp_path)
    more = ("--outcomes", str(outcomes), "--forecasts", str(forecasts))
    found = PlanShape.model_validate_json(run(*more, "--json").stdout).natural_frequencies
    assert found.shown, found.why
    one = found.options.get("cbt") or found.options["mbct"]
    assert (
        one.sentence
        == f"Of 100 people like you, about {one.low} to {one.high} get clearly better with this in half a year."
    )
    assert "not given this by chance" in one.source
    assert one.sentence in run(*more).stdout


def test_where_they_did_not_the_reason_is_shown_and_no_number(tmp_path: Path) -> None:
    outcomes, forecasts = files(tmp_path, off=-0.4)
    more = ("--outcomes", str(outcomes), "--forecasts", str(forecasts), "--json")
    found = PlanShape.model_validate_json(run(*more).stdout).natural_frequencies
    assert not found.shown
    assert found.options == {}
    assert "worse than forecast" in found.why


def test_faults_of_the_forecasts_name_line_and_what_would_be_right(tmp_path: Path) -> None:
    outcomes, forecasts = files(tmp_path)
    text = forecasts.read_text().replace("2024-01-02", "soon", 1)
    forecasts.write_text(text)
    result = run("--outcomes", str(outcomes), "--forecasts", str(forecasts))
    assert f"{forecasts}:3: made_on is 'soon'; write a day" in result.stderr + str(result.exception)
    assert "goes with --outcomes" in run("--forecasts", str(forecasts)).stderr


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("cbt,2024-01-01,2024-03-01,0.4,0.1,0.7,1.4,0.3", "chance is 1.4; write a share from 0 to 1"),
        ("cbt,2024-01-01,2024-03-01,0.9,0.1,0.7,0.4,0.3", "0.9 is not within 0.1 to 0.7"),
        ("cbt,2024-01-01,2024-03-01,,0.1,0.7,0.4,0.3", "mean is ''; write a number"),
    ],
)
def test_a_forecast_that_cannot_be_is_named_and_none_is_read_as_zero(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "told.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{row}\n")
    with pytest.raises(ContentError) as refused:
        read_told(path)
    assert [fault.line for fault in refused.value.faults] == [2]
    assert said in str(refused.value.faults[0])


def test_a_decimal_comma_is_a_number_too(tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    path.write_text(f'{",".join(COLUMNS)}\ncbt,2024-01-01,2024-03-01,"0,4",0.1,0.7,0.4,0\n')
    assert [(one.mean, one.outcome) for one in read_told(path)] == [(0.4, 0.0)]


@pytest.mark.parametrize(
    ("chances", "shown"),
    [((0.22, 0.31), (20, 35)), ((0.01, 0.02), (0, 10)), ((0.98, 0.99), (90, 100)), ((0.5, 0.5), (45, 55))],
)
def test_ranges_go_outwards_in_steps_of_five_and_are_never_narrow(
    chances: tuple[float, float], shown: tuple[int, int]
) -> None:
    assert bounds(*chances) == shown
