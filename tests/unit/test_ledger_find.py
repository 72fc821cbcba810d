"""Finding a treatment by what a person remembers of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solstice.content import Library
from solstice.ledger.find import find_agent
from solstice.person import Trial

LIBRARY = Library()


def first(text: str) -> tuple[str, str]:
    match = find_agent(text, LIBRARY)[0]
    return match.id, match.kind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sertraline", ("sertraline", "medicine")),
        ("sertralin", ("sertraline", "medicine")),
        ("SERTRALINE 50mg tablets", ("sertraline", "medicine")),
        ("Zoloft", ("sertraline", "medicine")),
        ("zolfot", ("sertraline", "medicine")),
        ("effexor", ("venlafaxine", "medicine")),
        ("mirtazepine", ("mirtazapine", "medicine")),
        ("dothiepin", ("dosulepin", "medicine")),
        ("Seroquel", ("quetiapine-xr", "augmentation")),
        ("lithuim", ("lithium", "augmentation")),
        ("an SSRI", ("SSRI", "class")),
        ("tricyclics", ("TCA", "class")),
        ("several", ("several", "several")),
        ("I don't know", ("unnamed", "several")),
        ("CBT", ("cbt", "psychotherapy")),
        ("ect", ("ect", "ect")),
        ("magnetic", ("tms", "tms")),
        ("Spravato", ("esketamine", "esketamine")),
    ],
)
def test_the_first_match_is_what_was_meant(text: str, found: tuple[str, str]) -> None:
    assert first(text) == found


def test_an_exact_name_goes_before_its_sound_alike_and_both_say_why() -> None:
    citalopram, escitalopram = find_agent("citalopram", LIBRARY)[:2]
    assert (citalopram.id, citalopram.why) == ("citalopram", "Citalopram")
    assert (escitalopram.id, escitalopram.why) == ("escitalopram", "Spelled almost like Escitalopram")


def test_a_brand_says_which_medicine_it_is() -> None:
    match = find_agent("lustral", LIBRARY)[0]
    assert (match.matched, match.why) == ("Lustral", "Lustral is a brand of Sertraline")


def test_the_facts_of_a_match_make_a_trial() -> None:
    for text in ("zoloft", "an ssri", "several tricyclics", "several", "cbt", "ect", "spravato", "lithium"):
        trial = Trial.model_validate(find_agent(text, LIBRARY)[0].facts)
        assert trial.kind != "other"
    several = find_agent("several tricyclics", LIBRARY)[0].facts
    assert several == {"kind": "medicine", "agent_class": "TCA", "count": {"at_least": 2.0}}


def test_kinds_and_limit_hold() -> None:
    assert {match.kind for match in find_agent("li", LIBRARY, kinds={"augmentation"})} == {"augmentation"}
    assert find_agent("an ssri", LIBRARY, kinds={"medicine"})[0].kind == "class"
    assert len(find_agent("e", LIBRARY, limit=3)) == 3


def test_a_brand_in_a_person_file_means_the_medicine() -> None:
    medicine = LIBRARY.treatments.medicine("ZOLOFT")
    assert medicine is not None
    assert medicine.id == "sertraline"
    assert LIBRARY.treatments.medicine("zolfot") is None, "a misspelling is for a person to confirm"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_searched_without_harm(text: str) -> None:
    found = find_agent(text, LIBRARY)
    assert len(found) <= 8
    assert len({(match.kind, match.id) for match in found}) == len(found)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(LIBRARY.treatments.medicines)), st.data())
def test_one_slip_in_a_name_still_finds_it(agent: str, data: st.DataObject) -> None:
    name = LIBRARY.treatments.medicines[agent].name
    place = data.draw(st.integers(0, len(name) - 1))
    slip = name[:place] + name[place + 1 :]
    assert agent in {match.id for match in find_agent(slip, LIBRARY)}
    assert find_agent("🙂" * 5000, LIBRARY) == ()
