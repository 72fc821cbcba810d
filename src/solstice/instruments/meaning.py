"""What answers and totals mean: bands, cut-offs, subscales and patterns, each unknown where it cannot be told."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from solstice.content.instrument_facts import Bands
from solstice.content.instrument_model import Cutoff, Instrument, Subscale
from solstice.content.scoring_model import CountRule
from solstice.instruments.answers import Answers, all_points, half_up
from solstice.instruments.outcome import Context, CutoffResult, PartResult

PART_DECIMALS = 2


def band_of(instrument: Instrument, total: float, context: Context) -> str | None:
    """The label of the total's band; None where there is none or it is not made for this age."""
    return _band(instrument.bands, total, context)


def _band(bands: Bands | None, total: float, context: Context) -> str | None:
    if bands is None or (bands.adults_only and context.is_minor):
        return None
    rounded = half_up(Fraction(str(total)), _decimals(bands))
    return next((band.label for band in bands.ranges if band.min <= rounded <= band.max), None)


def _decimals(bands: Bands) -> int:
    """The decimals in which the bands are written: a mean of 2.96 is read against 2.9 and 3.0 as 3.0."""
    ends = [end for band in bands.ranges for end in (band.min, band.max)]
    return max(0, *(-int(Decimal(str(end)).normalize().as_tuple().exponent) for end in ends))


def cutoff_results(cutoffs: tuple[Cutoff, ...], total: float, context: Context) -> tuple[CutoffResult, ...]:
    """Every cut-off that can apply to this person; `met` is None where age or sex leave it open."""
    return tuple(
        CutoffResult(cut.id, cut.use, cut.at_least, _met(cut, total, context), cut.at_most)
        for cut in cutoffs
        if (cut.sex is None or context.sex not in {"female", "male"} or cut.sex == context.sex)
        and (cut.ages is None or context.age is None or cut.ages.has(context.age))
    )


def _met(cut: Cutoff, total: float, context: Context) -> bool | None:
    if (cut.ages is None and cut.adults_only and context.is_minor) or (cut.ages is not None and context.age is None):
        return None
    if cut.sex is not None and context.sex != cut.sex:
        return None
    return cut.met_by(total)


def subscale_parts(instrument: Instrument, answers: Answers, context: Context) -> tuple[PartResult, ...]:
    """Each subscale with its own rule, band and cut-offs."""
    points = all_points(instrument, answers)
    return tuple(
        part_result(instrument, part, _part_value(part, answers if part.as_answered else points), context)
        for part in (instrument.subscales.parts if instrument.subscales else ())
    )


def part_result(instrument: Instrument, part: Subscale, value: float | None, context: Context) -> PartResult:
    """The subscale with this value and what it means; None is not known."""
    low, high = instrument.part_ranges[part.id] or (None, None)
    return PartResult(
        id=part.id,
        name=part.name,
        value=value,
        min=low,
        max=high,
        band=None if value is None else _band(part.bands, value, context),
        cutoffs=() if value is None else cutoff_results(part.cutoffs, value, context),
    )


def _part_value(part: Subscale, values: Answers) -> float | None:
    given = [values[item - 1] for item in part.items]
    present = [value for value in given if value is not None]
    if not present or (len(present) < len(given) and not _may_prorate(part, len(given) - len(present))):
        return None
    if part.method == "mean":
        return half_up(Fraction(sum(present), len(present)), PART_DECIMALS)
    return half_up(Fraction(sum(present) * len(given), len(present)))


def _may_prorate(part: Subscale, missing: int) -> bool:
    rule = part.missing
    return rule is not None and rule.prorate and missing * 100 <= round(rule.at_most_share * 100) * len(part.items)


def pattern_results(instrument: Instrument, answers: Answers, context: Context) -> Mapping[str, bool | None]:
    """Whether each pattern holds; None where the unanswered items decide, and under 18."""
    if context.is_minor:
        return MappingProxyType({pattern.id: None for pattern in instrument.patterns})
    return MappingProxyType(
        {pattern.id: _all_hold([_holds(rule, answers) for rule in pattern.all_of]) for pattern in instrument.patterns}
    )


def _all_hold(results: list[bool | None]) -> bool | None:
    if False in results:
        return False
    return None if None in results else True


def _holds(rule: CountRule, answers: Answers) -> bool | None:
    fewest = unknown = asked = 0
    for counted in rule.count:
        for item in counted.items:
            answer = answers[item - 1]
            asked += 1
            if answer is None:
                unknown += 1
            elif answer >= counted.at_least:
                fewest += 1
    most = fewest + unknown
    ceiling = asked if rule.at_most is None else rule.at_most
    if most < rule.at_least or fewest > ceiling:
        return False
    return True if fewest >= rule.at_least and most <= ceiling else None


def age_note(instrument: Instrument, context: Context) -> str | None:
    """What the age says about bands and cut-offs made for adults; None where it says nothing."""
    if not _has_adult_values(instrument):
        return None
    if context.age is None:
        return "the age is not known; bands and cut-offs are those of adults"
    if not context.is_minor:
        return None
    instead = f"; for this age there is {instrument.under_18}" if instrument.under_18 else ""
    return f"the person is {context.age}: adult bands, cut-offs and patterns are not applied under 18{instead}"


def _has_adult_values(instrument: Instrument) -> bool:
    parts = instrument.subscales.parts if instrument.subscales else ()
    bands = [instrument.bands, *(part.bands for part in parts)]
    cutoffs = [*instrument.cutoffs, *(cut for part in parts for cut in part.cutoffs)]
    return (
        any(band is not None and band.adults_only for band in bands)
        or any(cut.adults_only and cut.ages is None for cut in cutoffs)
        or bool(instrument.patterns)
    )
