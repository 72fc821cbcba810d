"""Many histories judged side by side: nobody's ledger depends on who else was judged with them."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.generative.test_ledger_laws import TREATMENTS, histories

from solstice.ledger import assess_all, assess_with
from solstice.person import PersonFile


@st.composite
def told(draw: st.DrawFn) -> PersonFile:
    """A history of any kind: also one that is not staged at all, and one of which nobody checked anything."""
    person = draw(histories)
    about = person.person.model_copy(update={"age": draw(st.sampled_from([None, 15, 44]))})
    facts = person.facts.model_copy(update={"bipolarity": draw(st.sampled_from([None, True, False]))})
    checked = draw(st.sampled_from([None, True, False]))
    trials = tuple(trial.model_copy(update={"checked": checked}) for trial in person.trials)
    return person.model_copy(update={"person": about, "facts": facts, "trials": trials})


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(told(), max_size=5))
def test_company_changes_nothing(people: list[PersonFile]) -> None:
    together = assess_all(people, TREATMENTS)
    assert together == [assess_with(person, TREATMENTS) for person in people]
    assert [one.to_json() for one in together[::-1]] == [one.to_json() for one in assess_all(people[::-1], TREATMENTS)]
