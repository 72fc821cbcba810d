"""Forest plot: a square and its interval for each study or group, a diamond for what they say together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from solstice_web.charts.effects import Effects, line_of_effects, signed, with_interval
from solstice_web.charts.series import svg

SMALLEST, LARGEST = 4.0, 13.0
HALF_DIAMOND = 7


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A study or a group; `weight` is its share of the whole, 0 to 1."""

    label: str
    estimate: float
    lower: float
    upper: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class ForestSummary:
    """A pooled effect; the prediction interval is None where it cannot be known."""

    label: str
    estimate: float
    lower: float
    upper: float
    pi_lower: float | None = None
    pi_upper: float | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """`wide`: words, picture, numbers side by side. `narrow`: words and numbers over each picture, for a phone."""

    width: int
    left: int
    right: int
    step: int
    drop: int
    """How far the picture stands below the baseline of its words."""
    letters: int

    @property
    def is_narrow(self) -> bool:
        return self.left < 100


LAYOUTS: dict[Literal["wide", "narrow"], Layout] = {
    "wide": Layout(760, 230, 590, 24, -4, 32),
    "narrow": Layout(390, 12, 378, 42, 15, 26),
}


def forest_chart(
    rows: Sequence[ForestRow],
    summaries: Sequence[ForestSummary],
    *,
    title: str,
    layout: Literal["wide", "narrow"] = "wide",
) -> Markup:
    """The plot as SVG with title and description; the dashed line stands at the first summary. Empty without any."""
    if not rows and not summaries:
        return Markup("")
    form = LAYOUTS[layout]
    everything: list[ForestRow | ForestSummary] = [*rows, *summaries]
    bounds = [end for row in rows for end in (row.lower, row.upper)]
    whole = [end for one in summaries for end in (one.lower, one.upper, one.pi_lower, one.pi_upper) if end is not None]
    line = line_of_effects([*(one.estimate for one in everything), *whole], bounds, left=form.left, right=form.right)
    heaviest = max((row.weight for row in rows), default=0.0)
    parts: list[str] = []
    y = 20.0
    for row in rows:
        parts += [*_words(row, y, form), *_square(row, y + form.drop, line, heaviest)]
        y += form.step
    for summary in summaries:
        parts += [*_words(summary, y, form), *_diamond(summary, y + form.drop, line)]
        y += form.step
    bottom = y - form.step + form.drop + 14
    under = [*_uprights(line, bottom, summaries)]
    axis = [*_axis(line, bottom, form)]
    return svg(form.width, bottom + 46, [*under, *parts, *axis], title=title, description=described(rows, summaries))


def described(rows: Sequence[ForestRow], summaries: Sequence[ForestSummary]) -> str:
    """The plot in words, for those who do not see it."""
    said = [f"{len(rows)} rows with their 95 % intervals; the table beside it says the same."] if rows else []
    for one in summaries:
        text = f"{one.label}: {with_interval(one.estimate, one.lower, one.upper)}"
        if one.pi_lower is not None and one.pi_upper is not None:
            text += f", prediction interval {signed(one.pi_lower)} to {signed(one.pi_upper)}"
        said.append(text + ".")
    return " ".join(said)


def _words(row: ForestRow | ForestSummary, y: float, form: Layout) -> Iterator[str]:
    kind = " chart-effect-label--pooled" if isinstance(row, ForestSummary) else ""
    label = row.label if len(row.label) <= form.letters else row.label[: form.letters - 1] + "…"
    numbers = with_interval(row.estimate, row.lower, row.upper)
    x = form.left if form.is_narrow else 8
    yield f'<text class="chart-effect-label{kind}" x="{x}" y="{y:g}">{escape(label)}</text>'
    yield (
        f'<text class="chart-effect-label{kind}" x="{form.width - (12 if form.is_narrow else 4)}" y="{y:g}" '
        f'text-anchor="end">{numbers}</text>'
    )


def _square(row: ForestRow, y: float, line: Effects, heaviest: float) -> Iterator[str]:
    share = row.weight / heaviest if heaviest > 0 else 0.5
    side = round(SMALLEST + (LARGEST - SMALLEST) * share**0.5, 1)
    x = line.x(row.estimate)
    words = escape(f"{row.label}: {with_interval(row.estimate, row.lower, row.upper)}")
    yield f"<g><title>{words}</title>"
    yield from _span("chart-effect-span", (row.lower, row.upper), y, line)
    yield (
        f'<rect class="chart-effect-square" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" '
        f'height="{side}"/></g>'
    )


def _diamond(row: ForestSummary, y: float, line: Effects) -> Iterator[str]:
    left, middle, right = line.x(row.lower), line.x(row.estimate), line.x(row.upper)
    yield f"<g><title>{escape(described((), (row,)))}</title>"
    if row.pi_lower is not None and row.pi_upper is not None:
        yield from _span("chart-effect-prediction", (row.pi_lower, row.pi_upper), y, line)
    yield (
        f'<polygon class="chart-effect-diamond" points="{left},{y:g} {middle},{y - HALF_DIAMOND:g} {right},{y:g} '
        f'{middle},{y + HALF_DIAMOND:g}"/></g>'
    )


def _span(kind: str, ends: tuple[float, float], y: float, line: Effects) -> Iterator[str]:
    """The interval; where it goes on beyond the picture it ends in an arrow."""
    (lower, upper), (left, right) = ends, (line.x(ends[0]), line.x(ends[1]))
    yield f'<line class="{kind}" x1="{left}" x2="{right}" y1="{y:g}" y2="{y:g}"/>'
    for is_cut, x, back in ((lower < line.low, left, 5), (upper > line.high, right, -5)):
        if is_cut:
            yield f'<polyline class="{kind}" points="{x + back},{y - 4:g} {x},{y:g} {x + back},{y + 4:g}"/>'


def _uprights(line: Effects, bottom: float, summaries: Sequence[ForestSummary]) -> Iterator[str]:
    zero = line.x(0.0)
    yield f'<line class="chart-effect-zero" x1="{zero}" x2="{zero}" y1="4" y2="{bottom:g}"/>'
    if summaries:
        x = line.x(summaries[0].estimate)
        yield f'<line class="chart-level" x1="{x}" x2="{x}" y1="4" y2="{bottom:g}"/>'


def _axis(line: Effects, y: float, form: Layout) -> Iterator[str]:
    yield f'<line class="chart-mark" x1="{line.left}" x2="{line.right}" y1="{y:g}" y2="{y:g}"/>'
    for x, label in line.ticks():
        yield f'<line class="chart-mark" x1="{x}" x2="{x}" y1="{y:g}" y2="{y + 5:g}"/>'
        yield f'<text class="chart-tick" x="{x}" y="{y + 19:g}" text-anchor="middle">{label}</text>'
    middle = (form.left + form.right) / 2
    said = "SD units; right is better"
    yield f'<text class="chart-tick" x="{middle:g}" y="{y + 37:g}" text-anchor="middle">{said}</text>'
