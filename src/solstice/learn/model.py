"""The conjugate model: prognosis shared by all, an effect and moderators for each treatment, scales averaged over.

y = prognosis(x) + effect(t) + moderation(t, x) + noise, all coefficients normal given the noise variance, which is
inverse-gamma. Given a `Setting` (which reading of the evidence, which scales) everything is exact from the summed
products; settings are weighed by their marginal likelihood times their prior weight. See docs/decisions/0008.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from solstice.learn.basis import Array

Reading = Literal["none", "given", "learnt", "learnt_each"]
READINGS: tuple[Reading, ...] = ("none", "given", "learnt", "learnt_each")
NOISE_SHAPE, NOISE_SCALE = 3.0, 1.5
"""Inverse-gamma prior of the noise variance: mean 0.75 of an SD unit squared, worth six outcomes."""
FLAT = 100.0
"""Prior variance of the common level: as good as unknown."""
SLOPE_MEAN, SLOPE_SD = 0.5, 0.75
"""How far the evidence holds here, where that is learnt: 1 is as published, 0 not at all, −1 the other way round."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One point of the grid: the reading of the evidence and the SDs of each kind of coefficient, in SD units."""

    reading: Reading
    effect: float
    moderator: float
    curve: float
    prognosis: float
    prognosis_curve: float
    log_prior: float = 0.0


@dataclass(frozen=True, slots=True)
class Data:
    """Standardised sums for each treatment: gram (T, q, q), cross with the outcome (T, q), its square (T,)."""

    gram: Array
    cross: Array
    square: Array

    @property
    def n(self) -> float:
        return float(self.gram[:, 0, 0].sum())


@dataclass(frozen=True, slots=True)
class Arms:
    """The treatments' own coefficients solved out for one choice of their prior, whatever the shared part is."""

    start: Array  # (T, q) prior mean
    spread: Array  # (T, q, q) covariance of the own part given the shared one
    log_det: float
    information: Array  # (T, q, q) what is left for the shared coefficients
    score: Array  # (T, q)
    residual: Array  # (T, q)
    quadratic: float


@dataclass(frozen=True, slots=True)
class Shared:
    """What all treatments share in one setting: prior variances, and the evidence's slopes as columns (T, q, k)."""

    setting: Setting
    extra: Array
    variance: Array


@dataclass(frozen=True, slots=True)
class Component:
    """The posterior given one setting: θ_t has this mean, its covariance is noise × (spread_t + link_t shared link_sᵀ).

    `spread` belongs to each treatment on its own (only where s = t); `link` ties them through the shared part.
    """

    setting: Setting
    log_likelihood: float
    mean: Array  # (T, q)
    spread: Array  # (T, q, q)
    link: Array  # (T, q, r)
    shared: Array  # (r, r)
    noise: float
    degrees: float


def solve_arms(data: Data, start: Array, root: Array) -> Arms:
    """Eliminate each treatment's own coefficients, prior N(start, root rootᵀ)."""
    gram, turned = data.gram, root.transpose(0, 2, 1)
    inner = turned @ gram @ root
    inner[:, np.arange(inner.shape[1]), np.arange(inner.shape[1])] += 1.0
    lower = np.linalg.cholesky(inner)
    half = np.linalg.solve(lower, turned)
    spread = half.transpose(0, 2, 1) @ half
    pushed = gram @ spread
    expected = _times(gram, start)
    residual = data.cross - expected
    square = data.square + np.sum(start * (expected - 2 * data.cross), axis=1)
    quadratic = square - np.sum(residual * _times(spread, residual), axis=1)
    return Arms(
        start=start,
        spread=spread,
        log_det=2 * float(np.log(np.diagonal(lower, axis1=1, axis2=2)).sum()),
        information=gram - pushed @ gram,
        score=residual - _times(pushed, residual),
        residual=residual,
        quadratic=float(quadratic.sum()),
    )


def _times(matrices: Array, vectors: Array) -> Array:
    out: Array = (matrices @ vectors[:, :, None])[:, :, 0]
    return out


def solve_shared(data: Data, arms: Arms, part: Shared) -> Component:
    """Finish one setting: the shared coefficients (prognosis, and the slopes of the evidence in `part.extra`)."""
    many, width = arms.start.shape
    extra, free = part.extra, np.flatnonzero(part.variance > 0)
    information, score = arms.information.sum(axis=0), arms.score.sum(axis=0)
    if extra.shape[2]:
        aside = arms.information @ extra
        corner = np.sum(extra.transpose(0, 2, 1) @ aside, axis=0)
        side = aside.sum(axis=0)
        information = np.block([[information, side], [side.T, corner]])
        score = np.concatenate([score, np.einsum("tik,ti->k", extra, arms.score)])
    root = np.sqrt(part.variance[free])
    inner = root[:, None] * information[np.ix_(free, free)] * root
    inner[np.diag_indices_from(inner)] += 1.0
    lower = np.linalg.cholesky(inner)
    half = np.linalg.solve(lower, np.diag(root))
    shared = half.T @ half
    estimate = shared @ score[free]
    shape = NOISE_SHAPE + data.n / 2
    rate = NOISE_SCALE + (arms.quadratic - float(score[free] @ estimate)) / 2
    log_det = arms.log_det + 2 * float(np.log(np.diagonal(lower)).sum())
    moved = np.concatenate([np.zeros((many, width, width)), extra], axis=2)
    chosen = np.concatenate([np.broadcast_to(np.eye(width), (many, width, width)), extra], axis=2)
    link = moved[:, :, free] - arms.spread @ (data.gram @ chosen[:, :, free])
    return Component(
        setting=part.setting,
        log_likelihood=-0.5 * log_det - shape * float(np.log(rate)),
        mean=arms.start + _times(arms.spread, arms.residual) + link @ estimate,
        spread=arms.spread,
        link=link,
        shared=shared,
        noise=rate / shape,
        degrees=2 * shape,
    )
