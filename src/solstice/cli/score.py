"""`solstice score`: answers → total, band, parts and flags, or why there is no total."""

import difflib
import re
import sys
from pathlib import Path
from typing import Any

import click

from solstice.cli.main import json_option, show
from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.instruments import (
    AnswersError,
    Context,
    NotScored,
    PartResult,
    Profile,
    Scored,
    score,
    score_subscales,
    score_total,
)

UNANSWERED = {"", "-", "null", "none"}
YES_NO = click.Choice(["yes", "no"])
CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")
Result = Scored | Profile | NotScored


@click.command("score")
@click.argument("instrument_id", metavar="INSTRUMENT")
@click.option("--items", help="Answers in order, comma between them; empty, - or null is unanswered: 2,3,,1 or 22:30,…")
@click.option("--total", type=str, help="A total added up elsewhere, for scales whose texts are licensed.")
@click.option(
    "--subscale", "parts", metavar="ID=TOTAL", multiple=True, help="A total of one part; give it once a part."
)
@click.option("--age", type=click.IntRange(0, 120), help="Age in years; adult cut-offs are not applied under 18.")
@click.option("--sex", type=click.Choice(["female", "male", "other", "unknown"]), help="Some cut-offs differ by sex.")
@click.option("--gate", type=YES_NO, help="The answer to the question before the items (PC-PTSD-5).")
@click.option("--not-working", type=YES_NO, help="By choice or retired (WSAS leaves item 1 out).")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Take the instrument from a folder of your own, released or not.",
)
@json_option
def score_command(instrument_id: str, *, items: str | None, total: str | None, as_json: bool, **about: Any) -> None:
    """Score the answers to INSTRUMENT (phq-9, gad-7, pcl-5, …). An unanswered item is never counted as 0."""
    instrument = instrument_named(instrument_id, about["folder"])
    context = Context(
        age=about["age"], sex=about["sex"], gate=_truth(about["gate"]), not_working=_truth(about["not_working"])
    )
    try:
        result = _scored(instrument, items, total, parts=_parts_given(instrument, about["parts"]), context=context)
    except AnswersError as error:
        refuse(*error.faults)
    show(result.to_json(), page(instrument, result), as_json=as_json)


def refuse(*faults: str) -> Any:
    """Print one line a fault and end with status 2."""
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(2)


def instrument_named(name: str, folder: Path | None = None) -> Instrument:
    """The instrument, or status 2 with the nearest known name."""
    instruments = (Library(folder.resolve()) if folder else Library()).instruments
    if name not in instruments:
        close = difflib.get_close_matches(name.lower(), instruments, n=1)
        known = ", ".join(instruments) or "none: name the folder of the instrument itself"
        refuse(f"{name}: no such instrument; " + (f"did you mean {close[0]}?" if close else f"known are {known}"))
    return instruments[name]


def _truth(answer: str | None) -> bool | None:
    return None if answer is None else answer == "yes"


def _parts_given(instrument: Instrument, given: tuple[str, ...]) -> dict[str, float]:
    parts: dict[str, float] = {}
    for text in given:
        name, _, value = text.partition("=")
        if name in parts:
            raise AnswersError((f"{instrument.id}: the subscale '{name}' is given twice; keep one",))
        parts[name] = _number(instrument, f"the subscale '{name}'", value)
    return parts


def _scored(
    instrument: Instrument, items: str | None, total: str | None, *, parts: dict[str, float], context: Context
) -> Result:
    if (items is None) == (total is None and not parts):
        raise AnswersError((f"{instrument.id}: give either --items or --total; not both and not neither",))
    if items is not None:
        return score(instrument, read_items(items), context=context)
    if total is None:
        return score_subscales(instrument, parts, context=context)
    return score_total(instrument, _number(instrument, "the total", total), subscales=parts, context=context)


def read_items(text: str) -> list[Any]:
    """Answers from `2,3,,1`; a time becomes minutes after midnight; other text stays, and scoring names the item."""
    return [_cell(cell.strip()) for cell in text.split(",")] if text.strip() else []


def _cell(cell: str) -> Any:
    if cell.lower() in UNANSWERED:
        return None
    if clock := CLOCK.match(cell):
        return int(clock[1]) * 60 + int(clock[2])
    return int(cell) if is_whole(cell) else cell


def is_whole(cell: str) -> bool:
    digits = cell.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10


def _number(instrument: Instrument, what: str, text: str) -> float:
    text = text.strip()
    if is_whole(text):
        return int(text)
    if instrument.decimals and re.fullmatch(r"-?\d{1,9}\.\d{1,9}", text, re.ASCII):
        return float(text)
    right = "a number such as 12.5" if instrument.decimals else "a whole number"
    raise AnswersError((f"{instrument.id}: {what} is '{text}'; right would be {right}",))


def page(instrument: Instrument, result: Result) -> str:
    """What was found, then what it rests on: change, missing answers, source."""
    match result:
        case NotScored():
            lines = [f"{instrument.name}: not scored", f"  {result.reason}"]
        case Profile():
            lines = [f"{instrument.name}: " + (result.band or "no total; its parts are read one by one")]
            lines += _part_lines(result)
        case Scored():
            lines = [f"{instrument.name}: {result.total} of {result.max}" + (f", {result.band}" if result.band else "")]
            lines += _part_lines(result)
            lines += [f"  {_side(cut.at_least, cut.at_most)} ({cut.use}): {_answer(cut.met)}" for cut in result.cutoffs]
            meanings = {pattern.id: pattern.meaning for pattern in instrument.patterns}
            lines += [f"  {meanings[name]}: {_answer(holds)}" for name, holds in result.patterns.items()]
    if not isinstance(result, NotScored) and result.note:
        lines.append(f"  Note: {result.note}")
    if "risk_item" in result.flags and instrument.risk_item:
        lines.append(f"  RISK: item {instrument.risk_item.item} was answered; a person must read it and ask.")
    return "\n".join([*lines, *_basis(instrument)])


def _part_lines(result: Scored | Profile) -> list[str]:
    named = {part.id for part in result.parts}
    lines = [_part_line(part) for part in result.parts]
    lines += [
        f"  {name.replace('_', ' ')}: {'unknown' if value is None else value}"
        for name, value in result.scores.items()
        if name not in {*named, "total"}
    ]
    return lines


def _part_line(part: PartResult) -> str:
    value = (
        "unknown" if part.value is None else f"{part.value:g}" + (f" of {part.max:g}" if part.max is not None else "")
    )
    met = [f"{_side(cut.at_least, cut.at_most)} ({cut.use}): {_answer(cut.met)}" for cut in part.cutoffs]
    words = ", ".join(
        [value + (f" {part.unit}" if part.unit and part.value is not None else ""), *filter(None, [part.band])]
    )
    return "; ".join([f"  {part.name}: {words}", *met])


def _side(at_least: float | None, at_most: float | None) -> str:
    return f"{at_least:g} or more" if at_least is not None else f"{at_most or 0:g} or less"


def _basis(instrument: Instrument) -> list[str]:
    change = instrument.reliable_change
    source = instrument.source(instrument.scoring.source)
    worse = "higher is worse" if instrument.direction == "higher_is_worse" else "higher is better"
    lines = [
        f"  {worse.capitalize()}. Asked about: {instrument.recall or 'not given'}.",
        f"  Missing answers: {instrument.missing.why}.",
        "  Reliable change: "
        + (f"{change.value:g} points ({instrument.source(change.source).citation})." if change else "not given."),
        f"  Scoring rule: {source.citation}.",
    ]
    if instrument.is_draft:
        lines.append("  Draft content: no clinician has signed these bands and cut-offs yet.")
    return lines


def _answer(holds: bool | None) -> str:
    return {True: "yes", False: "no", None: "cannot be told"}[holds]
