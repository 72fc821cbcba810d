"""Courses and codes are named in words, and by the same names everywhere."""

import pytest

from solstice.content.library import Library
from solstice.evidence.arm_words import arm_in_words
from solstice.ledger import assess
from solstice.person.file import parse_person

LIBRARY = Library()


def test_a_psychotherapy_is_called_as_its_option_is() -> None:
    named = LIBRARY.treatments.names.psychotherapies
    options = {one.id: one for one in LIBRARY.options.values() if one.tried and one.tried.kind == "psychotherapy"}
    assert options.keys() <= named.keys()
    assert all(named[name] == option.name for name, option in options.items())


@pytest.mark.parametrize(
    ("trial", "name"),
    [
        ("{kind: psychotherapy, agent: cbt}", "Cognitive behavioural therapy"),
        ("{kind: psychotherapy, agent: insight-oriented}", "insight oriented"),
        ("{kind: psychotherapy, agent: Talks with Dr B.-K.}", "Talks with Dr B.-K."),
        ("{kind: psychotherapy}", "Psychotherapy"),
        ("{kind: ect, agent: ect}", "ECT"),
        ("{kind: ect, agent: right-unilateral}", "ECT (right unilateral)"),
        ("{kind: ketamine, agent: Ketalar}", "Ketalar"),
        ("{kind: augmentation, agent: lithium-augmentation}", "lithium augmentation"),
        ("{kind: medicine, agent: gepirone-er}", "Gepirone ER"),
    ],
)
def test_a_trial_is_named_in_words(trial: str, name: str) -> None:
    found = assess(parse_person(f"solstice: person/1\nid: x\nat: 2026-11-22\ntrials: [{trial}]\n"), LIBRARY)
    assert found.trials[0].name == name
    agent = found.trials[0].agent
    if "-" in agent and agent != name:
        texts = [question.text + question.plain for question in found.deciding_questions]
        texts += [reason.text for reason in (*found.regulatory.reasons, *found.trials[0].reasons)]
        assert not [text for text in texts if agent in text]


def test_the_codes_of_a_network_are_said_in_words() -> None:
    assert arm_in_words("cbt+pha") == "cognitive behavioural therapy + medication"
    assert arm_in_words("x9") == "x9"
