"""Whether two totals differ by more than chance, whether that is a response, and whether a total is a remission."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from solstice.content.instrument_model import Instrument
from solstice.content.scoring_model import PercentDrop, PointDrop
from solstice.instruments.outcome import Context
from solstice.kernel import Source


@dataclass(frozen=True, slots=True)
class Change:
    """`points` is the improvement (positive is better, whatever the direction of the scale).

    `verdict` is None where no reliable-change value is known for the instrument.
    """

    points: float
    verdict: Literal["improved", "worse", "unchanged"] | None
    threshold: float | None
    source: Source | None


def improvement(instrument: Instrument, before: float, after: float) -> float:
    """Points gained: positive is better."""
    return before - after if instrument.direction == "higher_is_worse" else after - before


def percent_improvement(instrument: Instrument, before: float, after: float) -> Fraction | None:
    """Improvement as percent of the first total, exact; None where the first total is 0."""
    if before == 0:
        return None
    return Fraction(improvement(instrument, before, after)) * 100 / Fraction(before)


def reliable_change(instrument: Instrument, before: float, after: float, *, context: Context | None = None) -> Change:
    """Compare two totals with the instrument's reliable-change value (a change of that size counts).

    The published values are those of adults: under 18 there is no verdict.
    """
    points = improvement(instrument, before, after)
    rule = instrument.reliable_change
    if rule is None or (context is not None and context.is_minor):
        return Change(points, None, None, None)
    verdict: Literal["improved", "worse", "unchanged"] = "unchanged"
    if points >= rule.value:
        verdict = "improved"
    elif points <= -rule.value:
        verdict = "worse"
    return Change(points, verdict, rule.value, instrument.source(rule.source))


def response(instrument: Instrument, baseline: float, current: float) -> bool | None:
    """Whether the fall from the baseline is a response; None where no rule is known or the baseline is 0."""
    match instrument.response:
        case None:
            return None
        case PercentDrop(at_least=needed):
            percent = percent_improvement(instrument, baseline, current)
            return None if percent is None else percent >= Fraction(needed)
        case PointDrop(at_least=needed):
            return improvement(instrument, baseline, current) >= needed


def remission(instrument: Instrument, total: float, *, context: Context | None = None) -> bool | None:
    """Whether a total lies in the remission range; None where no threshold is known, and under 18."""
    if context is not None and context.is_minor:
        return None
    return instrument.remission.met_by(total) if instrument.remission else None


def crosswalk(instrument: Instrument, total: float, *, to: str) -> tuple[int, int] | None:
    """The totals of another scale that correspond to this one, by a published table; None where it has no such row."""
    return next((table.at(total) for table in instrument.crosswalks if table.to == to), None)
