"""Standardised mean differences from what a trial reports, as the Metapsy data standard computes them."""

import math
from dataclasses import dataclass
from typing import NamedTuple

LOGIT_TO_D = math.sqrt(3) / math.pi
"""Log odds ratio → standardised mean difference. Source: Hasselblad and Hedges 1995; Chinn 2000."""


class Effect(NamedTuple):
    """Hedges' g (positive: the first arm did better) and its sampling variance."""

    g: float
    variance: float


class Summary(NamedTuple):
    """Mean, standard deviation and number of people of one arm, in points of the scale."""

    mean: float
    sd: float
    n: float


class Events(NamedTuple):
    """People with the (wanted) event and people in all, of one arm."""

    events: float
    n: float


@dataclass(frozen=True, slots=True)
class NotUsable:
    """The figures give no effect size; `because` says which rule they break."""

    because: str


def small_sample_factor(n: float) -> float:
    """Hedges' correction for `n` people in both arms: 1 − 3/(4n − 9). Source: Hedges 1981, approximation."""
    return 1 - 3 / (4 * n - 9)


def pooled_sd(arms: tuple[Summary, ...]) -> float:
    """The standard deviation within arms, in points; arms weighted by their degrees of freedom."""
    squares = sum((arm.n - 1) * arm.sd**2 for arm in arms)
    return math.sqrt(squares / (sum(arm.n for arm in arms) - len(arms)))


def from_means(first: Summary, second: Summary) -> Effect | NotUsable:
    """Hedges' g of two arms measured with a scale on which fewer points are better; also for changes (after − before).

    The variance is that of the uncorrected d: (n₁+n₂)/(n₁n₂) + d²/2(n₁+n₂), as metapsyTools (esc) takes it.
    Source: Lipsey and Wilson 2001, table B10; Lüdecke 2019 (esc).
    """
    if min(first.n, second.n) <= 1 or first.n + second.n <= 3:
        return NotUsable("an arm has one person or none")
    if min(first.sd, second.sd) < 0:
        return NotUsable("a standard deviation is negative")
    sd = pooled_sd((first, second))
    if sd == 0:
        return NotUsable("both standard deviations are 0")
    n = first.n + second.n
    d = (second.mean - first.mean) / sd
    return Effect(d * small_sample_factor(n), n / (first.n * second.n) + d * d / (2 * n))


def from_events(first: Events, second: Events) -> Effect | NotUsable:
    """Hedges' g by way of the log odds ratio of a wanted event (response, remission); positive: more in the first arm.

    One half is added to every cell where one is empty (Haldane–Anscombe). The correction applies to g only.
    """
    if min(first.n, second.n) <= 0 or first.n + second.n <= 3:
        return NotUsable("an arm has nobody in it")
    cells = [first.events, first.n - first.events, second.events, second.n - second.events]
    if min(cells) < 0:
        return NotUsable("there are more events than people, or fewer than none")
    if min(cells) == 0:
        cells = [cell + 0.5 for cell in cells]
    log_odds_ratio = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    factor = small_sample_factor(first.n + second.n)
    return Effect(log_odds_ratio * LOGIT_TO_D * factor, sum(1 / cell for cell in cells) * LOGIT_TO_D**2)


def combined(arms: tuple[Summary, ...]) -> Summary:
    """Several arms as one: the mean and SD of all their people. Source: Cochrane Handbook 6.5.2.10."""
    n = sum(arm.n for arm in arms)
    mean = sum(arm.n * arm.mean for arm in arms) / n
    squares = sum((arm.n - 1) * arm.sd**2 + arm.n * (arm.mean - mean) ** 2 for arm in arms)
    return Summary(mean, math.sqrt(squares / (n - 1)), n)
