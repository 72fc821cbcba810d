"""Read a person's series from CSV: a date and a total, or a date and the answers, in each row."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from solstice.cli.score import UNANSWERED, is_whole, read_items
from solstice.content.instrument_model import Instrument
from solstice.content.read import ContentError, Fault
from solstice.instruments import AnswersError, Scored, score, score_total
from solstice.progress import Point

ITEM_COLUMN = re.compile(r"^(?:item|i|q)?_?(\d{1,2})$")
PERSON_COLUMNS = {"person", "id"}


@dataclass(frozen=True, slots=True)
class _Layout:
    date: str
    total: str | None
    items: tuple[str, ...]
    person: str | None


def read_series(path: Path, instrument: Instrument, *, person: str | None = None) -> list[Point]:
    """The points of one person, gaps kept. Raises ContentError with every fault as file:line.

    Columns: `date`, then `total`, or `items` ("2 3 0 …"), or `item1` to `itemN`; `person` or `id` where the file holds
    several people. An empty total is a gap.
    """
    faults: list[Fault] = []
    rows = list(_rows(path, faults))
    if faults:
        raise ContentError(faults)
    if not rows:
        raise ContentError([Fault(str(path), 1, "no rows", "write a header `date,total` and a row for each day")])
    layout = _layout(path, tuple(rows[0][1]), instrument)
    rows = _of_one_person(path, rows, layout, person)
    points: list[Point] = []
    for line, row in rows:
        try:
            points.append(Point(_date(row[layout.date]), _total(row, layout, instrument)))
        except AnswersError as error:
            for what, _, right in (fault.partition("; ") for fault in error.faults):
                faults.append(Fault(str(path), line, what, right or "correct the row"))
    if faults:
        raise ContentError(faults)
    return points


def _rows(path: Path, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        faults.append(Fault(str(path), 1, "cannot be read", "name a CSV file saved as UTF-8"))
        return
    first = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    header: list[str] | None = None
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            if len(set(header)) != len(header):
                faults.append(Fault(str(path), reader.line_num, "a column stands twice", "keep one of them"))
        elif len(cells) != len(header):
            what = f"{len(cells)} cells under {len(header)} columns"
            faults.append(Fault(str(path), reader.line_num, what, "write one cell a column; quote cells with commas"))
        else:
            yield reader.line_num, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _layout(path: Path, header: tuple[str, ...], instrument: Instrument) -> _Layout:
    found = {int(match[1]): name for name in header if (match := ITEM_COLUMN.match(name))}
    items = tuple(found.get(number, "") for number in range(1, instrument.items + 1)) if found else ()
    if "items" in header:
        items = ("items",)
    person = next((name for name in header if name in PERSON_COLUMNS), None)
    total = "total" if "total" in header else None
    faults = []
    if "date" not in header:
        faults.append(Fault(str(path), 1, "no column 'date'", "name it in the first line: date,total"))
    if not total and not items:
        faults.append(Fault(str(path), 1, "no column 'total'", f"add it, or item1 to item{instrument.items}"))
    if found and (len(found) != instrument.items or "" in items):
        right = f"{instrument.id} has item1 to item{instrument.items}"
        faults.append(Fault(str(path), 1, f"{len(found)} item columns", right))
    if faults:
        raise ContentError(faults)
    return _Layout("date", total, items, person)


def _of_one_person(
    path: Path, rows: list[tuple[int, dict[str, str]]], layout: _Layout, person: str | None
) -> list[tuple[int, dict[str, str]]]:
    if layout.person is None:
        if person is None:
            return rows
        raise ContentError([Fault(str(path), 1, "no column 'person'", "leave --person out, or add the column")])
    people = sorted({row[layout.person] for _, row in rows})
    if person is None and len(people) > 1:
        raise ContentError([Fault(str(path), 1, f"{len(people)} people in one file", "choose one with --person ID")])
    chosen = [(line, row) for line, row in rows if person is None or row[layout.person] == person]
    if not chosen:
        raise ContentError(
            [Fault(str(path), 1, f"nobody is called '{person}' here", f"known: {', '.join(people[:5])}")]
        )
    return chosen


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AnswersError((f"'{text}' is not a day; write it as 2026-11-22",)) from None


def _total(row: dict[str, str], layout: _Layout, instrument: Instrument) -> float | None:
    text = row[layout.total] if layout.total else ""
    answers = _answers(row, layout)
    if text.lower() not in UNANSWERED:
        if not is_whole(text):
            raise AnswersError((f"the total is '{text}'; right would be a whole number, or empty for a gap",))
        total = score_total(instrument, int(text)).total
        result = score(instrument, read_items(answers)) if answers else None
        if isinstance(result, Scored) and result.total != total:
            raise AnswersError((f"the total is {total} but the items give {result.total}; correct one of them",))
        return total
    if not answers:
        return None
    result = score(instrument, read_items(answers))
    return result.total if isinstance(result, Scored) else None


def _answers(row: dict[str, str], layout: _Layout) -> str:
    if layout.items == ("items",):
        return re.sub(r"[\s;]+", ",", row["items"]) if "," not in row["items"] else row["items"]
    cells = [row[name] for name in layout.items]
    return ",".join(cells) if any(cells) else ""
