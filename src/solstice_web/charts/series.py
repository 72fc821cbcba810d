"""One or two measures over time: points, a line that breaks where something is missing, levels that mean something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup, escape

from solstice_web.charts.scale import Days, Scores

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 16, 40


@dataclass(frozen=True, slots=True)
class Point:
    """A score on a day; `value` None is a gap and stays one. Points of different `version` are never joined."""

    on: date
    value: float | None
    note: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which something happened, as a line through the picture."""

    on: date
    label: str


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line worth knowing, for example where remission begins."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """`longest_gap_days`: points further apart are not joined; a line would claim what nobody measured."""

    name: str
    points: Sequence[Point]
    low: float
    high: float
    levels: Sequence[Level] = ()
    longest_gap_days: int = 21


def series_chart(
    curve: Curve,
    *,
    title: str,
    description: str,
    first: date | None = None,
    last: date | None = None,
    marks: Sequence[Mark] = (),
) -> Markup:
    """The curve as SVG with a title and a description for screen readers; empty when nothing was measured.

    Marks before the first and after the last day are left out.
    """
    measured = [point for point in curve.points if point.value is not None]
    if not measured:
        return Markup("")
    days = Days(first or measured[0].on, last or measured[-1].on, LEFT, WIDTH - RIGHT)
    scores = Scores(curve.low, curve.high, TOP, HEIGHT - BOTTOM)
    shown = [mark for mark in (*marks, *version_marks(curve)) if days.first <= mark.on <= days.last]
    lines = (line for mark in shown for line in _mark(mark, days, scores))
    parts = [*axes(days, scores), *lines, *draw_curve(curve, days, scores)]
    return svg(WIDTH, HEIGHT, parts, title=title, description=description)


def version_marks(curve: Curve) -> list[Mark]:
    """Where the questions changed: the line breaks there, because the numbers may not mean the same."""
    points = [point for point in curve.points if point.value is not None]
    changes = (after for before, after in pairwise(points) if before.version != after.version)
    return [Mark(after.on, f"version {after.version}") for after in changes]


def _mark(mark: Mark, days: Days, scores: Scores) -> Iterator[str]:
    x = days.x(mark.on)
    yield (
        f'<g class="chart-moment chart-moment--event"><title>{mark.on.isoformat()}: {escape(mark.label)}</title>'
        f'<line x1="{x}" x2="{x}" y1="{scores.top}" y2="{scores.bottom}"/></g>'
    )


def svg(width: int, height: float, parts: Sequence[str], *, title: str, description: str) -> Markup:
    """Frame for the parts, which must be escaped already."""
    return Markup(  # noqa: S704 - every part is escaped where it is made
        f'<svg class="chart" viewBox="0 0 {width} {height:g}" role="img" preserveAspectRatio="xMidYMid meet">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )


def axes(days: Days, scores: Scores) -> Iterator[str]:
    """Grid lines with their labels."""
    for y, label in scores.ticks():
        yield f'<line class="chart-grid" x1="{days.left}" x2="{days.right}" y1="{y}" y2="{y}"/>'
        yield f'<text class="chart-tick" x="{days.left - 8}" y="{y + 4}" text-anchor="end">{label}</text>'
    yield from day_axis(days, scores.bottom)


def day_axis(days: Days, y: float) -> Iterator[str]:
    for x, label in days.ticks():
        yield f'<line class="chart-mark" x1="{x}" x2="{x}" y1="{y}" y2="{y + 5}"/>'
        anchor = "end" if x > days.right - 30 else "middle"
        yield f'<text class="chart-tick" x="{x}" y="{y + 20}" text-anchor="{anchor}">{escape(label)}</text>'


def draw_curve(curve: Curve, days: Days, scores: Scores) -> Iterator[str]:
    """Levels, the line in unbroken runs, then the points."""
    for level in curve.levels:
        y = scores.y(level.value)
        yield f'<line class="chart-level" x1="{days.left}" x2="{days.right}" y1="{y}" y2="{y}"/>'
        words = escape(level.label)
        yield f'<text class="chart-level-label" x="{days.right}" y="{y - 4}" text-anchor="end">{words}</text>'
    for run in unbroken_runs(curve):
        places = " ".join(f"{days.x(point.on)},{scores.y(point.value)}" for point in run if point.value is not None)
        if len(run) > 1:
            yield f'<polyline class="chart-line" points="{places}"/>'
    for point in curve.points:
        if point.value is not None:
            note = escape(f", {point.note}" if point.note else "")
            yield (
                f'<circle class="chart-point" cx="{days.x(point.on)}" cy="{scores.y(point.value)}" r="4">'
                f"<title>{point.on.isoformat()}: {point.value:g}{note}</title></circle>"
            )


def unbroken_runs(curve: Curve) -> list[list[Point]]:
    """Measured points in runs; a gap, a pause longer than `longest_gap_days` or another version starts a new run."""
    runs: list[list[Point]] = []
    last: Point | None = None
    for point in curve.points:
        if point.value is None:
            last = None
            continue
        is_far = last is None or (point.on - last.on).days > curve.longest_gap_days
        if is_far or (last is not None and last.version != point.version):
            runs.append([])
        runs[-1].append(point)
        last = point
    return runs
