"""Component network meta-analysis: a combination does as much as its components together (additive model)."""

from collections.abc import Sequence

import numpy as np

from solstice.evidence.blocks import Matrix
from solstice.evidence.distributions import z_upper
from solstice.evidence.mixed import mixed_effects
from solstice.evidence.network import (
    Network,
    NetworkMethod,
    TreatmentEffect,
    edges_of,
    i2_from_q,
    prediction,
    whiten,
)
from solstice.evidence.trials import NotANetwork, Trial

SMALL = 1e-9


def component_network(
    trials: Sequence[Trial], *, inactive: str, separator: str = "+", method: NetworkMethod = "REML"
) -> Network:
    """Effects of components against `inactive`, which counts as none. Components may join parts of the network.

    "cbt+medicine" are the components cbt and medicine. No P-scores: components are not alternatives. Raises
    NotANetwork naming components that cannot be told apart. Source: Rücker 2020 (additive CNMA; netmeta netcomb).
    """
    pieces = {
        name: frozenset(part.strip() for part in name.split(separator)) - {inactive}
        for trial in trials
        for name in trial.treatments
    }
    names = sorted(set().union(*pieces.values())) if pieces else []
    if not names:
        raise NotANetwork(f"there is nothing but '{inactive}'")
    x = _design(trials, names, pieces)
    _told_apart(x, names)
    y, spread, turned = whiten(trials, x)
    if method == "REML-netmeta":
        raise NotANetwork("netmeta has no REML for components; take REML or DL")
    fit = mixed_effects(y, spread, turned, method=method)
    effects = []
    for number, name in enumerate(names):
        estimate, se = float(fit.beta[number]), float(np.sqrt(fit.covariance[number, number]))
        low, high = prediction(estimate, se, fit)
        half = z_upper(0.975) * se
        count = sum(any(name in pieces[treatment] for treatment in trial.treatments) for trial in trials)
        effects.append(TreatmentEffect(name, estimate, se, estimate - half, estimate + half, low, high, None, count))
    return Network(
        model=f"cnma-{method.lower()}",
        reference=inactive,
        studies=len(trials),
        comparisons=len(y),
        effects=tuple(sorted(effects, key=lambda effect: -effect.estimate)),
        pairs=(),
        edges=edges_of(trials),
        tau2=fit.tau2,
        i2=i2_from_q(fit),
        q=fit.q,
        df=fit.df,
    )


def _design(trials: Sequence[Trial], names: Sequence[str], pieces: dict[str, frozenset[str]]) -> Matrix:
    """Rows a contrast, columns a component: in the treatment but not in the trial's first +1, the reverse −1."""
    position = {name: number for number, name in enumerate(names)}
    rows = np.zeros((sum(len(trial.y) for trial in trials), len(names)))
    row = 0
    for trial in trials:
        for treatment in trial.treatments[1:]:
            for sign, treated in ((1.0, treatment), (-1.0, trial.treatments[0])):
                for component in pieces[treated]:
                    rows[row, position[component]] += sign
            row += 1
    return rows


def _told_apart(x: Matrix, names: Sequence[str]) -> None:
    """Raise NotANetwork where the trials leave a component or a mixture of components open."""
    _, values, axes = np.linalg.svd(x, full_matrices=True)
    rank = int((values > SMALL * max(1.0, float(values[0]) if len(values) else 0.0)).sum())
    if rank < len(names):
        loose = [name for number, name in enumerate(names) if float(np.abs(axes[rank:, number]).max()) > SMALL]
        raise NotANetwork(f"the trials cannot tell these components apart: {', '.join(loose)}")
