"""Values computed from items: minutes between two times, weighted sums, percentages; None where answers are missing."""

from collections.abc import Mapping
from fractions import Fraction

from solstice.content.instrument_model import Instrument
from solstice.content.scoring_model import Derived, MinutesBetween, PercentOf, WeightedTerms
from solstice.instruments.answers import Answers, exact, half_up
from solstice.instruments.outcome import PartResult

DAY = 24 * 60


def derived_parts(instrument: Instrument, answers: Answers) -> tuple[PartResult, ...]:
    """Each computed value in order; one whose answers do not fit together has no value."""
    values: dict[str, Fraction | None] = {}
    found = []
    for derived in instrument.derived:
        value = _bounded(derived, _value(derived, answers, values), values)
        values[derived.id] = value
        shown = None if value is None else half_up(value, derived.decimals)
        found.append(PartResult(id=derived.id, name=derived.name, value=shown, unit=derived.unit))
    return tuple(found)


def _value(derived: Derived, answers: Answers, values: Mapping[str, Fraction | None]) -> Fraction | None:
    match derived.formula:
        case MinutesBetween(from_item=first, to_item=last):
            start, end = answers[first - 1], answers[last - 1]
            return None if start is None or end is None else Fraction((end - start) % DAY)
        case WeightedTerms(terms=terms):
            parts = []
            for term in terms:
                value = values[term.value] if term.value else answers[(term.item or 0) - 1]
                if value is None:
                    return None
                parts.append(value * exact(term.times))
            return sum(parts, Fraction(0))
        case PercentOf(value=name, of=of, at_most=cap):
            part, whole = values[name], values[of]
            if part is None or not whole:
                return None
            percent = part * 100 / whole
            return percent if cap is None else min(percent, exact(cap))


def _bounded(derived: Derived, value: Fraction | None, values: Mapping[str, Fraction | None]) -> Fraction | None:
    if value is None or (derived.at_least is not None and value < exact(derived.at_least)):
        return None
    ceiling = values[derived.not_above] if derived.not_above else None
    return None if ceiling is not None and value > ceiling else value


def do_not_fit(answers: Answers, parts: tuple[PartResult, ...]) -> str | None:
    """Which values are missing although every answer they need is there; None where all fit."""
    if None in answers:
        return None
    names = [part.name for part in parts if part.value is None]
    return f"the answers do not fit together, so there is no {' and no '.join(names)}; ask again" if names else None
