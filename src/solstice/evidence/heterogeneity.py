"""How far the true effects differ, and how sure that is: Q-profile interval of tau², and I² in both its kinds."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from solstice.evidence.blocks import Vector
from solstice.evidence.distributions import chi2_above, chi2_upper, z_upper
from solstice.evidence.pooling import Pooled

TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """`i2_from_tau2` and `i2_from_q` are percent. `tau2_lower`, `tau2_upper` bound tau² with 95 % (Q-profile)."""

    q: float
    df: int
    p: float
    tau2_lower: float
    tau2_upper: float
    i2_from_tau2: float | None
    i2_from_q: float
    i2_from_q_lower: float
    i2_from_q_upper: float

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def heterogeneity(y: ArrayLike, v: ArrayLike, pooled: Pooled) -> Heterogeneity | None:
    """For the independent effects behind `pooled`; None for one effect alone.

    Source: Viechtbauer 2007 (Q-profile); Higgins and Thompson 2002 (interval of I², test-based, as meta takes it).
    """
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    df = len(effects) - 1
    if df < 1:
        return None

    def q_at(tau2: float) -> float:
        return _q(effects, variances + tau2)

    q = q_at(0.0)
    i2 = max(0.0, 100 * (q - df) / q) if q > 0 else 0.0
    low, high = _i2_interval(q, df)
    return Heterogeneity(
        q=q,
        df=df,
        p=chi2_above(q, df),
        tau2_lower=_crossing(q_at, chi2_upper(0.975, df)),
        tau2_upper=_crossing(q_at, chi2_upper(0.025, df)),
        i2_from_tau2=None if pooled.model.startswith("ee") else pooled.i2,
        i2_from_q=i2,
        i2_from_q_lower=low,
        i2_from_q_upper=high,
    )


def _q(y: Vector, total: Vector) -> float:
    w = 1 / total
    off = y - (w @ y) / w.sum()
    return float(w @ off**2)


def _crossing(falling: Callable[[float], float], level: float) -> float:
    """Where Q as a function of tau² falls below `level`; 0 where it starts below."""
    if falling(0.0) <= level:
        return 0.0
    low, high = 0.0, 1.0
    while falling(high) > level:
        low, high = high, high * 2
    while high - low > TOLERANCE * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > level else (low, middle)
    return (low + high) / 2


def _i2_interval(q: float, df: int) -> tuple[float, float]:
    """By way of log H. Source: Higgins and Thompson 2002, appendix."""
    k = df + 1
    if k < 3:
        return 0.0, 100.0
    if q > k:
        se = (math.log(q) - math.log(df)) / (2 * (math.sqrt(2 * q) - math.sqrt(2 * k - 3)))
    else:
        se = math.sqrt(1 / (2 * (k - 2)) * (1 - 1 / (3 * (k - 2) ** 2)))
    log_h = math.log(max(1.0, math.sqrt(q / df)))
    bounds = (math.exp(log_h + sign * z_upper(0.975) * se) for sign in (-1, 1))
    low, high = (max(0.0, 100 * (1 - 1 / h**2)) if h > 1 else 0.0 for h in bounds)
    return low, high
