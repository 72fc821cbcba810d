"""What answers and totals mean: bands, cut-offs, subscales and patterns, each unknown where it cannot be told."""

from types import MappingProxyType

from solstice.content.instrument_model import Cutoff, Instrument
from solstice.content.scoring_model import CountRule
from solstice.instruments.outcome import Context, CutoffResult

Answers = tuple[int | None, ...]


def band_of(instrument: Instrument, total: int, context: Context) -> str | None:
    """The label of the total's band; None where there is none or it is not made for this age."""
    if instrument.bands is None or (instrument.bands.adults_only and context.is_minor):
        return None
    return next((band.label for band in instrument.bands.ranges if band.min <= total <= band.max), None)


def cutoff_results(instrument: Instrument, total: int, context: Context) -> tuple[CutoffResult, ...]:
    """Every cut-off that can apply to this person; `met` is None where age or sex leave it open."""
    return tuple(
        CutoffResult(cut.id, cut.use, cut.at_least, _met(cut, total, context))
        for cut in instrument.cutoffs
        if cut.sex is None or context.sex not in {"female", "male"} or cut.sex == context.sex
    )


def _met(cut: Cutoff, total: int, context: Context) -> bool | None:
    if cut.adults_only and context.is_minor:
        return None
    if cut.sex is not None and context.sex != cut.sex:
        return None
    return total >= cut.at_least


def subscale_scores(instrument: Instrument, answers: Answers) -> dict[str, int | None]:
    """Sum of each subscale; None where one of its items is unanswered (never prorated)."""
    found: dict[str, int | None] = {}
    for part in instrument.subscales.parts if instrument.subscales else ():
        values = [answers[item - 1] for item in part.items]
        present = [value for value in values if value is not None]
        found[part.id] = sum(present) if len(present) == len(values) else None
    return found


def pattern_results(instrument: Instrument, answers: Answers, context: Context) -> MappingProxyType[str, bool | None]:
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
