"""Factors, checks and links of the formulation: every reference exists, every text is plain, nothing blames."""

import re

import pytest
from tests.content.test_reading_grade import BANNED_PATTERN
from tests.reading_grade import grade, pooled, why_too_hard

from solstice.content import Library
from solstice.content.constraint_model import ItemIs, Listed, ScoreIs, conditions_in
from solstice.content.interview_topic import TOPICS, TRAUMA
from solstice.content.mechanism_model import PARTS, Mechanism

LIBRARY = Library()
ALL: tuple[Mechanism, ...] = (*LIBRARY.mechanisms.mechanisms, *LIBRARY.factors.factors)
RULES = [(one.id, rule) for one in ALL for rule in one.all_rules()]


def test_every_topic_of_the_interview_is_asked_once() -> None:
    asked = [one.asked.topic for one in LIBRARY.factors.factors if one.asked]
    assert sorted(asked) == sorted(
        [TRAUMA, *(f"{section}.{name}" for section, names in TOPICS.items() for name in names)]
    )
    assert {one.part for one in LIBRARY.factors.factors} == set(PARTS)


def test_a_rule_names_only_instruments_and_conditions_of_the_library() -> None:
    for name, rule in RULES:
        for part in conditions_in(rule.when):
            if isinstance(part, ScoreIs | ItemIs):
                instrument = part.score if isinstance(part, ScoreIs) else part.item
                assert instrument in LIBRARY.instruments, name
                assert instrument in LIBRARY.mechanisms.instruments, name
            if isinstance(part, Listed):
                assert part.listed in LIBRARY.constraints.conditions, name


def test_ids_are_unique_across_mechanisms_and_factors() -> None:
    ids = [one.id for one in ALL]
    assert sorted(ids) == sorted(set(ids))


def test_every_mechanism_has_options_and_the_links_lead_somewhere() -> None:
    for mechanism in LIBRARY.mechanisms.mechanisms:
        works = LIBRARY.works_on[mechanism.id]
        assert [work for work in works if work.kind == "option"], mechanism.id
        for work in works:
            assert work.therapy is None or work.therapy in LIBRARY.therapies
            assert work.name
            assert len(work.source.citation) > 10


def test_what_rests_on_memory_is_marked() -> None:
    assert LIBRARY.factors.is_draft
    assert LIBRARY.mechanisms.is_draft
    assert any(work.source.is_draft for works in LIBRARY.works_on.values() for work in works)


def test_the_sensitive_ones_are_those_about_what_happened() -> None:
    assert {one.id for one in ALL if one.sensitive} == {"trauma", "adversity"}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_words_for_patients_are_plain_and_blame_nobody(one: Mechanism) -> None:
    assert why_too_hard(pooled([one.plain_name, one.plain])) is None
    assert not BANNED_PATTERN.search(f"{one.plain_name} {one.plain}")
    assert not re.search(r"\b(your own|noncomplian\w*|attention.seeking|manipulat\w*)\b", one.meaning, re.IGNORECASE)


def test_all_plain_words_together_stay_at_grade_six() -> None:
    assert grade(pooled([text for one in ALL for text in (one.plain_name, one.plain)])) <= 6


def test_the_gate_asks_for_no_detail() -> None:
    assert "do not need to say what" in LIBRARY.factors.gate_question
    assert "never what happened" in LIBRARY.factors.gate_note
