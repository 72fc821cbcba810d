"""Funnel plot: effects against their standard errors, and where 95 % would lie if studies did not differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from solstice_web.charts.effects import Effects, line_of_effects, signed
from solstice_web.charts.series import svg

WIDTH, HEIGHT = 390, 330
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 14, 50
Z = 1.959964
ERRORS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5)


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    label: str
    effect: float
    se: float
    is_filled_in: bool = False
    """Imputed by trim and fill: no such study is known. Drawn hollow."""


def funnel_chart(points: Sequence[FunnelPoint], *, centre: float, title: str) -> Markup:
    """The plot as SVG with title and description; empty without points. Precise studies stand at the top."""
    if not points:
        return Markup("")
    largest = max(point.se for point in points) * 1.05
    reach = Z * largest
    line = line_of_effects(
        [point.effect for point in points], [centre - reach, centre + reach], left=LEFT, right=WIDTH - RIGHT, room=0.2
    )
    parts = [*_axes(line, largest), *_funnel(line, centre, largest), *(_point(one, line, largest) for one in points)]
    return svg(WIDTH, HEIGHT, parts, title=title, description=described(points, centre))


def described(points: Sequence[FunnelPoint], centre: float) -> str:
    filled = sum(point.is_filled_in for point in points)
    real = [point for point in points if not point.is_filled_in]
    outside = sum(abs(point.effect - centre) > Z * point.se for point in real)
    text = f"{len(real)} studies around {signed(centre)}; {outside} of them lie outside the lines."
    return text + (f" {filled} hollow points are filled in: no such study is known." if filled else "")


def _y(se: float, largest: float) -> float:
    return round(TOP + se / largest * (HEIGHT - TOP - BOTTOM), 1)


def _funnel(line: Effects, centre: float, largest: float) -> Iterator[str]:
    """Each pseudo-95 % line from the tip to the bottom, or to where it leaves the picture."""
    tip, bottom = line.x(centre), _y(largest, largest)
    yield f'<line class="chart-level" x1="{tip}" x2="{tip}" y1="{TOP}" y2="{bottom}"/>'
    for end in (max(line.low, centre - Z * largest), min(line.high, centre + Z * largest)):
        se = abs(end - centre) / Z
        yield f'<line class="chart-funnel-edge" x1="{tip}" x2="{line.x(end)}" y1="{TOP}" y2="{_y(se, largest)}"/>'


def _point(point: FunnelPoint, line: Effects, largest: float) -> str:
    kind = " chart-funnel-point--filled-in" if point.is_filled_in else ""
    words = escape(f"{point.label}: {signed(point.effect)}, SE {point.se:.2f}")
    return (
        f'<circle class="chart-funnel-point{kind}" cx="{line.x(point.effect)}" cy="{_y(point.se, largest)}" r="4">'
        f"<title>{words}</title></circle>"
    )


def _axes(line: Effects, largest: float) -> Iterator[str]:
    bottom = HEIGHT - BOTTOM
    for x, label in line.ticks():
        yield f'<line class="chart-mark" x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 5}"/>'
        yield f'<text class="chart-tick" x="{x}" y="{bottom + 19}" text-anchor="middle">{label}</text>'
    step = next((one for one in ERRORS if largest / one <= 6), largest / 6)
    for number in range(int(largest / step) + 1):
        y = _y(number * step, largest)
        yield f'<line class="chart-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="chart-tick" x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{number * step:g}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text class="chart-tick" x="{middle:g}" y="{bottom + 38}" text-anchor="middle">Effect in SD units</text>'
    centre = (TOP + bottom) / 2
    yield (
        f'<text class="chart-tick" x="12" y="{centre:g}" text-anchor="middle" '
        f'transform="rotate(-90 12 {centre:g})">Standard error</text>'
    )
