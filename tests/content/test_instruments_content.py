"""Every worked example of every instrument comes out as its file says, and every instrument is there."""

from pathlib import Path

import pytest

from solstice.content.instrument_model import Example, Instrument
from solstice.content.library import Library
from solstice.content.read import parse_yaml
from solstice.instruments.worked import differences_of

LIBRARY = Library()
INSTRUMENTS = LIBRARY.instruments
EXAMPLES = [
    pytest.param(instrument, example, id=f"{instrument.id}-{number}")
    for instrument in INSTRUMENTS.values()
    for number, example in enumerate(instrument.examples)
]


@pytest.mark.parametrize(("instrument", "example"), EXAMPLES)
def test_worked_example(instrument: Instrument, example: Example) -> None:
    assert list(differences_of(instrument, example)) == []


def test_a_wrong_example_is_found() -> None:
    """The runner of the examples bites: each way of being wrong is said."""
    phq9 = INSTRUMENTS["phq-9"]

    def said(**parts: object) -> list[str]:
        return list(
            differences_of(phq9, Example.model_validate_json(Example.model_construct(**parts).model_dump_json()))
        )

    right = phq9.examples[1]
    wrong = right.model_copy(update={"expect": right.expect.model_copy(update={"total": 26, "flags": ()})})
    assert said(**{name: getattr(wrong, name) for name in ("items", "context", "expect")})
    assert [line.split(" ")[0] for line in differences_of(phq9, wrong)] == ["flags", "total"]
    unscored = right.model_copy(update={"expect": right.expect.model_copy(update={"scored": False})})
    assert list(differences_of(phq9, unscored)) == ["scored is True"]


@pytest.mark.shared
def test_every_instrument_of_the_fact_file_is_there(shared: Path) -> None:
    path = shared / "clinical/instruments.yaml"
    data = parse_yaml(path.read_text(encoding="utf-8"), str(path)).data
    own = {"CSSRS_SCREEN": "cssrs-screen", "TASS": "tms-safety", "PCL5": "pcl-5", "WHO5": "who-5"}
    known = {name.replace("-", ""): name for name in INSTRUMENTS}
    missing = [
        fact["id"]
        for fact in [*data["instruments"], *data["children_adolescents"]["items"]]
        if own.get(fact["id"], known.get(fact["id"].replace("_", "").lower().replace("bdi2", "bdiii")))
        not in INSTRUMENTS
    ]
    assert missing == ["ORS_CHILD"], "the fact file itself says: see ORS"
    assert INSTRUMENTS["ors"].cutoffs[2].id == "child"


def test_words_stand_only_where_they_may() -> None:
    for instrument in INSTRUMENTS.values():
        assert (instrument.text("en") is not None) == instrument.licence.bundle_text, instrument.id
        assert instrument.is_draft, "all of it rests on memory somewhere"


def test_a_suicide_question_that_is_shown_is_heard_by_a_safety_rule() -> None:
    heard = {(rule.instrument, rule.item) for rule in LIBRARY.safety["signals"].items}
    shown = [one for one in INSTRUMENTS.values() if one.text("en") and one.risk_item]
    assert {one.id for one in shown} == {"phq-9", "pcl-5"}
    assert all((one.id, one.risk_item.item) in heard for one in shown if one.risk_item)
