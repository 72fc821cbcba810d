"""Random-effects pooling of independent effects, as metafor's `rma.uni` does it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Tau2Method = Literal["EE", "DL", "PM", "ML", "REML"]
Vector = NDArray[np.float64]
TOLERANCE = 1e-10
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Pooled:
    """`i2` is the share of tau² in the total (from tau², not from Q; for EE from Q), in percent. None: cannot be known.

    The prediction interval uses t with k − 1 degrees of freedom under Knapp–Hartung and the normal otherwise.
    """

    model: str
    k: int
    studies: int
    g: float
    se: float
    lower: float
    upper: float
    tau2: float | None
    i2: float | None
    q: float
    pi_lower: float | None
    pi_upper: float | None


def random_effects(
    y: ArrayLike,
    v: ArrayLike,
    *,
    method: Tau2Method = "REML",
    knha: bool = True,
    studies: int | None = None,
) -> Pooled:
    """Pool effects `y` with sampling variances `v`.

    Knapp–Hartung (`knha`) without the ad-hoc floor at 1, as metafor's default. One effect alone is returned with its
    normal interval and without tau². Raises ValueError for unequal lengths, no effects, or a variance not above 0.
    """
    effects, variances = _checked(y, v)
    k = len(effects)
    name = f"{method.lower()}-{'knha' if knha else 'z'}"
    if k == 1:
        se = math.sqrt(float(variances[0]))
        g, half = float(effects[0]), _z(0.975) * se
        return Pooled(name, 1, studies or 1, g, se, g - half, g + half, None, None, 0.0, None, None)
    q_weights = 1 / variances
    q = float(q_weights @ (effects - (q_weights @ effects) / q_weights.sum()) ** 2)
    tau2 = TAU2[method](effects, variances)
    weights = 1 / (variances + tau2)
    total = float(weights.sum())
    g = float(weights @ effects) / total
    variance = 1 / total
    if knha:
        variance *= float(weights @ (effects - g) ** 2) / (k - 1)
    critical = _t(0.975, k - 1) if knha else _z(0.975)
    se = math.sqrt(variance)
    spread = None if method == "EE" else critical * math.sqrt(tau2 + variance)
    return Pooled(
        name,
        k,
        studies or k,
        g,
        se,
        g - critical * se,
        g + critical * se,
        tau2,
        _i2_from_q(q, k) if method == "EE" else 100 * tau2 / (_typical_variance(variances) + tau2),
        q,
        None if spread is None else g - spread,
        None if spread is None else g + spread,
    )


def _checked(y: ArrayLike, v: ArrayLike) -> tuple[Vector, Vector]:
    effects, variances = np.asarray(y, dtype=np.float64).ravel(), np.asarray(v, dtype=np.float64).ravel()
    if len(effects) != len(variances):
        raise ValueError(f"{len(effects)} effects and {len(variances)} variances; give one variance an effect")
    if not len(effects):
        raise ValueError("no effects to pool; give at least one")
    if not (np.isfinite(effects).all() and np.isfinite(variances).all() and (variances > 0).all()):
        raise ValueError("an effect or variance is not usable; effects are finite and variances above 0")
    return effects, variances


def _typical_variance(v: Vector) -> float:
    """Source: Higgins and Thompson 2002, equation 9."""
    w = 1 / v
    return float((len(v) - 1) / (w.sum() - (w @ w) / w.sum()))


def _i2_from_q(q: float, k: int) -> float:
    return max(0.0, 100 * (q - (k - 1)) / q) if q > 0 else 0.0


def _tau2_ee(y: Vector, v: Vector) -> float:
    del y, v
    return 0.0


def _tau2_dl(y: Vector, v: Vector) -> float:
    """Source: DerSimonian and Laird 1986."""
    w = 1 / v
    mean = (w @ y) / w.sum()
    q = float(w @ (y - mean) ** 2)
    return max(0.0, (q - (len(y) - 1)) / float(w.sum() - (w @ w) / w.sum()))


def _tau2_pm(y: Vector, v: Vector) -> float:
    """The tau² at which the generalised Q equals its degrees of freedom. Source: Paule and Mandel 1982."""

    def excess(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(w @ (y - (w @ y) / w.sum()) ** 2) - (len(y) - 1)

    return _falling_root(excess)


def _tau2_ml(y: Vector, v: Vector) -> float:
    return _scoring(y, v, restricted=False)


def _tau2_reml(y: Vector, v: Vector) -> float:
    return _scoring(y, v, restricted=True)


def _scoring(y: Vector, v: Vector, *, restricted: bool) -> float:
    """Fisher scoring from DerSimonian–Laird, steps halved at the edge; a bracketed search where it does not settle.

    Source: Viechtbauer 2005; Raudenbush 2009.
    """
    tau2 = _tau2_dl(y, v)
    for _ in range(MOST_STEPS):
        step = _score(y, v, tau2, restricted=restricted)
        while tau2 + step < 0 and abs(step) > TOLERANCE:
            step /= 2
        following = max(0.0, tau2 + step)
        if abs(following - tau2) < TOLERANCE * max(1.0, tau2):
            return 0.0 if following < 1e-9 else following
        tau2 = following
    return _falling_root(lambda value: _score(y, v, value, restricted=restricted))


def _score(y: Vector, v: Vector, tau2: float, *, restricted: bool) -> float:
    """Score divided by Fisher information of tau²: the step towards the maximum."""
    w = 1 / (v + tau2)
    total, squares = float(w.sum()), float(w @ w)
    residual = y - (w @ y) / total
    weighted = w * residual
    if not restricted:
        return float(weighted @ weighted - total) / squares
    cubes = float((w * w) @ w)
    trace = total - squares / total
    trace_squared = squares - 2 * cubes / total + (squares / total) ** 2
    return float(weighted @ weighted - trace) / trace_squared


def _falling_root(function: Callable[[float], float]) -> float:
    """The root of a function that falls with tau²; 0 where it starts below 0."""
    if function(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while function(high) > 0:
        low, high = high, high * 2
    while high - low > TOLERANCE * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2


TAU2: dict[Tau2Method, Callable[[Vector, Vector], float]] = {
    "EE": _tau2_ee,
    "DL": _tau2_dl,
    "PM": _tau2_pm,
    "ML": _tau2_ml,
    "REML": _tau2_reml,
}
MODELS: dict[str, tuple[Tau2Method, bool]] = {
    f"{method.lower()}-{test}": (method, test == "knha")
    for method in get_args(Tau2Method)
    for test in ("knha", "z")
    if (method, test) != ("EE", "knha")
}
"""Name on the command line → tau² method and whether the test is Knapp–Hartung."""


def _z(p: float) -> float:
    from statistics import NormalDist  # noqa: PLC0415 - light, and only at the end of a fit

    return NormalDist().inv_cdf(p)


def _t(p: float, df: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy is slow to import

    return float(stdtrit(df, p))
