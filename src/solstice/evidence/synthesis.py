"""One question to a table of comparisons, and its answer: the result, its cautions, and what was left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from solstice.evidence.aggregate import aggregate
from solstice.evidence.cautions import cautions_of
from solstice.evidence.components import component_network
from solstice.evidence.moderators import Moderator, design
from solstice.evidence.multilevel import Multilevel, Start, che, fit, three_level
from solstice.evidence.network import Network, network
from solstice.evidence.pooling import MODELS, Pooled, random_effects
from solstice.evidence.subgroups import NoSuchRows
from solstice.evidence.table import Comparisons, DroppedRow, Row
from solstice.evidence.trial_table import trials_of

ROW_MODELS: Mapping[str, str] = {
    **dict.fromkeys(MODELS, "every row counts as an independent comparison"),
    "aggregate": "the rows of a study are brought together first, then studies are pooled (REML, Knapp–Hartung)",
    "three-level": "rows within studies: studies differ, and rows within a study differ (REML)",
    "che": "rows within studies, with correlated sampling errors; interval robust against a wrong correlation (CR2)",
}
"""Models that give one pooled effect, in words; they also work on subgroups."""
TABLE_MODELS: Mapping[str, str] = {
    "regression": "rows within studies, with moderators that may explain differences; robust intervals (CR2)",
    "nma": "all treatments in one network, compared directly and indirectly (REML)",
    "cnma": "a combination of treatments does as much as its components together (additive network, REML)",
}
ALIASES: Mapping[str, str] = {
    **{name: f"{name}-knha" for name in ("reml", "ml", "pm", "dl")},
    "ee": "ee-z",
    "aggregated": "aggregate",
    "3-level": "three-level",
}
DEFAULT_MODEL = "reml-knha"

Result = Pooled | Multilevel | Network


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a table. `rho`: correlation of sampling errors within a study (aggregate, che, regression)."""

    model: str = DEFAULT_MODEL
    moderators: tuple[Moderator, ...] = ()
    reference: str = "cau"
    rho: float = 0.6


@dataclass(frozen=True, slots=True)
class Synthesis:
    """The result, rows not used with their reasons, what coefficients are set against, and cautions in words."""

    question: Question
    result: Result
    dropped: tuple[DroppedRow, ...]
    cautions: tuple[str, ...]
    set_against: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        found = result_json(self.result) | {
            "cautions": list(self.cautions),
            "set_against": list(self.set_against),
            "dropped": [row.to_json() for row in self.dropped],
        }
        if isinstance(self.result, Pooled):
            found["model"] = self.question.model
        return found


def result_json(result: Result) -> dict[str, Any]:
    """Any result with the keys of a pooled one; a network has no single effect, so those keys are null."""
    if isinstance(result, Pooled):
        return asdict(result) | {"i2_from": "q" if result.model.startswith("ee") else "tau2"}
    if isinstance(result, Multilevel):
        return result.to_json()
    return dict.fromkeys(("g", "se", "lower", "upper", "pi_lower", "pi_upper")) | result.to_json()


def named(model: str) -> str:
    """The full name of a model. Raises NoSuchRows for an unknown one, naming those there are."""
    name = ALIASES.get(model.casefold(), model.casefold())
    if name not in ROW_MODELS and name not in TABLE_MODELS:
        known = ", ".join([*ROW_MODELS, *TABLE_MODELS])
        raise NoSuchRows(f"'{model}' is not a model; right would be one of {known}")
    return name


def synthesise(table: Comparisons, question: Question) -> Synthesis:
    """Answer the question. Raises NoSuchRows, NotANetwork or ValueError, each saying what would be right."""
    model = named(question.model)
    if question.moderators and model != "regression":
        raise NoSuchRows(f"moderators belong to the model regression, not to {model}")
    match model:
        case "regression":
            return _regression(table, question)
        case "nma" | "cnma":
            return _network(table, question)
        case _:
            result = pool_rows(table.rows, model, rho=question.rho)
            return Synthesis(question, result, table.dropped, cautions_of(table, result))


def pool_rows(rows: Sequence[Row], model: str, *, rho: float = 0.6, start: Start | None = None) -> Pooled | Multilevel:
    """Pool rows with one of ROW_MODELS. A row alone is returned as it is, with its normal interval.

    `start` is `Multilevel.start` of almost the same rows, where a nested model begins its search; others need none.
    """
    y, v, studies = [row.g for row in rows], [row.variance for row in rows], [row.study for row in rows]
    if model in MODELS or len(rows) == 1:
        method, knha = MODELS.get(model, ("REML", True))
        return random_effects(y, v, method=method, knha=knha, studies=len(set(studies)))
    return RUN[model](y, v, studies, rho, start)


def _aggregate(y: list[float], v: list[float], studies: list[str], rho: float) -> Pooled:
    together = aggregate(y, v, studies, rho=rho)
    return random_effects(together.y, together.v)


RUN: Mapping[str, Callable[[list[float], list[float], list[str], float, Start | None], Pooled | Multilevel]] = {
    "aggregate": lambda y, v, studies, rho, _: _aggregate(y, v, studies, rho),
    "three-level": lambda y, v, studies, _, start: three_level(y, v, studies, start=start),
    "che": lambda y, v, studies, rho, start: che(y, v, studies, rho=rho, start=start),
}


def _regression(table: Comparisons, question: Question) -> Synthesis:
    if not question.moderators:
        raise NoSuchRows("a regression needs a moderator: name a column that may explain differences")
    plan = design(table, question.moderators)
    result = fit(
        [row.g for row in plan.rows],
        [row.variance for row in plan.rows],
        [row.study for row in plan.rows],
        x=plan.x,
        terms=plan.terms,
        rho=question.rho,
        test="cr2",
        model="regression",
    )
    dropped = (*table.dropped, *plan.dropped)
    return Synthesis(question, result, dropped, cautions_of(table, result), plan.references)


def _network(table: Comparisons, question: Question) -> Synthesis:
    found = trials_of(table, reference=question.reference)
    result = (
        network(found.trials, reference=question.reference, consistency=True)
        if named(question.model) == "nma"
        else component_network(found.trials, inactive=question.reference)
    )
    dropped = (*table.dropped, *found.dropped)
    return Synthesis(question, result, dropped, cautions_of(table, result), (question.reference,))


def words_of(model: str) -> str:
    """What the model takes for granted, in one phrase."""
    return {**ROW_MODELS, **TABLE_MODELS}[named(model)]
