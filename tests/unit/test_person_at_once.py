"""A person file of JSON is parsed once, and still no key may stand twice in it, at whatever depth."""

import pytest

from solstice.content.read import ContentError
from solstice.person.file import parse_person

HEAD = '"solstice": "person/1", "id": "p", "at": "2026-11-22"'
MEDICINE = '{"kind": "medicine", "agent": "sertraline", %s}'


def _file(*parts: str) -> str:
    return "{" + ", ".join([HEAD, *parts]) + "}"


@pytest.mark.parametrize(
    "text",
    [
        _file('"id": "q"'),
        _file('"i\\u0064": "q"'),
        _file('"trials": [' + MEDICINE % '"dose": 50, "dose": 100' + "]"),
        _file('"trials": [' + MEDICINE % '"dose": {"at_least": 5, "at_least": 50}' + "]"),
        _file('"facts": {"bipolarity": false, "bipolarity": true}'),
        _file('"episode": {"started": {"about": "the move", "about": "the birth"}}'),
        _file('"preferences": {"weights": {"time": 1, "time": 2}}'),
        _file('"pseudo_resistance": {"medical": "open", "medical": "present"}'),
        _file('"trials": [' + MEDICINE % '"note": "at night: 50", "dose": 50, "dose": 100' + "]"),
    ],
)
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="stands twice; keep one of them"):
        parse_person(text)


@pytest.mark.parametrize(
    ("dose", "note"),
    [("50", '"plain"'), ("50", '"at night: 50, then: 100"'), ('{"at_most": 50}', '"a: b"'), ('{"at_most": 50}', '"a"')],
)
def test_colons_in_words_change_nothing(dose: str, note: str) -> None:
    person = parse_person(_file('"trials": [' + MEDICINE % f'"dose": {dose}, "note": {note}' + "]"))
    assert person.trials[0].note == note.strip('"')
    assert person.trials[0].model_fields_set == {"kind", "agent", "dose", "note"}
