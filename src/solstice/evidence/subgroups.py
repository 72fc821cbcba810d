"""Choose rows of a table, split them by a column, and pool each part."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from solstice.evidence.number import number
from solstice.evidence.pooling import MODELS, Pooled, random_effects
from solstice.evidence.table import NOT_GIVEN, Comparisons, Row

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, "!=": ne, "=": eq, ">": gt, "<": lt}


class NoSuchRows(Exception):  # noqa: N818 - named after what it says
    """The wish cannot be met by this table; says which columns or values there are."""


@dataclass(frozen=True, slots=True)
class Group:
    level: str
    pooled: Pooled


def where(table: Comparisons, wish: str) -> Comparisons:
    """Keep the rows that meet `COLUMN=VALUE` (also != > >= < <=). A missing cell never meets it.

    Raises NoSuchRows for an unknown column, a value that no row has, or a comparison of what is not a number.
    """
    found = re.match(r"^(.+?)(>=|<=|!=|=|>|<)(.*)$", wish)
    if found is None:
        raise NoSuchRows(f"'{wish}' is not a choice of rows; write COLUMN=VALUE")
    column, sign, value = found[1].strip(), found[2], found[3].strip()
    check_column(table, column)
    rows = tuple(row for row in table.rows if _meets(row.cells[column], sign, value))
    if not rows:
        shown = ", ".join(table.levels(column)[:12])
        raise NoSuchRows(f"no row has {column} {sign} {value}; values are {shown}")
    return replace(table, rows=rows)


def check_column(table: Comparisons, column: str) -> None:
    """Raise NoSuchRows where the table has no such column."""
    if column not in table.columns:
        close = difflib.get_close_matches(column, table.columns, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"columns are {', '.join(filter(None, table.columns))}"
        raise NoSuchRows(f"no column '{column}'; {hint}")


def _meets(cell: str | None, sign: str, value: str) -> bool:
    if cell is None:
        return False
    left, right = number(cell), number(value)
    if left is not None and right is not None:
        return OPERATORS[sign](left, right)
    if sign not in {"=", "!="}:
        return False
    return OPERATORS[sign](cell.casefold(), value.casefold())


def pool(rows: Sequence[Row], model: str) -> Pooled:
    """Pool rows as independent effects with one of MODELS."""
    method, knha = MODELS[model]
    return random_effects(
        [row.g for row in rows],
        [row.variance for row in rows],
        method=method,
        knha=knha,
        studies=len({row.study for row in rows}),
    )


def by(table: Comparisons, column: str, model: str) -> list[Group]:
    """Pool each level of a column by itself, the most frequent first; missing values are a level of their own."""
    check_column(table, column)
    return [
        Group(level, pool([row for row in table.rows if (row.cells[column] or NOT_GIVEN) == level], model))
        for level in table.levels(column)
    ]
