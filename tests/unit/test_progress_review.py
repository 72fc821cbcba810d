"""Each state of a review by its rule, at its edge."""

from datetime import date, timedelta

import pytest

from solstice.content.library import Library
from solstice.progress import Point, ReviewError, review

INSTRUMENTS = Library().instruments
PHQ9 = INSTRUMENTS["phq-9"]
START = date(2026, 1, 5)


def series(**weeks: float | None) -> list[Point]:
    return [Point(START + timedelta(weeks=int(name[1:])), total) for name, total in weeks.items()]


def at(week: float) -> date:
    return START + timedelta(days=int(week * 7))


@pytest.mark.parametrize(
    ("points", "week", "state"),
    [
        ({}, 0, "no_data"),
        ({"w0": None}, 0, "no_data"),
        ({"w0": 20}, 0, "too_early"),
        ({"w0": 20, "w1": 18}, 1, "too_early"),
        ({"w0": 20, "w2": 17}, 2, "off_track"),  # 15 % is below 20 %
        ({"w0": 20, "w2": 16}, 2, "on_track"),  # 20 % is not
        ({"w0": 20, "w4": 16}, 4, "off_track"),  # 20 % is below 25 %
        ({"w0": 20, "w4": 15}, 4, "on_track"),
        ({"w0": 20, "w7": 15}, 7, "on_track"),
        ({"w0": 20, "w8": 11}, 8, "off_track"),  # 45 % is below 50 %
        ({"w0": 20, "w8": 10}, 8, "response"),
        ({"w0": 20, "w20": 12}, 20, "off_track"),
        ({"w0": 20, "w1": 4}, 1, "remission"),
        ({"w0": 10, "w1": 16}, 1, "worse"),
        ({"w0": 10, "w1": 15}, 1, "too_early"),
        ({"w0": 20, "w3": 12, "w4": 18}, 4, "worse"),  # since the total before
        ({"w0": 20, "w4": 9, "w8": 15}, 8, "relapse_signal"),
        ({"w0": 20, "w4": 9, "w8": 14}, 8, "off_track"),
        ({"w0": 20, "w4": 4, "w8": 10}, 8, "relapse_signal"),
        ({"w0": 20, "w4": 4, "w8": 9}, 8, "response"),
        ({"w0": 0, "w4": 5}, 4, "on_track"),
        ({"w0": 20, "w2": None, "w4": 15}, 2, "too_early"),
    ],
)
def test_states(points: dict[str, float | None], week: int, state: str) -> None:
    assert review(series(**points), instrument=PHQ9, at=at(week)).state == state


def test_what_to_do_comes_with_off_track_and_worse() -> None:
    assert (
        review(series(w0=20, w2=20), instrument=PHQ9, at=at(2)).do
        == "check homework, dose, alliance, sleep and alcohol"
    )
    assert "same day" in (review(series(w0=10, w2=16), instrument=PHQ9, at=at(2)).do or "")


def test_the_baseline_rule_is_shown_and_a_missing_first_score_is_named() -> None:
    result = review(series(w0=None, w1=20, w4=10), instrument=PHQ9, at=at(4))
    assert result.baseline is not None
    assert (result.baseline.on, result.baseline.total) == (at(1), 20)
    assert "2026-01-05 has no total" in result.baseline.rule
    assert "first total" in result.clinician[0]


def test_a_clinician_may_set_another_baseline() -> None:
    points = series(w0=10, w4=20, w8=10)
    result = review(points, instrument=PHQ9, at=at(8), baseline_on=at(4))
    assert result.state == "response"
    assert result.baseline is not None
    assert "set by a clinician" in result.baseline.rule
    with pytest.raises(ReviewError, match="no total on"):
        review(points, instrument=PHQ9, at=at(8), baseline_on=at(5))


def test_of_two_totals_on_one_day_the_last_entered_counts_and_it_is_said() -> None:
    points = [*series(w0=20, w4=18), Point(at(4), 10), Point(at(4), None)]
    result = review(points, instrument=PHQ9, at=at(4))
    assert result.current == 10
    assert "Two totals on 2026-02-02: the last one entered counts." in result.clinician


def test_screens_and_process_measures_are_refused() -> None:
    for name in ("phq-2", "pc-ptsd-5", "audit-c", "wai-sr"):
        with pytest.raises(ReviewError, match="without an expected course"):
            review([], instrument=INSTRUMENTS[name], at=START)


def test_an_old_total_is_said() -> None:
    result = review(series(w0=20, w1=18), instrument=PHQ9, at=at(6))
    assert result.is_old
    assert "The last total is 35 days old." in result.clinician


@pytest.mark.parametrize(
    ("points", "week", "sentence"),
    [
        ({"w0": 18, "w4": 15}, 4, "3 points better than four weeks ago. That is within the usual wobble."),
        ({"w0": 18, "w1": 17}, 1, "1 point better than one week ago. That is within the usual wobble."),
        ({"w0": 18, "w4": 12}, 4, "6 points better than four weeks ago. That is more than the usual wobble."),
        ({"w0": 18, "w4": 18}, 4, "Your score is the same as four weeks ago."),
        ({"w0": 18, "w4": 15}, 8, "3 points better than four weeks before."),
        ({"w0": 10, "w4": 17}, 4, "7 points higher than four weeks ago. Higher means harder."),
        ({"w0": 18}, 0, "This is your first score. The next one will show if things move."),
        ({}, 0, "There is nothing to show yet. Your first answers start the picture."),
    ],
)
def test_what_a_patient_reads(points: dict[str, float | None], week: int, sentence: str) -> None:
    assert review(series(**points), instrument=PHQ9, at=at(week)).patient.startswith(sentence)


def grade(text: str) -> float:
    """Flesch-Kincaid reading grade."""
    import pyphen

    dictionary = pyphen.Pyphen(lang="en_US")
    sentences = [part for part in text.replace("?", ".").split(".") if part.strip()]
    words = [word.strip(",.") for word in text.split()]
    syllables = sum(len(dictionary.inserted(word).split("-")) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_patient_sentences_and_the_help_card_read_at_grade_six() -> None:
    cases = [
        series(w0=18, w4=12),
        series(w0=10, w4=17),
        series(w0=20, w8=19, w9=None),
        series(w0=20, w4=9),
        series(w0=20, w4=4),
        series(w0=20),
        [],
    ]
    for points in cases:
        assert grade(review(points, instrument=PHQ9, at=at(9)).patient) <= 6
    card = Library().safety["signals"].help_card()
    for line in (card.title, *card.lines, card.not_monitored, card.call, card.link_text):
        assert grade(line) <= 6, line
