"""Which settings the model averages over, and the search that solves only those that carry weight."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from solstice.learn.basis import Array, Basis
from solstice.learn.model import (
    FLAT,
    NOISE_MEAN,
    READINGS,
    SLOPE_MEAN,
    SLOPE_SD,
    Arms,
    Component,
    Data,
    Own,
    Reading,
    Setting,
    Shared,
    Solved,
    finish,
    solve_arms,
    solve_shared,
)
from solstice.learn.prior import PriorArrays

EFFECT = (0.03, 0.10, 0.25)
MODERATOR = (0.02, 0.05, 0.10, 0.16, 0.25, 0.40)
CURVE = (0.0, 0.6)
PROGNOSIS = (0.2, 0.5, 1.2)
PROGNOSIS_CURVE = (0.15, 0.7)
"""SDs over people, in SD units: of the effect between treatments, of all moderators of a treatment together, of all
of prognosis together; and of the curved columns, as a share of that. Without curves is a model of its own."""
EFFECT_HALF_NORMAL, MODERATOR_HALF_NORMAL, PROGNOSIS_HALF_NORMAL = 0.25, 0.20, 1.0
READING_WEIGHT = {"none": 0.4, "given": 0.2, "learnt": 0.2, "learnt_each": 0.2}
WORTH_A_LOOK = 1e-2
"""A grid point next to one with at least this share of the best one's weight is solved as well."""
WORTH_A_START = 1e-8
"""The same for the first point of a reading, which may lie on a slope."""
FLATTEN = 0.6
KEEP, MOST_COMPONENTS = 1e-2, 40
Point = tuple[int, ...]
"""Places on the five axes: effect, moderator, curve, prognosis, curve of the prognosis."""
Weighed = tuple[float, Solved]
"""The log of marginal likelihood times prior weight, and the weighed setting."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of the standardised design are values (or gaps) and which are curves; constant ones are neither."""

    values: tuple[int, ...]
    curves: tuple[int, ...]
    width: int


def layout(basis: Basis, alive: Array) -> Layout:
    """Sort the columns that vary into values and curves."""
    kinds = [(at, column.kind in {"value", "missing"}) for at, column in enumerate(basis.columns, start=1) if alive[at]]
    return Layout(
        tuple(at for at, is_value in kinds if is_value),
        tuple(at for at, is_value in kinds if not is_value),
        basis.width,
    )


def spreads(columns: Layout, level: float, values: float, curves: float) -> Array:
    """Prior variance of each column: `level` for the constant, the other two shared out over their columns."""
    out = np.zeros(columns.width)
    out[0] = level
    out[list(columns.values)] = values**2 / max(len(columns.values), 1)
    out[list(columns.curves)] = curves**2 / max(len(columns.curves), 1)
    return out


class Solver:
    """Solves settings of one reading of the evidence, remembering the treatments' part that several share."""

    def __init__(self, data: Data, columns: Layout, evidence: PriorArrays | None) -> None:
        self.data, self.columns, self.evidence = data, columns, evidence
        self._arms: dict[tuple[object, ...], Arms] = {}

    def solve(self, setting: Setting) -> Component:
        return finish(self.data, self.weigh(setting))

    def weigh(self, setting: Setting) -> Solved:
        extra = self._extra(setting.reading)
        shared = spreads(self.columns, FLAT, setting.prognosis, setting.prognosis * setting.prognosis_curve)
        variance = np.concatenate([shared, np.full(extra.shape[2], SLOPE_SD**2)])
        return solve_shared(self.data, self._solve_arms(setting), Shared(setting, extra, variance))

    def _solve_arms(self, setting: Setting) -> Arms:
        key = (setting.reading, setting.effect, setting.moderator, setting.curve)
        if key not in self._arms:
            self._arms[key] = solve_arms(self.data, self._own(setting))
        return self._arms[key]

    def _own(self, setting: Setting) -> Own:
        own = spreads(self.columns, setting.effect**2, setting.moderator, setting.moderator * setting.curve)
        shape = (len(self.data.square), self.columns.width)
        evidence, sd = self.evidence, np.broadcast_to(np.sqrt(own), shape)
        if evidence is None or setting.reading == "none":
            return Own(np.zeros(shape), sd)
        if setting.reading == "given":
            return _combined(own, evidence)
        tilt = None
        if setting.reading == "learnt_each":
            tilt = SLOPE_SD * evidence.mean
            tilt[:, 0] = 0.0
        return Own(SLOPE_MEAN * evidence.mean, sd, tilt)

    def _extra(self, reading: Reading) -> Array:
        evidence = self.evidence
        many = len(self.data.square)
        if evidence is None or reading in {"none", "given"}:
            return np.zeros((many, self.columns.width, 0))
        effect, moderators = np.zeros_like(evidence.mean), evidence.mean.copy()
        effect[:, 0], moderators[:, 0] = evidence.mean[:, 0], 0.0
        parts = [effect] if reading == "learnt_each" or not evidence.has_moderators else [effect, moderators]
        return np.stack(parts, axis=2)


def _combined(own: Array, evidence: PriorArrays) -> Own:
    """Published figures as noisy measurements of coefficients that are themselves drawn from N(0, own).

    So a large figure is drawn back the more, the wider its SD is against what moderators are here. A column the
    evidence is silent about keeps its own spread. Treatments are drawn back to their mean, not to zero.
    """
    known = evidence.variance > 0
    share = np.where(known, own / np.where(known, own + evidence.variance, 1.0), 0.0)
    level = np.zeros_like(evidence.mean)
    level[:, 0] = evidence.mean[:, 0].mean()
    variance = np.where(known, share * evidence.variance, own)
    return Own(level + share * (evidence.mean - level), np.sqrt(variance))


def setting_at(reading: Reading, point: Point, log_prior: float = 0.0) -> Setting:
    effect, moderator, curve, prognosis, prognosis_curve = point
    return Setting(
        reading=reading,
        effect=EFFECT[effect],
        moderator=MODERATOR[moderator],
        curve=CURVE[curve],
        prognosis=PROGNOSIS[prognosis],
        prognosis_curve=PROGNOSIS_CURVE[prognosis_curve],
        log_prior=log_prior,
    )


def _log_prior(axes: "Axes", reading: Reading, point: Point, readings: int) -> float:
    weight = math.log(READING_WEIGHT[reading] if readings > 1 else 1.0)
    effect, moderator = axes[reading]
    share = _shares(PROGNOSIS, PROGNOSIS_HALF_NORMAL)
    weight += float(effect[point[0]] + moderator[point[1]] + np.log(share[point[3]]))
    return weight - math.log(len(CURVE) * len(PROGNOSIS_CURVE))


def _shares(axis: tuple[float, ...], scale: float) -> Array:
    """How much each point of the axis counts beforehand: a half-normal, by the width around the point."""
    share = np.array([_width(axis, at) * math.exp(-((value / scale) ** 2) / 2) for at, value in enumerate(axis)])
    out: Array = share / share.sum()
    return out


Axes = Mapping[Reading, tuple[Array, Array]]
"""For each reading the log prior weights of the effect's and the moderators' scales."""


def axes_of(evidence: PriorArrays | None, columns: Layout) -> Axes:
    """Prior weights of the scales. Evidence taken as given also tells how large effects and moderators are at all.

    Published figures spread by the scale and by their own error together.
    """
    effect, moderator = np.log(_shares(EFFECT, EFFECT_HALF_NORMAL)), np.log(_shares(MODERATOR, MODERATOR_HALF_NORMAL))
    out = dict.fromkeys(READINGS, (effect, moderator))
    if evidence is not None:
        mean, variance = evidence.mean - evidence.mean[:, :1].mean() * np.eye(1, columns.width), evidence.variance
        first, rest = np.arange(columns.width) == 0, np.arange(columns.width) > 0
        sizes = [value**2 / max(len(columns.values), 1) for value in MODERATOR]
        out["given"] = (
            _told(effect, [value**2 for value in EFFECT], mean[:, first], variance[:, first]),
            _told(moderator, sizes, mean[:, rest], variance[:, rest]),
        )
    return out


def _told(log_prior: Array, own: list[float], mean: Array, variance: Array) -> Array:
    """The log prior of a scale after the published figures; `own` is its variance a coefficient."""
    known = variance > 0
    total = [NOISE_MEAN * (one + variance[known]) for one in own]
    told = [-0.5 * float(np.sum(np.log(one) + mean[known] ** 2 / one)) for one in total]
    log = log_prior + np.array(told) - max(told)
    out: Array = log - math.log(np.exp(log - log.max()).sum()) - log.max()
    return out


def _width(axis: tuple[float, ...], at: int) -> float:
    low = axis[at - 1] if at else 0.0
    high = axis[at + 1] if at + 1 < len(axis) else axis[at] + (axis[at] - axis[at - 1])
    return (high - low) / 2


def search(data: Data, columns: Layout, evidence: PriorArrays | None) -> tuple[list[Component], Array]:
    """Every setting that carries weight with its share, the heaviest first.

    The scales of prognosis are settled first, in the middle of the rest. From the middle of each reading's grid the
    search then walks to neighbours as long as they matter: a peaked posterior (many outcomes) needs few solutions.
    """
    readings: tuple[Reading, ...] = READINGS if evidence is not None else ("none",)
    bends = (len(CURVE), len(PROGNOSIS_CURVE)) if columns.curves else (1, 1)
    sizes = [len(EFFECT), len(MODERATOR), bends[0]]
    solver, axes = Solver(data, columns, evidence), axes_of(evidence, columns)

    def weigh(reading: Reading, point: Point) -> Weighed:
        setting = setting_at(reading, point, _log_prior(axes, reading, point, len(readings)))
        solved = solver.weigh(setting)
        return solved.log_likelihood + setting.log_prior, solved

    middle = (len(EFFECT) // 2, len(MODERATOR) // 2, 0)
    tails = list(itertools.product(range(len(PROGNOSIS)), range(bends[1])))
    tail = max(tails, key=lambda one: weigh("none", (*middle, *one))[0])
    found = _flood(partial(_weigh_at, weigh, "none", tail), (middle, sizes), -math.inf)
    best = max(found, key=lambda one: one[0])[1].part.setting
    for reading in readings[1:]:
        effect, moderator = (int(axis.argmax()) for axis in axes[reading])
        if reading != "given":
            effect, moderator = EFFECT.index(best.effect), len(MODERATOR) // 3
        start = (effect, moderator, CURVE.index(best.curve))
        floor = max(weight for weight, _ in found)
        found += _flood(partial(_weigh_at, weigh, reading, tail), (start, sizes), floor)
    found.sort(key=lambda one: -one[0])
    weights = _weights(found)
    kept = np.flatnonzero(weights >= KEEP * weights.max())[:MOST_COMPONENTS]
    return [finish(data, found[at][1]) for at in kept], weights[kept] / weights[kept].sum()


def _weights(found: list[Weighed]) -> Array:
    """Posterior shares; between readings as they are, within a reading flattened to the power `FLATTEN`.

    Scales are known worse than their marginal likelihood says where the model is not exactly right. Readings are not
    flattened: evidence that the outcomes contradict must go.
    """
    logs = np.array([weight for weight, _ in found])
    out = np.zeros(len(found))
    readings = np.array([solved.part.setting.reading for _, solved in found])
    for reading in sorted(set(readings)):
        mine = readings == reading
        flat = np.exp(FLATTEN * (logs[mine] - logs[mine].max()))
        out[mine] = flat / flat.sum() * np.exp(logs[mine] - logs.max()).sum()
    shares: Array = out / out.sum()
    return shares


def _weigh_at(weigh: Callable[[Reading, Point], Weighed], reading: Reading, tail: Point, point: Point) -> Weighed:
    return weigh(reading, (*point, *tail))


def _flood(weigh: Callable[[Point], Weighed], grid: tuple[Point, list[int]], floor: float) -> list[Weighed]:
    """Weigh from the middle outwards; `floor` is the best weight of what was weighed before."""
    start, sizes = grid
    solved = {start: weigh(start)}
    open_points, best = [start], max(floor, solved[start][0])
    while open_points:
        point = max(open_points, key=lambda one: (solved[one][0], one))
        open_points.remove(point)
        worth = WORTH_A_LOOK if point != start else WORTH_A_START
        if solved[point][0] < best + math.log(worth):
            break
        for neighbour in _neighbours(point, sizes):
            if neighbour not in solved:
                solved[neighbour] = weigh(neighbour)
                open_points.append(neighbour)
                best = max(best, solved[neighbour][0])
    return list(solved.values())


def _neighbours(point: Point, sizes: list[int]) -> Iterator[Point]:
    for axis, step in itertools.product(range(len(sizes)), (-1, 1)):
        moved = point[axis] + step
        if 0 <= moved < sizes[axis]:
            yield (*point[:axis], moved, *point[axis + 1 :])
