"""Each state of a review by its rule, at its edge."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.review import review_command
from solstice.content.library import Library
from solstice.instruments.ages import why_not_judged, why_unsure
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


PHQA = INSTRUMENTS["phq-a"]


@pytest.mark.parametrize(
    ("ages", "judged", "note"),
    [
        ((34, 34), True, False),
        ((17, 17), False, False),
        ((12, 17), False, False),
        ((17, 18), True, True),
        (None, True, True),
    ],
)
def test_adult_cut_offs_judge_nobody_who_is_surely_under_18(
    ages: tuple[int, int] | None, judged: bool, note: bool
) -> None:
    found = review(series(w0=20, w8=4), instrument=PHQ9, at=at(8), ages=ages)
    assert (found.refused is None) is judged
    assert (found.age_note is not None) is note
    assert (found.remission, found.response) == ((True, True) if judged else (None, None))
    assert found.state == ("remission" if judged else "not_for_age")
    words = " ".join(found.clinician)
    assert ("Remission (" in words) is judged
    assert ("made for adults" in words) is not judged
    assert found.to_json()["refused"] == (None if judged else found.refused and found.refused.text)


def test_a_refused_review_still_tells_of_worsening_and_never_of_a_fall_back_from_a_cut_off() -> None:
    worse = review(series(w0=10, w1=16), instrument=PHQ9, at=at(1), ages=(15, 15))
    assert worse.state == "worse"
    assert "comes from adults" in worse.rule
    assert review(series(w0=20, w4=4, w8=10), instrument=PHQ9, at=at(8), ages=(15, 15)).state == "worse"
    assert review(series(w0=20, w4=4, w8=9), instrument=PHQ9, at=at(8), ages=(15, 15)).state == "not_for_age"
    assert not worse.sudden_gains
    assert worse.change is not None


@pytest.mark.parametrize(("age", "judged"), [(11, True), (17, True), (10, False), (18, False)])
def test_a_scale_for_the_young_judges_them_and_nobody_else(age: int, judged: bool) -> None:
    assert (why_not_judged(PHQA, (age, age)) is None) is judged
    assert why_unsure(PHQA, (17, 18)) is not None


def test_a_person_under_18_reads_no_judgement() -> None:
    words = review(series(w0=20, w8=4), instrument=PHQ9, at=at(8), ages=(15, 15)).patient
    assert "16 points better" in words
    assert "rare" not in words
    assert "lot better" not in words


@pytest.mark.parametrize(
    ("age", "words"), [("15", "not judged at this age"), ("17-18", "check the age"), ("40", "remission")]
)
def test_the_command_takes_the_age(tmp_path: Path, age: str, words: str) -> None:
    file = tmp_path / "series.csv"
    file.write_text("date,total\n2026-01-05,20\n2026-03-02,4\n")
    answer = CliRunner().invoke(review_command, [str(file), "--age", age])
    assert answer.exit_code == 0
    assert words in answer.output


@pytest.mark.parametrize("age", ["", "abc", "18-17", "400", "-4"])
def test_what_is_no_age_is_refused_in_one_line(tmp_path: Path, age: str) -> None:
    file = tmp_path / "series.csv"
    file.write_text("date,total\n2026-01-05,20\n")
    answer = CliRunner().invoke(review_command, [str(file), f"--age={age}"])
    assert answer.exit_code == 2
    assert "is no age" in answer.output
