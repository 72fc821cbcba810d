"""Influence plot: how much weight a study has, how far it lies from the others, and by its size what that does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from solstice_web.charts.effects import signed
from solstice_web.charts.series import svg

WIDTH, HEIGHT = 390, 330
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 14, 50
FAR = 1.959964
SMALLEST, LARGEST = 3.0, 12.0
STEPS = (0.5, 1, 2, 5, 10, 20)
SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class InfluencePoint:
    """`hat` is the share of the weight, `residual` studentised without the study, `cook` sets the size."""

    label: str
    hat: float
    residual: float
    cook: float
    is_influential: bool


def influence_chart(points: Sequence[InfluencePoint], *, title: str) -> Markup:
    """The plot as SVG with title and description; empty without points."""
    if not points:
        return Markup("")
    frame = _Frame(max(point.hat for point in points) * 1.1, max(3.0, *(abs(one.residual) for one in points)) * 1.1)
    largest = max(1e-12, *(point.cook for point in points))
    parts = [*frame.axes(), *(frame.point(one, largest) for one in sorted(points, key=lambda one: -one.cook))]
    return svg(WIDTH, HEIGHT, parts, title=title, description=described(points))


def described(points: Sequence[InfluencePoint]) -> str:
    far = sum(abs(point.residual) > FAR for point in points)
    out = sum(point.is_influential for point in points)
    return f"{len(points)} studies; {far} lie farther from the others than chance would make them, {out} stand out."


@dataclass(frozen=True, slots=True)
class _Frame:
    weight: float
    reach: float

    def x(self, hat: float) -> float:
        return round(LEFT + hat / self.weight * (WIDTH - LEFT - RIGHT), 1)

    def y(self, residual: float) -> float:
        middle = (TOP + HEIGHT - BOTTOM) / 2
        return round(middle - residual / self.reach * (HEIGHT - BOTTOM - TOP) / 2, 1)

    def point(self, one: InfluencePoint, largest: float) -> str:
        radius = SMALLEST + (LARGEST - SMALLEST) * (one.cook / largest) ** 0.5
        kind = " chart-funnel-point--filled-in" if one.is_influential else ""
        told = f"{one.label}: residual {signed(one.residual)}, hat {one.hat:.3f}, Cook’s distance {one.cook:.3f}"
        words = escape(told)
        return (
            f'<circle class="chart-funnel-point{kind}" cx="{self.x(one.hat)}" cy="{self.y(one.residual)}" '
            f'r="{radius:.1f}"><title>{words}</title></circle>'
        )

    def axes(self) -> Iterator[str]:
        bottom = HEIGHT - BOTTOM
        yield f'<line class="chart-level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{self.y(0)}" y2="{self.y(0)}"/>'
        for edge in (-FAR, FAR):
            y = self.y(edge)
            yield f'<line class="chart-funnel-edge" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        step = next((one for one in STEPS if self.reach / one <= 4), STEPS[-1])
        for number in range(-int(self.reach / step), int(self.reach / step) + 1):
            y, label = self.y(number * step), f"{number * step:g}".replace("-", "−")
            yield f'<text class="chart-tick" x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{label}</text>'
        share = next((one for one in SHARES if self.weight / one <= 5), SHARES[-1])
        for number in range(int(self.weight / share) + 1):
            x = self.x(number * share)
            yield f'<line class="chart-mark" x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 5}"/>'
            yield f'<text class="chart-tick" x="{x}" y="{bottom + 19}" text-anchor="middle">{number * share:g}</text>'
        middle = (LEFT + WIDTH - RIGHT) / 2
        words = "Weight (hat); up and down: studentised residual"
        yield f'<text class="chart-tick" x="{middle:g}" y="{bottom + 38}" text-anchor="middle">{words}</text>'
