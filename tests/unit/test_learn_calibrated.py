"""Forecasts are checked against what came of them; shares are shown only where they have come true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pytest

from solstice.learn import gather
from solstice.learn.basis import choose_basis
from solstice.learn.calibrated import (
    FEWEST,
    FEWEST_OF_OPTION,
    Calibrated,
    NotCalibrated,
    Told,
    calibrated,
    calibrated_option,
)
from solstice.learn.forecast import CLEARLY_BETTER, Forecaster
from solstice.learn.table import Outcomes
from solstice.simulate.clinics import COVARIATES, TREATMENTS, Clinic

FIRST = date(2024, 1, 1)


@lru_cache(maxsize=2)
def walked(seed: int, n: int = 1200, heap: int = 150) -> tuple[Told, ...]:
    """A simulated clinic walked through in time: each heap of people is forecast from those before it."""
    clinic = Clinic(seed, contrast=0.15, shape="linear")
    seen = clinic.visits(seed, n)
    given = tuple(TREATMENTS[int(one)] for one in seen.given)
    told = []
    for start in range(heap, n, heap):
        before = Outcomes(given[:start], seen.outcome[:start], COVARIATES, seen.x[:start])
        basis = choose_basis(before.x, COVARIATES, "curves")
        forecaster = Forecaster(gather(before, basis), least_treated=5)
        for at in range(start, min(start + heap, n)):
            person = dict(zip(COVARIATES, map(float, seen.x[at]), strict=True))
            found = forecaster.forecast(person, given[at])
            if found is None:
                continue
            made, outcome = FIRST + timedelta(days=at), float(seen.outcome[at])
            told.append(
                Told(
                    given[at],
                    made,
                    made + timedelta(weeks=7),
                    found.mean,
                    found.lower,
                    found.upper,
                    found.chance,
                    outcome,
                    outcome >= CLEARLY_BETTER,
                )
            )
    return tuple(told)


@pytest.mark.parametrize("seed", [41, 42])
def test_a_simulated_clinic_comes_out_calibrated(seed: int) -> None:
    found = calibrated(walked(seed))
    assert isinstance(found, Calibrated), found
    assert found.slope is not None
    assert 0.8 <= found.slope <= 1.2
    assert found.n >= FEWEST
    assert found.first < found.last


WRONG: dict[str, Callable[[Told], Told]] = {
    "did 0.": lambda one: replace(one, outcome=one.outcome + 0.4, better=one.outcome + 0.4 >= CLEARLY_BETTER),
    "80 % interval": lambda one: replace(one, lower=one.mean - 0.5, upper=one.mean + 0.5),
    "times as large": lambda one: replace(one, mean=3 * one.mean),
    "hardly differ": lambda one: replace(one, mean=0.0),
    "forecast to get clearly better": lambda one: replace(one, chance=min(1.0, one.chance + 0.2)),
}


@pytest.mark.parametrize("reason", list(WRONG))
def test_each_way_of_being_wrong_is_found_and_named(reason: str) -> None:
    found = calibrated([WRONG[reason](one) for one in walked(41)])
    assert isinstance(found, NotCalibrated)
    assert reason in found.reason


def test_too_few_outcomes_are_not_enough_however_right_they_are() -> None:
    found = calibrated(walked(41)[: FEWEST - 1])
    assert isinstance(found, NotCalibrated)
    assert f"only {FEWEST - 1} outcomes" in found.reason


def test_a_forecast_made_after_the_outcome_was_known_counts_for_nothing() -> None:
    late = [replace(one, made_on=one.known_on) for one in walked(41)]
    found = calibrated(late)
    assert isinstance(found, NotCalibrated)
    assert "only 0 outcomes" in found.reason


def test_an_option_needs_outcomes_of_its_own() -> None:
    told = walked(41)
    many = max(set(TREATMENTS), key=lambda name: sum(one.option == name for one in told))
    few = calibrated_option([one for one in told if one.option == many][: FEWEST_OF_OPTION - 1], many)
    assert isinstance(few, NotCalibrated)
    enough = [replace(one, option="all") for one in told]
    found = calibrated_option(enough, "all")
    assert isinstance(found, Calibrated)
    assert found.slope is None


def test_a_forecast_widens_where_less_is_known_and_is_silent_about_rare_treatments() -> None:
    clinic = Clinic(3, contrast=0.15, shape="linear")
    widths = []
    for n in (200, 2000):
        seen = clinic.visits(3, n)
        given = tuple(TREATMENTS[int(one)] for one in seen.given)
        basis = choose_basis(seen.x, COVARIATES, "linear")
        forecaster = Forecaster(gather(Outcomes(given, seen.outcome, COVARIATES, seen.x), basis), least_treated=5)
        person = dict(zip(COVARIATES, map(float, seen.x[0]), strict=True)) | {"x00": basis.centre[0]}
        found = forecaster.forecast(person, given[0])
        assert found is not None
        assert found.chance_low < found.chance < found.chance_high
        assert found.lower < found.mean < found.upper
        widths.append(found.chance_high - found.chance_low)
        assert forecaster.forecast(person, "never-given") is None
        half_known = forecaster.forecast({**person, "x00": None}, given[0])
        assert half_known is not None
        assert half_known.mean == pytest.approx(found.mean, abs=1e-9)
        assert half_known.upper - half_known.lower > found.upper - found.lower
    assert widths[1] < widths[0]


def test_the_forecast_is_the_regression_on_rows() -> None:
    seen = Clinic(9, contrast=0.15, shape="linear").visits(9, 5000)
    given = tuple(TREATMENTS[int(one)] for one in seen.given)
    basis = choose_basis(seen.x, COVARIATES, "linear")
    forecaster = Forecaster(gather(Outcomes(given, seen.outcome, COVARIATES, seen.x), basis), least_treated=5)
    steps = np.array([[float(one == name) for name in TREATMENTS] for one in given])
    design = np.column_stack([seen.x, steps])
    coefficients = np.linalg.lstsq(design, seen.outcome, rcond=None)[0]
    for at in range(5):
        person = dict(zip(COVARIATES, map(float, seen.x[at]), strict=True))
        found = forecaster.forecast(person, given[at])
        assert found is not None
        assert abs(found.mean - float(design[at] @ coefficients)) < 0.05
