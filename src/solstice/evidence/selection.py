"""Other choices of rows, to see whether the pooled effect hangs on them: one a study, no outliers, low risk of bias."""

from collections.abc import Callable, Sequence
from typing import Literal

from solstice.evidence.distributions import STANDARD, z_upper
from solstice.evidence.number import number
from solstice.evidence.pooling import Pooled
from solstice.evidence.table import Row

LOW_RISK_AT_LEAST = 3
"""Of four items of the first Cochrane tool, as metapsyTools' default (rob > 2)."""


def one_a_study(rows: Sequence[Row], which: Literal["lowest", "highest"]) -> list[Row]:
    """The row with the lowest or highest effect of each study; the first one where several are equal."""
    best: dict[str, Row] = {}
    better: Callable[[float, float], bool] = (
        (lambda new, old: new < old) if which == "lowest" else (lambda new, old: new > old)
    )
    for row in rows:
        if row.study not in best or better(row.g, best[row.study].g):
            best[row.study] = row
    return list(best.values())


def without_outliers(rows: Sequence[Row], pooled: Pooled) -> list[Row]:
    """Rows whose own 95 % interval touches that of the pooled effect. Source: Harrer 2021, chapter 5.4.1 (dmetar)."""
    reach = z_upper(0.975)
    return [
        row
        for row in rows
        if row.g + reach * row.variance**0.5 >= pooled.lower and row.g - reach * row.variance**0.5 <= pooled.upper
    ]


def low_risk_of_bias(rows: Sequence[Row]) -> list[Row]:
    """Rows rated low: `rob` 3 or 4 of 4, or, where the file has only the second Cochrane tool, `overall` low.

    A row that was not rated is not low.
    """
    return [row for row in rows if _is_low(row)]


def _is_low(row: Row) -> bool:
    rated = row.cells.get("rob")
    if "rob" in row.cells:
        score = None if rated is None else number(rated)
        return score is not None and score >= LOW_RISK_AT_LEAST
    overall = row.cells.get("overall")
    return overall is not None and overall.casefold().startswith("low")


def number_needed_to_treat(g: float, *, control_event_rate: float = 0.2) -> float | None:
    """People to treat for one more to get better than without, if the share that gets better without is known.

    None where the treatment makes no difference. Negative: harm. Source: Furukawa and Leucht 2011.
    """
    gain = STANDARD.cdf(g + STANDARD.inv_cdf(control_event_rate)) - control_event_rate
    return None if abs(gain) < 1e-12 else 1 / gain
