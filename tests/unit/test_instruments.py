"""Scoring refuses what cannot belong to an instrument, and says why there is no total."""

from typing import Any

import pytest

from solstice.content.library import Library
from solstice.instruments import (
    AnswersError,
    Context,
    NotScored,
    Scored,
    reliable_change,
    remission,
    response,
    score,
    score_total,
)

INSTRUMENTS = Library().instruments
PHQ9 = INSTRUMENTS["phq-9"]


def faults(instrument: str, items: list[Any], context: Context | None = None) -> tuple[str, ...]:
    with pytest.raises(AnswersError) as caught:
        score(INSTRUMENTS[instrument], items, context=context or Context())
    return caught.value.faults


@pytest.mark.parametrize("wrong", [4, -1, True, 1.0, "1", float("nan")])
def test_an_answer_that_is_no_level_is_refused_and_named(wrong: object) -> None:
    (fault,) = faults("phq-9", [0, 0, wrong, 0, 0, 0, 0, 0, 0])
    assert fault == f"phq-9: item 3 is {wrong!r}; right would be 0, 1, 2 or 3, or empty for unanswered"


def test_all_wrong_answers_come_at_once() -> None:
    assert len(faults("phq-9", [9] * 9)) == 9


@pytest.mark.parametrize("count", [0, 8, 10])
def test_the_number_of_answers_is_checked(count: int) -> None:
    assert faults("phq-9", [0] * count) == (f"phq-9: {count} answers; right would be 9",)


def test_total_only_scales_take_no_items() -> None:
    assert "give the total" in faults("hdrs-17", [0] * 17)[0]


def test_an_answer_after_a_closed_gate_is_refused() -> None:
    assert "first question is No" in faults("pc-ptsd-5", [0, 1, 0, 0, 0], Context(gate=False))[0]


def test_a_gate_left_open_is_not_a_no() -> None:
    result = score(INSTRUMENTS["pc-ptsd-5"], [None] * 5)
    assert isinstance(result, NotScored)
    taken = score(INSTRUMENTS["pc-ptsd-5"], [1, 1, 1, 1, 0])
    assert isinstance(taken, Scored)
    assert "taken as Yes" in (taken.note or "")


@pytest.mark.parametrize("total", [-1, 28, 12.5, True, "12"])
def test_a_total_outside_the_range_is_refused(total: Any) -> None:
    with pytest.raises(AnswersError):
        score_total(PHQ9, total)


def test_a_total_hides_the_risk_item_and_says_so() -> None:
    result = score_total(PHQ9, 12.0)
    assert (result.total, result.band, result.flags) == (12, "moderate", ("risk_item_unknown",))
    assert "item 9 cannot be seen" in (result.note or "")


def test_under_18_no_adult_band_or_cutoff_is_applied_and_the_reason_is_given() -> None:
    result = score(PHQ9, [2] * 8 + [0], context=Context(age=17))
    assert isinstance(result, Scored)
    assert (result.total, result.band, result.cutoffs[0].met) == (16, None, None)
    assert result.patterns == {"mdd": None, "other": None}
    assert "under 18" in (result.note or "")
    adult = score(PHQ9, [2] * 8 + [0], context=Context(age=18))
    assert isinstance(adult, Scored)
    assert (adult.band, adult.cutoffs[0].met, adult.note) == ("moderately severe", True, None)


def test_patterns_are_unknown_where_the_gap_decides() -> None:
    result = score(PHQ9, [2, None, 2, 2, 2, 0, 0, 0, 0])
    assert isinstance(result, Scored)
    assert result.patterns == {"mdd": None, "other": None}


def test_change_follows_the_direction_of_the_scale() -> None:
    assert reliable_change(PHQ9, 18, 12).points == 6
    assert reliable_change(INSTRUMENTS["wai-sr"], 40, 50).points == 10
    assert reliable_change(INSTRUMENTS["madrs"], 30, 10).verdict is None


def test_response_is_exact_at_half() -> None:
    assert response(PHQ9, 18, 9) is True
    assert response(PHQ9, 19, 10) is False
    assert response(PHQ9, 0, 0) is None
    assert response(INSTRUMENTS["isi"], 20, 12) is True
    assert response(INSTRUMENTS["wsas"], 20, 0) is None


def test_remission_ends_at_four() -> None:
    assert (remission(PHQ9, 4), remission(PHQ9, 5), remission(INSTRUMENTS["gad-7"], 0)) == (True, False, None)


def test_texts_are_there_only_where_the_licence_allows() -> None:
    with_text = {name for name, instrument in INSTRUMENTS.items() if instrument.text("en")}
    assert with_text == {"phq-9", "phq-2", "gad-7", "pcl-5", "pc-ptsd-5", "audit-c", "sud-voc"}
    assert {name for name, instrument in INSTRUMENTS.items() if instrument.licence.bundle_text} == with_text
    assert PHQ9.text("tlh") is None
    text = INSTRUMENTS["gad-7"].text()
    assert text is not None
    assert text.options_of(1)[0].label == "Not at all"
