"""Read a file of the Metapsy data standard: `;` or `,` or tab, decimal comma or point, quoted line breaks, NA."""

import csv
import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from solstice.content.read import ContentError, Fault
from solstice.evidence.effect_size import NotUsable
from solstice.evidence.number import number
from solstice.evidence.reported import Basis, can_be_computed, computed_effect

EFFECT, STANDARD_ERROR, STUDY = ".g", ".g_se", "study"
LARGEST, SES = 100.0, (1e-6, 100.0)
"""Effects and standard errors beyond these are slips of the pen; the largest in the Metapsy tables are 5.2 and 2.5."""
MISSING = frozenset({"", "NA", "NaN", "nan", "N/A", "."})
DELIMITERS = (";", ",", "\t")
ENCODINGS = ("utf-8-sig", "cp1252")
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: effect `g` (higher is better for the first arm), its variance, and every cell as text.

    `used` says which figures of the row gave the effect.
    """

    line: int
    study: str
    g: float
    variance: float
    cells: dict[str, str | None]
    used: Basis = "given"


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """A row without a usable effect, and why."""

    line: int
    study: str | None
    dropped_because: str

    def to_json(self) -> dict[str, int | str | None]:
        return {"line": self.line, "study": self.study, "dropped_because": self.dropped_because}


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The rows that carry an effect, and those `dropped`; `incomplete` are lines with half of a given effect."""

    path: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    dropped: tuple[DroppedRow, ...] = ()
    incomplete: tuple[int, ...] = ()

    @property
    def left_out(self) -> int:
        """How many rows of the file have no usable effect."""
        return len(self.dropped)

    def used(self) -> dict[Basis, int]:
        """How many rows rest on which figures."""
        counts: dict[Basis, int] = {}
        for row in self.rows:
            counts[row.used] = counts.get(row.used, 0) + 1
        return counts

    @property
    def studies(self) -> int:
        return len({row.study for row in self.rows})

    def levels(self, column: str) -> list[str]:
        """The values of a column, the most frequent first; a missing value is the level 'not given'."""
        counts: dict[str, int] = {}
        for row in self.rows:
            level = row.cells[column] or NOT_GIVEN
            counts[level] = counts.get(level, 0) + 1
        return sorted(counts, key=lambda level: (-counts[level], level))


NOT_GIVEN = "not given"


def read_metapsy(path: Path) -> Comparisons:
    """Read the file. Raises ContentError naming the line of each fault and what would be right."""
    return parse_metapsy(_decode(path), str(path))


def parse_metapsy(text: str, name: str) -> Comparisons:
    """Read the text of a Metapsy file."""
    records = _records(text, name)
    try:
        _, header = next(records)
    except StopIteration:
        raise ContentError([Fault(name, 1, "the file is empty", "name a Metapsy-standard CSV file")]) from None
    _check_header(header, name)
    faults: list[Fault] = []
    rows: list[Row] = []
    dropped: list[DroppedRow] = []
    incomplete: list[int] = []
    for line, record in records:
        if len(record) != len(header):
            what = f"{len(record)} cells where the header has {len(header)}"
            faults.append(Fault(name, line, what, "check quotes and delimiters in this row"))
            continue
        cells = {
            column: None if cell.strip() in MISSING else cell.strip()
            for column, cell in zip(header, record, strict=True)
        }
        if (cells.get(EFFECT) is None) != (cells.get(STANDARD_ERROR) is None):
            incomplete.append(line)
        match _row(cells, line, name, faults):
            case Row() as row:
                rows.append(row)
            case DroppedRow() as row:
                dropped.append(row)
    if faults:
        raise ContentError(faults[:MOST_FAULTS])
    if not rows:
        raise ContentError([Fault(name, 1, "no row carries an effect", f"fill {EFFECT} and {STANDARD_ERROR}")])
    return Comparisons(name, tuple(header), tuple(rows), tuple(dropped), tuple(incomplete))


def _decode(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = Fault(str(path), 1, f"cannot be read ({error.strerror})", "name a Metapsy-standard CSV file")
        raise ContentError([fault]) from None
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ContentError([Fault(str(path), 1, "the encoding is not known", "save it as UTF-8 text")])


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it starts, although quoted cells may hold line breaks."""
    first_line = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ContentError([Fault(name, line, f"this is not CSV ({error})", "check the quotes")]) from None
        if record:
            yield line, record
        line = reader.line_num + 1


def _check_header(header: Sequence[str], name: str) -> None:
    needed = (STUDY,) if can_be_computed(frozenset(header)) else (STUDY, EFFECT, STANDARD_ERROR)
    faults = [
        Fault(name, 1, f"the column '{column}' is missing", _nearest(column, header))
        for column in needed
        if column not in header
    ]
    faults += [
        Fault(name, 1, f"the column '{column}' stands twice", "keep one of them")
        for column in sorted({column for column in header if header.count(column) > 1})
    ]
    if faults:
        raise ContentError(faults)


def _nearest(column: str, header: Sequence[str]) -> str:
    close = difflib.get_close_matches(column, header, n=1, cutoff=0.7)
    return f"did you mean '{close[0]}'?" if close else "see docs.metapsy.org for the data standard"


def _row(cells: dict[str, str | None], line: int, name: str, faults: list[Fault]) -> Row | DroppedRow | None:
    """The row with the effect it gives or allows; None where it holds a fault."""
    effect, error, study = cells.get(EFFECT), cells.get(STANDARD_ERROR), cells[STUDY]
    if effect is None or error is None:
        return _computed(cells, line, name, faults)
    g, se = _number(effect, EFFECT, line, (name, faults)), _number(error, STANDARD_ERROR, line, (name, faults))
    if se is not None and se <= 0:
        what = f"'{STANDARD_ERROR}' is {error}"
        faults.append(Fault(name, line, what, "a standard error is a number above 0 (its square is the variance)"))
        se = None
    for column, value in ((EFFECT, g), (STANDARD_ERROR, se)):
        if value is not None and not could_be(column, value):
            right = f"an effect is at most {LARGEST:g} and a standard error {SES[0]:g} to {SES[1]:g}, in SD units"
            faults.append(Fault(name, line, f"'{column}' is {value:g}, which no trial finds", right))
    if study is None:
        faults.append(_no_study(name, line))
    return None if g is None or se is None or study is None else Row(line, study, g, se * se, cells)


def could_be(column: str, value: float) -> bool:
    """Whether a trial can find this; what none can would swallow, or stop, every other row."""
    return abs(value) <= LARGEST if column == EFFECT else SES[0] <= value <= SES[1]


def _computed(cells: dict[str, str | None], line: int, name: str, faults: list[Fault]) -> Row | DroppedRow | None:
    study = cells[STUDY]
    match computed_effect(cells):
        case NotUsable(because=because):
            return DroppedRow(line, study, because)
        case found if study is not None:
            return Row(line, study, found.effect.g, found.effect.variance, cells, found.used)
    faults.append(_no_study(name, line))
    return None


def _no_study(name: str, line: int) -> Fault:
    return Fault(name, line, "the study has no name", "give each row its study")


def _number(text: str, column: str, line: int, sink: tuple[str, list[Fault]]) -> float | None:
    value = number(text)
    if value is None:
        name, faults = sink
        faults.append(Fault(name, line, f"'{column}' is {text!r}, not a number", "write 0.42, 0,42 or NA"))
    return value
