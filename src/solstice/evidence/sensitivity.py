"""The same question asked in other ways, side by side as in metapsyTools: does the answer hang on one choice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from solstice.evidence.aggregate import aggregate
from solstice.evidence.heterogeneity import Heterogeneity, heterogeneity
from solstice.evidence.multilevel import Multilevel, che, three_level
from solstice.evidence.pooling import Pooled, random_effects
from solstice.evidence.progress import Step
from solstice.evidence.selection import low_risk_of_bias, number_needed_to_treat, one_a_study, without_outliers
from solstice.evidence.table import Row


@dataclass(frozen=True, slots=True)
class Analysis:
    """One way of asking; `spread` is None where rows are nested. `needed_to_treat` takes 20 % who get better anyway."""

    id: str
    words: str
    pooled: Pooled | Multilevel
    spread: Heterogeneity | None
    needed_to_treat: float | None

    def to_json(self) -> dict[str, Any]:
        g, lower, upper = estimate_of(self.pooled)
        return {
            "id": self.id,
            "words": self.words,
            "k": self.pooled.k,
            "studies": self.pooled.studies,
            "g": g,
            "lower": lower,
            "upper": upper,
            "tau2": self.pooled.tau2,
            "i2": self.pooled.i2,
            "i2_from": "tau2",
            "i2_from_q": None if self.spread is None else self.spread.i2_from_q,
            "pi_lower": self.pooled.pi_lower,
            "pi_upper": self.pooled.pi_upper,
            "needed_to_treat": self.needed_to_treat,
        }


def estimate_of(pooled: Pooled | Multilevel) -> tuple[float, float, float]:
    """The effect with its interval."""
    if isinstance(pooled, Pooled):
        return pooled.g, pooled.lower, pooled.upper
    first = pooled.coefficients[0]
    return first.estimate, first.lower, first.upper


def analyses(rows: Sequence[Row]) -> Iterator[Step[Analysis]]:
    """Eight ways, one a step; a way that leaves no rows is not yielded. All REML, Knapp–Hartung or CR2."""
    for number, (name, words, run) in enumerate(WAYS):
        found = run(rows)
        if found is not None:
            pooled, spread = found
            needed = number_needed_to_treat(estimate_of(pooled)[0])
            yield Step(number + 1, len(WAYS), Analysis(name, words, pooled, spread, needed))


Found = tuple[Pooled | Multilevel, Heterogeneity | None] | None


def _independent(rows: Sequence[Row]) -> Found:
    if not rows:
        return None
    y, v = [row.g for row in rows], [row.variance for row in rows]
    pooled = random_effects(y, v, studies=len({row.study for row in rows}))
    return pooled, heterogeneity(y, v, pooled)


def _without_outliers(rows: Sequence[Row]) -> Found:
    whole = _independent(rows)
    if whole is None or not isinstance(whole[0], Pooled):
        return None
    return _independent(without_outliers(rows, whole[0]))


def _combined(rows: Sequence[Row]) -> Found:
    """Rows of one arm of a study brought together (correlation 0.6)."""
    names = [f"{row.study}\n{row.cells.get('multi_arm1') or ''}" for row in rows]
    together = aggregate([row.g for row in rows], [row.variance for row in rows], names)
    pooled = random_effects(together.y, together.v, studies=len({row.study for row in rows}))
    return pooled, heterogeneity(together.y, together.v, pooled)


def _nested(rows: Sequence[Row], *, correlated: bool) -> Found:
    if len({row.study for row in rows}) < 3:
        return None
    y, v, studies = [row.g for row in rows], [row.variance for row in rows], [row.study for row in rows]
    return (che(y, v, studies, smooth=True) if correlated else three_level(y, v, studies, test="cr2")), None


WAYS: tuple[tuple[str, str, Callable[[Sequence[Row]], Found]], ...] = (
    ("all", "all rows, each as independent", _independent),
    ("lowest", "one row a study, the lowest", lambda rows: _independent(one_a_study(rows, "lowest"))),
    ("highest", "one row a study, the highest", lambda rows: _independent(one_a_study(rows, "highest"))),
    ("outliers", "without outliers", _without_outliers),
    ("low-risk", "low risk of bias only", lambda rows: _independent(low_risk_of_bias(rows))),
    ("combined", "rows of one arm brought together", _combined),
    ("three-level", "rows within studies, robust interval", lambda rows: _nested(rows, correlated=False)),
    ("che", "rows within studies, correlated, robust interval", lambda rows: _nested(rows, correlated=True)),
)
