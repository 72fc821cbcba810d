"""Score answers by the instrument's own rule; an unanswered item is never a zero."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from solstice.content.instrument_model import Instrument, Subscale
from solstice.content.scoring_model import ActivityMinutes, GatedSum, Graded, RuleNotGiven, SumRule
from solstice.instruments.answers import Answers, checked, half_up, in_steps, with_skips
from solstice.instruments.derived import derived_parts, do_not_fit
from solstice.instruments.grades import activity, grade_of
from solstice.instruments.meaning import (
    age_note,
    band_of,
    cutoff_results,
    part_result,
    pattern_results,
    subscale_parts,
)
from solstice.instruments.outcome import (
    AnswersError,
    Context,
    NotScored,
    NotScoredCode,
    PartResult,
    Profile,
    Scored,
)
from solstice.instruments.totals import NoTotal, Total, domain_scores, total_of

UNKNOWN_CONTEXT = Context()
NO_PARTS: Mapping[str, float] = MappingProxyType({})


def score(
    instrument: Instrument, items: Sequence[int | None], *, context: Context = UNKNOWN_CONTEXT
) -> Scored | Profile | NotScored:
    """Score the answers, in the order of the items; None is an unanswered item.

    A prorated total (mean of the answered items times their number, half rounded up) is given only where the
    instrument allows it, at most a fifth is missing and the risk item is answered. A scale without a total gives a
    Profile. Raises AnswersError for answers that cannot belong to this instrument: their number, their range, or
    numbers that are not whole.
    """
    given = checked(instrument, items, context)
    answers = with_skips(instrument, given)
    flags = _risk_flags(instrument, answers)
    if reason := why_not_for_age(instrument, context):
        return _not_scored(instrument, given, reason, flags=flags, code="not_for_age")
    if not instrument.has_total:
        return _without_total(instrument, given, flags=flags, context=context)
    if "risk_item_unanswered" in flags:
        return _not_scored(instrument, given, _unanswered_risk(instrument), flags=flags, code="risk_item_unanswered")
    outcome = total_of(instrument, answers, context)
    if isinstance(outcome, NoTotal):
        code: NotScoredCode = "gate_unanswered" if outcome.is_gate else "unanswered"
        return _not_scored(instrument, given, outcome.reason, flags=flags, code=code)
    return _scored(instrument, answers, outcome, context=context, flags=flags)


def _without_total(
    instrument: Instrument, given: Answers, *, flags: tuple[str, ...], context: Context
) -> Profile | NotScored:
    answers = with_skips(instrument, given)
    match instrument.scoring:
        case RuleNotGiven(why=why):
            return _not_scored(instrument, given, why, flags=flags, code="rule_not_given")
        case Graded() as rule:
            grade, reason = grade_of(rule, answers)
            if grade is None:
                return _not_scored(instrument, given, reason or "", flags=flags)
            return _profile(instrument, answers, grade, flags=flags, context=context)
        case ActivityMinutes() as rule:
            return _activity(instrument, given, answers, rule)
        case _:
            return _profile(instrument, answers, None, flags=flags, context=context)


def score_total(
    instrument: Instrument,
    total: float,
    *,
    subscales: Mapping[str, float] = NO_PARTS,
    context: Context = UNKNOWN_CONTEXT,
) -> Scored:
    """Read a total, and totals of subscales, that were added up elsewhere, for instance on a licensed form.

    The risk item cannot be seen in a total: the flag risk_item_unknown says so. Raises AnswersError outside the range,
    for parts that do not add up to the total, and for an age the instrument is not made for.
    """
    if not instrument.has_total or instrument.min is None or instrument.max is None:
        raise AnswersError((f"{instrument.id}: this scale has no total; give the items or its parts",))
    if reason := why_not_for_age(instrument, context):
        raise AnswersError((f"{instrument.id}: {reason}",))
    faults = [
        *_range_faults(instrument, "the total", total, ends=(instrument.min, instrument.max)),
        *_part_faults(instrument, subscales),
    ]
    if not faults and not _adds_up(instrument, subscales, total):
        faults.append(f"{instrument.id}: the subscales add up to {sum(subscales.values()):g}, the total is {total:g}")
    if faults:
        raise AnswersError(tuple(faults))
    whole = int(total) if float(total).is_integer() and not instrument.decimals else total
    parts = _given_parts(instrument, subscales, context)
    hidden = instrument.risk_item
    return Scored(
        instrument=instrument.id,
        version=instrument.version,
        total=whole,
        min=instrument.min,
        max=instrument.max,
        band=band_of(instrument, whole, context),
        scores={"total": whole, **{part.id: part.value for part in parts}},
        flags=("risk_item_unknown",) if hidden else (),
        cutoffs=cutoff_results(instrument.cutoffs, whole, context),
        parts=parts,
        note=_join(
            f"item {hidden.item} cannot be seen in a total; ask it" if hidden else None,
            age_note(instrument, context),
        ),
    )


def score_subscales(
    instrument: Instrument, subscales: Mapping[str, float], *, context: Context = UNKNOWN_CONTEXT
) -> Scored | Profile:
    """Read totals of subscales; where all are given and hold each item once, they add up to the total."""
    if reason := why_not_for_age(instrument, context):
        raise AnswersError((f"{instrument.id}: {reason}",))
    faults = _part_faults(instrument, subscales)
    if faults or not subscales:
        raise AnswersError(tuple(faults) or (f"{instrument.id}: no subscale is given",))
    if _is_partition(instrument, subscales):
        return score_total(instrument, sum(subscales.values()), subscales=subscales, context=context)
    parts = _given_parts(instrument, subscales, context)
    hidden = instrument.risk_item
    return Profile(
        instrument=instrument.id,
        version=instrument.version,
        band=None,
        scores={part.id: part.value for part in parts},
        flags=("risk_item_unknown",) if hidden else (),
        parts=parts,
        note=_join(
            "no total: not every part is given" if instrument.has_total else None, age_note(instrument, context)
        ),
    )


def why_not_for_age(instrument: Instrument, context: Context) -> str | None:
    """Why an instrument is not scored for a person of this age; None where it is, or the age is not known."""
    if instrument.ages is None or context.age is None or instrument.ages.has(context.age):
        return None
    return f"{instrument.short_name} is made for {instrument.ages.words}; the person is {context.age}"


def _range_faults(instrument: Instrument, what: str, value: object, *, ends: tuple[float, float] | None) -> list[str]:
    decimals = instrument.decimals
    if isinstance(value, bool) or not isinstance(value, int | float) or not in_steps(value, decimals):
        right = "a whole number" if not decimals else f"a number with {decimals} or fewer decimals"
        return [f"{instrument.id}: {what} is {value!r}; right would be {right}"]
    if ends is not None and not ends[0] <= value <= ends[1]:
        return [f"{instrument.id}: {what} is {value:g}; right would be {ends[0]:g} to {ends[1]:g}"]
    return []


def _part_faults(instrument: Instrument, given: Mapping[str, float]) -> list[str]:
    known = instrument.part_ranges
    faults = []
    for name, value in given.items():
        if name not in known:
            right = f"known are {', '.join(known)}" if known else "this scale has none"
            faults.append(f"{instrument.id}: no such subscale '{name}'; {right}")
        else:
            faults += _range_faults(instrument, f"the subscale '{name}'", value, ends=known[name])
    return faults


def _is_partition(instrument: Instrument, given: Mapping[str, float]) -> bool:
    """Whether the given subscales are sums that hold every item exactly once, as the total counts it."""
    parts = [part for part in (instrument.subscales.parts if instrument.subscales else ()) if part.id in given]
    items = sorted(item for part in parts for item in part.items)
    plain = isinstance(instrument.scoring, SumRule | GatedSum) and getattr(instrument.scoring, "times", 1) == 1
    return plain and items == list(range(1, instrument.items + 1)) and all(_counts_alike(part) for part in parts)


def _counts_alike(part: Subscale) -> bool:
    return part.method == "sum" and not part.as_answered


def _adds_up(instrument: Instrument, given: Mapping[str, float], total: float) -> bool:
    return not _is_partition(instrument, given) or sum(given.values()) == total


def _given_parts(instrument: Instrument, given: Mapping[str, float], context: Context) -> tuple[PartResult, ...]:
    parts = instrument.subscales.parts if instrument.subscales else ()
    return tuple(part_result(instrument, part, given[part.id], context) for part in parts if part.id in given)


def _risk_flags(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    risk = instrument.risk_item
    if risk is None:
        return ()
    given = [answers[item - 1] for item in (risk.item, *risk.also)]
    if any(answer is not None and answer >= risk.flag_at for answer in given):
        return ("risk_item",)
    return ("risk_item_unanswered",) if given[0] is None else ()


def _unanswered_risk(instrument: Instrument) -> str:
    item = instrument.risk_item.item if instrument.risk_item else 0
    return f"item {item}, the risk item, is unanswered; no total is given without it: ask it, face to face if need be"


def _scored(
    instrument: Instrument, answers: Answers, outcome: Total, *, context: Context, flags: tuple[str, ...]
) -> Scored:
    is_shortened = outcome.highest != instrument.max
    parts = (*subscale_parts(instrument, answers, context), *derived_parts(instrument, answers))
    return Scored(
        instrument=instrument.id,
        version=instrument.version,
        total=outcome.total,
        min=instrument.min or 0,
        max=outcome.highest,
        band=None if is_shortened else band_of(instrument, outcome.total, context),
        scores={
            "total": outcome.total,
            **{part.id: part.value for part in parts},
            **domain_scores(instrument, answers),
        },
        flags=(*flags, "prorated") if outcome.prorated else flags,
        prorated=outcome.prorated,
        answered=sum(answer is not None for answer in answers),
        cutoffs=() if is_shortened else cutoff_results(instrument.cutoffs, outcome.total, context),
        patterns=pattern_results(instrument, answers, context),
        parts=parts,
        note=_join(
            outcome.note,
            "the bands are made for all items and are not applied" if is_shortened and instrument.bands else None,
            do_not_fit(answers, parts),
            age_note(instrument, context),
        ),
    )


def _profile(
    instrument: Instrument, answers: Answers, band: str | None, *, flags: tuple[str, ...], context: Context
) -> Profile | NotScored:
    answered = sum(answer is not None for answer in answers)
    if not answered:
        return _not_scored(instrument, answers, "no item is answered", flags=flags)
    parts = (*subscale_parts(instrument, answers, context), *derived_parts(instrument, answers))
    by_total = {part.id for part in (instrument.subscales.parts if instrument.subscales else ()) if not part.items}
    open_parts = [part.name for part in parts if part.value is None and part.id not in by_total]
    return Profile(
        instrument=instrument.id,
        version=instrument.version,
        band=band,
        scores={part.id: part.value for part in parts},
        flags=flags,
        answered=answered,
        parts=parts,
        note=_join(
            do_not_fit(answers, parts),
            f"not enough answers for {', '.join(open_parts)}" if open_parts and None in answers else None,
            "which items belong to its parts is not given; enter the totals of the parts" if by_total else None,
            age_note(instrument, context),
        ),
    )


def _activity(instrument: Instrument, given: Answers, answers: Answers, rule: ActivityMinutes) -> Profile | NotScored:
    found = activity(rule, answers)
    if isinstance(found, str):
        code: NotScoredCode = "unanswered" if "unanswered" in found else "excluded"
        return _not_scored(instrument, given, found, flags=(), code=code)
    values, category = found
    shown = {name: half_up(value, 1) for name, value in values.items()}
    return Profile(
        instrument=instrument.id,
        version=instrument.version,
        band=category,
        scores=shown,
        answered=sum(answer is not None for answer in given),
        parts=tuple(
            PartResult(id=name, name=name.replace("_", " "), value=value, unit="MET minutes a week")
            for name, value in shown.items()
        ),
    )


def _not_scored(
    instrument: Instrument,
    answers: Answers,
    reason: str,
    *,
    flags: tuple[str, ...],
    code: NotScoredCode = "unanswered",
) -> NotScored:
    missing = sum(answer is None for answer in answers)
    if code == "risk_item_unanswered":
        reason = f"{missing} of {len(answers)} items unanswered; {reason}"
    return NotScored(
        instrument=instrument.id,
        version=instrument.version,
        reason=reason,
        code=code,
        flags=flags,
        answered=len(answers) - missing,
    )


def _join(*parts: str | None) -> str | None:
    return "; ".join(part for part in parts if part) or None
