"""The next step, the session plan and the homework engine, on the real therapies."""

from dataclasses import replace
from datetime import date

import pytest

from solstice.content import Library
from solstice.content.therapy_condition import CONTRA_FLAGS, FLAG_NAMES, ContraFlag
from solstice.content.therapy_model import DoneState, Energy
from solstice.therapies import (
    CourseState,
    Entry,
    MeasureSince,
    SessionHeld,
    Task,
    advise,
    answer_to,
    next_step,
    session_plan,
    smaller_dose,
)

LIBRARY = Library()
BA = LIBRARY.therapies["behavioural-activation"]
CBT = LIBRARY.therapies["cbt"]
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
HELD = CourseState(sessions=(SessionHeld(3, MONDAY),))
TASK = Task("walk", "Walk to the corner", MONDAY, practice="step-outside", seconds=480)


@pytest.mark.parametrize(("energy", "seconds"), [(0, 20), (1, 120), (2, 480), (3, 1200)])
def test_energy_picks_the_dose_and_rest_is_offered_beside_it(energy: Energy, seconds: int) -> None:
    step = next_step(BA, HELD, energy=energy, at=TUESDAY)
    assert (step.kind, step.practice, step.seconds) == ("practice", "break-it-down", seconds)
    assert step.rest is not None
    assert step.rest.seconds == seconds
    assert "Help is one tap away" in step.stop


def test_the_worksheet_is_named_only_when_the_dose_has_room_for_it() -> None:
    sheets = [next_step(BA, HELD, energy=energy, at=TUESDAY).worksheet for energy in (0, 1, 2, 3)]
    assert sheets == [None, None, "hierarchy", "hierarchy"]


def test_rest_that_was_chosen_is_a_full_answer() -> None:
    step = next_step(BA, replace(HELD, tasks=(TASK,)), energy=1, at=TUESDAY, rest=True)
    assert (step.kind, step.practice, step.seconds) == ("rest", "rest", 120)
    assert step.steps


@pytest.mark.parametrize(("state", "kind"), [("done", "rest"), ("partly", "rest"), ("not_done", "practice")])
def test_one_step_a_day_is_enough(state: DoneState, kind: str) -> None:
    done = replace(HELD, entries=(Entry(TUESDAY, "one-small-thing", 20, state),))
    assert next_step(BA, done, energy=3, at=TUESDAY).kind == kind
    assert next_step(BA, done, energy=3, at=WEDNESDAY).kind == "practice"


def test_what_was_too_big_comes_back_smaller_and_never_bigger_than_picked() -> None:
    state = replace(HELD, tasks=(TASK,), entries=(Entry(TUESDAY, "step-outside", 480, "not_done"),))
    sizes = [next_step(BA, state, energy=energy, at=WEDNESDAY).seconds for energy in (0, 1, 2, 3)]
    assert sizes == [20, 120, 120, 120]
    again = replace(state, entries=(*state.entries, Entry(WEDNESDAY, "step-outside", 20, "not_done")))
    assert next_step(BA, again, energy=3, at=WEDNESDAY).seconds == 20


def test_practices_take_turns() -> None:
    state = HELD
    seen = []
    for day in range(17, 22):
        step = next_step(BA, state, energy=0, at=date(2026, 11, day))
        assert step.practice is not None
        assert step.seconds is not None
        seen.append(step.practice)
        state = replace(
            state, entries=(*state.entries, Entry(date(2026, 11, day), step.practice, step.seconds, "done"))
        )
    assert seen == ["break-it-down", "one-small-thing", "tidy-one-surface", "my-own-task", "break-it-down"]


def test_two_tasks_take_turns_and_a_finished_one_is_left_alone() -> None:
    tasks = (TASK, replace(TASK, id="tidy", task="Clear the chair", practice="tidy-one-surface"))
    state = replace(HELD, tasks=tasks)
    assert next_step(BA, state, energy=0, at=TUESDAY).title == "Walk to the corner"
    walked = replace(state, entries=(Entry(TUESDAY, "step-outside", 20, "done"),))
    assert next_step(BA, walked, energy=0, at=WEDNESDAY).title == "Clear the chair"
    finished = replace(state, tasks=(replace(TASK, state="done"), tasks[1]))
    assert next_step(BA, finished, energy=0, at=TUESDAY).title == "Clear the chair"
    stopped = replace(state, tasks=(replace(TASK, state="not_done"), replace(tasks[1], state="not_applicable")))
    assert next_step(BA, stopped, energy=0, at=TUESDAY).kind == "practice"


def test_nothing_from_after_the_day_counts() -> None:
    later = CourseState(
        sessions=(SessionHeld(1, MONDAY), SessionHeld(5, WEDNESDAY)),
        tasks=(replace(TASK, agreed_on=WEDNESDAY),),
        entries=(Entry(WEDNESDAY, "notice-and-rate", 20, "done"),),
    )
    assert next_step(BA, later, energy=0, at=TUESDAY).practice == "notice-and-rate"
    assert later.next_session(BA, TUESDAY) == 2


@pytest.mark.parametrize("flag", CONTRA_FLAGS)
def test_a_flag_pauses_with_the_reason_for_the_clinician_and_calm_words_for_the_person(flag: ContraFlag) -> None:
    step = next_step(CBT, replace(HELD, flags=frozenset({flag})), energy=3, at=TUESDAY, rest=True)
    assert (step.kind, step.practice, step.steps, step.help_now) == ("paused", None, (), True)
    assert FLAG_NAMES[flag] in step.reasons[0].text
    assert step.reasons[0].sources
    assert FLAG_NAMES[flag] not in step.text
    assert step.text == CBT.words.paused


def test_a_clinician_can_pause_with_a_reason_of_their_own() -> None:
    step = next_step(BA, replace(HELD, paused_because="in hospital until Friday"), energy=1, at=TUESDAY)
    assert step.kind == "paused"
    assert "in hospital until Friday" in step.reasons[0].text
    assert "hospital" not in step.text


def test_an_unknown_practice_of_a_task_falls_back_to_the_persons_own_task() -> None:
    task = replace(TASK, practice="gone-in-this-version", seconds=None)
    step = next_step(BA, replace(HELD, tasks=(task,)), energy=2, at=TUESDAY)
    assert (step.kind, step.practice, step.title) == ("task", "my-own-task", "Walk to the corner")


@pytest.mark.parametrize(
    ("confidence", "seconds", "small_enough", "offered"),
    [(7, 480, True, None), (10, None, True, None), (6, 480, False, 120), (0, 120, False, 20), (6, 20, False, None),
     (6, None, False, None), (None, 480, None, None)],
)  # fmt: skip
def test_confidence_below_seven_makes_the_task_smaller(
    confidence: int | None, seconds: int | None, small_enough: bool | None, offered: int | None
) -> None:
    advice = advise(BA, replace(TASK, confidence=confidence, seconds=seconds))
    assert (advice.is_small_enough, advice.seconds) == (small_enough, offered)
    assert advice.for_patient
    assert advice.for_clinician


def test_a_confidence_outside_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 10"):
        replace(TASK, confidence=11)


def test_smaller_doses_end_at_the_smallest() -> None:
    assert [smaller_dose(size) for size in (1200, 480, 300, 120, 20)] == [480, 120, 120, 20, None]


def test_what_is_still_to_agree_is_named() -> None:
    assert TASK.still_to_agree == (
        "why", "when", "where", "how long", "likely obstacle", "plan for the obstacle", "confidence",
    )  # fmt: skip
    assert replace(TASK, why="air", when="after lunch").still_to_agree[0] == "where"


def test_every_answer_to_a_task_is_kind() -> None:
    states: tuple[DoneState, ...] = ("done", "partly", "not_done", "not_applicable")
    answers = [answer_to(BA, state) for state in states]
    assert len(set(answers)) == 4
    assert all(text.startswith(("Thank you", "That is fine")) for text in answers)


def test_the_session_plan_carries_measures_and_homework() -> None:
    measures = (
        MeasureSince("phq-9", TUESDAY, None, "2 of 9 items unanswered"),
        MeasureSince("phq-9", MONDAY, 18),
    )
    homework = (replace(TASK, state="not_done"), replace(TASK, id="b", task="Ring Ada", confidence=4))
    plan = session_plan(BA, 3, measures, homework)
    assert sum(item.minutes for item in plan.agenda) == plan.minutes == 50
    check_in, review = plan.agenda[0], plan.agenda[2]
    assert check_in.details[:2] == (
        "PHQ-9 on 2026-11-16: 18",
        "PHQ-9 on 2026-11-17: not scored (2 of 9 items unanswered)",
    )
    assert plan.measures_missing == ("gad-7", "wai-sr")
    assert any("GAD-7: not answered" in line for line in check_in.details)
    assert review.details[0].startswith("Walk to the corner: not done. Ask what got in the way")
    next_task = next(item for item in plan.agenda if item.step == "next_task")
    assert next_task.details == ("Ring Ada: Confidence is 4 of 10, below 7; offer 2 minutes instead.",)
    assert plan.phase == "Graded activation and avoidance"
    assert next(heading for heading, _ in plan.notes) == "Aim"


def test_a_session_without_homework_says_so_and_an_unknown_session_is_refused() -> None:
    assert session_plan(CBT, 2, (), ()).agenda[2].details == ("No task was agreed last time.",)
    with pytest.raises(KeyError):
        session_plan(CBT, 19, (), ())
