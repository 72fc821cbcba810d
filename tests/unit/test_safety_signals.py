"""A risk answer is exactly one signal, an open one is a task, and the help card says what it must."""

import itertools
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from solstice.content.library import Library
from solstice.content.safety_model import CrisisLine, CrisisLines, is_unheard
from solstice.safety import signals_from_answers

LIBRARY = Library()
PHQ9 = LIBRARY.instruments["phq-9"]
RULES = LIBRARY.safety["signals"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (1, ("s1", "day_queue", None, False)),
        (2, ("s2", "same_day", 240, False)),
        (3, ("s3", "now", 15, True)),
    ],
)
def test_item_nine_says_who_acts_by_when(answer: int, expected: tuple[str, str, int | None, bool]) -> None:
    level, within, minutes, blocks = expected
    (signal,) = signals_from_answers(PHQ9, [0] * 8 + [answer], LIBRARY)
    assert (signal.id, signal.level, signal.who, signal.act_within) == ("phq-9-item-9", level, "clinician", within)
    assert signal.help_now
    assert signal.ask_structured
    assert signal.block_unguided is blocks
    assert signal.escalate_after == (timedelta(minutes=minutes) if minutes else None)
    assert signal.escalate_next_working_day is (minutes is None)
    assert signal.reason.text == f"PHQ-9 item 9 was answered {answer} of 3."


def test_zero_raises_nothing_and_an_open_answer_is_a_task() -> None:
    assert signals_from_answers(PHQ9, [3] * 8 + [0], LIBRARY) == ()
    (task,) = signals_from_answers(PHQ9, [0] * 8 + [None], LIBRARY)
    assert (task.level, task.act_within, task.reason.code) == ("follow-up", "day_queue", "risk_item_unanswered")


def test_while_the_person_is_answering_an_open_question_is_not_yet_a_task() -> None:
    assert signals_from_answers(PHQ9, [0] * 8 + [None], LIBRARY, finished=False) == ()
    assert signals_from_answers(PHQ9, [None] * 8 + [2], LIBRARY, finished=False)[0].level == "s2"


def test_every_skip_pattern_gives_a_signal_exactly_when_item_nine_is_not_zero() -> None:
    for skipped in itertools.product((0, None), repeat=8):
        for nine in (0, 1, 2, 3, None):
            signals = signals_from_answers(PHQ9, [*skipped, nine], LIBRARY)
            assert len(signals) == (0 if nine == 0 else 1)


def test_every_flagged_answer_of_every_risk_item_has_a_level() -> None:
    ruled = {rule.instrument: rule for rule in RULES.items}
    for instrument in LIBRARY.instruments.values():
        if instrument.risk_item is None or not instrument.all_levels:
            assert instrument.id not in ruled
            continue
        if instrument.id == "cssrs-screen":
            assert is_unheard(instrument, LIBRARY), (
                "it is asked in person; its answers cannot be kept, and never unheard"
            )
            continue
        assert not is_unheard(instrument, LIBRARY)
        rule = ruled[instrument.id]
        assert rule.item == instrument.risk_item.item
        assert sorted(rule.answers) == list(instrument.all_levels)
        for answer in instrument.all_levels:
            if answer >= instrument.risk_item.flag_at:
                assert RULES.level(rule.answers[answer]).act_within != "no_action"


def test_short_answers_are_asked_about_and_not_dropped() -> None:
    assert signals_from_answers(PHQ9, [1, 1], LIBRARY)[0].level == "follow-up"


def test_the_help_card_says_that_nobody_is_watching() -> None:
    card = RULES.help_card("xx")
    assert "Nobody is watching this right now" in card.not_monitored
    assert card.language == "en"


def test_eleven_red_flags_each_with_a_time() -> None:
    assert len({flag.id for flag in RULES.red_flags}) == 11


def test_example_lines_never_go_live() -> None:
    lines = LIBRARY.crisis_lines["crisis-lines-example"]
    assert "example" in (lines.why_not_live(date(2026, 11, 22)) or "")
    assert [line.phone for line in lines.for_country("GB")] == ["116 123"]
    assert not any(line.is_checked(date(2026, 11, 22)) for line in lines.lines)


def test_a_line_is_good_for_ninety_days_after_a_check() -> None:
    line = CrisisLine(
        country="GB", name="A line", phone="1", hours="always", last_checked=date(2026, 1, 1), checked_by="A. Person"
    )
    example = LIBRARY.crisis_lines["crisis-lines-example"]
    clinic = example.model_copy(update={"use": "clinic", "lines": (line,)})
    assert isinstance(clinic, CrisisLines)
    assert clinic.why_not_live(date(2026, 4, 1)) is None
    assert "90 days" in (clinic.why_not_live(date(2026, 4, 2)) or "")
    assert "90 days" in (clinic.why_not_live(date(2025, 12, 31)) or "")
    assert clinic.model_copy(update={"lines": ()}).why_not_live(date(2026, 4, 1)) == "no crisis line is configured"


def test_a_check_needs_a_name() -> None:
    with pytest.raises(ValidationError, match="a day and a person"):
        CrisisLine(country="GB", name="A line", phone="1", hours="always", last_checked=date(2026, 1, 1))
