"""The structured solution against the same model written out in full: one dense normal–inverse-gamma regression."""

import math

import numpy as np
import pytest

from solstice.learn.grid import Layout, Solver, setting_at
from solstice.learn.model import FLAT, NOISE_SCALE, NOISE_SHAPE, SLOPE_MEAN, SLOPE_SD, Component, Data, Reading
from solstice.learn.posterior import quantiles
from solstice.learn.prior import PriorArrays

N, ARMS, WIDTH = 90, 3, 5
LAYOUT = Layout((1, 2, 3), (4,), WIDTH)
POINT = (1, 3, 1, 1, 1)


def problem() -> tuple[np.ndarray, np.ndarray, np.ndarray, Data, PriorArrays]:
    rng = np.random.default_rng(17)
    design = np.column_stack([np.ones(N), rng.standard_normal((N, WIDTH - 1))])
    given, y = rng.integers(0, ARMS, N), rng.normal(0.3, 1.0, N)
    parts = [(design[given == arm], y[given == arm]) for arm in range(ARMS)]
    data = Data(
        np.stack([b.T @ b for b, _ in parts]),
        np.stack([b.T @ v for b, v in parts]),
        np.array([v @ v for _, v in parts]),
    )
    mean, variance = np.zeros((ARMS, WIDTH)), np.zeros((ARMS, WIDTH))
    mean[:, 0], variance[:, 0] = (0.3, 0.1, 0.4), 0.01
    mean[:, 1:3], variance[:, 1:3] = rng.normal(0, 0.2, (ARMS, 2)), 0.0025
    return design, given, y, data, PriorArrays(mean, variance)


def dense(reading: Reading) -> tuple[float, np.ndarray, np.ndarray]:
    """Log marginal likelihood (up to a constant), mean and covariance of θ from one regression on all columns."""
    design, given, y, _, evidence = problem()
    setting = setting_at(reading, POINT)
    own = np.full(WIDTH, setting.moderator**2 / 3)
    own[0], own[4] = setting.effect**2, (setting.moderator * setting.curve) ** 2
    shared = np.full(WIDTH, setting.prognosis**2 / 3)
    shared[0], shared[4] = FLAT, (setting.prognosis * setting.prognosis_curve) ** 2
    size = WIDTH * ARMS
    pick = np.zeros((N, size))
    for arm in range(ARMS):
        pick[given == arm, arm * WIDTH : (arm + 1) * WIDTH] = design[given == arm]
    start, spread = np.zeros((ARMS, WIDTH)), np.broadcast_to(np.diag(own), (ARMS, WIDTH, WIDTH)).copy()
    m, v = evidence.mean, evidence.variance
    slopes = np.zeros((size, 0))
    if reading == "given":
        known = v > 0
        share = np.where(known, own / (own + np.where(known, v, 1.0)), 0.0)
        level = np.zeros_like(m)
        level[:, 0] = m[:, 0].mean()
        start = level + share * (m - level)
        spread = np.stack([np.diag(np.where(known[t], share[t] * v[t], own)) for t in range(ARMS)])
    elif reading != "none":
        start = SLOPE_MEAN * m
        spread = np.stack([np.diag(own) for _ in range(ARMS)])
        effect, rest = np.zeros_like(m), m.copy()
        effect[:, 0], rest[:, 0] = m[:, 0], 0.0
        if reading == "learnt":
            slopes = np.column_stack([effect.ravel(), rest.ravel()])
        else:
            slopes = effect.ravel()[:, None]
            spread = spread + SLOPE_SD**2 * np.einsum("ti,tj->tij", rest, rest)
    theta = np.zeros((size, size))
    for arm in range(ARMS):
        theta[arm * WIDTH : (arm + 1) * WIDTH, arm * WIDTH : (arm + 1) * WIDTH] = spread[arm]
    theta += SLOPE_SD**2 * slopes @ slopes.T
    marginal = np.eye(N) + pick @ theta @ pick.T + design @ np.diag(shared) @ design.T
    rest = y - pick @ start.ravel()
    inverse = np.linalg.inv(marginal)
    shape, rate = NOISE_SHAPE + N / 2, NOISE_SCALE + rest @ inverse @ rest / 2
    likelihood = -0.5 * np.linalg.slogdet(marginal)[1] - shape * math.log(rate)
    gain = theta @ pick.T @ inverse
    return likelihood, (start.ravel() + gain @ rest).reshape(ARMS, WIDTH), (theta - gain @ pick @ theta) * rate / shape


def covariance(component: Component) -> np.ndarray:
    out = np.einsum("tir,rs,ujs->tiuj", component.link, component.shared, component.link)
    for arm in range(ARMS):
        out[arm, :, arm] += component.spread[arm]
    return component.noise * out.reshape(ARMS * WIDTH, ARMS * WIDTH)


@pytest.mark.parametrize("reading", ["none", "given", "learnt", "learnt_each"])
def test_the_structured_solution_equals_the_dense_one(reading: Reading) -> None:
    *_, data, evidence = problem()
    found = Solver(data, LAYOUT, evidence).solve(setting_at(reading, POINT))
    likelihood, mean, cover = dense(reading)
    assert found.log_likelihood == pytest.approx(likelihood, abs=1e-8)
    np.testing.assert_allclose(found.mean, mean, atol=1e-9)
    np.testing.assert_allclose(covariance(found), cover, atol=1e-8)


def test_quantiles_of_a_mixture_of_t_distributions() -> None:
    from scipy.stats import t

    means, variances = np.array([[0.0], [1.0]]), np.array([[1.0], [0.25]])
    weights, degrees = np.array([0.7, 0.3]), np.array([9.0, 40.0])
    for share in (0.1, 0.5, 0.9):
        (value,) = quantiles((means, variances), weights, degrees, (share,))
        below = 0.7 * t.cdf(value, 9) + 0.3 * t.cdf((value - 1) / 0.5, 40)
        assert below == pytest.approx(share, abs=2e-3)
