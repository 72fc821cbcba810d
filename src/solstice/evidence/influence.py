"""What one effect, or one study, does to the pooled result: leave-one-out and influence, step by step."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from solstice.evidence.blocks import Vector
from solstice.evidence.distributions import chi2_above
from solstice.evidence.multilevel import Multilevel
from solstice.evidence.pooling import Pooled, Tau2Method, random_effects
from solstice.evidence.progress import Step


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The pooled result without one effect or study."""

    label: str
    g: float
    se: float
    lower: float
    upper: float
    tau2: float | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Influence:
    """Diagnostics of one effect; `is_influential` where any of metafor's four rules is broken.

    `residual` is the externally studentised residual, `cook` Cook's distance, `weight` is percent.
    """

    label: str
    residual: float
    dffits: float
    cook: float
    covariance_ratio: float
    tau2_without: float
    q_without: float
    hat: float
    weight: float
    dfbeta: float
    is_influential: bool
    without: LeftOut

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def leave_one_out(
    y: ArrayLike, v: ArrayLike, labels: Sequence[str], *, method: Tau2Method = "REML", knha: bool = True
) -> Iterator[Step[LeftOut]]:
    """Pool without each effect in turn; nothing is yielded for fewer than two effects."""
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if len(effects) < 2:
        return
    for number, label in enumerate(labels):
        pooled = random_effects(_without(effects, number), _without(variances, number), method=method, knha=knha)
        yield Step(number + 1, len(labels), _left_out(label, pooled))


def leave_one_study_out(
    y: ArrayLike,
    v: ArrayLike,
    studies: Sequence[str],
    pool: Callable[[Vector, Vector, Sequence[str]], Pooled | Multilevel],
) -> Iterator[Step[LeftOut]]:
    """Pool without each study in turn, with any model given as `pool(y, v, studies)`; nothing for one study alone."""
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    names = np.asarray(studies)
    distinct = sorted(set(studies))
    if len(distinct) < 2:
        return
    for number, study in enumerate(distinct):
        keep = names != study
        pooled = pool(effects[keep], variances[keep], names[keep].tolist())
        yield Step(number + 1, len(distinct), _left_out(study, pooled))


def influence(
    y: ArrayLike, v: ArrayLike, labels: Sequence[str], *, method: Tau2Method = "REML", knha: bool = False
) -> Iterator[Step[Influence]]:
    """Diagnostics of each effect in turn; nothing for fewer than three effects, or where all are equal (SE 0).

    Source: Viechtbauer and Cheung 2010; metafor influence.rma.uni.
    """
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    k = len(effects)
    if k < 3:
        return
    full = random_effects(effects, variances, method=method, knha=knha)
    if full.se == 0:
        return
    weights = 1 / (variances + (full.tau2 or 0.0))
    hats = weights / weights.sum()
    for number, label in enumerate(labels):
        rest, spread = _without(effects, number), _without(variances, number)
        pooled = random_effects(rest, spread, method=method, knha=knha)
        case = _Case(float(effects[number]), float(variances[number]), float(hats[number]), k)
        yield Step(number + 1, k, _judge(label, case, full, _Rest(pooled, variances, rest, spread)))


@dataclass(frozen=True, slots=True)
class _Case:
    y: float
    v: float
    hat: float
    k: int


@dataclass(frozen=True, slots=True)
class _Rest:
    """The fit without the case; `variances` are all, `spread` those of the rest."""

    pooled: Pooled
    variances: Vector
    y: Vector
    spread: Vector

    @property
    def tau2(self) -> float:
        return self.pooled.tau2 or 0.0

    @property
    def scale(self) -> float:
        """What Knapp–Hartung multiplies the variance with; 1 by the normal, and where all the rest are equal."""
        return self.pooled.se**2 * float((1 / (self.spread + self.tau2)).sum()) or 1.0


def _judge(label: str, case: _Case, full: Pooled, rest: _Rest) -> Influence:
    change = full.g - rest.pooled.g
    total_with_all = float((1 / (rest.variances + rest.tau2)).sum())
    dffits = change / float(np.sqrt(rest.scale * case.hat * (rest.tau2 + case.v)))
    cook = change**2 / full.se**2
    dfbeta = change / float(np.sqrt(rest.scale / total_with_all))
    rules = (
        abs(dffits) > 3 * float(np.sqrt(1 / (case.k - 1))),
        1 - chi2_above(cook, 1) > 0.5,
        case.hat > 3 / case.k,
        abs(dfbeta) > 1,
    )
    return Influence(
        label=label,
        residual=(case.y - rest.pooled.g) / float(np.sqrt(rest.scale * (case.v + rest.tau2) + rest.pooled.se**2)),
        dffits=dffits,
        cook=cook,
        covariance_ratio=rest.pooled.se**2 / full.se**2,
        tau2_without=rest.tau2,
        q_without=rest.pooled.q,
        hat=case.hat,
        weight=100 * case.hat,
        dfbeta=dfbeta,
        is_influential=any(rules),
        without=_left_out(label, rest.pooled),
    )


def _without(values: Vector, number: int) -> Vector:
    return np.delete(values, number)


def _left_out(label: str, pooled: Pooled | Multilevel) -> LeftOut:
    match pooled:
        case Pooled():
            return LeftOut(label, pooled.g, pooled.se, pooled.lower, pooled.upper, pooled.tau2)
        case Multilevel():
            first = pooled.coefficients[0]
            return LeftOut(label, first.estimate, first.se, first.lower, first.upper, pooled.tau2)
