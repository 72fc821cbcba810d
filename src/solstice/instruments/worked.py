"""Run the worked examples of an instrument: each must come out as its file says."""

from collections.abc import Iterator, Mapping
from typing import Any

from solstice.content.instrument_model import Example, Instrument
from solstice.instruments.change import reliable_change
from solstice.instruments.outcome import AnswersError, Context, NotScored, Profile, Scored
from solstice.instruments.score import score, score_subscales, score_total


def example_faults(instrument: Instrument) -> Iterator[tuple[int, str]]:
    """The number of each example that comes out differently, from 0, and what differs."""
    for number, example in enumerate(instrument.examples):
        try:
            differences = list(differences_of(instrument, example))
        except AnswersError as error:
            differences = list(error.faults)
        for difference in differences:
            yield number, difference


def differences_of(instrument: Instrument, example: Example) -> Iterator[str]:
    """What an example gives otherwise than its file says. Raises AnswersError where the answers do not fit."""
    expect = example.expect
    if example.change is not None:
        verdict = reliable_change(instrument, example.change.before, example.change.after).verdict
        if verdict != expect.reliable:
            yield f"reliable is {verdict}, not {expect.reliable}"
        return
    result = _result(instrument, example)
    if isinstance(result, NotScored) == expect.scored:
        yield f"scored is {not expect.scored}" + (f" ({result.reason})" if isinstance(result, NotScored) else "")
        return
    got = _flat(result)
    for name in sorted(expect.model_fields_set - {"scored", "reliable"}):
        yield from _compared(name, getattr(expect, name), got)


def _result(instrument: Instrument, example: Example) -> Scored | Profile | NotScored:
    context = Context(**example.context.model_dump())
    if example.items is not None:
        return score(instrument, example.items, context=context)
    if example.total is not None:
        return score_total(instrument, example.total, subscales=example.subscales or {}, context=context)
    return score_subscales(instrument, example.subscales or {}, context=context)


def _flat(result: Scored | Profile | NotScored) -> dict[str, Any]:
    out = result.to_json()
    out["cutoffs"] = {cut["id"]: cut["met"] for cut in out.get("cutoffs", [])}
    out["flags"] = tuple(out["flags"])
    for part in out.get("subscales", []):
        out["cutoffs"] |= {f"{part['id']}/{cut['id']}": cut["met"] for cut in part["cutoffs"]}
    out["bands"] = {part["id"]: part["band"] for part in out.get("subscales", [])}
    return out


def _compared(name: str, wanted: object, got: Mapping[str, Any]) -> Iterator[str]:
    if name.endswith("_has"):
        said = str(got.get(name.removesuffix("_has")))
        if str(wanted) not in said:
            yield f"{name.removesuffix('_has')} is '{said}', without '{wanted}'"
        return
    found = got.get(name)
    if isinstance(wanted, Mapping):
        missing = object()
        for key, value in wanted.items():
            if (found or {}).get(key, missing) != value:
                yield f"{name}.{key} is {(found or {}).get(key, 'not there')}, not {value}"
    elif found != wanted:
        yield f"{name} is {found}, not {wanted}"
