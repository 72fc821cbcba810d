"""Laws of scoring that hold for every instrument and every set of answers."""

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.instruments import Context, NotScored, Scored, score

INSTRUMENTS = Library().instruments
ITEMISED = [instrument for instrument in INSTRUMENTS.values() if instrument.all_levels]
PLAIN_SUMS = [instrument for instrument in ITEMISED if instrument.scoring.method == "sum"]
YES = Context(gate=True)


@st.composite
def answered(draw: st.DrawFn, among: list[Instrument], *, gaps: bool) -> tuple[Instrument, list[int | None]]:
    instrument = draw(st.sampled_from(among))
    level = st.sampled_from(instrument.all_levels)
    answer = st.one_of(level, level, level, st.none()) if gaps else level
    return instrument, draw(st.lists(answer, min_size=instrument.items, max_size=instrument.items))


@given(answered(ITEMISED, gaps=True))
def test_a_total_lies_in_the_range_and_in_one_band(case: tuple[Instrument, list[int | None]]) -> None:
    instrument, items = case
    result = score(instrument, items, context=YES)
    if isinstance(result, NotScored):
        assert None in items
        assert result.reason
        return
    assert instrument.min <= result.total <= instrument.max
    if instrument.bands:
        assert [band.label for band in instrument.bands.ranges if band.min <= result.total <= band.max] == [result.band]


@given(answered(ITEMISED, gaps=False), st.data())
def test_a_higher_answer_never_lowers_the_total(case: tuple[Instrument, list[int | None]], data: st.DataObject) -> None:
    instrument, items = case
    position = data.draw(st.integers(0, instrument.items - 1))
    higher = [*items]
    higher[position] = data.draw(st.sampled_from([v for v in instrument.all_levels if v >= (items[position] or 0)]))
    before, after = score(instrument, items, context=YES), score(instrument, higher, context=YES)
    assert isinstance(before, Scored)
    assert isinstance(after, Scored)
    assert after.total >= before.total
    if instrument.scoring.method == "sum":
        assert after.total - before.total == (higher[position] or 0) - (items[position] or 0)


@given(answered(PLAIN_SUMS, gaps=False), st.data())
def test_the_order_of_answers_does_not_matter_to_a_sum(
    case: tuple[Instrument, list[int | None]], data: st.DataObject
) -> None:
    instrument, items = case
    shuffled = data.draw(st.permutations(items))
    first, second = score(instrument, items), score(instrument, shuffled)
    assert isinstance(first, Scored)
    assert isinstance(second, Scored)
    assert first.total == second.total


@given(answered(ITEMISED, gaps=True))
def test_missing_is_never_zero(case: tuple[Instrument, list[int | None]]) -> None:
    """What is given with gaps lies between filling them with the lowest and the highest answer."""
    instrument, items = case
    result = score(instrument, items, context=YES)
    if isinstance(result, NotScored):
        return
    low, high = (
        score(instrument, [value if answer is None else answer for answer in items], context=YES)
        for value in (instrument.all_levels[0], instrument.all_levels[-1])
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


@given(answered(ITEMISED, gaps=True))
def test_prorating_only_where_allowed(case: tuple[Instrument, list[int | None]]) -> None:
    instrument, items = case
    result = score(instrument, items, context=YES)
    missing = items.count(None)
    risk_is_open = instrument.risk_item is not None and items[instrument.risk_item.item - 1] is None
    if isinstance(result, Scored) and result.prorated:
        present = [answer for answer in items if answer is not None]
        assert instrument.missing.prorate
        assert 0 < missing <= Fraction(instrument.items, 5)
        assert not risk_is_open
        assert "prorated" in result.flags
        assert abs(Fraction(sum(present) * instrument.items, len(present)) - result.total) <= Fraction(1, 2)
    if risk_is_open:
        assert isinstance(result, NotScored)
        assert "risk_item_unanswered" in result.flags


def test_all_262144_phq9_patterns_equal_a_naive_sum() -> None:
    phq9 = INSTRUMENTS["phq-9"]
    assert phq9.bands
    labels = [next(b.label for b in phq9.bands.ranges if b.min <= total <= b.max) for total in range(28)]
    count = 0
    for items in itertools.product(range(4), repeat=9):
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
    assert count == 262_144
