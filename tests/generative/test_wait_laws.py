"""Laws of waiting: a wait that was not told is not known, never none; only how waits differ can move an option."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.test_plan_asks import check
from tests.generative.test_plan_laws import LIBRARY, people

from solstice.person import PersonFile
from solstice.person.file import Offer, Weights
from solstice.plan import Plan, recommend
from solstice.plan.burden import LONGEST_WEEKS, Burden, shortest_wait, together
from solstice.plan.weigh import UNKNOWN_WAIT

SINGLES = sorted(LIBRARY.options)
waits = st.integers(0, 40).map(float)
burdens = st.builds(
    Burden,
    hours=st.just((8.0, 12.0)),
    hours_per_week=st.just(1.0),
    weeks=st.just((8, 12)),
    weeks_to_judge=st.integers(2, 30).map(float),
    travel=st.sampled_from(["none", "weekly"]),
    side_effects=st.just("mild"),
    side_effect_words=st.just(()),
    waiting_weeks=st.one_of(st.none(), waits),
)


@st.composite
def waiting(draw: st.DrawFn, *, whole: bool = False) -> PersonFile:
    """People to whom it matters how soon help comes, at a clinic that told all waits (`whole`) or some."""
    person = draw(people())
    named = SINGLES if whole else draw(st.lists(st.sampled_from(SINGLES), unique=True, min_size=1))
    told = {name: draw(waits) for name in named}
    return with_waits(person, told, speed=draw(st.integers(1, 3)))


def with_waits(person: PersonFile, told: dict[str, float], *, speed: int | None = None) -> PersonFile:
    update: dict[str, object] = {"offer": Offer(therapies=person.offer.therapies, waiting_weeks=told)}
    if speed is not None:
        update["preferences"] = person.preferences.model_copy(update={"weights": Weights(speed=speed)})
    return person.model_copy(update=update)


def means(plan: Plan) -> dict[str, int]:
    return {one.id: round(one.benefit.mean * 100) for one in (*plan.options, *plan.adjuncts)}


@settings(deadline=None, max_examples=40)
@given(waiting(whole=True), st.sampled_from(SINGLES))
def test_a_wait_left_empty_never_moves_an_option_up_against_one_with_a_stated_wait(
    person: PersonFile, name: str
) -> None:
    """No better than saying that it can begin now; and the waits of the others then move nothing either."""
    told = dict(person.offer.waiting_weeks)
    now = recommend(with_waits(person, {**told, name: 0.0}), LIBRARY, ask=False)
    empty = recommend(with_waits(person, {key: wait for key, wait in told.items() if key != name}), LIBRARY, ask=False)
    before, after = means(now), means(empty)
    if name not in before:
        return
    same_list = [one.id for one in (now.options if LIBRARY.options[name].role == "main" else now.adjuncts)]
    for other in same_list:
        # raw hundredths: the gap to every other may only close; a single rounding of each part may cost one
        assert after[name] - after[other] <= before[name] - before[other] + 1
    unsaid = means(recommend(with_waits(person, {}), LIBRARY, ask=False))
    if name != "tms-with-cbt":  # a combination of the library is known by its parts
        assert {one: after[one] for one in same_list} == {one: unsaid[one] for one in same_list}


@settings(deadline=None, max_examples=40)
@given(waiting(whole=True), st.integers(1, 60).map(float))
def test_the_same_wait_more_for_all_changes_nothing(person: PersonFile, more: float) -> None:
    later = with_waits(person, {name: wait + more for name, wait in person.offer.waiting_weeks.items()})
    one, two = (recommend(file, LIBRARY, ask=False) for file in (person, later))
    assert means(one) == means(two)
    assert [(o.id, o.group) for o in one.options] == [(o.id, o.group) for o in two.options]


@settings(deadline=None, max_examples=40)
@given(waiting(whole=True), st.sampled_from(SINGLES), waits)
def test_a_longer_wait_never_moves_an_option_up(person: PersonFile, name: str, more: float) -> None:
    told = dict(person.offer.waiting_weeks)
    before = means(recommend(person, LIBRARY, ask=False))
    plan = recommend(with_waits(person, {**told, name: told[name] + more}), LIBRARY, ask=False)
    after = means(plan)
    for options in (plan.options, plan.adjuncts):
        ids = [one.id for one in options]
        if name in ids:
            for other in (one for one in options if not one.steps):
                assert after[name] - after[other.id] <= before[name] - before[other.id] + 1


@settings(deadline=None, max_examples=40)
@given(waiting())
def test_an_unknown_wait_is_named_and_a_known_one_is_not(person: PersonFile) -> None:
    plan = recommend(person, LIBRARY, ask=False)
    for option in (*plan.options, *plan.adjuncts):
        assert (UNKNOWN_WAIT in option.unknown) == (option.burden.waiting_weeks is None)
    silent = recommend(with_waits(person, {}), LIBRARY, ask=False)
    assert all(UNKNOWN_WAIT in option.unknown for option in silent.options)


@settings(deadline=None, max_examples=15)
@given(st.one_of(waiting(), waiting(whole=True)))
def test_an_answer_says_of_waits_what_the_list_with_it_gives(person: PersonFile) -> None:
    check(person, None)


@given(burdens, burdens)
def test_what_waits_for_both_waits_for_the_longer_and_does_not_know_where_one_is_unknown(
    one: Burden, two: Burden
) -> None:
    at_once, in_order = together(one, two, in_order=False), together(one, two, in_order=True)
    both = (one.waiting_weeks, two.waiting_weeks)
    if None in both:
        assert at_once.waiting_weeks is None
    else:
        assert at_once.waiting_weeks == max(wait for wait in both if wait is not None)
    assert in_order.waiting_weeks == one.waiting_weeks


@given(st.lists(burdens, min_size=1, max_size=6))
def test_waits_count_for_all_or_for_none(found: list[Burden]) -> None:
    shortest = shortest_wait(found)
    known = [one.waiting_weeks for one in found if one.waiting_weeks is not None]
    assert shortest == (min(known) if len(known) == len(found) else None)
    for one in found:
        without = replace(one, waiting_weeks=None).scores(shortest)["speed"]
        assert without == min(1.0, one.weeks_to_judge / LONGEST_WEEKS)
        if shortest is None:
            assert one.scores(shortest)["speed"] == without
        else:
            assert one.scores(shortest)["speed"] >= without
