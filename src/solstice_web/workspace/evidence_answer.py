"""The pooled effect of the chosen rows beside that of all rows, with its pictures, tables and cautions."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from solstice.evidence.aggregate import aggregate
from solstice.evidence.cautions import cautions_of, group_cautions
from solstice.evidence.distributions import z_upper
from solstice.evidence.multilevel import Multilevel
from solstice.evidence.pooling import Pooled
from solstice.evidence.sensitivity import estimate_of
from solstice.evidence.small_studies import egger, trim_and_fill
from solstice.evidence.subgroups import split
from solstice.evidence.synthesis import pool_rows, words_of
from solstice.evidence.table import Comparisons, DroppedRow
from solstice_web.charts.effects import signed, with_interval
from solstice_web.charts.forest import ForestRow, ForestSummary, forest_chart
from solstice_web.charts.funnel import FunnelPoint, funnel_chart
from solstice_web.workspace import evidence_words as words
from solstice_web.workspace.evidence_asked import Asked, said

MOST_DRAWN = 30
MOST_GROUPS = 20
FEWEST_FOR_A_FUNNEL = 10
"""Source: Sterne 2011: with fewer studies a funnel says nothing."""
Drawn = dict[str, Markup]
Lines = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finding as a sentence, drawn for a desk and for a phone, and as a table."""

    sentence: str
    drawn: Drawn
    head: tuple[str, ...]
    lines: Lines


@dataclass(frozen=True, slots=True)
class Answer:
    said: str
    moved: str
    model: str
    together: Picture
    studies: Picture
    groups: Picture | None
    funnel: Picture | None
    small_studies: tuple[str, ...]
    cautions: tuple[str, ...]
    dropped: tuple[DroppedRow, ...]
    not_chosen: int


def answer(table: Comparisons, chosen: Comparisons, asked: Asked) -> Answer:
    """Everything the page shows. Raises ValueError or ArithmeticError where the figures cannot be pooled."""
    part = pool_rows(chosen.rows, asked.model)
    whole = pool_rows(table.rows, asked.model) if asked.is_choice else part
    cautions = list(cautions_of(chosen, part))
    if asked.is_choice:
        cautions = [*group_cautions([("all", table.rows), ("chosen", chosen.rows)], ""), *cautions]
    groups = None
    if asked.by:
        cautions = [*group_cautions(split(chosen, asked.by), asked.by), *cautions]
        groups = _groups(chosen, asked, part)
    together = aggregate(*_columns(chosen))
    points = list(zip(together.studies, map(float, together.y), map(float, together.v), strict=True))
    funnel, told = _funnel(points, part)
    return Answer(
        said=said(asked),
        moved=_moved(part, whole) if asked.is_choice else "",
        model=words_of(asked.model),
        together=_together(part, whole, asked),
        studies=_studies(points, part),
        groups=groups,
        funnel=funnel,
        small_studies=told,
        cautions=tuple(dict.fromkeys(cautions)),
        dropped=table.dropped,
        not_chosen=len(table.rows) - len(chosen.rows),
    )


Points = Sequence[tuple[str, float, float]]


def _columns(table: Comparisons) -> tuple[list[float], list[float], list[str]]:
    rows = table.rows
    return [row.g for row in rows], [row.variance for row in rows], [row.study for row in rows]


def _moved(part: Pooled | Multilevel, whole: Pooled | Multilevel) -> str:
    """Which way the effect went; never a test, since the chosen rows are among all rows."""
    by = estimate_of(part)[0] - estimate_of(whole)[0]
    if abs(by) < 0.005:
        return "The effect is the same among the chosen rows as in the whole file."
    way = "larger" if by > 0 else "smaller"
    return (
        f"Among the chosen rows the effect is {signed(abs(by))} SD {way} than in the whole file. "
        "They differ in more than what was chosen, so this is no proof of what made the difference."
    )


def summary(label: str, pooled: Pooled | Multilevel) -> ForestSummary:
    g, lower, upper = estimate_of(pooled)
    return ForestSummary(label, g, lower, upper, pooled.pi_lower, pooled.pi_upper)


def counted(pooled: Pooled | Multilevel) -> str:
    rows = "1 row" if pooled.k == 1 else f"{pooled.k} rows"
    return f"{rows}, {pooled.studies} {'study' if pooled.studies == 1 else 'studies'}"


def drawn(rows: Sequence[ForestRow], summaries: Sequence[ForestSummary], title: str) -> Drawn:
    return {
        "wide": forest_chart(rows, summaries, title=title, layout="wide"),
        "narrow": forest_chart(rows, summaries, title=title, layout="narrow"),
    }


POOLED_HEAD = ("Rows", "From", "Effect (95 % interval)", "A new study may find", "tau²", "I²")


def pooled_line(label: str, pooled: Pooled | Multilevel) -> tuple[str, ...]:
    new = "not known"
    if pooled.pi_lower is not None and pooled.pi_upper is not None:
        new = f"{signed(pooled.pi_lower)} to {signed(pooled.pi_upper)}"
    return (
        label,
        counted(pooled),
        with_interval(*estimate_of(pooled)),
        new,
        "not known" if pooled.tau2 is None else f"{pooled.tau2:.3f}",
        "not known" if pooled.i2 is None else f"{pooled.i2:.0f} %",
    )


def _together(part: Pooled | Multilevel, whole: Pooled | Multilevel, asked: Asked) -> Picture:
    shown = [("Chosen rows", part), ("All rows", whole)] if asked.is_choice else [("All rows", part)]
    sentence = "; ".join(f"{label}: {with_interval(*estimate_of(one))}, {counted(one)}" for label, one in shown) + "."
    summaries = [summary(f"{label}, {counted(one)}", one) for label, one in shown]
    return Picture(
        sentence, drawn([], summaries, "Pooled effect"), POOLED_HEAD, [pooled_line(label, one) for label, one in shown]
    )


def _studies(points: Points, pooled: Pooled | Multilevel) -> Picture:
    """The heaviest studies as a picture, all of them as a table."""
    tau2 = pooled.tau2 or 0.0
    weights = [1 / (v + tau2) for _, _, v in points]
    total = sum(weights)
    rows = []
    for (name, g, v), weight in zip(points, weights, strict=True):
        half = z_upper(0.975) * v**0.5
        rows.append(ForestRow(name, g, g - half, g + half, weight / total))
    heaviest = sorted(rows, key=lambda row: -row.weight)[:MOST_DRAWN]
    shown = [row for row in rows if row in heaviest]
    sentence = "One line a study; rows of a study are brought together first (correlation 0.6)."
    if len(rows) > len(shown):
        sentence += f" Drawn are the {len(shown)} of {len(rows)} studies that weigh most; the table has all."
    return Picture(
        sentence,
        drawn(shown, [summary("Together", pooled)], "Studies"),
        ("Study", "Effect (95 % interval)", "Weight"),
        [(row.label, with_interval(row.estimate, row.lower, row.upper), f"{row.weight:.1%}") for row in rows],
    )


def _groups(chosen: Comparisons, asked: Asked, pooled: Pooled | Multilevel) -> Picture:
    found = [
        (words.level_words(asked.by, level), pool_rows(rows, asked.model))
        for level, rows in split(chosen, asked.by)[:MOST_GROUPS]
    ]
    total = sum(one.k for _, one in found)
    rows = [
        ForestRow(f"{label}, {one.studies}", *estimate_of(one), one.k / total)  # squares by rows: each has its tau²
        for label, one in found
    ]
    return Picture(
        f"Each value of “{words.column_words(asked.by)}” pooled by itself; the number behind it counts studies.",
        drawn(rows, [summary("Together", pooled)], "Groups"),
        POOLED_HEAD,
        [pooled_line(label, one) for label, one in found],
    )


def _funnel(points: Points, pooled: Pooled | Multilevel) -> tuple[Picture | None, tuple[str, ...]]:
    if len(points) < FEWEST_FOR_A_FUNNEL:
        few = f"With fewer than {FEWEST_FOR_A_FUNNEL} studies a funnel says nothing, so none is drawn."
        return None, (few,)
    y, v = [g for _, g, _ in points], [variance for _, _, variance in points]
    filled = trim_and_fill(y, v)
    test = egger(y, v)
    seen = [FunnelPoint(name, g, variance**0.5) for name, g, variance in points]
    added = [FunnelPoint("filled in", g, s**0.5, is_filled_in=True) for g, s in zip(filled.y, filled.v, strict=True)]
    told = []
    if test is not None:
        word = "a sign that" if test.p < 0.05 else "no clear sign that"
        p = "below 0.001" if test.p < 0.001 else f"{test.p:.3f}"
        told.append(f"Egger’s test: p {p}, {word} small studies show larger or smaller effects than large ones.")
    if filled.filled:
        with_them = with_interval(filled.pooled.g, filled.pooled.lower, filled.pooled.upper)
        many = "1 study" if filled.filled == 1 else f"{filled.filled} studies"
        told.append(f"Trim and fill adds {many} on the {filled.side}; with them the effect would be {with_them}.")
    else:
        told.append("Trim and fill adds no study.")
    told.append("An uneven funnel may also come from studies that truly differ.")
    drawing = funnel_chart([*seen, *added], centre=estimate_of(pooled)[0], title="Funnel")
    lines = [(one.label, signed(one.effect), f"{one.se:.2f}") for one in [*seen, *added]]
    return Picture(" ".join(told), {"any": drawing}, ("Study", "Effect", "Standard error"), lines), tuple(told)
