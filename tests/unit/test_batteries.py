"""The schedule by worked examples: pieces, gates, the weekly clock, events, appointments, pauses, ratings, ages."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from solstice.batteries import Answered, Event, Wish, bind, coming, due, gate_states, why_not_for_age
from solstice.content import ContentError, Library
from solstice.content.library import BUNDLED

LIBRARY = Library()
BATTERY = bind(LIBRARY.batteries["standard"], LIBRARY.instruments)
START = date(2026, 3, 1)
OPEN, CLOSED, UNKNOWN = {"positive": True}, {"positive": False}, {"positive": None}


def day(number: int) -> date:
    return START + timedelta(days=number)


def names(answers: list[Answered], events: list[Event], at: date, **more: object) -> list[str]:
    return [one.instrument for one in due(BATTERY, answers, events, at, since=START, **more)]


def weekly(last: int, *events: tuple[str, int], at: int = 400, **more: object) -> int:
    """On which day the PHQ-9 comes again after an answer on the day `last`."""
    found = coming(
        BATTERY,
        [Answered("phq-9", day(last)), Answered("gad-7", day(last))],
        [Event(kind, day(on)) for kind, on in events],
        day(at),
        since=START,
        **more,
    )
    return (next(one for one in found if one.instrument == "phq-9").from_day - START).days


def test_the_baseline_comes_piece_by_piece() -> None:
    assert names([], [], START) == ["phq-2"]
    told = [Answered("phq-2", START, OPEN)]
    assert names(told, [], START) == ["phq-9"], "what may hold a risk answer opens at once"
    told += [Answered("phq-9", START)]
    assert names(told, [], START) == []
    assert names(told, [], day(1)) == ["gad-7", "audit-c"]
    told += [Answered("gad-7", day(1)), Answered("audit-c", day(1))]
    assert names(told, [], day(1)) == []
    assert names(told, [], day(2)) == ["pc-ptsd-5"]
    told += [Answered("pc-ptsd-5", day(2), {"sensitive": True, "balanced": False})]
    assert names(told, [], day(2)) == []
    (first,) = due(BATTERY, told, [], day(3), since=START)
    assert (first.instrument, first.items, first.piece) == ("pcl-5", (1, 10), 5)
    told += [Answered("pcl-5", day(3), finished=False, upto=10)]
    assert names(told, [], day(3)) == []
    (second,) = due(BATTERY, told, [], day(4), since=START)
    assert (second.instrument, second.items) == ("pcl-5", (11, 20))


def test_a_part_that_was_left_in_the_middle_waits_at_once() -> None:
    told = [Answered("phq-9", START), Answered("gad-7", START), Answered("audit-c", START)]
    told += [Answered("pc-ptsd-5", day(1), {"sensitive": True}), Answered("pcl-5", day(2), finished=False, upto=13)]
    (rest,) = due(BATTERY, told, [], day(2), since=START)
    assert rest.items == (11, 20)
    (again,) = due(BATTERY, told, [], day(6), since=START)
    assert again.items == (1, 10), "answers of days ago and of today are not one measure"


def test_a_closed_gate_lets_nothing_through_and_takes_no_day() -> None:
    told = [Answered("phq-2", START, CLOSED)]
    assert names(told, [], START) == []
    assert names(told, [], day(1)) == ["gad-7", "audit-c"]


@pytest.mark.parametrize("cutoffs", [UNKNOWN, {}])
def test_an_answer_without_a_score_is_neither_open_nor_closed(cutoffs: dict[str, bool | None]) -> None:
    told = [Answered("phq-2", START, cutoffs)]
    assert names(told, [], START) == []
    assert gate_states(BATTERY, told, [], START, since=START)[0].state == "cannot_tell"
    assert gate_states(BATTERY, [], [], START, since=START)[0].state == "unanswered"


@pytest.mark.parametrize("cutoffs", [CLOSED, UNKNOWN])
def test_the_weekly_measure_asks_the_risk_question_whatever_the_gate_said(cutoffs: dict[str, bool | None]) -> None:
    told = [Answered("phq-2", START, cutoffs), Answered("gad-7", day(1)), Answered("audit-c", day(1))]
    told += [Answered("pc-ptsd-5", day(2), {"sensitive": False})]
    assert names(told, [], day(6)) == []
    assert names(told, [], day(7)) == ["phq-9"]


def test_without_an_answer_one_piece_waits_and_then_the_weekly_measure() -> None:
    assert names([], [], day(6)) == ["phq-2"]
    assert names([], [], day(7)) == ["phq-9", "gad-7"], "what the first question would open is due by itself"
    assert names([], [], day(40)) == ["phq-9", "gad-7"], "the starting questions are not asked for ever"


def test_a_week_after_the_last_answer() -> None:
    assert weekly(0) == 7
    assert weekly(0, wish=Wish(every_days=14)) == 14


def test_an_event_restarts_the_clock() -> None:
    assert weekly(0, ("infusion", 2)) == 9
    assert weekly(10, ("infusion", 9)) == 16, "answered after the event: counted from the event"
    assert weekly(15, ("infusion", 9)) == 23, "a day early is no reason to ask again the next day"
    assert weekly(0, ("appointment", 2)) == 7


def test_events_never_push_a_measure_away() -> None:
    assert weekly(0, ("infusion", 3), ("infusion", 6), ("infusion", 9), ("infusion", 12)) == 10
    assert weekly(0, ("medicine", 8)) == 7, "what waited already goes on waiting"
    assert weekly(0, ("infusion", 60), at=20) == 7, "what is not known yet changes nothing"


def test_five_sessions_ask_once() -> None:
    blocks = [Event("tms-sessions", day(on), count) for on, count in ((1, 2), (3, 2), (5, 1), (6, 1))]
    told = [Answered("phq-9", START), Answered("gad-7", START)]
    (phq9, *_) = coming(BATTERY, told, blocks, day(6), since=START)
    assert (phq9.from_day, phq9.instrument) == (day(5), "phq-9")
    assert "5 sessions since" in phq9.why
    assert coming(BATTERY, told, blocks[:2], day(6), since=START)[0].from_day == day(7)


def test_before_an_appointment() -> None:
    told = [Answered("phq-9", day(7)), Answered("gad-7", day(7))]
    visit = [Event("appointment", day(13))]
    assert [one.kind for one in due(BATTERY, told, visit, day(10), since=day(-60))] == []
    found = due(BATTERY, told, visit, day(11), since=day(-60))
    assert [(one.instrument, one.kind, one.until_day) for one in found] == [
        ("phq-9", "before_appointment", day(13)),
        ("gad-7", "before_appointment", day(13)),
    ]
    fresh = [Answered("phq-9", day(9)), Answered("gad-7", day(10))]
    assert due(BATTERY, fresh, visit, day(12), since=day(-60)) == (), "four days are fresh enough"
    gone = due(BATTERY, told, visit, day(14), since=day(-60))
    assert {one.kind for one in gone} == {"core"}, "after it, it is an ordinary weekly measure"


def test_a_pause_is_a_pause_and_then_it_goes_on() -> None:
    told = [Answered("phq-9", START), Answered("gad-7", START)]
    wish = Wish(paused_until=day(12))
    for number in range(13):
        assert names(told, [Event("appointment", day(11))], day(number), wish=wish) == []
    back = due(BATTERY, told, [], day(13), since=START, wish=wish)
    assert {(one.instrument, one.from_day) for one in back} >= {("phq-9", day(13)), ("gad-7", day(13))}
    assert not any(one.is_overdue(day(13)) for one in back)


def test_a_rating_is_the_clinicians_and_ends() -> None:
    told = [Answered("phq-9", day(9)), Answered("gad-7", day(9))]
    events = [Event("ect", day(10))]
    found = [one for one in due(BATTERY, told, events, day(10), since=day(-90)) if one.by == "clinician"]
    assert [(one.instrument, one.from_day) for one in found] == [("madrs", day(10))]
    rated = [*told, Answered("madrs", day(11))]
    assert [
        one.from_day for one in coming(BATTERY, rated, events, day(12), since=day(-90)) if one.by == "clinician"
    ] == [day(18)]
    assert [one for one in coming(BATTERY, told, events, day(60), since=day(-90)) if one.by == "clinician"] == []


def test_the_starting_questions_can_be_asked_again() -> None:
    told = [Answered(name, day(1), OPEN) for name in ("phq-2", "phq-9", "gad-7", "audit-c", "pc-ptsd-5")]
    told += [Answered("phq-9", day(99)), Answered("gad-7", day(99))]
    assert "phq-2" not in names(told, [], day(100))
    assert "phq-2" in names(told, [Event("start-again", day(100))], day(100))


def test_follow_ups_only_of_what_was_answered() -> None:
    told = [Answered("phq-9", day(99)), Answered("gad-7", day(99)), Answered("pcl-5", day(72))]
    assert names(told, [], day(99)) == []
    assert names(told, [], day(100)) == ["pcl-5"]


def test_under_18_nothing_is_asked_and_the_reason_is_said() -> None:
    assert names([], [], START, age=17) == []
    assert names([], [], START, age=18) == names([], [], START) == ["phq-2"]
    refusal = why_not_for_age(17)
    assert refusal is not None
    assert "made for adults" in refusal.text
    assert why_not_for_age(None) is None


def test_what_must_be_answered_and_where_one_can_rest() -> None:
    assert set(BATTERY.must_answer("phq-2")) == {1, 2}
    assert BATTERY.must_answer("phq-9") == {}, "the risk item may be left; a blank one is followed up (hazard H01)"
    assert BATTERY.rests("pcl-5") == (10,)
    assert BATTERY.rests("phq-9") == ()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("{instrument: gad-7}", "{instrument: gad-77}", "there is no instrument 'gad-77'"),
        ("{instrument: gad-7}", "{instrument: phq-2}", "asks 'phq-2' twice"),
        ("after: phq-2", "after: pcl-5", "not asked before it"),
        ("piece_seconds: 180", "piece_seconds: 200", "piece_seconds"),
        ("seconds_per_item: 15", "seconds_per_item: 60\n  nonsense: 1", "nonsense"),
        ("every_days: [7, 14]", "every_days: [14]", "cannot choose every 7 days"),
    ],
)
def test_a_battery_that_cannot_work_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    (tmp_path / "batteries").mkdir()
    (tmp_path / "instruments").symlink_to(BUNDLED / "instruments")
    text = (BUNDLED / "batteries" / "standard.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "batteries" / "standard.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=what):
        _ = Library(tmp_path).batteries
