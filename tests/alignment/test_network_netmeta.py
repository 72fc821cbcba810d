"""The network equals netmeta on the shared arms and contrasts: every row of ref_nma, REML and DL, to 1e-4."""

from pathlib import Path

import pytest
from tests.alignment.reference_results import reference, unlike

from solstice.evidence.network import Network, NetworkMethod, network
from solstice.evidence.trials import Arm, Contrast, Trial, from_arms, from_contrasts

WAYS: dict[str, NetworkMethod] = {"netmeta REML": "REML-netmeta", "netmeta DL": "DL"}


def arms(shared: Path) -> list[Arm]:
    return [
        Arm(row["study"], row["t"], float(row["mean"]), float(row["sd"]), float(row["n"]))
        for row in reference(shared, "nma_arms.csv")
    ]


def contrasts(shared: Path) -> list[Contrast]:
    """netmeta counts fewer points as less, Solstice as better: the sign turns."""
    return [
        Contrast(row["studlab"], row["treat1"], row["treat2"], -float(row["TE"]), float(row["seTE"]) ** 2)
        for row in reference(shared, "nma_contrasts.csv")
    ]


@pytest.fixture(scope="module")
def trials(shared: Path) -> tuple[Trial, ...]:
    return from_arms(arms(shared), hedges=False)


def test_contrasts_are_those_of_pairwise(trials: tuple[Trial, ...], shared: Path) -> None:
    by_study = {trial.study: trial for trial in trials}
    wrong = []
    for contrast in contrasts(shared):
        based = by_study[contrast.study].against(contrast.second)
        place = based.treatments.index(contrast.first) - 1
        if abs(based.y[place] - contrast.effect) > 1e-9 or abs(based.v[place, place] - contrast.variance) > 1e-9:
            wrong.append(contrast)
    assert wrong == []
    assert len(by_study) == 418


@pytest.mark.parametrize("model", sorted(WAYS))
def test_every_row_of_nma(trials: tuple[Trial, ...], shared: Path, model: str) -> None:
    rows = [row for row in reference(shared, "ref_nma.csv") if row["model"] == model]
    found = network(trials, reference="cau", method=WAYS[model])
    effects = {effect.treatment: effect for effect in found.effects}
    assert len(rows) == len(effects) == 12
    for row in rows:
        effect = effects[row["treat"]]
        pairs = {
            "SMD_vs_cau": -effect.estimate,
            "se": effect.se,
            "lb": -effect.upper,
            "ub": -effect.lower,
            "tau2": found.tau2,
            "I2": found.i2 / 100,
            "Q": found.q,
            "df": found.df,
            "Pscore": effect.p_score,
            "k_studies": found.studies,
        }
        assert unlike(pairs, row) == {}


def largest_difference(one: Network, other: Network) -> float:
    estimates = {effect.treatment: effect.estimate for effect in other.effects}
    return max(abs(effect.estimate - estimates[effect.treatment]) for effect in one.effects)


def test_arms_and_contrasts_give_the_same_network(trials: tuple[Trial, ...], shared: Path) -> None:
    from_pairs = network(from_contrasts(contrasts(shared)), reference="cau")
    assert largest_difference(network(trials, reference="cau"), from_pairs) < 1e-9


def test_the_exact_covariance_moves_netmeta_little(trials: tuple[Trial, ...]) -> None:
    """The known difference: netmeta's first step takes 1/n as covariance of two contrasts, the exact model adds d²/2N."""
    exact, theirs = network(trials, reference="cau"), network(trials, reference="cau", method="REML-netmeta")
    assert exact.tau2 == pytest.approx(0.370218, abs=1e-6)
    assert theirs.tau2 == pytest.approx(0.372697, abs=1e-6)
    assert 1e-4 < largest_difference(exact, theirs) < 3e-4
