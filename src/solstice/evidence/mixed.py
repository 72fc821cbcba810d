"""Mixed-effects regression of independent effects: one variance between them, any moderators, each method for tau²."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solstice.evidence.blocks import Matrix, Vector
from solstice.evidence.linear import inverse
from solstice.evidence.pooling import TOLERANCE, Tau2Method

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Mixed:
    """`beta` (p) with `covariance` (p × p, by the normal), residual heterogeneity `q` on `df` degrees of freedom."""

    beta: Vector
    covariance: Matrix
    tau2: float
    q: float
    df: int


@dataclass(frozen=True, slots=True)
class _Fit:
    """A weighted fit: `residual` (k) is P y for P = W − WX(X'WX)⁻¹X'W; `weighted` (k × p) is WX."""

    weights: Vector
    weighted: Matrix
    covariance: Matrix
    beta: Vector
    residual: Vector
    q: float

    def trace(self) -> float:
        """Trace of P."""
        return float(self.weights.sum()) - float(np.sum((self.weighted @ self.covariance) * self.weighted))

    def trace_squared(self, x: Matrix) -> float:
        """Trace of PP."""
        squares = self.weights**2
        middle = (x.T @ (squares[:, None] * x)) @ self.covariance
        cubes = (x.T @ ((squares * self.weights)[:, None] * x)) @ self.covariance
        return float(squares.sum()) - 2 * float(np.trace(cubes)) + float(np.trace(middle @ middle))


def mixed_effects(y: Vector, v: Vector, x: Matrix, *, method: Tau2Method = "REML") -> Mixed:
    """Regress `y` (k) with variances `v` (k) on `x` (k × p, the intercept included).

    Raises numpy.linalg.LinAlgError where columns of `x` overlap. Source: Viechtbauer 2005; Raudenbush 2009.
    """
    fixed = _fit(y, v, x)
    df = len(y) - x.shape[1]
    tau2 = _tau2(y, v, x, method) if df > 0 else 0.0
    final = _fit(y, v + tau2, x) if tau2 > 0 else fixed
    return Mixed(final.beta, final.covariance, tau2, fixed.q, df)


def _fit(y: Vector, total: Vector, x: Matrix) -> _Fit:
    weights = 1 / total
    weighted = weights[:, None] * x
    covariance = inverse(x.T @ weighted)
    beta = covariance @ (weighted.T @ y)
    off = y - x @ beta
    residual = weights * off
    return _Fit(weights, weighted, covariance, beta, residual, float(off @ residual))


def _tau2(y: Vector, v: Vector, x: Matrix, method: Tau2Method) -> float:
    fixed, df = _fit(y, v, x), len(y) - x.shape[1]
    moments: float = max(0.0, (fixed.q - df) / fixed.trace())
    match method:
        case "EE":
            return 0.0
        case "DL":
            return moments
        case "PM":
            return _root(lambda tau2: _fit(y, v + tau2, x).q - df)
        case "ML":
            return _climb(moments, lambda tau2: _score(y, v + tau2, x, restricted=False))
        case "REML":
            return _climb(moments, lambda tau2: _score(y, v + tau2, x, restricted=True))


def _score(y: Vector, total: Vector, x: Matrix, *, restricted: bool) -> float:
    """Score divided by Fisher information: the step of tau² towards the maximum."""
    fit = _fit(y, total, x)
    squares = float(fit.residual @ fit.residual)
    if restricted:
        return float((squares - fit.trace()) / fit.trace_squared(x))
    return float((squares - fit.weights.sum()) / (fit.weights @ fit.weights))


def _climb(start: float, score: Callable[[float], float]) -> float:
    tau2 = start
    for _ in range(MOST_STEPS):
        following = max(0.0, tau2 + score(tau2))
        if abs(following - tau2) < TOLERANCE * max(1.0, tau2):
            return following
        tau2 = following
    return _root(score)


def _root(falling: Callable[[float], float]) -> float:
    if falling(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while falling(high) > 0:
        low, high = high, high * 2
    while high - low > TOLERANCE * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
