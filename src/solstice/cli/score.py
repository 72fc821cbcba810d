"""`solstice score`: answers → total, band and flags, or why there is no total."""

import difflib
import sys
from typing import Any

import click

from solstice.cli.main import json_option, show
from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.instruments import AnswersError, Context, NotScored, Scored, score, score_total

UNANSWERED = {"", "-", "null", "none"}
YES_NO = click.Choice(["yes", "no"])


@click.command("score")
@click.argument("instrument_id", metavar="INSTRUMENT")
@click.option("--items", help="Answers in order, comma between them; empty, - or null is unanswered: 2,3,,1")
@click.option("--total", type=str, help="A total added up elsewhere, for scales whose texts are licensed.")
@click.option("--age", type=click.IntRange(0, 120), help="Age in years; adult cut-offs are not applied under 18.")
@click.option("--sex", type=click.Choice(["female", "male", "other", "unknown"]), help="Some cut-offs differ by sex.")
@click.option("--gate", type=YES_NO, help="The answer to the question before the items (PC-PTSD-5).")
@click.option("--not-working", type=YES_NO, help="By choice or retired (WSAS leaves item 1 out).")
@json_option
def score_command(instrument_id: str, *, items: str | None, total: str | None, as_json: bool, **about: Any) -> None:
    """Score the answers to INSTRUMENT (phq-9, gad-7, pcl-5, …). An unanswered item is never counted as 0."""
    instrument = instrument_named(instrument_id)
    context = Context(
        age=about["age"], sex=about["sex"], gate=_truth(about["gate"]), not_working=_truth(about["not_working"])
    )
    try:
        result = _scored(instrument, items, total, context)
    except AnswersError as error:
        refuse(*error.faults)
    show(result.to_json(), page(instrument, result), as_json=as_json)


def refuse(*faults: str) -> Any:
    """Print one line a fault and end with status 2."""
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(2)


def instrument_named(name: str) -> Instrument:
    """The instrument, or status 2 with the nearest known name."""
    instruments = Library().instruments
    if name not in instruments:
        close = difflib.get_close_matches(name.lower(), instruments, n=1)
        known = ", ".join(instruments)
        refuse(f"{name}: no such instrument; " + (f"did you mean {close[0]}?" if close else f"known are {known}"))
    return instruments[name]


def _truth(answer: str | None) -> bool | None:
    return None if answer is None else answer == "yes"


def _scored(instrument: Instrument, items: str | None, total: str | None, context: Context) -> Scored | NotScored:
    if (items is None) == (total is None):
        raise AnswersError((f"{instrument.id}: give either --items or --total; not both and not neither",))
    if items is not None:
        return score(instrument, read_items(items), context=context)
    return score_total(instrument, _whole(instrument, str(total)), context=context)


def read_items(text: str) -> list[Any]:
    """Answers from `2,3,,1`; what is not a whole number stays text, and scoring says which item it is."""
    cells = [cell.strip() for cell in text.split(",")] if text.strip() else []
    return [None if cell.lower() in UNANSWERED else int(cell) if is_whole(cell) else cell for cell in cells]


def is_whole(cell: str) -> bool:
    digits = cell.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10


def _whole(instrument: Instrument, text: str) -> int:
    if not is_whole(text.strip()):
        raise AnswersError((f"{instrument.id}: the total is '{text}'; right would be a whole number",))
    return int(text)


def page(instrument: Instrument, result: Scored | NotScored) -> str:
    match result:
        case NotScored():
            lines = [f"{instrument.name}: not scored", f"  {result.reason}"]
        case Scored():
            lines = [f"{instrument.name}: {result.total} of {result.max}" + (f", {result.band}" if result.band else "")]
            lines += [f"  {name}: {'unknown' if value is None else value}" for name, value in _parts(result)]
            lines += [f"  {cut.at_least} or more ({cut.use}): {_answer(cut.met)}" for cut in result.cutoffs]
            meanings = {pattern.id: pattern.meaning for pattern in instrument.patterns}
            lines += [f"  {meanings[name]}: {_answer(holds)}" for name, holds in result.patterns.items()]
            lines += [f"  Note: {result.note}"] if result.note else []
    if "risk_item" in result.flags and instrument.risk_item:
        lines.append(f"  RISK: item {instrument.risk_item.item} was answered; a person must read it and ask.")
    if instrument.is_draft:
        lines.append("  Draft content: no clinician has signed these bands and cut-offs yet.")
    return "\n".join(lines)


def _parts(result: Scored) -> list[tuple[str, int | None]]:
    return [(name.replace("_", " "), value) for name, value in result.scores.items() if name != "total"]


def _answer(holds: bool | None) -> str:
    return {True: "yes", False: "no", None: "cannot be told"}[holds]
