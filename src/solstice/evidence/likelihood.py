"""The restricted likelihood of effects within studies: variance between studies, variance within, any moderators."""

import math
from dataclasses import dataclass

import numpy as np

from solstice.evidence.blocks import Blocks, Matrix, Vector
from solstice.evidence.linear import inverse, solution

MOST_STEPS = 100
MOST_HALVINGS = 40
SETTLED = 1e-8
PATIENCE = 10
"""Steps after which a ridge is supposed: strides are then doubled while they gain; no gain ends the climb."""
NO_GAIN = 1e-12


@dataclass(frozen=True, slots=True)
class Point:
    """The likelihood at one pair of variances; arrays in the axes of the blocks.

    `weights` (k) is 1/(spread + within), `shrink` (m) is 1/(1 + between·Σ ones²·weights), `covariance` (p × p) that
    of the coefficients, `pulled_x` (k × p) is Σ⁻¹X and `pulled` (k) is Σ⁻¹(y − Xβ).
    """

    between: float
    within: float
    value: float
    beta: Vector
    covariance: Matrix
    weights: Vector
    shrink: Vector
    study_weights: Vector
    study_x: Matrix
    study_residual: Vector
    pulled_x: Matrix
    pulled: Vector
    rss: float


class Restricted:
    """Log-likelihood of (σ² between, σ² within), restricted to contrasts free of Xβ; constants as in metafor."""

    def __init__(self, shape: Blocks, y: Vector, x: Matrix) -> None:
        self.shape = shape
        self.columns = x.shape[1]
        self.data = shape.rotate(np.column_stack([x, y]))
        k = len(y)
        self.constant = -(k - self.columns) / 2 * math.log(2 * math.pi) + float(np.linalg.slogdet(x.T @ x)[1]) / 2

    def at(self, between: float, within: float) -> Point:
        """The likelihood and what its slope needs. Sherman–Morrison a study: the between part is of rank one.

        Raises numpy.linalg.LinAlgError where the moderators cannot be told apart.
        """
        shape, p = self.shape, self.columns
        weights = 1 / (shape.spread + within)
        ones_weighted = shape.ones * weights
        study_weights = shape.per_study(shape.ones * ones_weighted)
        shrink = 1 / (1 + between * study_weights)
        weighted = weights[:, None] * self.data
        study = shape.per_study(shape.ones[:, None] * weighted)
        pulled = weighted - ones_weighted[:, None] * shape.per_row((between * shrink)[:, None] * study)
        gram = self.data.T @ pulled
        covariance = inverse(gram[:p, :p])
        beta = covariance @ gram[:p, p]
        rss = max(0.0, float(gram[p, p] - beta @ gram[:p, p]))
        log_det = -float(np.log(weights).sum() + np.log(shrink).sum())
        log_det_x = -float(np.linalg.slogdet(covariance)[1])
        contrast = np.append(-beta, 1.0)
        return Point(
            between=between,
            within=within,
            value=self.constant - (log_det + log_det_x + rss) / 2,
            beta=beta,
            covariance=covariance,
            weights=weights,
            shrink=shrink,
            study_weights=study_weights,
            study_x=study[:, :p],
            study_residual=study @ contrast,
            pulled_x=pulled[:, :p],
            pulled=pulled @ contrast,
            rss=rss,
        )

    def slope(self, point: Point) -> tuple[Vector, Matrix]:
        """Gradient (2) and average information (2 × 2) in (between, within). Source: Gilmour 1995 (AI-REML)."""
        shape = self.shape
        q, residual = point.shrink, point.shrink * point.study_residual
        study_x = q[:, None] * point.study_x
        ones_weighted = shape.ones * point.weights
        trace_between = float(q @ point.study_weights) - float(np.sum((study_x @ point.covariance) * study_x))
        squares = shape.per_study(ones_weighted**2)
        trace_within = (
            float(point.weights.sum())
            - point.between * float(q @ squares)
            - float(np.sum((point.pulled_x @ point.covariance) * point.pulled_x))
        )
        gradient = np.array(
            [float(residual @ residual) - trace_between, float(point.pulled @ point.pulled) - trace_within]
        )
        crossed = shape.per_study(ones_weighted * point.pulled)
        between_between = float((q * point.study_weights) @ residual**2)
        between_within = float((q * crossed) @ residual)
        within_within = float(point.weights @ point.pulled**2) - point.between * float(q @ crossed**2)
        loadings = np.column_stack([study_x.T @ residual, point.pulled_x.T @ point.pulled])
        information = np.array([[between_between, between_within], [between_within, within_within]])
        return gradient / 2, (information - loadings.T @ point.covariance @ loadings) / 2


def maximise(likelihood: Restricted, start: tuple[float, float], *, free: tuple[bool, bool] = (True, True)) -> Point:
    """Climb from `start` by average-information steps, halved where they overshoot; a variance stays at 0 or above.

    Along a flat ridge those steps are too short, so that later ones are lengthened.

    A variance that is not `free` keeps its start. Raises ArithmeticError where it does not settle.
    """
    allowed = np.array(free)
    point = likelihood.at(*start)
    for number in range(MOST_STEPS):
        gradient, information = likelihood.slope(point)
        here = np.array([point.between, point.within])
        active = allowed & ((here > 0) | (gradient > 0))
        step = np.zeros(2)
        step[active] = _newton(information[np.ix_(active, active)], gradient[active])
        scale = max(1e-4, float(here.sum()))
        if float(np.abs(step[active]).max(initial=0.0)) < SETTLED * scale:
            return point
        following = _uphill(likelihood, point, step)
        if following is None:
            return point
        if number >= PATIENCE:
            following = _further(likelihood, point, following)
            if following.value - point.value < NO_GAIN * max(1.0, abs(point.value)):
                return following
        point = following
    raise ArithmeticError("the variances did not settle; look for a study whose effects are far out")


def _newton(information: Matrix, gradient: Vector) -> Vector:
    size = float(np.trace(information)) or 1.0
    return solution(information + 1e-10 * size * np.eye(len(gradient)), gradient)


def _uphill(likelihood: Restricted, point: Point, step: Vector) -> Point | None:
    """The first halving of the step that does not lower the likelihood; None where rounding is all that is left."""
    here = np.array([point.between, point.within])
    for _ in range(MOST_HALVINGS):
        there = np.maximum(0.0, here + step)
        found = likelihood.at(float(there[0]), float(there[1]))
        if found.value >= point.value - 1e-12 * abs(point.value):
            return None if np.array_equal(there, here) else found
        step = step / 2
    return None


def _further(likelihood: Restricted, point: Point, following: Point) -> Point:
    """Double the stride from `point` to `following` as long as that gains."""
    here = np.array([point.between, point.within])
    stride = np.array([following.between, following.within]) - here
    for _ in range(MOST_HALVINGS):
        stride = stride * 2
        there = np.maximum(0.0, here + stride)
        found = likelihood.at(float(there[0]), float(there[1]))
        if found.value <= following.value:
            return following
        following = found
    return following
