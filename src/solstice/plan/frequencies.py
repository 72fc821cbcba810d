"""Natural frequencies: of 100 people like this one, how many get clearly better; only where forecasts came true."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from solstice.kernel.day import day_in_words

if TYPE_CHECKING:
    from solstice.learn.calibrated import Calibrated, Told
    from solstice.learn.forecast import Forecast, Forecaster

STEP, NARROWEST = 5, 10
"""Numbers are said in steps of 5, and never as a range of less than 10: they are not known better."""
CLEARLY = "PHQ-9 lower by 6 points or more at the first answer 6 to 26 weeks after the decision"


@dataclass(frozen=True, slots=True)
class Frequency:
    """Of 100 people like this one `low` to `high`, in a sentence for the person, with its source."""

    low: int
    high: int
    sentence: str
    source: str

    def to_json(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "of": 100, "sentence": self.sentence, "source": self.source}


@dataclass(frozen=True, slots=True)
class NaturalFrequencies:
    """By option where they may be shown; `why` says why not, or what they rest on; `why_not` the same an option."""

    shown: bool
    why: str
    options: Mapping[str, Frequency] = field(default_factory=dict)
    why_not: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "shown": self.shown,
            "why": self.why,
            "options": {name: one.to_json() for name, one in self.options.items()},
            "why_not": dict(self.why_not),
        }


NO_FREQUENCIES = NaturalFrequencies(
    False,
    "Shares of people like this one are not shown: no outcomes with forecasts made beforehand are at hand.",
)


def natural_frequencies(
    told: "Sequence[Told]", forecaster: "Forecaster | None", person: Mapping[str, float | None]
) -> NaturalFrequencies:
    """Shares for every option whose forecasts have come true, and the reason for every other."""
    from solstice.learn.calibrated import (  # noqa: PLC0415 - numpy, only where forecasts are given
        NotCalibrated,
        calibrated,
        calibrated_option,
    )

    found = calibrated(told)
    if isinstance(found, NotCalibrated) or forecaster is None:
        reason = found.reason if isinstance(found, NotCalibrated) else "there is nothing to forecast from"
        return NaturalFrequencies(False, f"Shares of people like this one are not shown: {reason}.")
    options: dict[str, Frequency] = {}
    why_not: dict[str, str] = {}
    for name in forecaster.treatments:
        own, forecast = calibrated_option(told, name), forecaster.forecast(person, name)
        if isinstance(own, NotCalibrated):
            why_not[name] = f"No number is shown here: {own.reason}."
        elif forecast is not None:
            options[name] = _frequency(forecast, own)
    return NaturalFrequencies(bool(options), _grounds(found), options, why_not)


def _grounds(found: "Calibrated") -> str:
    slope = "" if found.slope is None else f", slope {found.slope:.2f}"
    return (
        f"Forecasts of {found.n} outcomes, known from {day_in_words(found.first)} to {day_in_words(found.last)}, came "
        f"true: {found.covered:.0%} lie in their 80 % interval, outcomes are off by {found.off_by:+.2f} SD on average, "
        f"{found.said:.0%} were forecast to get clearly better and {found.reached:.0%} did{slope}."
    )


def _frequency(forecast: "Forecast", own: "Calibrated") -> Frequency:
    low, high = bounds(forecast.chance_low, forecast.chance_high)
    return Frequency(
        low,
        high,
        f"Of 100 people like you, about {low} to {high} get clearly better with this in half a year.",
        f"{own.n} outcomes at this clinic with a forecast made beforehand; clearly better: {CLEARLY}. People were not "
        "given this by chance, so the number does not say that this way is better than another.",
    )


def bounds(low: float, high: float) -> tuple[int, int]:
    """Two chances as numbers of 100, moved outwards to steps of 5 and apart to at least 10."""
    first = max(0, math.floor(low * 100 / STEP + 1e-9) * STEP)
    last = min(100, math.ceil(high * 100 / STEP - 1e-9) * STEP)
    if last - first < NARROWEST:
        first = max(0, first - STEP)
        last = min(100, first + NARROWEST)
        first = last - NARROWEST
    return first, last
