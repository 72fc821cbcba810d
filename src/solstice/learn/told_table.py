"""Forecasts and what came of them, as a CSV: what a clinic said beforehand, one row a decision."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from solstice.content.read import ContentError, Fault
from solstice.evidence.number import number
from solstice.learn.calibrated import Told
from solstice.learn.forecast import CLEARLY_BETTER

COLUMNS = ("option", "made_on", "known_on", "mean", "lower", "upper", "chance", "outcome")
NUMBERS = COLUMNS[3:]
RIGHT = f"the first line is {','.join(COLUMNS)}"
MOST_FAULTS = 50


def read_told(path: Path) -> tuple[Told, ...]:
    """Read `option,made_on,known_on,mean,lower,upper,chance,outcome`. Raises ContentError with every fault."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ContentError([Fault(str(path), 1, "cannot be read", "name a CSV file saved as UTF-8 text")]) from None
    reader = csv.DictReader(lines)
    absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        raise ContentError([Fault(str(path), 1, f"no column '{name}'", RIGHT) for name in absent])
    told: list[Told] = []
    faults: list[Fault] = []
    for row in reader:
        wrong = [Fault(str(path), reader.line_num, what, right) for what, right in _wrong(row)]
        if wrong:
            faults += wrong
            continue
        made, known = (date.fromisoformat(row[name].strip()) for name in ("made_on", "known_on"))
        mean, lower, upper, chance, outcome = [value for value in _numbers(row).values() if value is not None]
        better = outcome >= CLEARLY_BETTER
        told.append(Told(row["option"].strip(), made, known, mean, lower, upper, chance, outcome, better))
    if faults:
        raise ContentError(faults[:MOST_FAULTS])
    return tuple(told)


def _numbers(row: dict[str, str | None]) -> dict[str, float | None]:
    return {name: number((row[name] or "").strip()) for name in NUMBERS}


def _wrong(row: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    if not (row["option"] or "").strip():
        yield "no option", "write the id of what was given"
    for name in ("made_on", "known_on"):
        try:
            date.fromisoformat((row[name] or "").strip())
        except ValueError:
            yield f"{name} is '{row[name] or ''}'", "write a day such as 2026-11-22"
    told = _numbers(row)
    for name, value in told.items():
        if value is None:
            yield f"{name} is '{row[name] or ''}'", "write a number in SD units; chance is from 0 to 1"
    mean, lower, upper, chance = (told[name] for name in ("mean", "lower", "upper", "chance"))
    if chance is not None and not 0 <= chance <= 1:
        yield f"chance is {chance:g}", "write a share from 0 to 1"
    if mean is not None and lower is not None and upper is not None and not lower <= mean <= upper:
        yield f"{mean:g} is not within {lower:g} to {upper:g}", "write lower, mean and upper in that order of size"
