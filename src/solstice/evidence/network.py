"""Network meta-analysis: all treatments in one model, by direct and indirect comparison, multi-arm trials exact."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from solstice.evidence.blocks import Matrix, Vector
from solstice.evidence.distributions import STANDARD, chi2_above, t_upper, z_upper
from solstice.evidence.mixed import Mixed, mixed_effects
from solstice.evidence.pooling import Tau2Method
from solstice.evidence.trials import NotANetwork, Trial, parts

NetworkMethod = Literal["EE", "DL", "REML", "REML-netmeta"]


@dataclass(frozen=True, slots=True)
class TreatmentEffect:
    """A treatment (or component) against the reference in SD units, positive: better; 95 % interval, and prediction.

    `p_score` is the mean certainty of being better than another one (0 to 1). `se` is 0 for the reference itself.
    """

    treatment: str
    estimate: float
    se: float
    lower: float
    upper: float
    pi_lower: float | None
    pi_upper: float | None
    p_score: float | None
    studies: int


@dataclass(frozen=True, slots=True)
class Edge:
    """Two treatments that were compared head to head, in how many studies; the first is earlier in the alphabet."""

    first: str
    second: str
    studies: int


@dataclass(frozen=True, slots=True)
class Pair:
    """`first` against `second` from the whole network; positive: the first is better. `direct` counts studies."""

    first: str
    second: str
    estimate: float
    se: float
    lower: float
    upper: float
    direct: int


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """Do studies of different designs agree? Chi-square of the design-by-treatment interaction."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class Network:
    """`effects` ordered by P-score (components by estimate); `i2` is percent, from Q."""

    model: str
    reference: str
    studies: int
    comparisons: int
    effects: tuple[TreatmentEffect, ...]
    pairs: tuple[Pair, ...]
    edges: tuple[Edge, ...]
    tau2: float
    i2: float
    q: float
    df: int
    inconsistency: Inconsistency | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"i2_from": "q", "k": self.comparisons}


def network(
    trials: Sequence[Trial], *, reference: str, method: NetworkMethod = "REML", consistency: bool = False
) -> Network:
    """Fit the random-effects network with one tau² for all comparisons.

    REML uses the exact covariance throughout. REML-netmeta takes tau² from netmeta's own first step. DL is the
    generalised moment estimate. `consistency` adds the test of designs. Raises NotANetwork where trials fall apart or
    the reference is unknown. Source: Rücker 2012; Rücker and Schwarzer 2015.
    """
    names = _checked(trials, reference)
    rows = _design(trials, names)
    x = np.delete(rows, names.index(reference), axis=1)
    y, spread, turned = whiten(trials, x)
    fit = _fitted(trials, (y, spread, turned), reference, method)
    beta = np.insert(fit.beta, names.index(reference), 0.0)
    covariance = _with_zero(fit.covariance, names.index(reference))
    edges = edges_of(trials)
    effects = _effects(names, beta, covariance, trials=trials, fit=fit)
    return Network(
        model=f"nma-{method.lower()}",
        reference=reference,
        studies=len(trials),
        comparisons=len(y),
        effects=tuple(sorted(effects, key=lambda effect: -(effect.p_score or 0.0))),
        pairs=_pairs(names, beta, covariance, edges),
        edges=edges,
        tau2=fit.tau2,
        i2=i2_from_q(fit),
        q=fit.q,
        df=fit.df,
        inconsistency=_inconsistency(trials, (y, spread, turned), method) if consistency else None,
    )


def _fitted(
    trials: Sequence[Trial], turned: tuple[Vector, Vector, Matrix], reference: str, method: NetworkMethod
) -> Mixed:
    """Fit the whitened model; with REML-netmeta, tau² comes from netmeta's first step, the rest is exact."""
    y, spread, x = turned
    if method != "REML-netmeta":
        return mixed_effects(y, spread, x, method=method)
    tau2 = _first_step(trials, reference)
    exact = mixed_effects(y, spread, x, method="EE")
    weighted = mixed_effects(y, spread + tau2, x, method="EE")
    return Mixed(weighted.beta, weighted.covariance, tau2, exact.q, exact.df)


def _first_step(trials: Sequence[Trial], reference: str) -> float:
    """tau² by REML as netmeta 2 asks metafor for it.

    A multi-arm trial is set against the reference, or its last treatment in the alphabet, and the covariance of two
    contrasts is 1/n of that arm, which leaves out the part that comes from the pooled SD.
    """
    rough = []
    for trial in trials:
        if len(trial.treatments) == 2:
            rough.append(trial)
            continue
        if trial.people is None:
            raise NotANetwork(f"study '{trial.study}' has no numbers of people; take REML or DL, or give its arms")
        based = trial.against(reference if reference in trial.treatments else max(trial.treatments))
        shared = 1 / based.people[0] if based.people else 0.0
        v = np.where(np.eye(len(based.y)) > 0, based.v, shared)
        rough.append(Trial(based.study, based.treatments, based.y, v))
    names = sorted({name for trial in rough for name in trial.treatments})
    x = np.delete(_design(rough, names), names.index(reference), axis=1)
    return mixed_effects(*whiten(rough, x), method="REML").tau2


def i2_from_q(fit: Mixed) -> float:
    """Percent."""
    return max(0.0, 100 * (fit.q - fit.df) / fit.q) if fit.q > 0 else 0.0


def _checked(trials: Sequence[Trial], reference: str) -> list[str]:
    apart = parts(trials)
    if len(apart) != 1:
        shown = "; ".join(", ".join(sorted(part)) for part in apart[:4]) or "no trials"
        raise NotANetwork(f"the trials do not hang together ({shown}); compare within one part")
    names = sorted(apart[0])
    if reference not in names:
        raise NotANetwork(f"'{reference}' is in no trial; right would be one of {', '.join(names)}")
    return names


def _design(trials: Sequence[Trial], names: Sequence[str]) -> Matrix:
    """Rows a contrast (Σ(a − 1)), columns a treatment: +1 for the treatment, −1 for the trial's first."""
    position = {name: number for number, name in enumerate(names)}
    rows = np.zeros((sum(len(trial.y) for trial in trials), len(names)))
    row = 0
    for trial in trials:
        for name in trial.treatments[1:]:
            rows[row, position[name]] = 1.0
            rows[row, position[trial.treatments[0]]] = -1.0
            row += 1
    return rows


def whiten(trials: Sequence[Trial], x: Matrix) -> tuple[Vector, Vector, Matrix]:
    """Turn every trial's contrasts so that V + τ²·U becomes diagonal for every τ² (U: 1 on, ½ off the diagonal).

    Trials with the same number of arms go in one batch. Returns y, spread and x in the new axes: V + τ²U ↔ spread + τ².
    """
    sizes = np.array([len(trial.y) for trial in trials])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    y, spread, turned = np.empty(len(x)), np.empty(len(x)), np.empty_like(x)
    for n in np.unique(sizes):
        chosen = np.flatnonzero(sizes == n)
        rows = starts[chosen, None] + np.arange(n)[None, :]
        root = np.linalg.inv(np.linalg.cholesky((np.eye(n) + 1) / 2))
        values, axes = np.linalg.eigh(root @ np.stack([trials[number].v for number in chosen.tolist()]) @ root.T)
        turn = axes.transpose(0, 2, 1) @ root
        spread[rows] = values
        y[rows] = np.einsum("bij,bj->bi", turn, np.stack([trials[number].y for number in chosen.tolist()]))
        turned[rows] = turn @ x[rows]
    if float(spread.min()) <= 0:
        raise NotANetwork("the variances of a multi-arm study contradict each other")
    return y, spread, turned


def _with_zero(covariance: Matrix, position: int) -> Matrix:
    return np.insert(np.insert(covariance, position, 0.0, axis=0), position, 0.0, axis=1)


def _effects(
    names: Sequence[str], beta: Vector, covariance: Matrix, *, trials: Sequence[Trial], fit: Mixed
) -> list[TreatmentEffect]:
    counts = {name: sum(name in trial.treatments for trial in trials) for name in names}
    scores = p_scores(beta, covariance)
    found = []
    for number, name in enumerate(names):
        estimate, se = float(beta[number]), float(np.sqrt(covariance[number, number]))
        low, high = prediction(estimate, se, fit) if se > 0 else (None, None)
        half = z_upper(0.975) * se
        bounds = (estimate - half, estimate + half, low, high)
        found.append(TreatmentEffect(name, estimate, se, *bounds, scores[number], counts[name]))
    return found


def prediction(estimate: float, se: float, fit: Mixed) -> tuple[float, float] | tuple[None, None]:
    """Where the effect in a new study may lie, 95 %, t with df − 1 as netmeta takes it; None where df is too small."""
    if fit.df < 2:
        return None, None
    half = t_upper(0.975, fit.df - 1) * float(np.sqrt(se**2 + fit.tau2))
    return estimate - half, estimate + half


def p_scores(beta: Vector, covariance: Matrix) -> list[float]:
    """For each treatment the mean over the others of Φ(difference / its SE). Source: Rücker and Schwarzer 2015."""
    variance = np.diag(covariance)
    se = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 0.0))
    difference = beta[:, None] - beta[None, :]
    n = len(beta)
    return [
        sum(STANDARD.cdf(float(difference[i, j] / se[i, j])) for j in range(n) if j != i) / (n - 1) for i in range(n)
    ]


def edges_of(trials: Sequence[Trial]) -> tuple[Edge, ...]:
    """Who was compared with whom, in how many studies."""
    counts: dict[tuple[str, str], int] = {}
    for trial in trials:
        names = sorted(trial.treatments)
        for number, first in enumerate(names):
            for second in names[number + 1 :]:
                counts[first, second] = counts.get((first, second), 0) + 1
    return tuple(Edge(first, second, count) for (first, second), count in sorted(counts.items()))


def _pairs(names: Sequence[str], beta: Vector, covariance: Matrix, edges: Sequence[Edge]) -> tuple[Pair, ...]:
    direct = {(edge.first, edge.second): edge.studies for edge in edges}
    found = []
    for i, first in enumerate(names):
        for j in range(i + 1, len(names)):
            estimate = float(beta[i] - beta[j])
            se = float(np.sqrt(max(0.0, covariance[i, i] + covariance[j, j] - 2 * covariance[i, j])))
            half = z_upper(0.975) * se
            count = direct.get((first, names[j]), 0)
            found.append(Pair(first, names[j], estimate, se, estimate - half, estimate + half, count))
    return tuple(found)


def _inconsistency(
    trials: Sequence[Trial], consistent: tuple[Vector, Vector, Matrix], method: NetworkMethod
) -> Inconsistency | None:
    """Compare with a model in which each design (set of treatments) has effects of its own. Source: Higgins 2012."""
    y, spread, x = consistent
    designs: dict[tuple[str, ...], int] = {}
    width = 0
    for trial in trials:
        key = tuple(sorted(trial.treatments))
        if key not in designs:
            designs[key], width = width, width + len(trial.y)
    free = np.zeros((len(y), width))
    row = 0
    for trial in trials:
        names = sorted(trial.treatments)
        start = designs[tuple(names)]
        for name in trial.treatments[1:]:
            for sign, treatment in ((1.0, name), (-1.0, trial.treatments[0])):
                if treatment != names[0]:
                    free[row, start + names.index(treatment) - 1] = sign
            row += 1
    df = width - x.shape[1]
    if df < 1:
        return None
    turned = whiten(trials, free)[2]
    way: Tau2Method = "REML" if method == "REML-netmeta" else method
    tau2 = mixed_effects(y, spread, turned, method=way).tau2 if len(y) > width else 0.0
    statistic = _q_at(y, spread + tau2, x) - _q_at(y, spread + tau2, turned)
    return Inconsistency(max(0.0, statistic), df, chi2_above(max(0.0, statistic), df))


def _q_at(y: Vector, total: Vector, x: Matrix) -> float:
    return mixed_effects(y, total, x, method="EE").q
