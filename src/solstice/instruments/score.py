"""Score answers by the instrument's own rule; an unanswered item is never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from solstice.content.instrument_model import Instrument
from solstice.content.scoring_model import DomainMaxima, GatedSum, SumRule, SumWithOptionalItem, TotalOnly
from solstice.instruments.meaning import band_of, cutoff_results, pattern_results, subscale_scores
from solstice.instruments.outcome import AnswersError, Context, NotScored, Scored

Answers = tuple[int | None, ...]
UNKNOWN_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class _Sum:
    total: int
    highest: int
    prorated: bool = False
    note: str | None = None


def score(
    instrument: Instrument, items: Sequence[int | None], *, context: Context = UNKNOWN_CONTEXT
) -> Scored | NotScored:
    """Score the answers, in the order of the items; None is an unanswered item.

    A prorated total (mean of the answered items times their number, half rounded up) is given only where the
    instrument allows it, at most a fifth is missing and the risk item is answered. Raises AnswersError for answers
    that cannot belong to this instrument: their number, their range, or numbers that are not whole.
    """
    answers = _checked(instrument, items, context)
    flags = _risk_flags(instrument, answers)
    if "risk_item_unanswered" in flags:
        return _not_scored(instrument, answers, _unanswered_risk_reason(instrument), flags)
    outcome = _summed(instrument, answers, context)
    if isinstance(outcome, str):
        return _not_scored(instrument, answers, outcome, flags)
    return _scored(instrument, answers, outcome, context=context, flags=flags)


def score_total(instrument: Instrument, total: float, *, context: Context = UNKNOWN_CONTEXT) -> Scored:
    """Read a total that was added up elsewhere, for instance on a licensed form.

    The risk item cannot be seen in a total: the flag risk_item_unknown says so. Raises AnswersError outside the range.
    """
    if isinstance(total, bool) or not isinstance(total, int | float) or not float(total).is_integer():
        raise AnswersError((f"{instrument.id}: the total is {total!r}; right would be a whole number",))
    if not instrument.min <= total <= instrument.max:
        right = f"right would be {instrument.min} to {instrument.max}"
        raise AnswersError((f"{instrument.id}: the total is {int(total)}; {right}",))
    flags = ("risk_item_unknown",) if instrument.risk_item else ()
    note = _join(
        f"item {instrument.risk_item.item} cannot be seen in a total; ask it" if instrument.risk_item else None,
        _minor_note(instrument, context),
    )
    return Scored(
        instrument=instrument.id,
        version=instrument.version,
        total=int(total),
        min=instrument.min,
        max=instrument.max,
        band=band_of(instrument, int(total), context),
        scores={"total": int(total)},
        flags=flags,
        cutoffs=cutoff_results(instrument, int(total), context),
        note=note,
    )


def _checked(instrument: Instrument, items: Sequence[int | None], context: Context) -> Answers:
    if isinstance(instrument.scoring, TotalOnly):
        raise AnswersError((f"{instrument.id}: single items are not entered here; give the total",))
    closed = isinstance(instrument.scoring, GatedSum) and context.gate is False
    if len(items) != instrument.items and not (closed and not items):
        raise AnswersError((f"{instrument.id}: {len(items)} answers; right would be {instrument.items}",))
    levels = instrument.all_levels
    faults = tuple(
        f"{instrument.id}: item {number} is {value!r}; right would be {_levels(instrument)}, or empty for unanswered"
        for number, value in enumerate(items, start=1)
        if value is not None and (type(value) is not int or value not in levels)
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


def _levels(instrument: Instrument) -> str:
    values = [str(value) for value in instrument.all_levels]
    return f"{', '.join(values[:-1])} or {values[-1]}"


def _risk_flags(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    if instrument.risk_item is None:
        return ()
    answer = answers[instrument.risk_item.item - 1]
    if answer is None:
        return ("risk_item_unanswered",)
    return ("risk_item",) if answer >= instrument.risk_item.flag_at else ()


def _unanswered_risk_reason(instrument: Instrument) -> str:
    item = instrument.risk_item.item if instrument.risk_item else 0
    return f"item {item}, the risk item, is unanswered; no total is given without it: ask it, face to face if need be"


def _summed(instrument: Instrument, answers: Answers, context: Context) -> _Sum | str:
    match instrument.scoring:
        case SumRule():
            return _plain_sum(instrument, answers, highest=instrument.max)
        case GatedSum():
            return _gated_sum(instrument, answers, context)
        case SumWithOptionalItem(optional_item=item):
            return _sum_without(instrument, answers, item=item, leave_out=context.not_working is True)
        case DomainMaxima() as rule:
            return _domain_sum(instrument, answers, rule)
        case TotalOnly():
            return "single items are not entered here"


def _plain_sum(instrument: Instrument, answers: Answers, *, highest: int) -> _Sum | str:
    present = [answer for answer in answers if answer is not None]
    missing = len(answers) - len(present)
    if not missing:
        return _Sum(sum(present), highest)
    reason = f"{missing} of {len(answers)} items unanswered"
    if not instrument.missing.prorate:
        return f"{reason}; a total is not estimated: {instrument.missing.why}"
    if missing * 100 > round(instrument.missing.at_most_share * 100) * len(answers):
        return f"{reason}; a total is estimated only when at most {instrument.missing.at_most_share:.0%} are missing"
    total = (2 * sum(present) * len(answers) + len(present)) // (2 * len(present))  # half rounded up, in whole numbers
    return _Sum(
        total, highest, prorated=True, note=f"{reason}: the total is the mean of the others times {len(answers)}"
    )


def _gated_sum(instrument: Instrument, answers: Answers, context: Context) -> _Sum | str:
    if context.gate is False:
        return _Sum(0, instrument.max, note="the first question was answered No")
    if context.gate is None and None in answers:
        return "the question before the items is unanswered; without it nothing can be counted"
    outcome = _plain_sum(instrument, answers, highest=instrument.max)
    if context.gate is None and isinstance(outcome, _Sum):
        return _Sum(
            outcome.total, outcome.highest, note="the first question is taken as Yes, since all items are answered"
        )
    return outcome


def _sum_without(instrument: Instrument, answers: Answers, *, item: int, leave_out: bool) -> _Sum | str:
    if not leave_out:
        return _plain_sum(instrument, answers, highest=instrument.max)
    rest = answers[: item - 1] + answers[item:]
    outcome = _plain_sum(instrument, rest, highest=instrument.max - instrument.all_levels[-1])
    if isinstance(outcome, str):
        return outcome
    note = f"item {item} does not apply and is left out: the highest possible total is {outcome.highest}"
    return _Sum(outcome.total, outcome.highest, outcome.prorated, _join(note, outcome.note))


def domain_scores(instrument: Instrument, answers: Answers) -> dict[str, int | None]:
    """The highest answer of each domain; None where an unanswered item could still change it."""
    if not isinstance(instrument.scoring, DomainMaxima):
        return {}
    found: dict[str, int | None] = {}
    for domain in instrument.scoring.domains:
        grouped = {item for group in domain.either for item in group}
        values = [answers[item - 1] for item in domain.items]
        present = [value for value in values if value is not None]
        is_whole = all(answers[item - 1] is not None for item in domain.items if item not in grouped) and all(
            any(answers[item - 1] is not None for item in group) for group in domain.either
        )
        top = max(present, default=None)
        found[domain.id] = top if is_whole or top == instrument.all_levels[-1] else None
    return found


def _domain_sum(instrument: Instrument, answers: Answers, rule: DomainMaxima) -> _Sum | str:
    domains = domain_scores(instrument, answers)
    unknown = [name.replace("_", " ") for name, value in domains.items() if value is None]
    if unknown:
        which = f"{', '.join(unknown)}: not enough answers ({len(unknown)} of {len(rule.domains)} domains)"
        return f"{which}; {instrument.missing.why}"
    return _Sum(sum(value for value in domains.values() if value is not None), instrument.max)


def _scored(
    instrument: Instrument, answers: Answers, outcome: _Sum, *, context: Context, flags: tuple[str, ...]
) -> Scored:
    is_shortened = outcome.highest != instrument.max
    band = None if is_shortened else band_of(instrument, outcome.total, context)
    return Scored(
        instrument=instrument.id,
        version=instrument.version,
        total=outcome.total,
        min=instrument.min,
        max=outcome.highest,
        band=band,
        scores={
            "total": outcome.total,
            **subscale_scores(instrument, answers),
            **domain_scores(instrument, answers),
        },
        flags=(*flags, "prorated") if outcome.prorated else flags,
        prorated=outcome.prorated,
        answered=sum(answer is not None for answer in answers),
        cutoffs=() if is_shortened else cutoff_results(instrument, outcome.total, context),
        patterns=pattern_results(instrument, answers, context),
        note=_join(
            outcome.note,
            "the bands are made for all items and are not applied" if is_shortened and instrument.bands else None,
            _minor_note(instrument, context),
        ),
    )


def _not_scored(instrument: Instrument, answers: Answers, reason: str, flags: tuple[str, ...]) -> NotScored:
    missing = sum(answer is None for answer in answers)
    if "risk_item_unanswered" in flags:
        reason = f"{missing} of {len(answers)} items unanswered; {reason}"
    return NotScored(
        instrument=instrument.id,
        version=instrument.version,
        reason=reason,
        flags=flags,
        answered=len(answers) - missing,
    )


def _minor_note(instrument: Instrument, context: Context) -> str | None:
    has_adult_values = (
        (instrument.bands is not None and instrument.bands.adults_only)
        or any(cut.adults_only for cut in instrument.cutoffs)
        or bool(instrument.patterns)
    )
    if not (context.is_minor and has_adult_values):
        return None
    return f"the person is {context.age}: adult bands, cut-offs and patterns are not applied under 18"


def _join(*parts: str | None) -> str | None:
    return "; ".join(part for part in parts if part) or None
