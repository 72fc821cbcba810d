"""The conjugate model: prognosis shared by all, an effect and moderators for each treatment, scales averaged over.

y = prognosis(x) + effect(t) + moderation(t, x) + noise, all coefficients normal given the noise variance, which is
inverse-gamma. Given a `Setting` (which reading of the evidence, which scales) everything is exact from the summed
products; settings are weighed by their marginal likelihood times their prior weight. See docs/decisions/0008.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from solstice.learn.basis import Array

Reading = Literal["none", "given", "learnt", "learnt_each"]
READINGS: tuple[Reading, ...] = ("none", "given", "learnt", "learnt_each")
NOISE_SHAPE, NOISE_SCALE = 3.0, 1.5
"""Inverse-gamma prior of the noise variance: mean 0.75 of an SD unit squared, worth six outcomes."""
NOISE_MEAN = NOISE_SCALE / (NOISE_SHAPE - 1)
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


@dataclass(frozen=True)
class Data:
    """Standardised sums for each treatment: gram (T, q, q), cross with the outcome (T, q), its square (T,)."""

    gram: Array
    cross: Array
    square: Array

    @property
    def n(self) -> float:
        return float(self.gram[:, 0, 0].sum())

    @cached_property
    def total(self) -> Array:
        total: Array = self.gram.sum(axis=0)
        return total


@dataclass(frozen=True, slots=True)
class Own:
    """Prior of the treatments' own coefficients: N(start, diag(sd²)), plus tilt tiltᵀ where there is a tilt."""

    start: Array  # (T, q)
    sd: Array  # (T, q)
    tilt: Array | None = None  # (T, q)

    def turned(self, right: Array) -> Array:
        """rootᵀ right, where root rootᵀ is the prior covariance; columns that no treatment may use are left out."""
        used = self.sd.any(axis=0)
        out: Array = right[:, used] * self.sd[:, used, None]
        return out if self.tilt is None else np.concatenate([out, self.tilt[:, None] @ right], axis=1)


@dataclass(frozen=True, slots=True)
class Arms:
    """The treatments' own coefficients solved out for one choice of their prior, whatever the shared part is."""

    own: Own
    lower: Array  # (T, k, k) root of 1 + rootᵀ gram root
    pushed: Array  # (T, k, q)
    log_det: float
    information: Array  # (q, q) what all treatments leave for the shared coefficients
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


@dataclass(frozen=True, slots=True)
class Solved:
    """One setting weighed: enough for its marginal likelihood; `finish` makes the posterior of it."""

    part: Shared
    arms: Arms
    log_likelihood: float
    free: npt.NDArray[np.int64]
    shared: Array
    estimate: Array
    rate: float
    shape: float


def solve_arms(data: Data, own: Own) -> Arms:
    """Eliminate each treatment's own coefficients."""
    expected = _times(data.gram, own.start)
    residual = data.cross - expected
    square = data.square + np.sum(own.start * (expected - 2 * data.cross), axis=1)
    scaled = own.turned(data.gram)
    inner = own.turned(scaled.transpose(0, 2, 1))
    _add_one(inner)
    lower = np.asarray(np.linalg.cholesky(inner), dtype=float)
    right = np.concatenate([scaled, own.turned(residual[:, :, None])], axis=2)
    solved = np.linalg.solve(lower, right)
    pushed, moved = solved[:, :, :-1], solved[:, :, -1]
    flat = solved.reshape(-1, solved.shape[2])[:, :-1]
    return Arms(
        own=own,
        lower=lower,
        pushed=pushed,
        log_det=2 * float(np.log(np.diagonal(lower, axis1=1, axis2=2)).sum()),
        information=data.total - flat.T @ flat,
        score=residual - _times(pushed.transpose(0, 2, 1), moved),
        residual=residual,
        quadratic=float(square.sum() - np.sum(moved**2)),
    )


def _add_one(matrices: Array) -> None:
    """Add the identity in place."""
    places = np.arange(matrices.shape[-1])
    matrices[..., places, places] += 1.0


def _times(matrices: Array, vectors: Array) -> Array:
    out: Array = (matrices @ vectors[:, :, None])[:, :, 0]
    return out


def solve_shared(data: Data, arms: Arms, part: Shared) -> Solved:
    """Weigh one setting: the shared coefficients (prognosis, and the slopes of the evidence in `part.extra`)."""
    extra, free = part.extra, np.flatnonzero(part.variance > 0)
    information, score = arms.information, arms.score.sum(axis=0)
    if extra.shape[2]:
        aside = data.gram @ extra - arms.pushed.transpose(0, 2, 1) @ (arms.pushed @ extra)
        corner = np.sum(extra.transpose(0, 2, 1) @ aside, axis=0)
        side = aside.sum(axis=0)
        information = np.block([[information, side], [side.T, corner]])
        score = np.concatenate([score, np.einsum("tik,ti->k", extra, arms.score)])
    root = np.sqrt(part.variance[free])
    inner = root[:, None] * information[free[:, None], free] * root
    _add_one(inner)
    lower = np.linalg.cholesky(inner)
    half = np.linalg.inv(lower) * root
    shared = half.T @ half
    estimate = shared @ score[free]
    shape = NOISE_SHAPE + data.n / 2
    rate = NOISE_SCALE + (arms.quadratic - float(score[free] @ estimate)) / 2
    log_det = arms.log_det + 2 * float(np.log(np.diagonal(lower)).sum())
    likelihood = -0.5 * log_det - shape * float(np.log(rate))
    return Solved(part, arms, likelihood, free, shared, estimate, rate, shape)


def finish(data: Data, solved: Solved) -> Component:
    """The posterior given one weighed setting."""
    arms, extra, free = solved.arms, solved.part.extra, solved.free
    many, width = arms.own.start.shape
    half = np.linalg.solve(arms.lower, arms.own.turned(np.broadcast_to(np.eye(width), (many, width, width))))
    spread = half.transpose(0, 2, 1) @ half
    moved = np.concatenate([np.zeros((many, width, width)), extra], axis=2)
    chosen = np.concatenate([np.broadcast_to(np.eye(width), (many, width, width)), extra], axis=2)
    link = moved[:, :, free] - spread @ (data.gram @ chosen[:, :, free])
    return Component(
        setting=solved.part.setting,
        log_likelihood=solved.log_likelihood,
        mean=arms.own.start + _times(spread, arms.residual) + link @ solved.estimate,
        spread=spread,
        link=link,
        shared=solved.shared,
        noise=solved.rate / solved.shape,
        degrees=2 * solved.shape,
    )
