"""What a clinic's own outcomes let expect of one person: the whole change, and how many of 100 get clearly better.

A plain conjugate regression on the same sums: level + prognosis(x) + one step a treatment. It forecasts the change that
is seen, with what would have come anyway; the ranking rests on contrasts and does not use it. Whether it may be shown
at all is for `calibrated` to say.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from solstice.learn.basis import Array
from solstice.learn.model import FLAT, NOISE_SCALE, NOISE_SHAPE
from solstice.learn.posterior import frame_of, rows_of
from solstice.learn.statistics import Statistics, standardised

PROGNOSIS_SD, STEP_SD = 0.6, 0.25
"""SD of the change over people by all characteristics together, and between treatments, before any outcome."""
Z80 = 1.2815515655446004
CLEARLY_BETTER = 1.0
"""Six points of the PHQ-9 in SD units: its reliable change, as content/instruments/phq-9 has it from IAPT."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The change to be seen, with its 80 % interval, in SD units; chances of getting clearly better at its ends.

    `chance_low` to `chance_high` hold the doubt about the mean of people like this one, not the luck of one person.
    """

    mean: float
    lower: float
    upper: float
    chance: float
    chance_low: float
    chance_high: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Forecaster:
    """Learnt once from the sums of a clinic; equal sums give equal forecasts."""

    def __init__(self, statistics: Statistics, *, least_treated: int) -> None:
        statistics = standardised(statistics)
        self.statistics = statistics
        self.treatments = tuple(
            name
            for name, count in zip(statistics.treatments, statistics.counts, strict=True)
            if count >= least_treated - 0.5
        )
        self._frame, data = frame_of(statistics, statistics.treatments)
        width, many = data.gram.shape[1], len(statistics.treatments)
        gram = np.zeros((width + many, width + many))
        gram[:width, :width] = data.gram.sum(axis=0)
        for at in range(many):
            gram[width + at, :width] = gram[:width, width + at] = data.gram[at, 0]
            gram[width + at, width + at] = data.gram[at, 0, 0]
        cross = np.concatenate([data.cross.sum(axis=0), data.cross[:, 0]])
        precision = np.full(width + many, (width - 1) / PROGNOSIS_SD**2)
        precision[0], precision[width:] = 1 / FLAT, 1 / STEP_SD**2
        self._width = width
        self._covariance = np.linalg.inv(gram + np.diag(precision))
        self._mean = self._covariance @ cross
        shape = NOISE_SHAPE + data.n / 2
        rate = NOISE_SCALE + (float(data.square.sum()) - float(cross @ self._mean)) / 2
        self.noise_sd = math.sqrt(rate / shape)
        self.n = data.n

    def forecast(self, person: Mapping[str, float | None], treatment: str) -> Forecast | None:
        """For one person and treatment; None for a treatment hardly anybody had."""
        if treatment not in self.treatments:
            return None
        x = rows_of([person], self.statistics.basis.covariates)
        mean, variance = self._moments(x, [treatment])
        middle, spread = float(mean[0]), math.sqrt(float(variance[0]))
        half = Z80 * math.hypot(spread, self.noise_sd)
        ends = (middle - Z80 * spread, middle, middle + Z80 * spread)
        low, chance, high = (_above((end - CLEARLY_BETTER) / self.noise_sd) for end in ends)
        return Forecast(middle, middle - half, middle + half, chance, low, high)

    def _moments(self, x: Array, treatments: Sequence[str]) -> tuple[Array, Array]:
        """Mean, and variance of the mean, of the change of each row."""
        design, doubt = self._frame.design(x)
        steps = np.zeros((len(design), len(self.statistics.treatments)))
        for row, treatment in enumerate(treatments):
            steps[row, self.statistics.treatments.index(treatment)] = 1.0
        whole = np.column_stack([design, steps])
        mean: Array = whole @ self._mean
        spread = np.einsum("nq,qp,np->n", whole, self._covariance, whole) * self.noise_sd**2
        unknown = doubt @ self._mean[: self._width] ** 2
        return mean, np.asarray(spread + unknown, dtype=float)


def _above(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))
