"""Rank the treatments for each person, with intervals, and say which are about equally good."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solstice.learn.overlap import SELDOM, assignment
from solstice.learn.posterior import Posterior
from solstice.learn.table import People

MARGIN = 0.20
"""SD units: treatments whose means differ by no more, each within the other's interval, are about equally good.

The same as `about_equal.margin` of content/evidence/moderators.yaml; see docs/decisions/0011.
"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Benefit of one treatment for one person against the mean of all treatments, 80 % interval, SD units."""

    treatment: str
    mean: float
    lower: float
    upper: float
    rank: int
    group: int
    seldom_given: bool


@dataclass(frozen=True, slots=True)
class PersonRanking:
    """`far` are characteristics so far from what was learnt that they are weighed as if they stood at its edge."""

    person: str
    ranked: tuple[Ranked, ...]
    unknown: tuple[str, ...]
    far: tuple[str, ...]

    @property
    def best_group(self) -> tuple[str, ...]:
        return tuple(one.treatment for one in self.ranked if one.group == 1)


def decide(
    posterior: Posterior, people: People, *, margin: float = MARGIN, against: str | None = None
) -> tuple[PersonRanking, ...]:
    """Rank all treatments for each person; equal means stand in the order of their ids."""
    x = people.x[:, [people.covariates.index(name) for name in posterior.covariates]]
    found = posterior.contrasts(x, against=against)
    design, _ = posterior.frame.design(x)
    chances = assignment(posterior).chances(design)
    far = posterior.frame.is_far(x)
    out = []
    for at, person in enumerate(people.ids):
        order = sorted(range(len(found.treatments)), key=lambda t: (-found.mean[at, t], found.treatments[t]))
        groups = _groups([(found.mean[at, t], found.lower[at, t], found.upper[at, t]) for t in order], margin)
        ranked = tuple(
            Ranked(
                treatment=found.treatments[t],
                mean=float(found.mean[at, t]),
                lower=float(found.lower[at, t]),
                upper=float(found.upper[at, t]),
                rank=rank,
                group=group,
                seldom_given=bool(chances[at, t] < SELDOM),
            )
            for rank, (t, group) in enumerate(zip(order, groups, strict=True), start=1)
        )
        unknown = tuple(name for name, gap in zip(posterior.covariates, np.isnan(x[at]), strict=True) if gap)
        outside = tuple(name for name, is_far in zip(posterior.covariates, far[at], strict=True) if is_far)
        out.append(PersonRanking(person, ranked, unknown, outside))
    return tuple(out)


def _groups(ordered: Sequence[tuple[float, float, float]], margin: float) -> list[int]:
    """Group numbers from 1: a group holds what is about equal with its first, in unbroken order of rank."""
    numbers: list[int] = []
    first = ordered[0]
    for one in ordered:
        near = first[0] - one[0] <= margin + 1e-9
        if numbers and near and first[1] <= one[0] and one[2] >= first[0]:
            numbers.append(numbers[-1])
        else:
            first = one
            numbers.append(numbers[-1] + 1 if numbers else 1)
    return numbers
