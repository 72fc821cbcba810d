"""Whether forecasts made before the outcome was known have come true, so that a share of people may be shown.

Prequential: only what was said beforehand counts, never a model fitted again to what it is asked about. Limits are set
here once, before any clinic is looked at. Where one is not kept, nothing is shown, and the reason is said.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FEWEST, FEWEST_OF_OPTION = 300, 100
"""Outcomes with a forecast, in all and of one option: with 300 the share covered is known to about 2 %."""
NEWEST = 1000
"""Older forecasts say little of the model of today."""
SLOPE = (0.8, 1.2)
COVERED = (0.75, 0.88)
"""Share of outcomes inside their 80 % interval."""
OFF_BY = 0.10
"""SD units by which outcomes may on average differ from their forecasts."""
SHARE_OFF_BY = 0.05
"""By how much the share that got clearly better may differ from the share that was said."""
LEAST_SPREAD = 0.05
"""SD units: forecasts that hardly differ between people cannot be checked for their slope."""


@dataclass(frozen=True, slots=True)
class Told:
    """One forecast and what came of it. `better`: whether the person got clearly better."""

    option: str
    made_on: date
    known_on: date
    mean: float
    lower: float
    upper: float
    chance: float
    outcome: float
    better: bool


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Forecasts came true over `n` outcomes known from the first to the last day. `slope` is None for one option."""

    n: int
    first: date
    last: date
    slope: float | None
    off_by: float
    covered: float
    said: float
    reached: float


@dataclass(frozen=True, slots=True)
class NotCalibrated:
    """Why no share may be shown, in one short sentence."""

    reason: str
    n: int


def calibrated(told: Sequence[Told]) -> Calibrated | NotCalibrated:
    """Over all options."""
    return _judge(_usable(told), FEWEST, with_slope=True)


def calibrated_option(told: Sequence[Told], option: str) -> Calibrated | NotCalibrated:
    """Of one option; ask only where all options together are calibrated."""
    return _judge([one for one in _usable(told) if one.option == option], FEWEST_OF_OPTION, with_slope=False)


def _usable(told: Sequence[Told]) -> list[Told]:
    """The newest of those that were said before the outcome was known."""
    before = [one for one in told if one.made_on < one.known_on]
    return sorted(before, key=lambda one: (one.known_on, one.made_on, one.option, one.outcome, one.mean))[-NEWEST:]


def _judge(told: Sequence[Told], fewest: int, *, with_slope: bool) -> Calibrated | NotCalibrated:
    n = len(told)
    if n < fewest:
        return NotCalibrated(f"only {n} outcomes have a forecast made beforehand; {fewest} are needed", n)
    slope = _slope(told) if with_slope else None
    if with_slope and slope is None:
        return NotCalibrated("the forecasts hardly differ between people", n)
    off_by = math.fsum(one.outcome - one.mean for one in told) / n
    covered = sum(one.lower <= one.outcome <= one.upper for one in told) / n
    said, reached = math.fsum(one.chance for one in told) / n, sum(one.better for one in told) / n
    days = [one.known_on for one in told]
    found = Calibrated(n, min(days), max(days), slope, off_by, covered, said, reached)
    wrong = _wrong(found)
    return NotCalibrated(wrong, n) if wrong else found


def _wrong(found: Calibrated) -> str:
    """The first limit that is not kept, in words; empty where all are."""
    if found.slope is not None and not SLOPE[0] <= found.slope <= SLOPE[1]:
        return f"differences between people came out {found.slope:.2f} times as large as forecast"
    if abs(found.off_by) > OFF_BY:
        return f"people did {abs(found.off_by):.2f} SD {'better' if found.off_by > 0 else 'worse'} than forecast"
    if not COVERED[0] <= found.covered <= COVERED[1]:
        return f"{found.covered:.0%} of outcomes lie in their 80 % interval"
    if abs(found.said - found.reached) > SHARE_OFF_BY:
        return f"{found.said:.0%} were forecast to get clearly better, {found.reached:.0%} did"
    return ""


def _slope(told: Sequence[Told]) -> float | None:
    """Outcome on forecast, least squares; None where forecasts hardly differ."""
    n = len(told)
    x = math.fsum(one.mean for one in told) / n
    y = math.fsum(one.outcome for one in told) / n
    spread = math.fsum((one.mean - x) ** 2 for one in told)
    if spread < n * LEAST_SPREAD**2:
        return None
    return math.fsum((one.mean - x) * (one.outcome - y) for one in told) / spread
