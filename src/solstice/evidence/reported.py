"""Which figures of a Metapsy row give its effect (given, means, changes, events, published g), or why none does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from solstice.evidence.effect_size import Effect, Events, NotUsable, Summary, from_events, from_means
from solstice.evidence.number import number

Basis = Literal["given", "means", "change", "events", "precalculated"]
Cells = Mapping[str, str | None]
BASIS_WORDS: Mapping[Basis, str] = {
    "given": "effect as given in the file (.g and .g_se)",
    "means": "means and SDs, fewer points taken as better",
    "change": "changes from baseline, a larger fall taken as better",
    "events": "numbers of people with the event, the event taken as wanted",
    "precalculated": "a g from the publication",
}
MEANS = ("mean_arm1", "sd_arm1", "n_arm1", "mean_arm2", "sd_arm2", "n_arm2")
CHANGES = (
    "mean_change_arm1",
    "sd_change_arm1",
    "n_change_arm1",
    "mean_change_arm2",
    "sd_change_arm2",
    "n_change_arm2",
)
EVENTS = ("event_arm1", "totaln_arm1", "event_arm2", "totaln_arm2")
PRECALCULATED = ("precalc_g", "precalc_g_se")
SOURCES = (MEANS, CHANGES, EVENTS, PRECALCULATED)


@dataclass(frozen=True, slots=True)
class Reported:
    effect: Effect
    used: Basis


def can_be_computed(columns: frozenset[str]) -> bool:
    """Whether a file with these columns could give an effect without `.g` and `.g_se`."""
    return any(columns.issuperset(source) for source in SOURCES)


def computed_effect(cells: Cells) -> Reported | NotUsable:
    """The effect from the raw figures of a row, in the order means, changes, events, published g.

    The first complete set is used, also where a later one would differ. A g that the authors calculated keeps its sign.
    Source: Metapsy data standard, docs.metapsy.org/data-preparation/format.
    """
    reasons: list[str] = []
    for basis, columns, effect_of in WAYS:
        figures = _figures(cells, columns)
        if figures is None:
            continue
        found = effect_of(figures)
        if isinstance(found, Effect):
            return Reported(found, basis)
        reasons.append(f"{basis}: {found.because}")
    return NotUsable("; ".join(reasons) or _what_is_missing(cells))


def _figures(cells: Cells, columns: tuple[str, ...]) -> list[float] | None:
    values = [number(text) for text in (cells.get(column) for column in columns) if text is not None]
    found = [value for value in values if value is not None]
    return found if len(found) == len(columns) else None


def _means(figures: list[float]) -> Effect | NotUsable:
    return from_means(Summary(*figures[:3]), Summary(*figures[3:]))


def _events(figures: list[float]) -> Effect | NotUsable:
    return from_events(Events(*figures[:2]), Events(*figures[2:]))


def _published(figures: list[float]) -> Effect | NotUsable:
    g, se = figures
    return Effect(g, se * se) if se > 0 else NotUsable("its standard error is not above 0")


WAYS: tuple[tuple[Basis, tuple[str, ...], Callable[[list[float]], Effect | NotUsable]], ...] = (
    ("means", MEANS, _means),
    ("change", CHANGES, _means),
    ("events", EVENTS, _events),
    ("precalculated", PRECALCULATED, _published),
)


def _what_is_missing(cells: Cells) -> str:
    """Names the set of figures that comes nearest to being complete."""

    def missing(columns: tuple[str, ...]) -> list[str]:
        return [column for column in columns if number(cells.get(column) or "") is None]

    best = min(SOURCES, key=lambda columns: len(missing(columns)) / len(columns))
    gaps = missing(best)
    if len(gaps) == len(best):
        return "no effect and no figures to compute one from"
    return f"figures are incomplete: {', '.join(gaps)} missing"
