"""Dates as people remember them, from the file to the words of a sentence."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solstice.content.read import ContentError
from solstice.person import PartialDate, PersonFile
from solstice.person.file import parse_person


@pytest.mark.parametrize(
    ("written", "earliest", "latest", "words"),
    [
        ("2023", "2023-01-01", "2023-12-31", "2023"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2026-11-15", "2026-11-15", "2026-11-15", "15 November 2026"),
        ("about 2021", "2020-01-01", "2022-12-31", "about 2021"),
        ("About  2021-12", "2021-11-01", "2022-01-31", "about December 2021"),
        ("about 2021-12-24", "2021-12-10", "2022-01-07", "about 24 December 2021"),
        ("2021-spring-north", "2021-03-01", "2021-06-30", "spring 2021 (March to June)"),
        ("2021-spring-south", "2021-09-01", "2021-12-31", "spring 2021 (September to December)"),
        (
            "2021-spring",
            "2021-03-01",
            "2021-12-31",
            "spring 2021 (March to June in the north, September to December in the south)",
        ),
        ("2021-fall-north", "2021-09-01", "2021-12-31", "autumn 2021 (September to December)"),
        ("2021-winter-north", "2020-12-01", "2022-03-31", "winter 2021 (December to March)"),
        ("2021-winter-south", "2021-06-01", "2021-09-30", "winter 2021 (June to September)"),
        ("about 2021-spring-north", "2020-12-01", "2021-09-30", "about spring 2021 (March to June)"),
    ],
)
def test_what_was_written_bounds_the_days(written: str, earliest: str, latest: str, words: str) -> None:
    told = PartialDate.parse(written)
    assert (told.earliest.isoformat(), told.latest.isoformat(), told.in_words()) == (earliest, latest, words)
    assert PartialDate.parse(str(told)) == told


@pytest.mark.parametrize(
    "wrong",
    ["spring", "2021-lent", "2021-13", "2021-02-30", "about", "21", "2021-spring-east", "0000", "about 9999", "🙂"],
)
def test_what_is_no_date_says_what_would_be(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a date; write 2023, 2023-04 or 2023-04-17"):
        PartialDate.parse(wrong)


def person(started: str, *, more: str = "") -> PersonFile:
    return parse_person(
        f"solstice: person/1\nid: x\nat: 2026-11-22\n{more}trials:\n  - kind: ect\n    started: {started}\n"
    )


def test_an_event_keeps_its_words_and_comes_back_as_it_was_written() -> None:
    told = person("{about: after the move, between: [2019, 2022-03]}").trials[0].started
    assert told is not None
    assert (told.earliest, told.latest) == (date(2019, 1, 1), date(2022, 3, 31))
    assert told.in_words() == "after the move (between 2019 and March 2022)"
    assert told.written == {"about": "after the move", "between": ["2019", "2022-03"]}
    again = PersonFile.model_validate_json(person("{about: around the birth of my son}").model_dump_json())
    event = again.trials[0].started
    assert event is not None
    assert (str(event), event.is_bounded, event.in_words()) == ("around the birth of my son", False, str(event))
    half = person("{about: after school, between: [2019, null]}").trials[0].started
    assert half is not None
    assert (half.earliest, half.is_bounded) == (date(2019, 1, 1), False)
    assert half.in_words() == "after school (not before 2019)"


@pytest.mark.parametrize(
    ("started", "what"),
    [
        ("2027", "file:6: 'trials.0.started': 2027 is after `at` (22 November 2026); check the year"),
        ("{about: later, between: [2022, 2019]}", "file:6: 'trials.0.started': `between` ends before it begins"),
        ("{about: later, between: 2019}", "file:6: 'trials.0.started': `between` is not two dates"),
        ("{about: 2019}", "file:6: 'trials.0.started': 'about' is '2019'; write the words"),
        ("{about: ''}", "file:6: 'trials.0.started': the words of an event have 1 to 120 letters"),
        ("{when: later}", "file:6: 'trials.0.started': \"{'when': 'later'}\" is not a date"),
        ("true", "file:6: 'trials.0.started': 'True' is not a date"),
    ],
)
def test_a_wrong_date_is_a_fault_on_its_line(started: str, what: str) -> None:
    with pytest.raises(ContentError) as caught:
        person(started)
    assert what.removeprefix("file") in str(caught.value)


def test_an_end_before_the_start_is_a_fault_on_the_line_of_the_end() -> None:
    text = "solstice: person/1\nid: x\nat: 2026-11-22\ntrials:\n  - kind: ect\n    started: 2024\n    ended: 2023\n"
    with pytest.raises(ContentError, match=r"7: 'trials\.0\.ended': the trial ends before it starts"):
        parse_person(text)


@given(st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.integers(0, 6))
def test_about_holds_what_it_is_about(day: date, kind: int) -> None:
    year, month = f"{day:%Y}", f"{day:%Y-%m}"
    spring = f"{year}-spring"
    written = [year, month, day.isoformat(), spring, f"{spring}-north", f"{spring}-south", f"{year}-winter"][kind]
    plain, about = PartialDate.parse(written), PartialDate.parse(f"about {written}")
    assert about.earliest < plain.earliest <= plain.latest < about.latest
    assert about.latest - about.earliest >= timedelta(days=28)
    assert about.in_words() == f"about {plain.in_words()}"
