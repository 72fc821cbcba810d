"""Trials of a network: what each compared, as effects against its first treatment with their exact covariance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from solstice.evidence.blocks import Matrix, Vector
from solstice.evidence.effect_size import Summary, combined, pooled_sd, small_sample_factor

CONSISTENT = 1e-3


class NotANetwork(ValueError):  # noqa: N818 - named after what it says
    """These trials cannot be compared with each other; says which and why."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One treatment of one study: mean and SD in points (fewer is better), and people."""

    study: str
    treatment: str
    mean: float
    sd: float
    n: float


@dataclass(frozen=True, slots=True)
class Contrast:
    """`first` against `second` in one study, in SD units; positive: the first did better."""

    study: str
    first: str
    second: str
    effect: float
    variance: float


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Effects `y` (a − 1) of treatments[1:] against treatments[0], with covariance `v` (a − 1 × a − 1).

    `people` (a) is known where the trial was made from its arms.
    """

    study: str
    treatments: tuple[str, ...]
    y: Vector
    v: Matrix
    people: tuple[float, ...] | None = None

    def against(self, treatment: str) -> "Trial":
        """The same trial with another of its treatments first."""
        position = self.treatments.index(treatment)
        order = [position, *(number for number in range(len(self.treatments)) if number != position)]
        y = np.insert(self.y, 0, 0.0)
        v = np.insert(np.insert(self.v, 0, 0.0, axis=0), 0, 0.0, axis=1)
        turn = (np.eye(len(order))[order] - np.eye(len(order))[position])[1:]
        return Trial(
            self.study,
            tuple(self.treatments[number] for number in order),
            turn @ y,
            turn @ v @ turn.T,
            None if self.people is None else tuple(self.people[number] for number in order),
        )


def from_arms(arms: Iterable[Arm], *, hedges: bool = True) -> tuple[Trial, ...]:
    """One trial a study. All its arms share one pooled SD, so that its contrasts agree exactly.

    Arms of the same treatment are combined. The variance of a contrast is 1/nᵢ + 1/nⱼ + d²/2N with N people in the
    study; its covariances follow from those of all pairs. `hedges` corrects for small samples with N. Raises
    NotANetwork where a study has fewer than two treatments or no spread. Source: Rücker 2012; netmeta pairwise.
    """
    by_study: dict[str, dict[str, list[Summary]]] = {}
    for arm in arms:
        treatments = by_study.setdefault(arm.study, {})
        treatments.setdefault(arm.treatment, []).append(Summary(arm.mean, arm.sd, arm.n))
    return tuple(
        _from_summaries(study, {name: combined(tuple(parts)) for name, parts in sorted(treatments.items())}, hedges)
        for study, treatments in by_study.items()
    )


def _from_summaries(study: str, arms: Mapping[str, Summary], hedges: bool) -> Trial:
    if len(arms) < 2:
        raise NotANetwork(f"study '{study}' has one treatment ({', '.join(arms)}); a comparison needs two")
    total = sum(arm.n for arm in arms.values())
    sd = pooled_sd(tuple(arms.values())) if min(arm.n for arm in arms.values()) > 1 else 0.0
    if sd <= 0:
        raise NotANetwork(f"study '{study}' has no spread, or an arm of one person")
    d = {name: -arm.mean / sd for name, arm in arms.items()}
    variances = {
        (a, b): 1 / arms[a].n + 1 / arms[b].n + (d[a] - d[b]) ** 2 / (2 * total) for a, b in combinations(arms, 2)
    }
    factor = small_sample_factor(total) if hedges else 1.0
    first, *others = arms
    return Trial(
        study,
        tuple(arms),
        np.array([factor * (d[name] - d[first]) for name in others]),
        _covariance(tuple(arms), variances),
        tuple(arm.n for arm in arms.values()),
    )


def from_contrasts(contrasts: Iterable[Contrast]) -> tuple[Trial, ...]:
    """One trial a study from its pairwise effects; with three treatments or more every pair must be there and agree.

    Raises NotANetwork naming the study otherwise. Source: Rücker 2012 (multi-arm trials).
    """
    by_study: dict[str, list[Contrast]] = {}
    for contrast in contrasts:
        by_study.setdefault(contrast.study, []).append(contrast)
    return tuple(_from_pairs(study, pairs) for study, pairs in by_study.items())


def _from_pairs(study: str, pairs: Sequence[Contrast]) -> Trial:
    treatments = tuple(sorted({pair.first for pair in pairs} | {pair.second for pair in pairs}))
    effects: dict[tuple[str, str], float] = {}
    variances: dict[tuple[str, str], float] = {}
    for pair in pairs:
        a, b, sign = (pair.first, pair.second, 1) if pair.first < pair.second else (pair.second, pair.first, -1)
        if a == b or (a, b) in effects:
            raise NotANetwork(f"study '{study}' compares '{a}' with '{b}' twice or with itself; combine the rows")
        effects[a, b], variances[a, b] = sign * pair.effect, pair.variance
    wanted = list(combinations(treatments, 2))
    missing = [pair for pair in wanted if pair not in effects]
    if missing:
        raise NotANetwork(f"study '{study}' has no comparison of '{missing[0][0]}' with '{missing[0][1]}'")
    first, *others = treatments
    y = np.array([-effects[first, name] for name in others])
    values = dict(zip(treatments, [0.0, *map(float, y)], strict=True))
    for a, b in wanted:
        if abs(values[a] - values[b] - effects[a, b]) > CONSISTENT:
            raise NotANetwork(f"study '{study}': its comparisons of '{a}' and '{b}' contradict each other")
    return Trial(study, treatments, y, _covariance(treatments, variances))


def _covariance(treatments: tuple[str, ...], variances: Mapping[tuple[str, str], float]) -> Matrix:
    """cov(i, j) = (v₀ᵢ + v₀ⱼ − vᵢⱼ)/2 against the first treatment."""
    first, *others = treatments

    def variance(a: str, b: str) -> float:
        return 0.0 if a == b else variances[a, b] if (a, b) in variances else variances[b, a]

    return np.array([[(variance(first, a) + variance(first, b) - variance(a, b)) / 2 for b in others] for a in others])


def parts(trials: Sequence[Trial]) -> list[set[str]]:
    """The sets of treatments that are connected by trials, the largest first."""
    found: list[set[str]] = []
    for trial in trials:
        joined = set(trial.treatments)
        apart = []
        for part in found:
            if part & joined:
                joined |= part
            else:
                apart.append(part)
        found = [*apart, joined]
    return sorted(found, key=lambda part: (-len(part), min(part)))
