"""What a clinician asks of a loaded table: which rows, which model, which groups. Kept in the session alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from solstice.evidence.selection import low_risk_of_bias
from solstice.evidence.subgroups import NoSuchRows, where
from solstice.evidence.table import NOT_GIVEN, Comparisons
from solstice_web.workspace import evidence_words as words

KEY = "evidence"
MODELS: Mapping[str, str] = {
    "reml-knha": "Every row by itself (REML, Knapp–Hartung)",
    "aggregate": "One effect a study (REML, Knapp–Hartung)",
    "three-level": "Rows within studies (three-level)",
    "che": "Rows within studies, correlated (CHE, CR2)",
}
MOST_LEVELS = 14
LONGEST_WISH = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`picked` are columns with the value chosen from a list; `written` is one more choice of rows, by hand."""

    token: str
    name: str
    picked: tuple[tuple[str, str], ...] = ()
    written: str = ""
    low_risk: bool = False
    model: str = "reml-knha"
    by: str = ""

    @property
    def wishes(self) -> tuple[str, ...]:
        """The choices of rows as `COLUMN=VALUE`, in the order in which they are applied."""
        picked = tuple(f"{column}={value}" for column, value in self.picked)
        return (*picked, self.written) if self.written else picked

    @property
    def is_choice(self) -> bool:
        return bool(self.wishes) or self.low_risk

    def digest(self) -> str:
        """Names what was worked out for these rows and this model."""
        told = repr((self.wishes, self.low_risk, self.model))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Choice:
    """One column as a question: its values with the number of rows that have them."""

    number: int
    column: str
    words: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    is_first: bool


def from_session(kept: Any) -> Asked | None:
    if not isinstance(kept, dict):
        return None
    return Asked(**{**kept, "picked": tuple((column, value) for column, value in kept["picked"])})


def to_session(asked: Asked) -> dict[str, Any]:
    return asdict(asked)


def columns_to_choose(table: Comparisons) -> list[tuple[int, str]]:
    """Columns with few values, by their number in the file; those that clinicians ask for most come first."""
    found = [
        (number, column)
        for number, column in enumerate(table.columns)
        if column
        and (column in words.COLUMNS or 2 <= len(table.levels(column)) <= MOST_LEVELS)
        and len(table.levels(column)) >= 2
        and not column.startswith((".", "n_", "mean", "sd_", "precalc", "event", "baseline", "rand", "attr"))
    ]
    order = list(words.COLUMNS)
    return sorted(found, key=lambda one: (order.index(one[1]) if one[1] in order else len(order), one[0]))


def choices(table: Comparisons, asked: Asked) -> list[Choice]:
    made = dict(asked.picked)
    found = []
    for number, column in columns_to_choose(table):
        counts: dict[str, int] = {}
        for row in table.rows:
            level = row.cells[column]
            if level is not None:
                counts[level] = counts.get(level, 0) + 1
        options = [
            (level, f"{words.level_words(column, level)} ({counts[level]})")
            for level in table.levels(column)
            if level != NOT_GIVEN
        ]
        found.append(
            Choice(
                number,
                column,
                words.column_words(column),
                (("", f"all ({len(table.rows)})"), *options),
                made.get(column, ""),
                column in words.FIRST or column in made,
            )
        )
    return found


def asked_in_form(form: Mapping[str, str], table: Comparisons, before: Asked) -> Asked:
    """The question as the form has it; values that are not offered are left out."""
    offered = columns_to_choose(table)
    values = [(column, form.get(f"column_{number}", "")) for number, column in offered]
    written = " ".join(form.get("wish", "").split())[:LONGEST_WISH]
    model = form.get("model", "")
    group = form.get("by", "")
    return replace(
        before,
        picked=tuple((column, value) for column, value in values if value and value in table.levels(column)),
        written=written,
        low_risk=form.get("low_risk") == "1" and knows_risk(table),
        model=model if model in MODELS else before.model,
        by=next((column for number, column in offered if str(number) == group), ""),
    )


def knows_risk(table: Comparisons) -> bool:
    return bool({"rob", "overall"} & set(table.columns))


def chosen_rows(table: Comparisons, asked: Asked) -> Comparisons:
    """The rows that were asked for. Raises NoSuchRows where none is left, saying what there is."""
    found = table
    for wish in asked.wishes:
        found = where(found, wish)
    if asked.low_risk:
        found = replace(found, rows=tuple(low_risk_of_bias(found.rows)))
        if not found.rows:
            raise NoSuchRows("no row that is left has a low risk of bias")
    return found


def said(asked: Asked) -> str:
    """The choice in one phrase."""
    parts = [f"{words.column_words(column)}: {words.level_words(column, value)}" for column, value in asked.picked]
    parts += [asked.written] if asked.written else []
    parts += ["low risk of bias"] if asked.low_risk else []
    return ", ".join(parts) or "all rows"
