"""Every worked example of every instrument comes out as its file says, and the facts equal the fact file."""

from typing import Any

import pytest

from solstice.content.instrument_model import Example, Instrument
from solstice.content.library import Library
from solstice.instruments import Context, Scored, reliable_change, score, score_total

INSTRUMENTS = Library().instruments
EXAMPLES = [
    pytest.param(instrument, example, id=f"{instrument.id}-{number}")
    for instrument in INSTRUMENTS.values()
    for number, example in enumerate(instrument.examples)
]


def test_all_thirteen_are_there() -> None:
    assert set(INSTRUMENTS) == {
        *("phq-9", "phq-2", "gad-7", "pcl-5", "pc-ptsd-5", "audit-c", "madrs", "hdrs-17", "bdi-ii", "qids-sr16"),
        *("wsas", "isi", "wai-sr"),
    }


@pytest.mark.parametrize(("instrument", "example"), EXAMPLES)
def test_worked_example(instrument: Instrument, example: Example) -> None:
    expect = example.expect
    if example.change is not None:
        change = reliable_change(instrument, example.change.before, example.change.after)
        assert change.verdict == expect.reliable
        return
    context = Context(**example.context.model_dump())
    result = (
        score_total(instrument, example.total, context=context)
        if example.total is not None
        else score(instrument, example.items or (), context=context)
    )
    assert isinstance(result, Scored) == expect.scored
    if not isinstance(result, Scored):
        assert (expect.reason_has or "") in result.reason
        assert expect.flags is None or result.flags == expect.flags
        return
    got: dict[str, Any] = {**asdict_flat(result), "cutoffs": {cut.id: cut.met for cut in result.cutoffs}}
    compared = {name: value for name, value in expect.model_dump().items() if value is not None and name != "scored"}
    for name, value in compared.items():
        whole = got[name]
        assert ({key: whole[key] for key in value} if isinstance(value, dict) else whole) == value, name
    if example.context.age is not None and example.context.age < 18:
        assert result.band is None


def asdict_flat(result: Scored) -> dict[str, Any]:
    return {
        name: dict(value) if name in {"scores", "patterns"} else value
        for name in ("total", "max", "band", "flags", "prorated", "scores", "patterns")
        for value in [getattr(result, name)]
    }
