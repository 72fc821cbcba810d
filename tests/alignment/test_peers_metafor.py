"""What the shared reference does not hold equals metafor 3.8 and clubSandwich 0.5.8 (printed by peers/metafor.R)."""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.alignment.reference_results import reference
from tests.alignment.test_network_netmeta import arms

from solstice.evidence.components import component_network
from solstice.evidence.influence import Influence, influence, leave_one_out
from solstice.evidence.mixed import mixed_effects
from solstice.evidence.multilevel import che, fit, three_level
from solstice.evidence.network import network
from solstice.evidence.pooling import Tau2Method
from solstice.evidence.progress import collect
from solstice.evidence.small_studies import Estimator, egger, trim_and_fill
from solstice.evidence.table import Comparisons, read_metapsy
from solstice.evidence.trials import Arm, from_arms

TOLERANCE = 1e-4
PEERS = Path(__file__).parent / "peers" / "metafor_3.8.csv"
RANGES = ((1, 25), (100, 130), (200, 260), (300, 340))


@pytest.fixture(scope="module")
def theirs() -> dict[str, float]:
    rows = csv.DictReader(PEERS.read_text(encoding="utf-8").splitlines())
    return {row["figure"]: float(row["value"]) for row in rows}


@pytest.fixture(scope="module")
def aggregated(shared: Path) -> tuple[list[float], list[float], list[str]]:
    rows = reference(shared, "agg_study_rho0.6.csv")
    return [float(row["yi"]) for row in rows], [float(row["vi"]) for row in rows], [row["study"] for row in rows]


@pytest.fixture(scope="module")
def table(shared: Path) -> Comparisons:
    return read_metapsy(shared / "data/metapsy-depression-psyctr/data.csv")


def differs(ours: Mapping[str, float], theirs: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    return {name: (value, theirs[name]) for name, value in ours.items() if not abs(value - theirs[name]) <= TOLERANCE}


def diagnostics(case: Influence) -> dict[str, float]:
    return {
        "rstudent": case.residual,
        "dffits": case.dffits,
        "cook.d": case.cook,
        "cov.r": case.covariance_ratio,
        "tau2.del": case.tau2_without,
        "QE.del": case.q_without,
        "hat": case.hat,
        "weight": case.weight,
        "dfbs": case.dfbeta,
    }


@pytest.mark.parametrize("test", ["z", "knha"])
def test_influence_and_leave_one_out(aggregated: tuple[list[float], ...], theirs: dict[str, float], test: str) -> None:
    y, v, names = (part[:25] for part in aggregated)
    cases = collect(influence(y, v, [str(name) for name in names], knha=test == "knha"))
    without = collect(leave_one_out(y, v, [str(name) for name in names], knha=test == "knha"))
    ours = {}
    for number in (1, 5, 20):
        figures = diagnostics(cases[number - 1])
        ours |= {f"influence {test} {number} {name}": value for name, value in figures.items()}
        ours[f"leave1out {test} {number} estimate"] = without[number - 1].g
        ours[f"leave1out {test} {number} ci.lb"] = without[number - 1].lower
    assert len(ours) == 33
    assert differs(ours, theirs) == {}


@pytest.mark.parametrize("first_last", RANGES)
@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_trim_and_fill(
    aggregated: tuple[list[float], ...], theirs: dict[str, float], first_last: tuple[int, int], estimator: Estimator
) -> None:
    first, last = first_last
    found = trim_and_fill(aggregated[0][first - 1 : last], aggregated[1][first - 1 : last], estimator=estimator)
    name = f"trimfill {first}-{last} {estimator}"
    pooled = found.pooled
    ours = {"k0": float(found.filled), "b": pooled.g, "ci.lb": pooled.lower, "tau2": pooled.tau2 or 0.0}
    assert differs({f"{name} {key}": value for key, value in ours.items()}, theirs) == {}


def test_trim_and_fill_on_the_other_side(aggregated: tuple[list[float], ...], theirs: dict[str, float]) -> None:
    found = trim_and_fill([-y for y in aggregated[0][299:340]], aggregated[1][299:340])
    name = "trimfill mirrored 300-340 L0"
    assert found.side == "right"
    assert differs({f"{name} k0": float(found.filled), f"{name} b": found.pooled.g}, theirs) == {}


@pytest.mark.parametrize("first_last", RANGES)
def test_the_classic_egger(
    aggregated: tuple[list[float], ...], theirs: dict[str, float], first_last: tuple[int, int]
) -> None:
    first, last = first_last
    found = egger(aggregated[0][first - 1 : last], aggregated[1][first - 1 : last], model="classic")
    assert found is not None
    assert differs({f"egger lm {first}-{last} t": found.statistic, f"egger lm {first}-{last} p": found.p}, theirs) == {}


@pytest.mark.parametrize("method", ["DL", "PM", "ML", "REML"])
def test_each_method_with_a_moderator(
    aggregated: tuple[list[float], ...], theirs: dict[str, float], method: Tau2Method
) -> None:
    y, v = np.array(aggregated[0]), np.array(aggregated[1])
    found = mixed_effects(y, v, np.column_stack([np.ones(len(y)), np.sqrt(v)]), method=method)
    ours = {"tau2": found.tau2, "b1": found.beta[1], "se1": found.covariance[1, 1] ** 0.5, "QE": found.q}
    assert differs({f"mixed {method} {key}": float(value) for key, value in ours.items()}, theirs) == {}


def test_cr2_with_moderators(table: Comparisons, theirs: dict[str, float]) -> None:
    rows = table.rows
    x = [
        [
            1.0,
            float(row.cells["condition_arm2"] == "other ctr"),
            float(row.cells["condition_arm2"] == "wl"),
            float(row.cells["rob"] or "nan"),
        ]
        for row in rows
    ]
    y, v, studies = [row.g for row in rows], [row.variance for row in rows], [row.study for row in rows]
    found = fit(y, v, studies, x=x, terms=("intercept", "other ctr", "wl", "rob"), rho=0.6, test="cr2")
    ours = {"CR2 mods sigma2 study": found.s2_study, "CR2 mods sigma2 effect": found.s2_effect}
    for number, row in enumerate(found.coefficients, start=1):
        ours |= {f"CR2 mods {number} beta": row.estimate, f"CR2 mods {number} SE": row.se}
        ours[f"CR2 mods {number} df"] = row.df or 0.0
    assert len(ours) == 14
    # the degrees of freedom move by 1e-3 with the last digits of metafor's variances
    close = differs(ours, theirs)
    assert {name: pair for name, pair in close.items() if " df" not in name or abs(pair[0] - pair[1]) > 2e-3} == {}


def test_three_level_cr2_and_smoothed_che(table: Comparisons, theirs: dict[str, float]) -> None:
    rows = table.rows
    data = [row.g for row in rows], [row.variance for row in rows], [row.study for row in rows]
    robust = three_level(*data, test="cr2").coefficients[0]
    smoothed = che(*data, smooth=True)
    ours = {
        "CR2 three-level SE": robust.se,
        "CR2 three-level df": robust.df or 0.0,
        "CHE smoothed g": smoothed.coefficients[0].estimate,
        "CHE smoothed sigma2 study": smoothed.s2_study,
        "CHE smoothed sigma2 effect": smoothed.s2_effect,
    }
    assert differs(ours, theirs) == {}


def test_the_exact_network(shared: Path, theirs: dict[str, float]) -> None:
    found = network(from_arms(arms(shared), hedges=False), reference="cau")
    effects = {effect.treatment: effect for effect in found.effects}
    ours = {
        "nma exact tau2": found.tau2,
        "nma exact cbt": effects["cbt"].estimate,
        "nma exact cbt se": effects["cbt"].se,
        "nma exact wl": effects["wl"].estimate,
    }
    assert differs(ours, theirs) == {}


FREE = {"3rd": "cbt+mindful", "pst": "cbt+solving", "lrt": "sup+memories"}
BINDING = FREE | {"bat": "cbt + mindful"}


def renamed(shared: Path, names: Mapping[str, str]) -> list[Arm]:
    return [Arm(arm.study, names.get(arm.treatment, arm.treatment), arm.mean, arm.sd, arm.n) for arm in arms(shared)]


def test_components_as_many_as_treatments(shared: Path, theirs: dict[str, float]) -> None:
    found = component_network(from_arms(renamed(shared, FREE), hedges=False), inactive="cau")
    effects = {effect.treatment: effect for effect in found.effects}
    names = ("cbt", "mindful", "solving", "memories", "wl")
    ours = {f"cnma {name}": effects[name].estimate for name in names}
    ours |= {f"cnma {name} se": effects[name].se for name in names} | {"cnma tau2": found.tau2}
    assert differs(ours, theirs) == {}


def test_components_that_bind_treatments(shared: Path, theirs: dict[str, float]) -> None:
    """Two treatments of the same components: R keeps both arms in a study, so we keep their names apart by a blank."""
    found = component_network(from_arms(renamed(shared, BINDING), hedges=False), inactive="cau")
    mindful = next(effect for effect in found.effects if effect.treatment == "mindful")
    ours = {
        "cnma binding tau2": found.tau2,
        "cnma binding mindful": mindful.estimate,
        "cnma binding mindful se": mindful.se,
        "cnma binding QE": found.q,
    }
    assert differs(ours, theirs) == {}
