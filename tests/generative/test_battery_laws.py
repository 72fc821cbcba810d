"""Laws of the schedule, whatever was answered and whatever happened."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from solstice.batteries import Answered, Due, Event, Wish, bind, coming, due
from solstice.content import Library

LIBRARY = Library()
FILE = LIBRARY.batteries["standard"]
BATTERY = bind(FILE, LIBRARY.instruments)
START = date(2026, 3, 1)
CUTOFFS = {"phq-2": ("positive",), "pc-ptsd-5": ("sensitive", "balanced")}

days = st.integers(-30, 120).map(lambda number: START + timedelta(days=number))
verdicts = st.sampled_from([True, False, None])


@st.composite
def answered(draw: st.DrawFn) -> Answered:
    name = draw(st.sampled_from(FILE.instruments))
    cutoffs = {cut: draw(verdicts) for cut in CUTOFFS.get(name, ())}
    finished = draw(st.booleans())
    return Answered(name, draw(days), cutoffs, finished, 0 if finished else draw(st.integers(0, 25)))


happened = st.builds(
    Event, st.sampled_from([*(kind.id for kind in FILE.events), "unheard-of"]), days, st.integers(-3, 40)
)
histories = st.tuples(st.lists(answered(), max_size=14), st.lists(happened, max_size=10))
wishes = st.builds(Wish, st.sampled_from([None, 7, 14]), st.none() | days)
moments = st.integers(0, 120).map(lambda number: START + timedelta(days=number))


def pieces(found: tuple[Due, ...]) -> dict[tuple[bool, int], list[Due]]:
    out: dict[tuple[bool, int], list[Due]] = {}
    for one in found:
        if one.by == "person":
            out.setdefault((one.kind == "baseline", one.piece), []).append(one)
    return out


@given(histories, moments, wishes)
def test_no_piece_is_longer_than_three_minutes(history, at: date, wish: Wish) -> None:
    for piece in pieces(coming(BATTERY, *history, at, since=START, wish=wish)).values():
        assert sum(one.seconds for one in piece) <= 180


@given(st.integers(1, 60), st.integers(0, 60), st.integers(30, 180))
def test_pieces_are_short_at_any_pace_and_leave_no_item_out(per_item: int, to_start: int, most: int) -> None:
    if to_start + 2 * per_item > most:
        return
    pace = FILE.pace.model_copy(update={"seconds_per_item": per_item, "seconds_to_start": to_start})
    other = bind(FILE.model_copy(update={"pace": pace, "piece_seconds": most}), LIBRARY.instruments)
    assert all(piece.seconds <= most for piece in other.pieces)
    for name, parts in other.parts.items():
        items = [item for part in parts for item in range(part.first, part.last + 1)]
        assert items == list(range(1, LIBRARY.instruments[name].items + 1))


@given(histories, moments)
def test_a_gate_never_opens_without_its_answer(history, at: date) -> None:
    answers, events = history
    for one in coming(BATTERY, answers, events, at, since=START):
        asked = next((entry for entry in FILE.baseline.order if entry.instrument == one.instrument), None)
        if one.kind != "baseline" or asked is None or asked.gate is None:
            continue
        opened = [
            answer
            for answer in answers
            if answer.instrument == asked.gate.after and answer.finished and START <= answer.on <= at
        ]
        assert any(answer.cutoffs.get(cut) is True for answer in opened for cut in asked.gate.cutoffs)


@given(histories, moments)
def test_an_unanswered_gate_is_not_a_negative_one(history, at: date) -> None:
    """Without an answer to the gate nothing is closed: the gate itself is asked, or the weekly measure is."""
    answers = [one for one in history[0] if one.instrument not in {"phq-2", "phq-9"}]
    found = {one.instrument for one in coming(BATTERY, answers, history[1], at, since=START)}
    assert "phq-9" in found


@given(histories, moments, wishes)
def test_nothing_is_due_twice(history, at: date, wish: Wish) -> None:
    found = [one.instrument for one in coming(BATTERY, *history, at, since=START, wish=wish)]
    assert len(found) == len(set(found))


@given(histories, moments, st.booleans())
@settings(max_examples=60)
def test_a_day_ends(history, at: date, opens: bool) -> None:
    """Whoever answers all that waits is done for the day after a few pieces, and is asked nothing twice."""
    answers, events = [one for one in history[0] if one.finished], history[1]
    asked: list[str] = []
    for _ in range(8):
        waiting = [one for one in due(BATTERY, answers, events, at, since=START) if one.by == "person"]
        if not waiting:
            break
        asked += [one.instrument for one in waiting]
        for one in waiting:
            whole = one.items[1] == LIBRARY.instruments[one.instrument].items
            cutoffs = dict.fromkeys(CUTOFFS.get(one.instrument, ()), opens)
            answers = [*answers, Answered(one.instrument, at, cutoffs, whole, one.items[1])]
    assert [one for one in due(BATTERY, answers, events, at, since=START) if one.by == "person"] == []
    assert len(asked) == len(set(asked))


@given(st.lists(happened, max_size=30), st.integers(0, 100), st.sampled_from([7, 14]), st.integers(0, 60))
def test_events_move_the_weekly_measure_within_bounds(events: list[Event], last: int, every: int, later: int) -> None:
    answers = [Answered(name, START + timedelta(days=last)) for name in FILE.core.instruments]
    at = START + timedelta(days=last + later)
    quiet = [event for event in events if event.kind not in {"appointment", "start-again"}]
    for one in coming(BATTERY, answers, quiet, at, since=START, wish=Wish(every_days=every)):
        if one.kind == "core":
            gap = (one.from_day - answers[0].on).days
            assert every // 2 + 1 <= gap <= every + every // 2


@given(st.integers(0, 6))
def test_an_event_between_two_measures_shifts_the_clock(after: int) -> None:
    answers = [Answered(name, START) for name in FILE.core.instruments]
    event = Event("infusion", START + timedelta(days=after))
    found = coming(BATTERY, answers, [event], START + timedelta(days=6), since=START - timedelta(days=90))
    assert {(one.from_day - START).days for one in found} == {min(after + 7, 10)}


@given(histories, moments, wishes, st.integers(-4000, 4000))
def test_only_the_distance_of_days_counts(history, at: date, wish: Wish, shift: int) -> None:
    """A week is seven of the person's own days in any month, over any change of the clocks."""
    by = timedelta(days=shift)
    answers = [replace(one, on=one.on + by) for one in history[0]]
    events = [replace(one, on=one.on + by) for one in history[1]]
    moved = replace(wish, paused_until=wish.paused_until + by if wish.paused_until else None)
    here = coming(BATTERY, *history, at, since=START, wish=wish)
    there = coming(BATTERY, answers, events, at + by, since=START + by, wish=moved)
    assert [(one.instrument, one.from_day + by, one.until_day + by, one.piece, one.kind) for one in here] == [
        (one.instrument, one.from_day, one.until_day, one.piece, one.kind) for one in there
    ]


@given(histories, moments)
def test_what_has_not_happened_changes_nothing(history, at: date) -> None:
    answers, events = history
    known = [one for one in answers if one.on <= at]
    happened = [one for one in events if one.on <= at or one.kind == "appointment"]
    assert coming(BATTERY, answers, events, at, since=START) == coming(BATTERY, known, happened, at, since=START)


@given(histories, moments, days)
def test_nothing_waits_during_a_pause(history, at: date, until: date) -> None:
    found = due(BATTERY, *history, at, since=START, wish=Wish(paused_until=until))
    assert at > until or [one for one in found if one.by == "person"] == []


anything = st.dates()


@given(
    st.lists(
        st.builds(Answered, st.sampled_from(FILE.instruments), anything, st.just({}), st.booleans(), st.integers())
    ),
    st.lists(
        st.builds(
            Event, st.text(max_size=9) | st.sampled_from([kind.id for kind in FILE.events]), anything, st.integers()
        )
    ),
    anything,
    anything,
    st.builds(Wish, st.none() | st.integers(1, 400), st.none() | anything),
    st.none() | st.integers(),
)
def test_there_is_always_an_answer(answers, events, at: date, since: date, wish: Wish, age: int | None) -> None:
    found = coming(BATTERY, answers, events, at, since=since, wish=wish, age=age)
    assert all(one.from_day <= one.until_day for one in found)
    assert since <= at or found == ()
