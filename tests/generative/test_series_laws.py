"""Laws of a series: a gap is not a zero, the future changes no past review, the order of entry does not matter."""

import re
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from solstice.content.library import Library
from solstice.progress import Point, review

PHQ9 = Library().instruments["phq-9"]
START = date(2026, 1, 5)

totals = st.one_of(st.none(), st.integers(0, 27), st.integers(0, 27))
series = st.lists(st.tuples(st.integers(0, 200), totals), max_size=20, unique_by=lambda entry: entry[0]).map(
    lambda entries: [Point(START + timedelta(days=day), total) for day, total in sorted(entries, key=lambda e: e[0])]
)
LAST = START + timedelta(days=200)


@given(series, st.integers(1, 100), totals)
def test_a_later_point_changes_no_past_review(points: list[Point], days: int, total: int | None) -> None:
    later = Point(LAST + timedelta(days=days), total)
    assert review([*points, later], instrument=PHQ9, at=LAST) == review(points, instrument=PHQ9, at=LAST)


@given(series, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(points: list[Point], random: Random) -> None:
    shuffled = [*points]
    random.shuffle(shuffled)
    assert review(shuffled, instrument=PHQ9, at=LAST) == review(points, instrument=PHQ9, at=LAST)


@given(series)
def test_a_gap_is_never_a_zero(points: list[Point]) -> None:
    """Leaving the gaps out gives the same state, change and current total; counting them as 0 is never what is done."""
    whole = review(points, instrument=PHQ9, at=LAST)
    without = review([point for point in points if point.total is not None], instrument=PHQ9, at=LAST)
    assert (whole.state, whole.current, whole.percent, whole.change, whole.response) == (
        without.state,
        without.current,
        without.percent,
        without.change,
        without.response,
    )
    assert whole.gaps == tuple(point.on for point in points if point.total is None)


@given(series)
def test_states_agree_with_their_numbers(points: list[Point]) -> None:
    result = review(points, instrument=PHQ9, at=LAST)
    scored = [point for point in points if point.total is not None]
    assert (result.state == "no_data") == (not scored)
    assert result.measured == len(scored)
    if result.state == "remission":
        assert result.current is not None
        assert result.current <= 4
    if result.state == "response":
        assert result.percent is not None
        assert result.percent >= 50
    if result.state == "off_track":
        assert result.do
        assert result.percent is not None
        assert result.percent < 50
    if result.change is not None and result.change.verdict == "worse":
        assert result.state in {"worse", "relapse_signal"}


@given(series)
def test_a_patient_never_reads_a_label(points: list[Point]) -> None:
    sentence = review(points, instrument=PHQ9, at=LAST).patient.lower()
    assert not any(
        word in sentence for word in ("severe", "moderate", "mild", "minimal", "fail", "remission", "relapse")
    )
    assert not re.search(
        r"\b(1 points|one weeks|one days|no weeks|no days|no day|no week|(?!1\b)\d+ point)\b", sentence
    )
