"""Published figures as standardised mean differences with a standard error; higher is better."""

import math
from typing import NamedTuple

from solstice.content.evidence_model import Counts, Figure, Percentages, Points, Standardised
from solstice.evidence.effect_size import LOGIT_TO_D

Z95 = 1.959963984540054


class Standard(NamedTuple):
    d: float
    se: float


def standardise(figure: Figure) -> Standard:
    """The figure in SD units. Counts and percentages go by the log odds ratio; points are divided by their SD."""
    match figure:
        case Counts(events=events, n=n):
            return _from_events(events, n)
        case Percentages(percent=percent, n=n):
            return _from_events((percent[0] / 100 * n[0], percent[1] / 100 * n[1]), n)
        case Points(points=points, interval=interval, sd=sd):
            return Standard(points / sd, (interval[1] - interval[0]) / (2 * Z95) / sd)
        case Standardised(g=g, interval=bounds, se=se):
            width = se if bounds is None else (bounds[1] - bounds[0]) / (2 * Z95)
            return Standard(g, width or 0.0)


def _from_events(events: tuple[float, float], n: tuple[float, float]) -> Standard:
    """Add one half to every cell where one is empty (Haldane–Anscombe), so that the odds ratio exists."""
    cells = [events[0], n[0] - events[0], events[1], n[1] - events[1]]
    if min(cells) <= 0:
        cells = [cell + 0.5 for cell in cells]
    log_odds_ratio = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    return Standard(log_odds_ratio * LOGIT_TO_D, math.sqrt(sum(1 / cell for cell in cells)) * LOGIT_TO_D)
