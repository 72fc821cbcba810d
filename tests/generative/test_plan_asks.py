"""Law of the open questions: a plan says of an answer exactly what the same person file with that answer gives."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.test_plan_laws import LIBRARY, people

from solstice.content.constraint_model import FactName
from solstice.person import PersonFile, read_person
from solstice.person.file import SEVERITIES, Episode, parse_person
from solstice.plan import Plan, recommend
from solstice.plan.clinic import ClinicPart, ClinicShift

CASES = sorted((Path(__file__).parents[1] / "fixtures" / "cases").glob("*.yaml"))
OF_EPISODE = ("psychosis", "severity")
SHOWN = 3
MAIN = sorted(option.id for option in LIBRARY.options.values() if option.role == "main")
shifts = st.builds(ClinicShift, st.floats(-0.6, 0.6), st.floats(0.02, 0.3), st.just(40))
clinics = st.builds(
    lambda shifts, is_shadow: ClinicPart(400, shifts, is_shadow, "clinic 400/test", 400),
    st.dictionaries(st.sampled_from(MAIN), shifts, max_size=8),
    st.booleans(),
)


@st.composite
def askable(draw: st.DrawFn) -> PersonFile:
    """People with full places, bounded severity, and weights, where other laws have none."""
    person = draw(people())
    full = draw(st.lists(st.sampled_from(MAIN), unique=True, max_size=4))
    update: dict[str, object] = {"offer": person.offer.model_copy(update={"full": tuple(full)})}
    if person.episode.severity is None and draw(st.booleans()):
        low, high = sorted(draw(st.lists(st.integers(0, 3), min_size=2, max_size=2)))
        bounds = {"severity_at_least": SEVERITIES[low], "severity_at_most": SEVERITIES[high]}
        update["episode"] = person.episode.model_copy(update=bounds)
    if draw(st.booleans()):
        weights = person.preferences.weights.model_copy(update={"side_effects": draw(st.integers(1, 3))})
        update["preferences"] = person.preferences.model_copy(update={"weights": weights})
    return person.model_copy(update=update)


def told(person: PersonFile, fact: str) -> bool | str | None:
    value: bool | str | None = getattr(person.episode if fact in OF_EPISODE else person.facts, fact)
    return value


def with_answer(person: PersonFile, fact: str, answer: bool | str) -> PersonFile:
    if fact == "severity":
        kept = person.episode.model_dump(exclude={"severity_at_least", "severity_at_most"}, exclude_unset=True)
        episode = Episode.model_validate({**kept, "severity": answer})
        return person.model_copy(update={"episode": episode})
    part = "episode" if fact in OF_EPISODE else "facts"
    return person.model_copy(update={part: getattr(person, part).model_copy(update={fact: answer})})


def answers(person: PersonFile, fact: str) -> Sequence[bool | str]:
    if fact == "severity":
        low, high = person.episode.severity_at_least, person.episode.severity_at_most
        return SEVERITIES[SEVERITIES.index(low or "subsyndromal") : SEVERITIES.index(high or "severe") + 1]
    return {"dissociation": ("none", "some", "severe"), "suicide_risk": ("low", "moderate", "high")}.get(
        fact, (True, False)
    )


def first_of(plan: Plan) -> list[str]:
    return [option.id for option in plan.options if option.group == 1]


def expected(now: Plan, then: Plan) -> Iterator[str]:
    """The words for what differs between two plans, from the lists they show."""
    names = {one.id: one.name for plan in (now, then) for one in (*plan.options, *plan.adjuncts)}
    names |= {one.id: one.name for plan in (now, then) for one in plan.refused}
    was, is_ = ({one.id for one in plan.refused} for plan in (now, then))
    listed = {one.id for one in (*then.options, *then.adjuncts)}
    let_in = sorted(was - is_)
    left = [one for one in now.options if one.id in first_of(now) and one.id not in first_of(then)]
    gone = [one for one in left if one.id not in listed]
    by_itself = [one.id for one in gone if one.id not in is_ and not {step.option for step in one.steps} & is_]
    for ids, what in (
        (sorted(is_ - was), "would not be offered"),
        ([one for one in let_in if one in listed], "could be offered"),
        ([one for one in let_in if one not in listed], "could be had by referral"),
        ([one for one in first_of(then) if one not in first_of(now)], "would stand among the first"),
        ([one.id for one in left if one.id in listed], "would stand further down"),
        (by_itself, "would no longer be listed"),
    ):
        more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
        if ids:
            yield f"{', '.join(names[one] for one in ids[:SHOWN])}{more} {what}"


def check(person: PersonFile, clinic: ClinicPart | None, facts: Sequence[str] = get_args(FactName)) -> int:
    """Every answer to every open fact, against the real list; gives the number of facts that were named."""
    now = recommend(person, LIBRARY, clinic=clinic)
    said = {change.fact: change for change in now.would_change}
    for fact in facts:
        if told(person, fact) is not None:
            assert fact not in said
            continue
        sentences, changes_first = [], False
        for answer in answers(person, fact):
            then = recommend(with_answer(person, fact, answer), LIBRARY, clinic=clinic, ask=False)
            words = list(expected(now, then))
            if words:
                shown = {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else answer
                sentences.append(f"If {shown}: {'; '.join(words)}.")
            is_other = set(first_of(now)) != set(first_of(then))
            assert words or not is_other
            changes_first = changes_first or is_other
        assert (fact in said) == bool(sentences)
        if fact in said:
            assert said[fact].answers == tuple(sentences)
            assert said[fact].changes_first == changes_first
    return len(said)


@settings(deadline=None, max_examples=25)
@given(askable(), st.one_of(st.none(), clinics))
def test_what_is_said_of_an_answer_is_what_the_answer_gives(person: PersonFile, clinic: ClinicPart | None) -> None:
    check(person, clinic)


HERE = """solstice: person/1
id: a
at: 2026-11-22
facts: {suicide_risk: low}
offer: {therapies: [tms, tms-with-cbt, cbt, ect, ipt]}
"""


@pytest.mark.parametrize("hundredths", range(-40, 44, 4))
@pytest.mark.parametrize(
    ("option", "fact"), [("tms", "severity"), ("tms-with-cbt", "severity"), ("tms-with-cbt", "psychosis")]
)
def test_it_is_true_where_a_clinics_outcomes_put_an_option_near_the_edge(
    option: str, fact: str, hundredths: int
) -> None:
    """What an answer lets in counts with the clinic's outcomes; a combination of the library moves with its parts."""
    severity = "" if fact == "severity" else "episode: {severity: severe}\n"
    clinic = ClinicPart(400, {option: ClinicShift(hundredths / 100, 0.1, 40)}, False, "clinic 400/test", 400)
    check(parse_person(HERE + severity), clinic, [fact])


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_it_is_true_of_the_published_cases(case: Path) -> None:
    assert check(read_person(case), None) > 0


def test_metal_in_the_head_puts_nothing_first_that_the_list_would_not() -> None:
    """The case that was told wrongly while only single options were compared."""
    kosel = read_person(next(case for case in CASES if case.stem == "kosel-2003-mst"))
    change = next(one for one in recommend(kosel, LIBRARY).would_change if one.fact == "metal_in_head")
    assert change.answers == ("If yes: Transcranial magnetic stimulation, TMS with CBT would not be offered.",)
    then = recommend(with_answer(kosel, "metal_in_head", True), LIBRARY)
    assert first_of(then)[:3] == ["ect+cbt", "ketamine+cbt", "ect"]


def test_a_plan_without_its_questions_is_the_same_plan() -> None:
    for case in CASES:
        person = read_person(case)
        asked, unasked = recommend(person, LIBRARY), recommend(person, LIBRARY, ask=False)
        assert asked.would_change
        assert unasked == replace(asked, would_change=())
