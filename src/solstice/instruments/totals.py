"""From answers to a total, by each rule of the closed set; a sentence says why there is none."""

from dataclasses import dataclass
from fractions import Fraction

from solstice.content.instrument_model import Instrument
from solstice.content.scoring_model import (
    Domain,
    DomainMaxima,
    GatedSum,
    MeanRule,
    SumRule,
    SumWithOptionalItem,
)
from solstice.instruments.answers import Answers, all_points, exact, half_up
from solstice.instruments.outcome import Context


@dataclass(frozen=True, slots=True)
class Total:
    total: float
    highest: float
    prorated: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NoTotal:
    reason: str
    is_gate: bool = False


def total_of(instrument: Instrument, answers: Answers, context: Context) -> Total | NoTotal:  # noqa: PLR0911 - one line a rule
    """The total of an instrument that has one and whose items are entered."""
    points, highest = all_points(instrument, answers), instrument.max or 0
    match instrument.scoring:
        case SumRule(weights=weights) if weights:
            return _weighted_sum(instrument, points, weights)
        case SumRule(times=times):
            return _sum(instrument, points, highest=highest, times=times)
        case MeanRule():
            return _mean(instrument, points)
        case GatedSum():
            return _gated_sum(instrument, points, context)
        case SumWithOptionalItem(optional_item=item):
            return _sum_without(instrument, points, item=item, leave_out=context.not_working is True)
        case DomainMaxima() as rule:
            return _domain_sum(instrument, answers, rule)
        case _:
            return NoTotal("single items are not added up here")


def _why_not_estimated(instrument: Instrument, values: Answers) -> str | None:
    """The reason why missing items may not be estimated; None where they may, or where none is missing."""
    missing = values.count(None)
    if not missing:
        return None
    reason = f"{missing} of {len(values)} items unanswered"
    if not instrument.missing.prorate:
        return f"{reason}; a total is not estimated: {instrument.missing.why}"
    if missing * 100 > round(instrument.missing.at_most_share * 100) * len(values):
        return f"{reason}; a total is estimated only when at most {instrument.missing.at_most_share:.0%} are missing"
    return None


def _sum(instrument: Instrument, values: Answers, *, highest: float, times: int = 1) -> Total | NoTotal:
    if reason := _why_not_estimated(instrument, values):
        return NoTotal(reason)
    present = [value for value in values if value is not None]
    missing = len(values) - len(present)
    if not missing:
        return Total(sum(present) * times, highest)
    total = half_up(Fraction(sum(present) * len(values), len(present)))
    note = f"{missing} of {len(values)} items unanswered: the total is the mean of the others times {len(values)}"
    return Total(total * times, highest, prorated=True, note=note)


def _mean(instrument: Instrument, values: Answers) -> Total | NoTotal:
    if reason := _why_not_estimated(instrument, values):
        return NoTotal(reason)
    present = [value for value in values if value is not None]
    missing = len(values) - len(present)
    total = half_up(Fraction(sum(present), len(present)), instrument.decimals)
    note = f"{missing} of {len(values)} items unanswered: the mean is that of the others" if missing else None
    return Total(total, instrument.max or 0, prorated=bool(missing), note=note)


def _weighted_sum(instrument: Instrument, values: Answers, weights: tuple[float, ...]) -> Total | NoTotal:
    if reason := _why_not_estimated(instrument, values):
        return NoTotal(reason)
    whole = sum((exact(weight) * (value or 0) for weight, value in zip(weights, values, strict=True)), Fraction(0))
    return Total(half_up(whole, instrument.decimals), instrument.max or 0)


def _gated_sum(instrument: Instrument, values: Answers, context: Context) -> Total | NoTotal:
    if context.gate is False:
        return Total(0, instrument.max or 0, note="the first question was answered No")
    if context.gate is None and None in values:
        return NoTotal("the question before the items is unanswered; without it nothing can be counted", is_gate=True)
    outcome = _sum(instrument, values, highest=instrument.max or 0)
    if context.gate is None and isinstance(outcome, Total):
        note = "the first question is taken as Yes, since all items are answered"
        return Total(outcome.total, outcome.highest, note=note)
    return outcome


def _sum_without(instrument: Instrument, values: Answers, *, item: int, leave_out: bool) -> Total | NoTotal:
    highest = instrument.max or 0
    if not leave_out:
        return _sum(instrument, values, highest=highest)
    rest = values[: item - 1] + values[item:]
    outcome = _sum(instrument, rest, highest=highest - max(instrument.levels_of(item)))
    if isinstance(outcome, NoTotal):
        return outcome
    note = f"item {item} does not apply and is left out: the highest possible total is {outcome.highest}"
    note = f"{note}; {outcome.note}" if outcome.note else note
    return Total(outcome.total, outcome.highest, outcome.prorated, note)


def domain_scores(instrument: Instrument, answers: Answers) -> dict[str, int | None]:
    """The value of each domain; None where an unanswered item could still change it."""
    if not isinstance(instrument.scoring, DomainMaxima):
        return {}
    points = all_points(instrument, answers)
    return {domain.id: _domain(instrument, domain, points) for domain in instrument.scoring.domains}


def _domain(instrument: Instrument, domain: Domain, points: Answers) -> int | None:
    grouped = {item for group in domain.either for item in group}
    values = [value for item in domain.items if (value := points[item - 1]) is not None]
    is_whole = all(points[item - 1] is not None for item in domain.items if item not in grouped) and all(
        any(points[item - 1] is not None for item in group) for group in domain.either
    )
    if domain.take == "sum":
        found = sum(values) if is_whole else None
    else:
        top = max(values, default=None)
        at_top = top is not None and top == max(max(instrument.levels_of(item)) for item in domain.items)
        found = top if is_whole or at_top else None
    if found is None or not domain.points:
        return found
    return next((row.points for row in domain.points if row.min <= found <= row.max), None)


def _domain_sum(instrument: Instrument, answers: Answers, rule: DomainMaxima) -> Total | NoTotal:
    domains = domain_scores(instrument, answers)
    unknown = [name.replace("_", " ") for name, value in domains.items() if value is None]
    if unknown:
        which = f"{', '.join(unknown)}: not enough answers ({len(unknown)} of {len(rule.domains)} domains)"
        return NoTotal(f"{which}; {instrument.missing.why}")
    return Total(sum(value for value in domains.values() if value is not None), instrument.max or 0)
