"""One effect a study: its rows brought together before pooling, their sampling errors taken as correlated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from solstice.evidence.blocks import Vector

Weighting = Literal["gls", "mean"]


@dataclass(frozen=True, slots=True)
class Aggregated:
    """Names (m, sorted), effects (m) and variances (m) of the studies, and how many rows each had."""

    studies: tuple[str, ...]
    y: Vector
    v: Vector
    rows: tuple[int, ...]


def aggregate(
    y: ArrayLike, v: ArrayLike, studies: Sequence[str], *, rho: float = 0.6, weighting: Weighting = "gls"
) -> Aggregated:
    """Bring `y` (k) with variances `v` (k) together by study, with correlation `rho` within a study.

    gls weighs by the inverse of the study's covariance, mean gives each row the same weight. With gls and unequal
    variances a row may get a negative weight. Source: Borenstein 2009, chapter 24; metafor aggregate.escalc.
    """
    if not 0 <= rho < 1:
        raise ValueError(f"the correlation within studies is {rho}; right is 0 or more and below 1")
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    names, codes = np.unique(np.asarray(studies), return_inverse=True)
    n = np.bincount(codes, minlength=len(names)).astype(np.float64)
    sd = np.sqrt(variances)

    def total(values: Vector) -> Vector:
        return np.bincount(codes, weights=values, minlength=len(names)).astype(np.float64)

    if weighting == "mean":
        mean = total(effects) / n
        spread = ((1 - rho) * total(variances) + rho * total(sd) ** 2) / n**2
        return Aggregated(tuple(map(str, names)), mean, spread, tuple(map(int, n)))
    # the inverse of constant correlation: (I − ρ/(1+(n−1)ρ)·11')/(1−ρ)
    pull = rho / (1 + (n - 1) * rho)
    weight = (total(1 / variances) - pull * total(1 / sd) ** 2) / (1 - rho)
    moment = (total(effects / variances) - pull * total(1 / sd) * total(effects / sd)) / (1 - rho)
    return Aggregated(tuple(map(str, names)), moment / weight, 1 / weight, tuple(map(int, n)))
