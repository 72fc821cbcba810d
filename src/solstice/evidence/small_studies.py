"""Signs that small studies with weak results are missing: Egger's test and trim-and-fill."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from solstice.evidence.blocks import Vector
from solstice.evidence.distributions import normal_two_sided, t_two_sided
from solstice.evidence.mixed import mixed_effects
from solstice.evidence.pooling import Pooled, Tau2Method, random_effects

Estimator = Literal["L0", "R0"]
MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Egger:
    """Does the effect grow with its standard error? `statistic` is z (mixed) or t with `df` (classic).

    `intercept` is the effect that the line gives for a study without sampling error.
    """

    statistic: float
    p: float
    slope: float
    intercept: float
    df: int | None


@dataclass(frozen=True, slots=True)
class TrimAndFill:
    """`filled` studies were imputed on `side`; `pooled` is the result with them, `y` and `v` are the imputed ones."""

    estimator: Estimator
    filled: int
    side: Literal["left", "right"]
    pooled: Pooled
    y: tuple[float, ...]
    v: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def egger(
    y: ArrayLike, v: ArrayLike, *, method: Tau2Method = "REML", model: Literal["mixed", "classic"] = "mixed"
) -> Egger | None:
    """Regress effects on standard errors; None for fewer than three effects or equal standard errors.

    mixed: meta-regression with tau², normal test (metafor regtest). classic: weighted regression with a free scale, t
    test. Source: Egger 1997; Sterne and Egger 2005.
    """
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    errors = np.sqrt(variances)
    if len(effects) < 3 or float(np.ptp(errors)) < 1e-12:
        return None
    design = np.column_stack([np.ones_like(errors), errors])
    if model == "mixed":
        fit = mixed_effects(effects, variances, design, method=method)
        z = float(fit.beta[1] / np.sqrt(fit.covariance[1, 1]))
        return Egger(z, normal_two_sided(z), float(fit.beta[1]), float(fit.beta[0]), None)
    fit = mixed_effects(effects, variances, design, method="EE")
    t = float(fit.beta[1] / np.sqrt(fit.covariance[1, 1] * fit.q / fit.df))
    return Egger(t, t_two_sided(t, fit.df), float(fit.beta[1]), float(fit.beta[0]), fit.df)


def trim_and_fill(
    y: ArrayLike, v: ArrayLike, *, estimator: Estimator = "L0", method: Tau2Method = "REML", knha: bool = False
) -> TrimAndFill:
    """Impute the mirror images of the most extreme effects until the funnel is even. Source: Duval and Tweedie 2000.

    The side is the one on which Egger's regression says studies are missing, as in metafor.
    """
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    slope = egger(effects, variances, method=method)
    is_right = slope is not None and slope.slope < 0
    facing = -effects if is_right else effects
    order = np.argsort(facing, kind="stable")
    facing, spread = facing[order], variances[order]
    filled, centre = _missing(facing, spread, estimator, method)
    mirrored = 2 * centre - facing[len(facing) - filled :]
    new_y = -mirrored if is_right else mirrored
    new_v = spread[len(spread) - filled :]
    pooled = random_effects(np.append(effects, new_y), np.append(variances, new_v), method=method, knha=knha)
    side: Literal["left", "right"] = "right" if is_right else "left"
    return TrimAndFill(estimator, filled, side, pooled, tuple(map(float, new_y)), tuple(map(float, new_v)))


def _missing(y: Vector, v: Vector, estimator: Estimator, method: Tau2Method) -> tuple[int, float]:
    """How many effects are missing on the left of sorted `y`, and the centre of those that are even."""
    k, filled, before, centre = len(y), 0, -1, 0.0
    for _ in range(MOST_ROUNDS):
        if filled == before:
            break
        before = filled
        kept = max(1, k - filled)
        centre = random_effects(y[:kept], v[:kept], method=method, knha=False).g
        off = y - centre
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(off), kind="stable")] = np.arange(1, k + 1)
        if estimator == "R0":
            left = ranks[off < 0]
            found = (k - (float(left.max()) if len(left) else 0.0)) - 1
        else:
            found = (4 * float(ranks[off > 0].sum()) - k * (k + 1)) / (2 * k - 1)
        filled = min(k - 1, max(0, round(found)))
    return filled, centre
