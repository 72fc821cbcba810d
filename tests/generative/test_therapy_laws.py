"""Laws of the next step and of the homework engine that hold for every course of every therapy."""

from datetime import date, timedelta
from typing import get_args

from hypothesis import event, given
from hypothesis import strategies as st

from solstice.content import Library
from solstice.content.therapy_condition import CONTRA_FLAGS
from solstice.content.therapy_model import DoneState, Energy, Therapy
from solstice.content.therapy_text import DOSES
from solstice.therapies import (
    CourseState,
    Entry,
    MeasureSince,
    SessionHeld,
    Task,
    advise,
    next_step,
    session_plan,
    smaller_dose,
)

THERAPIES = list(Library().therapies.values())
START = date(2026, 11, 1)
SIZES = [seconds for _, seconds in DOSES]
ENERGIES: tuple[Energy, ...] = get_args(Energy)
STATES: tuple[DoneState, ...] = get_args(DoneState)

days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))


@st.composite
def tasks(draw: st.DrawFn, therapy: Therapy) -> Task:
    return Task(
        id=draw(st.sampled_from(["a", "b", "c"])),
        task="A task of my own",
        agreed_on=draw(days),
        practice=draw(st.none() | st.sampled_from([*therapy.practices, "not-in-this-version"])),
        seconds=draw(st.none() | st.integers(1, 3600)),
        confidence=draw(st.none() | st.integers(0, 10)),
        state=draw(st.none() | st.sampled_from(STATES)),
    )


@st.composite
def courses(draw: st.DrawFn) -> tuple[Therapy, CourseState]:
    therapy = draw(st.sampled_from(THERAPIES))
    names = [*therapy.practices, "not-in-this-version"]
    entry = st.builds(Entry, days, st.sampled_from(names), st.integers(1, 3600), st.sampled_from(STATES))
    state = CourseState(
        sessions=tuple(draw(st.lists(st.builds(SessionHeld, st.integers(1, 25), days), max_size=6))),
        tasks=tuple(draw(st.lists(tasks(therapy), max_size=3))),
        entries=tuple(draw(st.lists(entry, max_size=8))),
    )
    return therapy, state


@given(courses(), st.sampled_from(ENERGIES), days, st.booleans())
def test_a_course_that_is_not_paused_always_has_exactly_one_step(
    course: tuple[Therapy, CourseState], energy: Energy, at: date, rest: bool
) -> None:
    therapy, state = course
    step = next_step(therapy, state, energy=energy, at=at, rest=rest)
    event(f"kind: {step.kind}")
    event(f"reason: {step.reasons[-1].code}")
    assert step.kind in {"practice", "task", "rest"}
    assert step.practice in therapy.practices
    assert step.steps
    assert step.text
    assert step.title
    assert step.reasons
    assert step.kind == "rest" or step.rest is not None
    assert step.worksheet is None or step.worksheet in therapy.worksheets
    assert step.kind != "practice" or not therapy.practices[step.practice].agreed_only


@given(courses(), days, st.booleans())
def test_more_energy_never_means_a_shorter_step_and_no_step_is_above_what_was_picked(
    course: tuple[Therapy, CourseState], at: date, rest: bool
) -> None:
    therapy, state = course
    sizes = [next_step(therapy, state, energy=energy, at=at, rest=rest).seconds for energy in ENERGIES]
    known = [size for size in sizes if size is not None]
    assert len(known) == 4
    assert known == sorted(known)
    assert all(size <= picked for size, picked in zip(known, SIZES, strict=True))


@given(courses(), st.sampled_from(ENERGIES), days)
def test_the_same_facts_give_the_same_step(course: tuple[Therapy, CourseState], energy: Energy, at: date) -> None:
    therapy, state = course
    assert next_step(therapy, state, energy=energy, at=at) == next_step(therapy, state, energy=energy, at=at)


@given(courses(), st.sets(st.sampled_from(CONTRA_FLAGS), min_size=1), st.sampled_from(ENERGIES), days)
def test_any_open_flag_pauses_everything_and_each_is_named_to_the_clinician(
    course: tuple[Therapy, CourseState], flags: set, energy: Energy, at: date
) -> None:
    therapy, state = course
    paused = CourseState(state.sessions, state.tasks, state.entries, frozenset(flags))
    step = next_step(therapy, paused, energy=energy, at=at)
    assert (step.kind, step.seconds, step.steps, step.rest) == ("paused", None, (), None)
    assert len(step.reasons) == len(flags)
    assert step.help_now


@given(courses(), st.sampled_from(ENERGIES), days)
def test_a_step_done_today_is_followed_by_rest(course: tuple[Therapy, CourseState], energy: Energy, at: date) -> None:
    therapy, state = course
    done = CourseState(state.sessions, state.tasks, (*state.entries, Entry(at, "rest", 20, "done")))
    assert next_step(therapy, done, energy=energy, at=at).kind == "rest"


@given(courses())
def test_a_task_offered_again_after_being_too_big_is_never_bigger(course: tuple[Therapy, CourseState]) -> None:
    therapy, state = course
    at = START + timedelta(days=61)
    first = next_step(therapy, state, energy=3, at=at)
    assert first.practice is not None
    assert first.seconds is not None
    tried = Entry(at, first.practice, first.seconds, "not_done")
    again = next_step(therapy, CourseState(state.sessions, state.tasks, (*state.entries, tried)), energy=3, at=at)
    if again.kind == "task" and again.practice == first.practice:
        event("the same task again")
        assert again.seconds == (smaller_dose(first.seconds) or first.seconds)


@given(st.sampled_from(THERAPIES).flatmap(lambda therapy: st.tuples(st.just(therapy), tasks(therapy))))
def test_advice_makes_smaller_exactly_below_seven(pair: tuple[Therapy, Task]) -> None:
    therapy, task = pair
    advice = advise(therapy, task)
    event(f"small enough: {advice.is_small_enough}")
    assert advice.is_small_enough == (None if task.confidence is None else task.confidence >= 7)
    if advice.seconds is not None:
        assert task.seconds is not None
        assert advice.seconds < task.seconds
        assert task.confidence is not None
        assert task.confidence < 7


@given(
    courses(),
    st.integers(1, 16),
    st.lists(st.tuples(st.sampled_from(["phq-9", "gad-7"]), days, st.none() | st.integers(0, 27))),
)
def test_a_session_plan_keeps_the_clock_and_loses_no_measure_or_task(
    course: tuple[Therapy, CourseState], number: int, measured: list[tuple[str, date, int | None]]
) -> None:
    therapy, state = course
    measures = tuple(MeasureSince(name, on, total) for name, on, total in measured)
    plan = session_plan(therapy, number, measures, state.tasks)
    assert sum(item.minutes for item in plan.agenda) == plan.minutes
    check_in = next(item for item in plan.agenda if item.step == "check_in")
    assert len(check_in.details) == len(measures) + len(plan.measures_missing)
    review = next(item for item in plan.agenda if item.step == "homework")
    assert len(review.details) == max(1, len(state.tasks))
