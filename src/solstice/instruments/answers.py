"""Check answers against the instrument, fill in what the form itself skips, and turn answers into points."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from solstice.content.instrument_model import Instrument
from solstice.content.scoring_model import GatedSum, RuleNotGiven, SumRule, TotalOnly
from solstice.instruments.outcome import AnswersError, Context

Answers = tuple[int | None, ...]
LISTED = 12


def checked(instrument: Instrument, items: Sequence[int | None], context: Context) -> Answers:
    """The answers as given; AnswersError for what cannot belong to this instrument, all faults at once."""
    if isinstance(instrument.scoring, TotalOnly):
        raise AnswersError((f"{instrument.id}: single items are not entered here; give the total",))
    closed = isinstance(instrument.scoring, GatedSum) and context.gate is False
    if len(items) != instrument.items and not (closed and not items):
        raise AnswersError((f"{instrument.id}: {len(items)} answers; right would be {instrument.items}",))
    faults = tuple(
        f"{instrument.id}: item {number} is {value!r}; right would be {levels_words(instrument, number)}, "
        "or empty for unanswered"
        for number, value in enumerate(items, start=1)
        if value is not None and not _is_level(instrument, number, value)
    )
    if closed:
        faults += tuple(
            f"{instrument.id}: item {number} is answered although the first question is No; leave it empty"
            for number, value in enumerate(items, start=1)
            if value
        )
    if faults:
        raise AnswersError(faults)
    return tuple(items) or (None,) * instrument.items


def _is_level(instrument: Instrument, item: int, value: object) -> bool:
    if type(value) is not int:
        return False
    is_open = isinstance(instrument.scoring, RuleNotGiven) and not instrument.levels_of(item)
    return is_open or value in instrument.levels_of(item)


def levels_words(instrument: Instrument, item: int) -> str:
    """The answers of one item in words: `0, 1, 2 or 3`, `0 to 100`, `a time such as 22:30`."""
    if instrument.unit_of(item) == "clock":
        return "a time such as 22:30"
    values = [str(value) for value in instrument.levels_of(item)]
    if not values:
        return "a whole number"
    if len(values) > LISTED:
        return f"{values[0]} to {values[-1]}"
    return f"{', '.join(values[:-1])} or {values[-1]}" if len(values) > 1 else values[0]


def with_skips(instrument: Instrument, answers: Answers) -> Answers:
    """The answers with 0 where the form says not to ask; an answer that was given all the same is kept."""
    found = list(answers)
    for skip in instrument.skips:
        asked = [found[item - 1] for item in skip.when_items]
        known = [answer for answer in asked if answer is not None]
        if len(known) == len(asked) and sum(known) <= skip.at_most:
            for item in skip.items:
                if found[item - 1] is None:
                    found[item - 1] = 0
    return tuple(found)


def points_of(instrument: Instrument, item: int, answer: int) -> int:
    """What an answer counts: turned round where the item is reversed, recoded where the rule says so."""
    if item in instrument.reversed_items:
        levels = instrument.levels_of(item)
        answer = min(levels) + max(levels) - answer
    if isinstance(instrument.scoring, SumRule):
        return instrument.scoring.recode.get(answer, answer)
    return answer


def all_points(instrument: Instrument, answers: Answers) -> Answers:
    """The points of every answer, in the order of the items; None stays None."""
    return tuple(
        None if answer is None else points_of(instrument, item, answer) for item, answer in enumerate(answers, start=1)
    )


def half_up(value: Fraction, decimals: int = 0) -> float:
    """The value with so many decimals, half rounded up; a whole number stays an int."""
    scaled = value * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if decimals == 0 else float(Decimal(whole).scaleb(-decimals))


def exact(value: float) -> Fraction:
    """The number as it is written: 3.3 is 33/10, not its nearest binary fraction."""
    return Fraction(str(value))


def in_steps(value: float, decimals: int) -> bool:
    """Whether a number has no more decimals than the scale."""
    return math.isfinite(value) and (exact(value) * 10**decimals).denominator == 1
