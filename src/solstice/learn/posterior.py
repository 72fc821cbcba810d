"""What was learnt: contrasts for a person with intervals from the whole mixture, and where each part comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from solstice.learn.basis import Array
from solstice.learn.grid import Layout, layout, search
from solstice.learn.model import Component, Data, Setting
from solstice.learn.prior import Prior, PriorArrays, lay_out
from solstice.learn.statistics import Statistics, is_zero_one, pool

SHADOW_BELOW = 300
"""With fewer outcomes nothing protects against wrong evidence: the clinic's own part is shown, not used."""
CONSTANT = 1e-9
FARTHEST = 4.0
"""A value farther from the mean than this many SDs is weighed as if it stood there: nobody was seen out there."""
RESERVE, RESERVE_BENT = 0.2, 1.3
"""What no column can say of how people differ: it only adds doubt. The first as a share of the SD of moderation by
values, the second of that by curves: the more the outcomes speak for curves, the more may be bent in other ways."""
MOST_STEPS, CLOSE, ROOT_2PI = 60, 1e-12, 0.3989422804014327
DRAWS, SEED = 2000, 20261122
Mixture = tuple[Sequence[Component], Array]
"""The solved settings and how much each counts."""


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Benefit of each treatment (column) for each person (row) against the reference, SD units; higher is better."""

    treatments: tuple[str, ...]
    mean: Array
    lower: Array
    upper: Array
    sd: Array


class Posterior:
    """A mixture of conjugate posteriors over readings of the evidence and scales, rebuilt exactly from the sums."""

    def __init__(
        self, statistics: Statistics, prior: Prior | None, framed: "tuple[Frame, Data]", mixture: Mixture
    ) -> None:
        self.statistics, self.prior = statistics, prior
        self.frame, self.data = framed
        self.components, self.weights = tuple(mixture[0]), mixture[1]

    @property
    def treatments(self) -> tuple[str, ...]:
        return self.frame.treatments

    @property
    def covariates(self) -> tuple[str, ...]:
        return self.statistics.basis.covariates

    @property
    def n(self) -> float:
        return self.statistics.n

    @property
    def shadow(self) -> bool:
        """Whether the clinic's own part must not yet move a decision."""
        return self.n < SHADOW_BELOW

    def reading_weights(self) -> dict[str, float]:
        """How much each reading of the evidence counts after the outcomes."""
        out: dict[str, float] = {}
        for component, weight in zip(self.components, self.weights, strict=True):
            out[component.setting.reading] = out.get(component.setting.reading, 0.0) + float(weight)
        return out

    def contrasts(self, x: Array, *, against: str | None = None, level: float = 0.8) -> Contrasts:
        """Benefit against the plain mean of all treatments, or against one of them; rows of `x` follow `covariates`."""
        design, doubt = self.frame.design(x)
        means, variances = self._moments(design, doubt, self._against(against))
        tails = (0.5 - level / 2, 0.5 + level / 2)
        lower, upper = quantiles((means, variances), self.weights, self._degrees, tails)
        mean = np.tensordot(self.weights, means, axes=1)
        spread = np.tensordot(self.weights, variances + (means - mean) ** 2, axes=1)
        return Contrasts(self.treatments, mean, lower, upper, np.sqrt(spread))

    def contributions(self, x: Array, *, against: str | None = None) -> tuple[Array, Array]:
        """The mean contrasts taken apart exactly: (T,) at the average person, and (people, T, covariates) on top."""
        design, _ = self.frame.design(x)
        coefficients = self._against(against) @ self._mean
        level: Array = coefficients[:, 0]
        pieces: Array = (design[:, None, :] * coefficients[None]) @ self.frame.shares.T
        return level, pieces

    def chance_among_best(self, x: Array, *, margin: float = 0.0) -> Array:
        """Chance (people, T) that no other treatment is better by more than `margin`; fixed draws, so repeatable."""
        design, doubt = self.frame.design(x)
        rng = np.random.default_rng(SEED)
        counts = np.maximum(1, np.round(self.weights * DRAWS)).astype(int)
        wins, drawn = np.zeros((len(design), len(self.treatments))), int(counts.sum())
        plain = np.eye(len(self.treatments))
        for component, count in zip(self.components, counts, strict=True):
            own, tied = self._pieces(component, design, doubt, plain)
            root = np.linalg.cholesky(component.shared)
            noise = component.noise * component.degrees / rng.chisquare(component.degrees, count)
            first = rng.standard_normal((count, 1, len(self.treatments))) * np.sqrt(own)[None]
            second = np.tensordot(rng.standard_normal((count, root.shape[0])), tied @ root, axes=(1, 2)).transpose(
                0, 2, 1
            )
            value = (design @ component.mean.T)[None] + np.sqrt(noise)[:, None, None] * (first + second)
            wins += (value >= value.max(axis=2, keepdims=True) - margin).sum(axis=0)
        chance: Array = wins / drawn
        return chance

    @cached_property
    def _mean(self) -> Array:
        mean: Array = np.tensordot(self.weights, np.stack([one.mean for one in self.components]), axes=1)
        return mean

    @cached_property
    def _degrees(self) -> Array:
        return np.array([one.degrees for one in self.components])

    def _against(self, against: str | None) -> Array:
        many = len(self.treatments)
        if against is None:
            return np.eye(many) - 1.0 / many
        out = np.eye(many)
        out[:, self.treatments.index(against)] -= 1.0
        return out

    def _moments(self, design: Array, doubt: Array, compare: Array) -> tuple[Array, Array]:
        """Means and variances (components, people, T) of `compare` times the benefits."""
        means, variances = [], []
        for component in self.components:
            own, tied = self._pieces(component, design, doubt, compare)
            means.append(design @ (compare @ component.mean).T)
            joint = np.sum((tied @ component.shared) * tied, axis=2).T
            unknown = doubt @ ((compare @ component.mean) ** 2).T
            variances.append(component.noise * (own @ (compare**2).T + joint) + unknown)
        return np.stack(means), np.stack(variances)

    @staticmethod
    def _pieces(component: Component, design: Array, doubt: Array, compare: Array) -> tuple[Array, Array]:
        """Each treatment's own variance (people, T), and what ties comparisons to the shared part (T, people, r)."""
        own = np.sum((design @ component.spread) * design, axis=2).T
        own = own + doubt @ np.diagonal(component.spread, axis1=1, axis2=2).T + reserve(component.setting) ** 2
        link = np.tensordot(compare, component.link, axes=1)
        return np.maximum(own, 0.0), design @ link


@dataclass(frozen=True, slots=True)
class Frame:
    """The standardised design: how a person's columns are centred, and what is unknown about a person adds in doubt."""

    treatments: tuple[str, ...]
    statistics: Statistics
    centre: Array
    scale: Array
    columns: Layout
    shares: Array

    def is_far(self, x: Array) -> npt.NDArray[np.bool_]:
        """Where a measured value is farther out than it is weighed (people, covariates); a rare yes is not."""
        basis = self.statistics.basis
        varies = {column.of[0] for column, scale in zip(basis.columns, self.scale[1:], strict=True) if scale > 0}
        measured = [name in varies and not is_zero_one(self.statistics, name) for name in basis.covariates]
        out = np.abs(x - np.array(basis.centre)) > FARTHEST * np.array(basis.scale)
        far: npt.NDArray[np.bool_] = out & np.array(measured, dtype=bool)
        return far

    def design(self, x: Array) -> tuple[Array, Array]:
        """Rows for `x` (NaN unknown), and the variance that unknown values never seen unknown leave in each column."""
        basis = self.statistics.basis
        centre, scale = np.array(basis.centre), np.array(basis.scale)
        held = np.clip(x, centre - FARTHEST * scale, centre + FARTHEST * scale)
        out = (basis.design(held) - self.centre) * self.scale
        doubt = np.zeros_like(out)
        seen = {column.of[0] for column in basis.columns if column.kind == "missing"}
        for at, column in enumerate(basis.columns, start=1):
            gap = np.any([np.isnan(x[:, basis.covariates.index(name)]) for name in column.of], axis=0)
            if column.kind == "missing" or not gap.any():
                continue
            if column.of[0] not in seen:
                out[gap, at], doubt[gap, at] = 0.0, float(self.scale[at] > 0)
            elif column.kind != "value":
                doubt[gap, at] = float(self.scale[at] > 0)
        return out, doubt


def frame_of(statistics: Statistics, treatments: tuple[str, ...]) -> tuple[Frame, Data]:
    """Centre and scale every column over all people; a column that does not vary says nothing and is left out."""
    total = statistics.moments.sum(axis=0)
    n = max(total[0, 0], 1.0)
    centre = total[0, :-1] / n
    variance = np.diag(total)[:-1] / n - centre**2
    alive = variance > CONSTANT
    centre = np.where(alive, centre, 0.0)
    scale = np.where(alive, 1.0 / np.sqrt(np.where(alive, variance, 1.0)), 0.0)
    centre[0], scale[0] = 0.0, 1.0
    change = np.diag(np.append(scale, 1.0))
    change[:-1, 0] -= centre * scale
    moved = change @ statistics.moments @ change.T
    whole = np.zeros((len(treatments), *moved.shape[1:]))
    for treatment, moment in zip(statistics.treatments, moved, strict=True):
        whole[treatments.index(treatment)] = (moment + moment.T) / 2
    columns = layout(statistics.basis, alive)
    frame = Frame(treatments, statistics, centre, scale, columns, statistics.basis.shares())
    return frame, Data(whole[:, :-1, :-1], whole[:, :-1, -1], whole[:, -1, -1])


def reserve(setting: Setting) -> float:
    """SD (in units of the noise) of what no column can say: more where the outcomes speak for curves."""
    return setting.moderator * (RESERVE + RESERVE_BENT * setting.curve)


def evidence_of(prior: Prior | None, statistics: Statistics, treatments: tuple[str, ...]) -> PriorArrays | None:
    """The evidence over the design, None where there is none."""
    if prior is None or not (prior.treatments or prior.moderators):
        return None
    basis = statistics.basis
    columns = {column.of[0]: at for at, column in enumerate(basis.columns, start=1) if column.kind == "value"}
    return lay_out(prior, treatments, columns, basis.width)


def learn(parts: Statistics | Sequence[Statistics], prior: Prior | None = None) -> Posterior:
    """Learn from the statistics of one clinic or several, with or without evidence."""
    statistics = pool([parts] if isinstance(parts, Statistics) else parts)
    named = set(prior.treatments) if prior is not None else set()
    treatments = tuple(sorted({*statistics.treatments, *named}))
    frame, data = frame_of(statistics, treatments)
    mixture = search(data, frame.columns, evidence_of(prior, statistics, treatments))
    return Posterior(statistics, prior, (frame, data), mixture)


def rows_of(people: Sequence[Mapping[str, float | None]], covariates: tuple[str, ...]) -> Array:
    """People given as mappings as rows for `contrasts`; what is absent or None is unknown."""
    values = [[person.get(name) for name in covariates] for person in people]
    return np.array([[np.nan if value is None else float(value) for value in row] for row in values], dtype=float)


def quantiles(moments: tuple[Array, Array], weights: Array, degrees: Array, at: tuple[float, ...]) -> list[Array]:
    """Quantiles of a mixture of t distributions (components first), by Newton's steps held between bounds."""
    from scipy.special import ndtr  # noqa: PLC0415 - scipy is imported only where it is used

    means, variances = moments
    sd = np.sqrt(np.maximum(variances, 1e-300))
    nu = degrees.reshape(-1, *[1] * (means.ndim - 1))
    sharp = 1.0 - 2.0 / (8.0 * nu + 3.0)

    def below(value: Array) -> tuple[Array, Array]:
        t = (value - means) / sd
        z = np.sign(t) * sharp * np.sqrt(nu * np.log1p(t * t / nu))  # Wallace 1959: t as a normal deviate
        dense = np.exp(-z * z / 2) / sd  # near enough to the slope for the step; the bounds keep it safe
        return np.tensordot(weights, ndtr(z), axes=1), np.tensordot(weights, dense, axes=1) * ROOT_2PI

    out = []
    middle = np.tensordot(weights, means, axes=1)
    for share in at:
        low, high = (means - 12 * sd).min(axis=0), (means + 12 * sd).max(axis=0)
        value = middle
        for _ in range(MOST_STEPS):
            total, slope = below(value)
            low, high = np.where(total < share, value, low), np.where(total < share, high, value)
            wanted = value + (share - total) / np.maximum(slope, 1e-300)
            step = np.where((wanted > low) & (wanted < high), wanted, (low + high) / 2) - value
            value = value + step
            if np.abs(step).max(initial=0.0) < CLOSE:
                break
        out.append(value)
    return out
