"""Read outcomes and people from CSV; every fault names file and line, an empty cell is unknown and never zero."""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from solstice.evidence.number import number
from solstice.kernel.fault import ContentError, Fault
from solstice.learn.basis import Array

UNKNOWN = frozenset({"", "NA", "NaN", "nan", "N/A", "."})
TREATMENT, OUTCOME, PERSON = "treatment", "outcome", "person"
IDS = frozenset({PERSON, "id"})
MOST_FAULTS = 50
LARGEST, LARGEST_OUTCOME = 1e12, 100.0
"""No measure of a person is larger; no change in SD units is."""
RUNS = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet takes for a formula; the ranking repeats ids."""
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One row a person and treatment: outcome in SD units of symptom change (higher is better), NaN for unknown x."""

    treatment: tuple[str, ...]
    outcome: Array
    covariates: tuple[str, ...]
    x: Array


@dataclass(frozen=True, slots=True)
class People:
    ids: tuple[str, ...]
    covariates: tuple[str, ...]
    x: Array
    ignored: tuple[str, ...] = ()


def read_outcomes(path: Path) -> Outcomes:
    """Read `treatment,outcome,…` with any numeric covariates. Raises ContentError with every fault as file:line."""
    header, rows = _read(path, "treatment,outcome,age,…")
    absent = [name for name in (TREATMENT, OUTCOME) if name not in header]
    if absent:
        right = f"the first line names treatment, outcome and the covariates; here it is '{_shown(', '.join(header))}'"
        raise ContentError([Fault(str(path), 1, f"no column '{name}'", right) for name in absent])
    covariates = [name for name in header if name not in {TREATMENT, OUTCOME, *IDS}]
    places = [header.index(name) for name in covariates]
    t, y = header.index(TREATMENT), header.index(OUTCOME)
    faults: list[Fault] = []
    outcome = np.full(len(rows), np.nan)
    x = _numbers(path, rows, list(zip(places, covariates, strict=True)), faults)
    for at, (line, cells) in enumerate(rows):
        if cells[t] in UNKNOWN:
            faults.append(Fault(str(path), line, "no treatment", "write the id of what was given"))
        elif not is_id(cells[t]):
            faults.append(_no_id(path, line, "treatment", cells[t]))
        value = None if cells[y] in UNKNOWN else number(cells[y])
        if value is None:
            said = f"the outcome is '{_shown(cells[y])}'" if cells[y] else "no outcome"
            faults.append(Fault(str(path), line, said, "write a number, or leave the row out"))
        elif abs(value) > LARGEST_OUTCOME:
            right = "write the change in SD units (points divided by the SD of the scale), higher is better"
            faults.append(Fault(str(path), line, f"the outcome is {value:g}, which no change is", right))
        else:
            outcome[at] = value
    _stop(faults)
    return Outcomes(tuple(cells[t] for _, cells in rows), outcome, tuple(covariates), x)


def read_people(path: Path, covariates: tuple[str, ...]) -> People:
    """Read the people to decide for; `person` or `id` names them, otherwise their row does."""
    header, rows = _read(path, "person,age,…")
    absent = [name for name in covariates if name not in header]
    if absent:
        right = "add the column; leave its cells empty where the value is unknown"
        raise ContentError([Fault(str(path), 1, f"no column '{name}'", right) for name in absent])
    faults: list[Fault] = []
    x = _numbers(path, rows, [(header.index(name), name) for name in covariates], faults)
    who = next((header.index(name) for name in (PERSON, "id") if name in header), None)
    ids = tuple(str(at) if who is None else cells[who] for at, (_, cells) in enumerate(rows, start=1))
    seen: set[str] = set()
    for (line, _), one in zip(rows, ids, strict=True):
        if not one or one in seen:
            what = f"the person '{one}' stands twice" if one else "no id in the person column"
            faults.append(Fault(str(path), line, what, "give each person one id and one row"))
        elif not is_id(one):
            faults.append(_no_id(path, line, "person", one))
        seen.add(one)
    _stop(faults)
    ignored = tuple(name for name in header if name not in {*covariates, *IDS, TREATMENT, OUTCOME})
    return People(ids, covariates, x, ignored)


def is_id(text: str) -> bool:
    """Whether it may stand in a table that people open: no control characters, nothing a spreadsheet would run."""
    return text.isprintable() and (not text.startswith(RUNS) or number(text) is not None)


def _no_id(path: Path, line: int, column: str, text: str) -> Fault:
    what = f"the {column} {text[:40]!r} is not an id"
    return Fault(str(path), line, what, "write letters and digits; a spreadsheet runs what begins with = + - or @")


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _stop(faults: list[Fault]) -> None:
    if faults:
        raise ContentError(faults[:MOST_FAULTS])


def _numbers(path: Path, rows: list[Row], places: list[tuple[int, str]], faults: list[Fault]) -> Array:
    x = np.full((len(rows), len(places)), np.nan)
    for column, (place, name) in enumerate(places):
        texts = [cells[place] for _, cells in rows]
        plain = _plain(texts)
        if plain is not None:
            x[:, column] = plain
        else:
            x[:, column] = _one_by_one(path, name, [(line, cells[place]) for line, cells in rows], faults)
    return x


def _plain(texts: list[str]) -> Array | None:
    """A column of plain numbers and gaps at once; None where a cell needs a closer look."""
    gap = [text in UNKNOWN for text in texts]
    try:
        values = np.array([math.nan if is_gap else float(text) for text, is_gap in zip(texts, gap, strict=True)])
    except ValueError:
        return None
    held = bool((np.abs(values[~np.array(gap)]) <= LARGEST).all())
    return values if held and "_" not in "".join(texts) else None


def _one_by_one(path: Path, name: str, cells: list[tuple[int, str]], faults: list[Fault]) -> Array:
    """The numbers of a column with a fault for each that is none, or one fault where all of them are words."""
    found: list[Fault] = []
    values = np.full(len(cells), np.nan)
    for at, (line, text) in enumerate(cells):
        value = None if text in UNKNOWN else number(text)
        if value is not None and abs(value) <= LARGEST:
            values[at] = value
        elif text not in UNKNOWN:
            right = "write a number such as 0.42, or leave the cell empty where it is unknown"
            found.append(Fault(str(path), line, f"{name} is '{_shown(text)}'", right))
    if len(found) > 1 and np.isnan(values).all():
        words = " or ".join(
            f"'{_shown(text)}'" for text in list(dict.fromkeys(c for _, c in cells if c not in UNKNOWN))[:3]
        )
        right = "leave the column out, or write numbers: 1 and 0 for two groups"
        found = [Fault(str(path), found[0].line, f"the column {name} holds words: {words}", right)]
    faults += found
    return values


def _read(path: Path, example: str) -> tuple[list[str], list[Row]]:
    lines = list(_lines(path))
    if not lines:
        raise ContentError([Fault(str(path), 1, "the file is empty", f"start with a line {example}")])
    header, rows = lines[0][1], lines[1:]
    faults = [
        Fault(str(path), 1, f"the column '{name}' stands twice", "keep one of them")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    faults += [
        Fault(str(path), line, f"{len(cells)} cells under {len(header)} columns", "write one cell a column")
        for line, cells in rows
        if len(cells) != len(header)
    ]
    if "" in header:
        faults.append(Fault(str(path), 1, "a column has no name", "name every column in the first line"))
    if not rows:
        faults.append(Fault(str(path), 1, "no rows", "write one row a person below the header"))
    _stop(faults)
    return header, rows


def _lines(path: Path) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise ContentError([Fault(str(path), 1, what, "name a CSV file")]) from None
    except UnicodeDecodeError:
        raise ContentError([Fault(str(path), 1, "the encoding is not known", "save it as UTF-8 text")]) from None
    first = text.lstrip("\r\n").replace("\r", "\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        what = f"this is not CSV ({error})"
        raise ContentError(
            [Fault(str(path), reader.line_num, what, "close every quote and write plain text")]
        ) from None
