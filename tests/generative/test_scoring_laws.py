"""Laws of scoring that hold for every instrument and every set of answers."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.instruments import Context, NotScored, Profile, Scored, score

INSTRUMENTS = Library().instruments
ITEMISED = [
    one for one in INSTRUMENTS.values() if one.has_total and all(one.levels_of(n) for n in range(1, one.items + 1))
]
PLAIN = [one for one in ITEMISED if one.scoring.method in {"sum", "mean"}]
SHUFFLED = [one for one in PLAIN if not (one.reversed_items or one.own_levels or one.skips or one.risk_item)]
GRADED = [one for one in INSTRUMENTS.values() if one.scoring.method == "graded"]
YES = Context(gate=True)
Case = tuple[Instrument, list[int | None]]


@st.composite
def answered(draw: st.DrawFn, among: list[Instrument], *, gaps: bool) -> Case:
    instrument = draw(st.sampled_from(among))
    answers = []
    for number in range(1, instrument.items + 1):
        level = st.sampled_from(instrument.levels_of(number))
        answers.append(draw(st.one_of(level, level, level, st.none()) if gaps else level))
    return instrument, answers


def naive_points(instrument: Instrument, number: int, answer: int) -> int:
    """What an answer counts, written the long way round: turned over, then recoded."""
    levels = sorted(instrument.levels_of(number))
    turned = levels[-1 - levels.index(answer)] if number in instrument.reversed_items else answer
    return instrument.scoring.recode.get(turned, turned) if instrument.scoring.method == "sum" else turned


def naive_total(instrument: Instrument, items: list[int | None]) -> float:
    points = [naive_points(instrument, number, answer or 0) for number, answer in enumerate(items, start=1)]
    if instrument.scoring.method == "sum":
        return sum(points) * instrument.scoring.times
    scale = 10**instrument.decimals
    return float(math.floor(Fraction(sum(points) * scale, len(points)) + Fraction(1, 2)) / scale)


def ages(instrument: Instrument) -> Context:
    return Context(gate=True, age=instrument.ages.youngest or instrument.ages.oldest) if instrument.ages else YES


def test_the_laws_are_tried_on_every_kind_of_scale() -> None:
    assert len(ITEMISED) >= 34
    assert {one.scoring.method for one in INSTRUMENTS.values()} == {
        *("sum", "mean", "gated_sum", "sum_with_optional_item", "domain_maxima", "total_only"),
        *("graded", "profile", "activity_minutes", "not_given"),
    }
    assert {one.id for one in PLAIN if one.reversed_items} == {"bads-sf", "dast-10"}


@given(answered(PLAIN, gaps=False))
def test_a_total_equals_the_naive_sum(case: Case) -> None:
    instrument, items = case
    result = score(instrument, items, context=ages(instrument))
    assert isinstance(result, Scored)
    assert result.total == naive_total(instrument, items)
    for part in instrument.subscales.parts if instrument.subscales else ():
        counted = [
            (items[n - 1] or 0) if part.as_answered else naive_points(instrument, n, items[n - 1] or 0)
            for n in part.items
        ]
        if part.method == "sum":
            assert result.scores[part.id] == sum(counted)


@given(answered([one for one in PLAIN if one.reversed_items], gaps=False))
def test_turning_an_answer_over_twice_changes_nothing(case: Case) -> None:
    """Reversed items answered from the other end, and all others too, mirror the total in its range."""
    instrument, items = case
    mirrored = [
        min(instrument.levels_of(n)) + max(instrument.levels_of(n)) - (answer or 0)
        for n, answer in enumerate(items, start=1)
    ]
    one, other = score(instrument, items, context=YES), score(instrument, mirrored, context=YES)
    assert isinstance(one, Scored)
    assert isinstance(other, Scored)
    assert one.total + other.total == sum(instrument.ends)


@given(answered(ITEMISED, gaps=True))
def test_a_total_lies_in_the_range_and_in_one_band(case: Case) -> None:
    instrument, items = case
    result = score(instrument, items, context=ages(instrument))
    if isinstance(result, NotScored):
        assert None in items
        assert result.reason
        return
    assert isinstance(result, Scored)
    assert instrument.ends[0] <= result.total <= instrument.ends[1]
    if instrument.bands:
        assert [band.label for band in instrument.bands.ranges if band.min <= result.total <= band.max] == [result.band]


@given(answered(ITEMISED, gaps=False), st.data())
def test_a_higher_answer_never_lowers_the_total(case: Case, data: st.DataObject) -> None:
    """A reversed item the other way round."""
    instrument, items = case
    position = data.draw(st.integers(0, instrument.items - 1))
    higher = [*items]
    higher[position] = data.draw(
        st.sampled_from([value for value in instrument.levels_of(position + 1) if value >= (items[position] or 0)])
    )
    before, after = (score(instrument, answers, context=ages(instrument)) for answers in (items, higher))
    assert isinstance(before, Scored)
    assert isinstance(after, Scored)
    lower, upper = (after, before) if position + 1 in instrument.reversed_items else (before, after)
    assert upper.total >= lower.total


@given(answered(SHUFFLED, gaps=False), st.data())
def test_the_order_of_answers_does_not_matter_to_a_sum(case: Case, data: st.DataObject) -> None:
    instrument, items = case
    shuffled = data.draw(st.permutations(items))
    first, second = (score(instrument, answers, context=ages(instrument)) for answers in (items, shuffled))
    assert isinstance(first, Scored)
    assert isinstance(second, Scored)
    assert first.total == second.total


@given(answered([one for one in ITEMISED if not one.skips], gaps=True))
def test_missing_is_never_zero(case: Case) -> None:
    """What is given with gaps lies between filling them with what counts least and what counts most."""
    instrument, items = case
    result = score(instrument, items, context=ages(instrument))
    if isinstance(result, NotScored):
        return
    assert isinstance(result, Scored)
    low, high = (
        score(instrument, _filled(instrument, items, last), context=ages(instrument)) for last in (False, True)
    )
    assert isinstance(low, Scored)
    assert isinstance(high, Scored)
    assert low.total <= result.total <= high.total
    for name, value in result.scores.items():
        if name != "total" and value is not None:
            assert low.scores[name] == high.scores[name] == value or instrument.id == "qids-sr16"
    for name, holds in result.patterns.items():
        if holds is not None:
            assert low.patterns[name] is holds
            assert high.patterns[name] is holds


def _filled(instrument: Instrument, items: list[int | None], last: bool) -> list[int | None]:
    out: list[int | None] = []
    for number, answer in enumerate(items, start=1):
        levels = sorted(instrument.levels_of(number), reverse=number in instrument.reversed_items)
        out.append(levels[-1 if last else 0] if answer is None else answer)
    return out


@given(answered([one for one in ITEMISED if not one.skips], gaps=True))
def test_prorating_only_where_allowed(case: Case) -> None:
    instrument, items = case
    result = score(instrument, items, context=ages(instrument))
    missing = items.count(None)
    risk_is_open = instrument.risk_item is not None and items[instrument.risk_item.item - 1] is None
    if isinstance(result, Scored) and result.prorated:
        points = [naive_points(instrument, n, answer) for n, answer in enumerate(items, start=1) if answer is not None]
        mean = Fraction(sum(points), len(points))
        times = getattr(instrument.scoring, "times", 1)
        expected = mean if instrument.scoring.method == "mean" else mean * instrument.items * times
        assert instrument.missing.prorate
        assert 0 < missing <= Fraction(instrument.items, 5)
        assert not risk_is_open
        assert "prorated" in result.flags
        assert abs(expected - Fraction(str(result.total))) <= Fraction(times, 2 * 10**instrument.decimals)
    if risk_is_open:
        assert isinstance(result, NotScored)
        assert "risk_item_unanswered" in result.flags


@given(answered(GRADED, gaps=True), st.data())
def test_a_grade_stands_whatever_the_open_answers_turn_out_to_be(case: Case, data: st.DataObject) -> None:
    instrument, items = case
    result = score(instrument, items)
    if isinstance(result, NotScored):
        assert None in items
        return
    filled = [data.draw(st.sampled_from([0, 1])) if answer is None else answer for answer in items]
    skipped = {item for skip in instrument.skips for item in skip.items}
    kept = [
        answer if n in skipped and items[n - 1] is None else filled[n - 1] for n, answer in enumerate(items, start=1)
    ]
    again = score(instrument, kept)
    if isinstance(again, Profile):
        labels = [grade.label for grade in instrument.scoring.grades] if instrument.scoring.method == "graded" else []
        order = [*labels, getattr(instrument.scoring, "otherwise", "")]
        assert order.index(again.band or "") == order.index(result.band or "")


@given(answered([one for one in ITEMISED if one.bands or one.cutoffs], gaps=False), st.integers(0, 17))
def test_no_adult_value_is_applied_under_18(case: Case, age: int) -> None:
    instrument, items = case
    result = score(instrument, items, context=Context(gate=True, age=age))
    if isinstance(result, NotScored):
        assert result.code == "not_for_age"
        return
    assert isinstance(result, Scored)
    if instrument.bands and instrument.bands.adults_only:
        assert result.band is None
        assert "under 18" in (result.note or "")
    for told in result.cutoffs:
        cut = next(cut for cut in instrument.cutoffs if cut.id == told.id)
        assert told.met is None or not cut.adults_only or (cut.ages is not None and cut.ages.has(age))


@pytest.mark.parametrize("first", range(4))  # in four parts, for as many processes as there are
def test_all_262144_phq9_patterns_equal_a_naive_sum(first: int) -> None:
    phq9 = INSTRUMENTS["phq-9"]
    assert phq9.bands
    labels = [next(b.label for b in phq9.bands.ranges if b.min <= total <= b.max) for total in range(28)]
    count = 0
    for rest in itertools.product(range(4), repeat=8):
        items = (first, *rest)
        result = score(phq9, items)
        total = sum(items)
        if (
            not isinstance(result, Scored)
            or result.total != total
            or result.band != labels[total]
            or (result.flags == ("risk_item",)) != (items[8] > 0)
        ):
            raise AssertionError(items)
        count += 1
    assert count == 262_144 / 4
