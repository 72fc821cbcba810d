"""A person on one page: what was tried as lanes above, measures below, what happened as marks, on one line of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup, escape

from solstice_web.charts.scale import Days, Scores
from solstice_web.charts.series import Curve, axes, day_axis, draw_curve, svg

WIDTH, LEFT, RIGHT = 1000, 190, 16
LANE, CURVE = 26, 150

Judged = Literal["adequate", "inadequate", "cannot_tell", "now"]


@dataclass(frozen=True, slots=True)
class Lane:
    """One trial. Dates may be ranges: the bar is solid where it surely ran and pale where it may have run."""

    label: str
    state: Judged
    text: str
    start_earliest: date | None = None
    start_latest: date | None = None
    end_earliest: date | None = None
    end_latest: date | None = None

    @property
    def is_dated(self) -> bool:
        return self.start_earliest is not None


@dataclass(frozen=True, slots=True)
class Moment:
    on: date
    label: str
    kind: Literal["session", "alert", "decision", "start", "event"]


def timeline_chart(
    lanes: Sequence[Lane], curves: Sequence[Curve], moments: Sequence[Moment], *, first: date, last: date, title: str
) -> Markup:
    """The whole picture as SVG. Lanes without any date are not drawn here: the page lists them beside it."""
    dated = [lane for lane in lanes if lane.is_dated]
    days = Days(first, last, LEFT, WIDTH - RIGHT)
    parts: list[str] = []
    y = 10.0
    for lane in dated:
        parts.extend(_lane(lane, days, y))
        y += LANE
    parts.extend(day_axis(days, y))
    y += 34
    for curve in curves:
        parts.append(
            f'<text class="chart-lane-label" x="{LEFT - 40}" y="{y + 14}" text-anchor="end">{escape(curve.name)}</text>'
        )
        scores = Scores(curve.low, curve.high, y + 6, y + CURVE - 34)
        parts.extend(axes(days, scores))
        parts.extend(draw_curve(curve, days, scores))
        parts.extend(_moments(moments, days, scores))
        y += CURVE
    counts = f"{len(dated)} treatments with dates and {len(curves)} measures"
    description = f"{counts} from {first} to {last}; the table says the same."
    return svg(WIDTH, y + 6, parts, title=title, description=description)


def _lane(lane: Lane, days: Days, y: float) -> Iterator[str]:
    yield _label(_short(lane.label), LEFT - 10, y + 15)
    start = days.x(lane.start_earliest or days.first)
    sure_from = days.x(lane.start_latest or lane.start_earliest or days.first)
    sure_to = days.x(lane.end_earliest or lane.start_latest or lane.start_earliest or days.first)
    end = days.x(lane.end_latest or days.last)
    words = escape(f"{lane.label}: {lane.text}")
    yield f'<g class="chart-lane chart-lane--{lane.state}"><title>{words}</title>'
    yield _bar("possible", start, y + 3, max(3.0, end - start))
    if sure_to > sure_from:
        yield _bar("sure", sure_from, y + 3, sure_to - sure_from)
    yield "</g>"


def _moments(moments: Sequence[Moment], days: Days, scores: Scores) -> Iterator[str]:
    for moment in moments:
        if days.first <= moment.on <= days.last:
            x = days.x(moment.on)
            yield (
                f'<g class="chart-moment chart-moment--{moment.kind}">'
                f"<title>{moment.on.isoformat()}: {escape(moment.label)}</title>"
                f'<line x1="{x}" x2="{x}" y1="{scores.top}" y2="{scores.bottom}"/></g>'
            )


def _label(words: str, x: float, y: float) -> str:
    return f'<text class="chart-lane-label" x="{x}" y="{y}" text-anchor="end">{escape(words)}</text>'


def _bar(kind: str, x: float, y: float, width: float) -> str:
    return f'<rect class="chart-lane-{kind}" x="{x}" y="{y}" width="{width:.1f}" height="16" rx="4"/>'


def _short(label: str) -> str:
    return label if len(label) <= 24 else label[:23] + "…"
