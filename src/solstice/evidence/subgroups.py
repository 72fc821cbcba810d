"""Choose rows of a table, split them by a column, and pool each part."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from solstice.evidence.distributions import chi2_above
from solstice.evidence.multilevel import Multilevel
from solstice.evidence.number import number
from solstice.evidence.pooling import MODELS, Pooled, random_effects
from solstice.evidence.table import NOT_GIVEN, Comparisons, Row

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, "!=": ne, "=": eq, ">": gt, "<": lt}


class NoSuchRows(Exception):  # noqa: N818 - named after what it says
    """The wish cannot be met by this table; says which columns or values there are."""


@dataclass(frozen=True, slots=True)
class Group:
    level: str
    pooled: Pooled | Multilevel


@dataclass(frozen=True, slots=True)
class Between:
    """Chi-square test of differences between groups."""

    q: float
    df: int
    p: float


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


def split(table: Comparisons, column: str) -> list[tuple[str, list[Row]]]:
    """The rows of each level of a column, the most frequent first; missing values are a level of their own."""
    check_column(table, column)
    return [
        (level, [row for row in table.rows if (row.cells[column] or NOT_GIVEN) == level])
        for level in table.levels(column)
    ]


def by(table: Comparisons, column: str, pool_part: Callable[[Sequence[Row]], Pooled | Multilevel]) -> list[Group]:
    """Pool each level of a column by itself."""
    return [Group(level, pool_part(rows)) for level, rows in split(table, column)]


def between(groups: Sequence[Group]) -> Between | None:
    """Do the groups differ, each with its own tau²? None for fewer than two, or where one has no doubt at all (SE 0).

    Source: Borenstein 2009, chapter 19.
    """
    estimates = [_estimate(group.pooled) for group in groups]
    if len(estimates) < 2 or min(se for _, se in estimates) <= 0:
        return None
    weights = [1 / se**2 for _, se in estimates]
    mean = sum(weight * g for weight, (g, _) in zip(weights, estimates, strict=True)) / sum(weights)
    q = sum(weight * (g - mean) ** 2 for weight, (g, _) in zip(weights, estimates, strict=True))
    return Between(q, len(estimates) - 1, chi2_above(q, len(estimates) - 1))


def _estimate(pooled: Pooled | Multilevel) -> tuple[float, float]:
    match pooled:
        case Pooled():
            return pooled.g, pooled.se
        case Multilevel():
            return pooled.coefficients[0].estimate, pooled.coefficients[0].se
