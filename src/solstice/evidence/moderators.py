"""Columns of a table as moderators: numbers as they are, words as differences from a reference level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solstice.evidence.blocks import Matrix
from solstice.evidence.number import number
from solstice.evidence.subgroups import NoSuchRows, check_column
from solstice.evidence.table import Comparisons, DroppedRow, Row

MOST_LEVELS = 30


@dataclass(frozen=True, slots=True)
class Moderator:
    """A column; `reference` is the level that the others are set against (None: the most frequent one)."""

    column: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """`x` (k × p) with the intercept first, named by `terms` (p), for `rows` (k); rows without a value are `dropped`.

    `references` says for each column of words what its terms are set against, and for each number where it is 0.
    """

    x: Matrix
    terms: tuple[str, ...]
    rows: tuple[Row, ...]
    dropped: tuple[DroppedRow, ...]
    references: tuple[str, ...]


def design(table: Comparisons, moderators: Sequence[Moderator]) -> Design:
    """Build the design of a meta-regression. A column is numeric where every value in it is a number.

    Numbers are centred at their mean, so that the intercept is the effect of an average row. Raises NoSuchRows for an
    unknown column or level, a column of one value, or one with too many different words.
    """
    for moderator in moderators:
        check_column(table, moderator.column)
    columns = [moderator.column for moderator in moderators]
    rows = tuple(row for row in table.rows if all(row.cells[column] is not None for column in columns))
    dropped = tuple(
        DroppedRow(row.line, row.study, f"no value of {', '.join(gaps)}")
        for row in table.rows
        if (gaps := [column for column in columns if row.cells[column] is None])
    )
    if not rows:
        raise NoSuchRows(f"no row has a value of {' and '.join(columns)}")
    parts, terms, references = [np.ones((len(rows), 1))], ["intercept"], []
    for moderator in moderators:
        part, names, reference = _columns(rows, moderator)
        parts.append(part)
        terms += names
        references.append(reference)
    return Design(np.column_stack(parts), tuple(terms), rows, dropped, tuple(references))


def _columns(rows: Sequence[Row], moderator: Moderator) -> tuple[Matrix, list[str], str]:
    texts = [row.cells[moderator.column] or "" for row in rows]
    numbers = [value for value in map(number, texts) if value is not None]
    if moderator.reference is None and len(numbers) == len(texts):
        values = np.array(numbers)
        mean = float(values.mean())
        if float(np.ptp(values)) == 0:
            raise NoSuchRows(f"every row has the same {moderator.column}; it cannot explain a difference")
        return (values - mean)[:, None], [moderator.column], f"{moderator.column} = {mean:.4g}"
    return _levels(texts, moderator)


def _levels(texts: Sequence[str], moderator: Moderator) -> tuple[Matrix, list[str], str]:
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    levels = sorted(counts, key=lambda level: (-counts[level], level))
    reference = moderator.reference or levels[0]
    if reference not in counts:
        raise NoSuchRows(f"no row has {moderator.column} = {reference}; values are {', '.join(levels[:12])}")
    others = sorted(level for level in levels if level != reference)
    if not others:
        raise NoSuchRows(f"every row has the same {moderator.column}; it cannot explain a difference")
    if len(others) > MOST_LEVELS:
        raise NoSuchRows(f"{moderator.column} has {len(levels)} different values; right is a column of few words")
    x = np.array([[float(text == level) for level in others] for text in texts])
    return x, [f"{moderator.column}: {level}" for level in others], f"{moderator.column} = {reference}"
