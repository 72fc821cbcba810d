"""Three-level, CHE, robust, aggregated and moderated models equal metafor and clubSandwich on the real file to 1e-4."""

from pathlib import Path

import numpy as np
import pytest
from tests.alignment.reference_results import reference, unlike
from tests.alignment.test_pooling_metafor import wishes

from solstice.evidence.aggregate import aggregate
from solstice.evidence.blocks import blocks
from solstice.evidence.heterogeneity import heterogeneity
from solstice.evidence.likelihood import Restricted
from solstice.evidence.multilevel import Multilevel, che, fit, three_level
from solstice.evidence.pooling import Pooled, random_effects
from solstice.evidence.small_studies import egger, trim_and_fill
from solstice.evidence.subgroups import where
from solstice.evidence.table import Comparisons, Row, read_metapsy


@pytest.fixture(scope="module")
def table(shared: Path) -> Comparisons:
    return read_metapsy(shared / "data/metapsy-depression-psyctr/data.csv")


def columns(rows: tuple[Row, ...]) -> tuple[list[float], list[float], list[str]]:
    return [row.g for row in rows], [row.variance for row in rows], [row.study for row in rows]


def as_reference(found: Multilevel) -> dict[str, float | None]:
    first = found.coefficients[0]
    return {
        "g": first.estimate,
        "se": first.se,
        "lb": first.lower,
        "ub": first.upper,
        "s2_study": found.s2_study,
        "s2_effect": found.s2_effect,
        "I2_total": found.i2,
        "I2_study": found.i2_study,
        "I2_effect": found.i2_effect,
        "loglik": found.log_likelihood,
        "QE": found.q,
    }


def test_every_row_of_threelevel(table: Comparisons, shared: Path) -> None:
    y, v, studies = columns(table.rows)
    found = {
        "three-level REML z": three_level(y, v, studies, test="z"),
        "three-level REML t contain": three_level(y, v, studies, test="t"),
        "CHE rho=.6 REML z": che(y, v, studies, rho=0.6, test="z"),
    }
    rows = reference(shared, "ref_threelevel.csv")
    assert {row["model"] for row in rows} == set(found)
    # I² in percent, from variances that metafor's optimiser leaves at about 1e-7 of their place
    assert {row["model"]: unlike(as_reference(found[row["model"]]), row) for row in rows} == {
        name: {} for name in found
    }


def test_every_row_of_rve(table: Comparisons, shared: Path) -> None:
    (row,) = reference(shared, "ref_rve.csv")
    first = che(*columns(table.rows), rho=0.6, test="cr2").coefficients[0]
    pairs = {"g": first.estimate, "se": first.se, "lb": first.lower, "ub": first.upper, "df": first.df}
    assert unlike(pairs, row) == {}


def test_every_study_of_the_aggregates(table: Comparisons, shared: Path) -> None:
    rows = reference(shared, "agg_study_rho0.6.csv")
    together = aggregate(*columns(table.rows), rho=0.6)
    found = {name: (float(y), float(v)) for name, y, v in zip(together.studies, together.y, together.v, strict=True)}
    assert len(found) == len(rows) == 480
    wrong = {row["study"] for row in rows if unlike(dict(zip(("yi", "vi"), found[row["study"]], strict=True)), row)}
    assert wrong == set()


def test_every_aggregated_row_of_overall(table: Comparisons, shared: Path) -> None:
    rows = [row for row in reference(shared, "ref_overall.csv") if row["model"].startswith("study-aggregated")]
    assert len(rows) == 4
    for row in rows:
        together = aggregate(*columns(table.rows), weighting="gls" if "(GLS)" in row["model"] else "mean")
        found = random_effects(together.y, together.v, knha=row["model"].endswith("knha"))
        assert unlike(_overall(found), row) == {}
        assert abs((found.i2 or 0) - float(row["I2"])) < 1e-3
        assert (found.k, found.studies) == (int(row["k"]), int(row["studies"]))


def _overall(found: Pooled) -> dict[str, float | None]:
    return {
        "g": found.g,
        "se": found.se,
        "lb": found.lower,
        "ub": found.upper,
        "tau2": found.tau2,
        "Q": found.q,
        "pi.lb": found.pi_lower,
        "pi.ub": found.pi_upper,
    }


def test_every_subgroup_nested_and_aggregated(table: Comparisons, shared: Path) -> None:
    wrong = {}
    rows = reference(shared, "ref_subgroups.csv")
    for row in rows:
        part = table
        for wish in wishes(row["var"], row["level"]):
            part = where(part, wish)
        y, v, studies = columns(part.rows)
        nested, together = three_level(y, v, studies, test="z"), aggregate(y, v, studies)
        pooled = random_effects(together.y, together.v)
        first = nested.coefficients[0]
        pairs = {
            "g3": first.estimate,
            "se3": first.se,
            "lb3": first.lower,
            "ub3": first.upper,
            "s2_study": nested.s2_study,
            "s2_eff": nested.s2_effect,
            "g_agg": pooled.g,
            "lb_agg": pooled.lower,
            "ub_agg": pooled.upper,
            "tau2_agg": pooled.tau2,
        }
        differs = unlike(pairs, row) | unlike({"I2_agg": pooled.i2}, row, 1e-2)
        if differs:
            wrong[row["var"], row["level"]] = differs
    assert len(rows) > 60
    assert wrong == {}


def test_every_row_of_metaregression(table: Comparisons, shared: Path) -> None:
    rows = reference(shared, "ref_metaregression.csv")
    x = np.array([[_value(row["term"], cells.cells) for row in rows] for cells in table.rows])
    found = fit(*columns(table.rows), x=x, terms=[row["term"] for row in rows], test="z")
    wrong = {}
    for row, coefficient in zip(rows, found.coefficients, strict=True):
        pairs = {"b": coefficient.estimate, "se": coefficient.se, "lb": coefficient.lower, "ub": coefficient.upper}
        differs = unlike(pairs | {"s2_study": found.s2_study, "s2_effect": found.s2_effect}, row)
        if differs:
            wrong[row["term"]] = differs
    assert (len(rows), wrong) == (18, {})


def _value(term: str, cells: dict[str, str | None]) -> float:
    """A column of R's model matrix; ush and cpl stand under 'oth' as in the reference run."""
    match term:
        case "intrcpt":
            return 1.0
        case "rob":
            return float(cells["rob"] or "nan")
        case "I((year - 2010)/10)":
            return (float(cells["year"] or "nan") - 2010) / 10
        case 'I(rating == "clinician")TRUE':
            return float(cells["rating"] == "clinician")
    for prefix, column in (("cond1", "condition_arm1"), ("cond2", "condition_arm2"), ("fmt", "format")):
        if term.startswith(prefix):
            return float(_level(column, cells[column]) == term.removeprefix(prefix))
    raise AssertionError(term)


def _level(column: str, value: str | None) -> str | None:
    return "oth" if column == "format" and value not in {"ind", "grp", "gsh", "tel"} else value


def test_every_row_of_pubbias(table: Comparisons, shared: Path) -> None:
    together = aggregate(*columns(table.rows), rho=0.6)
    pooled = random_effects(together.y, together.v, knha=False)
    test, filled = egger(together.y, together.v), trim_and_fill(together.y, together.v, estimator="L0")
    spread = heterogeneity(together.y, together.v, pooled)
    assert test is not None
    assert spread is not None
    found = {
        "Egger z (study-agg)": test.statistic,
        "Egger p": test.p,
        "trim-fill k0": filled.filled,
        "trim-fill g": filled.pooled.g,
        "trim-fill lb": filled.pooled.lower,
        "trim-fill ub": filled.pooled.upper,
        "tau2 Q-profile lb": spread.tau2_lower,
        "tau2 Q-profile ub": spread.tau2_upper,
    }
    rows = reference(shared, "ref_pubbias.csv")
    assert {row["check"] for row in rows} == set(found)
    assert {row["check"]: unlike({"value": found[row["check"]]}, row) for row in rows} == {name: {} for name in found}


def test_the_log_likelihood_is_the_highest_near_its_place(table: Comparisons) -> None:
    """The optimum is one: no nudge of either variance gives more."""
    y, v, studies = columns(table.rows)
    shape = blocks(studies, np.array(v), rho=0.6)
    likelihood = Restricted(shape, np.array(y)[shape.order], np.ones((len(y), 1)))
    found = che(y, v, studies, test="z")
    best = likelihood.at(found.s2_study, found.s2_effect).value
    for factor in (0.99, 1.01):
        assert likelihood.at(found.s2_study * factor, found.s2_effect).value < best
        assert likelihood.at(found.s2_study, found.s2_effect * factor).value < best
