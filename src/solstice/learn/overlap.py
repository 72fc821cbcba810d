"""Who was given what here: whether a treatment was compared at all, and a second opinion by overlap weights."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solstice.kernel import Reason
from solstice.learn.basis import Array
from solstice.learn.posterior import Posterior
from solstice.learn.table import Outcomes

FEWEST = 10
LEAST_OVERLAP = 0.25
"""Share of common ground between the people of one treatment and all others, from the distance of their means."""
SELDOM = 0.01
"""A person to whom this clinic gives a treatment more seldom than this is outside of what was compared."""
DIFFERS = 2.5
WIDEST = 3.0
"""SD of the outcomes above which they are hardly in SD units."""
ONE_SIDED = 1e-6


@dataclass(frozen=True, slots=True)
class Assignment:
    """Chance of each treatment given the values of a person, by linear discriminants from the summed products."""

    slope: Array
    level: Array
    values: tuple[int, ...]

    def chances(self, design: Array) -> Array:
        score = design[:, self.values] @ self.slope.T + self.level
        score -= score.max(axis=1, keepdims=True)
        chance = np.exp(score)
        out: Array = chance / chance.sum(axis=1, keepdims=True)
        return out


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A treatment's benefit against the mean of all, by the model and by overlap weights, among comparable people."""

    treatment: str
    model: float
    weighted: float
    se: float

    @property
    def differs(self) -> bool:
        return abs(self.model - self.weighted) > DIFFERS * self.se


def assignment(posterior: Posterior) -> Assignment:
    """How treatments were chosen here, as far as means of the values tell."""
    means, within, counts, values = _arms(posterior)
    inverse = np.linalg.inv(within)
    slope = means @ inverse
    share = np.maximum(counts, 1e-9) / max(counts.sum(), 1e-9)
    return Assignment(slope, np.log(share) - 0.5 * np.einsum("tj,tj->t", slope, means), values)


def _arms(posterior: Posterior) -> tuple[Array, Array, Array, tuple[int, ...]]:
    data, values = posterior.data, posterior.frame.columns.values
    counts = data.gram[:, 0, 0]
    means = data.gram[:, 0][:, values] / np.maximum(counts, 1.0)[:, None]
    total = data.gram.sum(axis=0)[np.ix_(values, values)]
    between = np.einsum("t,tj,tk->jk", counts, means, means)
    within = (total - between) / max(counts.sum() - len(counts), 1.0) + 0.02 * np.eye(len(values))
    return means, within, counts, values


def warnings(posterior: Posterior) -> tuple[Reason, ...]:
    """Treatments whose people were not comparable with those of the others; their estimates rest on assumption."""
    out = list(_about_all(posterior))
    means, within, counts, values = _arms(posterior)
    inverse = np.linalg.inv(within)
    columns = posterior.statistics.basis.columns
    for at, treatment in enumerate(posterior.treatments):
        if counts[at] < FEWEST:
            text = f"{treatment}: {counts[at]:.0f} outcomes here; what is shown rests on evidence and on caution."
            out.append(Reason("few_outcomes", text))
            continue
        rest = np.delete(counts, at) @ np.delete(means, at, axis=0) / max(counts.sum() - counts[at], 1.0)
        distance = math.sqrt(float((means[at] - rest) @ inverse @ (means[at] - rest)))
        common = math.erfc(distance / 2 / math.sqrt(2))
        if common < LEAST_OVERLAP:
            differ = f"its people differ so much from the others' (overlap {common:.0%}) that it was hardly compared"
            out.append(Reason("no_overlap", f"{treatment}: {differ}."))
        spread = posterior.data.gram[at].diagonal()[list(values)] / counts[at] - means[at] ** 2
        one_sided = [columns[values[i] - 1].name for i in np.flatnonzero(spread < ONE_SIDED)]
        if one_sided:
            names = ", ".join(one_sided)
            text = f"{treatment}: given only to people alike in {names}; for others nothing was compared."
            out.append(Reason("one_sided", text))
    return tuple(out)


def _about_all(posterior: Posterior) -> Iterator[Reason]:
    """What concerns every estimate: nothing to compare, or outcomes that are hardly in SD units."""
    if len(posterior.treatments) < 2:
        yield Reason("one_treatment", "there is only one treatment, so that nothing was compared.")
    data = posterior.data
    n, total = float(data.gram[:, 0, 0].sum()), float(data.cross[:, 0].sum())
    if n >= FEWEST:
        sd = math.sqrt(max(0.0, float(data.square.sum()) / n - (total / n) ** 2))
        if sd > WIDEST:
            text = (
                f"the outcomes have an SD of {sd:.1f}, and about 1 is expected; they seem to be points of a scale: "
                "divide the change by the SD of the scale, higher is better."
            )
            yield Reason("outcome_units", text)


def sensitivity(posterior: Posterior, outcomes: Outcomes) -> tuple[Sensitivity, ...]:
    """Weigh each person by how far every treatment was open to them, and compare plain weighted means with the model.

    Source: Li and Li 2019, generalised overlap weights for several treatments.
    """
    x = outcomes.x[:, [outcomes.covariates.index(name) for name in posterior.covariates]]
    design, _ = posterior.frame.design(x)
    chances = np.maximum(assignment(posterior).chances(design), 1e-6)
    given = np.array([posterior.treatments.index(one) for one in outcomes.treatment])
    tilt = 1.0 / (1.0 / chances).sum(axis=1)
    weight = tilt / chances[np.arange(len(given)), given]
    shown = np.average(posterior.contrasts(x).mean, axis=0, weights=tilt)
    means, errors = np.full(len(posterior.treatments), np.nan), np.full(len(posterior.treatments), np.nan)
    for at in range(len(posterior.treatments)):
        mine = given == at
        if mine.sum() >= FEWEST:
            w, y = weight[mine] / weight[mine].sum(), outcomes.outcome[mine]
            means[at] = float(w @ y)
            errors[at] = math.sqrt(float((w**2) @ (y - means[at]) ** 2))
    known = np.flatnonzero(~np.isnan(means))
    if len(known) < 2:
        return ()
    level, base = means[known].mean(), shown[known].mean()
    return tuple(
        Sensitivity(posterior.treatments[i], float(shown[i] - base), float(means[i] - level), float(errors[i]))
        for i in known
    )
