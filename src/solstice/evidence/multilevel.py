"""Effects within studies: three-level and correlated-and-hierarchical (CHE) models, with or without moderators."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from solstice.evidence.blocks import Blocks, Matrix, Vector, blocks
from solstice.evidence.distributions import chi2_above, normal_two_sided, t_two_sided, t_upper, z_upper
from solstice.evidence.likelihood import Point, Restricted, maximise
from solstice.evidence.linear import inverse, solution
from solstice.evidence.robust import Robust, cr2

Test = Literal["z", "t", "cr2"]
Start = tuple[float, float]
"""Variances between and within studies from which a search begins."""
NO_RESIDUAL = 1e-9
"""A robust SE below this means that nothing is left over: the model's own SE is then the honest one."""
BETWEEN_SHARES = (0.1, 0.5, 0.9)
"""Shares of the variance that lie between studies, in the places from which the search may start."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient in SD units; `df` is None where the normal distribution was used."""

    term: str
    estimate: float
    se: float
    lower: float
    upper: float
    p: float
    df: float | None


@dataclass(frozen=True, slots=True)
class Multilevel:
    """REML fit of effects within studies.

    `s2_study` is the variance between studies, `s2_effect` within them. `i2` (of the total, from the variances),
    `i2_study` and `i2_effect` are percent. `is_separable` is False where each study has one effect: then only the sum
    of the variances is known and stands in `s2_study`. `q` is the residual heterogeneity. The prediction interval is
    for one new effect.
    """

    model: str
    k: int
    studies: int
    coefficients: tuple[Coefficient, ...]
    s2_study: float
    s2_effect: float
    i2: float
    i2_study: float
    i2_effect: float
    q: float
    log_likelihood: float
    pi_lower: float | None
    pi_upper: float | None
    test: Test
    rho: float
    is_separable: bool
    moderator_test: tuple[float, int, float] | None = None

    @property
    def tau2(self) -> float:
        """Both variances together."""
        return self.s2_study + self.s2_effect

    @property
    def start(self) -> Start:
        """Where the search for almost the same data may begin."""
        return self.s2_study, self.s2_effect

    def to_json(self) -> dict[str, Any]:
        """The first coefficient under the keys of a pooled result, the rest by its own names."""
        first = self.coefficients[0]
        moderators = self.moderator_test
        return {
            "model": self.model,
            "k": self.k,
            "studies": self.studies,
            "g": first.estimate,
            "se": first.se,
            "lower": first.lower,
            "upper": first.upper,
            "p": first.p,
            "df": first.df,
            "tau2": self.tau2,
            "s2_study": self.s2_study,
            "s2_effect": self.s2_effect if self.is_separable else None,
            "i2": self.i2,
            "i2_from": "tau2",
            "i2_study": self.i2_study,
            "i2_effect": self.i2_effect if self.is_separable else None,
            "q": self.q,
            "log_likelihood": self.log_likelihood,
            "pi_lower": self.pi_lower,
            "pi_upper": self.pi_upper,
            "test": self.test,
            "rho": self.rho,
            "coefficients": [asdict(coefficient) for coefficient in self.coefficients],
            "moderator_test": moderators and {"statistic": moderators[0], "df": moderators[1], "p": moderators[2]},
        }


def three_level(
    y: ArrayLike, v: ArrayLike, studies: Sequence[str], *, test: Test = "t", start: Start | None = None
) -> Multilevel:
    """Pool `y` (k) with sampling variances `v` (k), effects nested in `studies`; sampling errors independent.

    `test`: z, t with studies − 1 degrees of freedom ("contain"), or cr2. Source: Van den Noortgate 2013; metafor
    rma.mv.
    """
    return fit(y, v, studies, test=test, model="three-level", start=start)


def che(
    y: ArrayLike,
    v: ArrayLike,
    studies: Sequence[str],
    *,
    rho: float = 0.6,
    smooth: bool = False,
    test: Test = "cr2",
    start: Start | None = None,
) -> Multilevel:
    """As `three_level`, with correlation `rho` between the sampling errors of a study; cluster-robust by default.

    Source: Pustejovsky and Tipton 2022.
    """
    return fit(y, v, studies, rho=rho, smooth=smooth, test=test, model="che", start=start)


def fit(  # noqa: PLR0913 - one argument a choice of the model, all but the data by name
    y: ArrayLike,
    v: ArrayLike,
    studies: Sequence[str],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("all",),
    rho: float = 0.0,
    smooth: bool = False,
    test: Test = "z",
    model: str = "multilevel",
    start: Start | None = None,
) -> Multilevel:
    """Fit the model with moderators `x` (k × p, the intercept included) named by `terms` (p).

    Where studies are too few, or nothing is left over, a simpler test is used than asked for; `test` of the result
    names it. `start`: where to begin, such as the variances of almost the same data. Raises ValueError where lengths
    differ, a variance is not above 0, moderators overlap, or too few effects are left.
    """
    effects, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    design = np.ones((len(effects), 1)) if x is None else np.asarray(x, dtype=np.float64)
    _check(effects, variances, studies, design)
    shape = blocks(studies, variances, rho=rho, smooth=smooth)
    in_order = design[shape.order], effects[shape.order]
    likelihood = Restricted(shape, in_order[1], in_order[0])
    fixed = likelihood.at(0.0, 0.0)
    point = _best(likelihood, fixed, effects, start)
    test, robust = _tested(test, shape, in_order, point)
    coefficients = _coefficients(point, terms, test=test, robust=robust, studies=len(shape.sizes))
    shares = _i2(point, design, variances)
    low, high = (None, None) if x is not None else _prediction(coefficients[0], point)
    return Multilevel(
        model=model,
        k=len(effects),
        studies=len(shape.sizes),
        coefficients=coefficients,
        s2_study=point.between,
        s2_effect=point.within,
        i2=shares[0] + shares[1],
        i2_study=shares[0],
        i2_effect=shares[1],
        q=fixed.rss,
        log_likelihood=point.value,
        pi_lower=low,
        pi_upper=high,
        test=test,
        rho=rho,
        is_separable=shape.is_separable,
        moderator_test=None if x is None else _wald(point, robust),
    )


def _check(effects: Vector, variances: Vector, studies: Sequence[str], design: Matrix) -> None:
    if not len(effects) == len(variances) == len(studies) == len(design):
        raise ValueError("effects, variances, studies and moderators differ in number; give one of each a row")
    if not (np.isfinite(effects).all() and np.isfinite(variances).all() and (variances > 0).all()):
        raise ValueError("an effect or variance is not usable; effects are finite and variances above 0")
    if len(effects) <= design.shape[1]:
        raise ValueError(f"{len(effects)} effects are too few for {design.shape[1]} coefficients")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("the moderators overlap: one follows from the others; leave one out")


def _tested(test: Test, shape: Blocks, data: tuple[Matrix, Vector], point: Point) -> tuple[Test, Robust | None]:
    """The test that is possible: robust and t need studies to spare, and robust needs something left over."""
    x, y = data
    if len(shape.sizes) <= x.shape[1]:
        return "z", None
    if test != "cr2":
        return test, None
    robust = cr2(shape, x, y, point)
    return ("t", None) if min(robust.se) <= NO_RESIDUAL else ("cr2", robust)


def _best(likelihood: Restricted, fixed: Point, effects: Vector, warm: Start | None) -> Point:
    """Climb from the best of a few places: the likelihood may have more than one summit where an effect is far out."""
    if warm is not None:
        near = warm if likelihood.shape.is_separable else (sum(warm), 0.0)
        summit = maximise(likelihood, near, free=(True, likelihood.shape.is_separable))
        return summit if summit.value >= fixed.value else fixed
    spread = likelihood.shape.spread
    excess = max(0.0, fixed.rss - (len(effects) - fixed.beta.size)) / float(fixed.weights.sum())
    moments, raw = max(excess, 1e-3 * float(np.median(spread)), 1e-6), max(float(np.var(effects)), 1e-6)
    totals = {moments, raw, math.sqrt(moments * raw)}
    is_separable = likelihood.shape.is_separable
    shares = BETWEEN_SHARES if is_separable else (1.0,)
    places = [(share * total, (1 - share) * total) for total in totals for share in shares]
    start = max(places, key=lambda place: likelihood.at(*place).value)
    summit = maximise(likelihood, start, free=(True, is_separable))
    return summit if summit.value >= fixed.value else fixed


def _coefficients(
    point: Point, terms: Sequence[str], *, test: Test, robust: Robust | None, studies: int
) -> tuple[Coefficient, ...]:
    found = []
    for number, term in enumerate(terms):
        estimate = float(point.beta[number])
        se = float(np.sqrt(point.covariance[number, number]))
        df: float | None = studies - len(terms) if test == "t" else None
        if robust is not None:
            se, df = robust.se[number], robust.df[number]
        critical = z_upper(0.975) if df is None else t_upper(0.975, df)
        p = normal_two_sided(estimate / se) if df is None else t_two_sided(estimate / se, df)
        found.append(Coefficient(term, estimate, se, estimate - critical * se, estimate + critical * se, p, df))
    return tuple(found)


def _prediction(coefficient: Coefficient, point: Point) -> tuple[float, float]:
    critical = z_upper(0.975) if coefficient.df is None else t_upper(0.975, coefficient.df)
    half = critical * float(np.sqrt(coefficient.se**2 + point.between + point.within))
    return coefficient.estimate - half, coefficient.estimate + half


def _i2(point: Point, design: Matrix, variances: Vector) -> tuple[float, float]:
    """Shares in percent of both variances in the total, against the typical variance of single effects.

    Correlation within studies is left out of the typical variance, so that models with and without it compare.
    Source: Higgins and Thompson 2002; metafor's page on I² of multilevel models.
    """
    weights = 1 / variances
    covariance = inverse(design.T @ (weights[:, None] * design))
    weighted = weights[:, None] * design
    trace = float(weights.sum()) - float(np.sum((weighted @ covariance) * weighted))
    typical = (len(variances) - design.shape[1]) / trace
    total = point.between + point.within + typical
    return 100 * point.between / total, 100 * point.within / total


def _wald(point: Point, robust: Robust | None) -> tuple[float, int, float]:
    """Test of all coefficients but the first: chi-square, its degrees of freedom, p. Liberal where studies are few."""
    covariance = point.covariance if robust is None else robust.covariance
    beta, part = point.beta[1:], covariance[1:, 1:]
    if not beta.size:
        return 0.0, 0, 1.0
    statistic = float(beta @ solution(part, beta))
    return statistic, int(beta.size), chi2_above(statistic, int(beta.size))
