"""Network plot: treatments as discs by the people who had them, joined where studies compared them head to head."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup, escape

from solstice_web.charts.series import svg

WIDTH, HEIGHT = 390, 360
RING = 100
LINE, LEADING = 13, 16
"""Letters to a line of a name, and the distance of its lines."""
SMALLEST, LARGEST = 6.0, 22.0
THINNEST, THICKEST = 1.5, 12.0


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A treatment; `people` is None where some trial does not say how many had it."""

    name: str
    studies: int
    people: int | None


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    first: str
    second: str
    studies: int


def network_chart(nodes: Sequence[NetworkNode], edges: Sequence[NetworkEdge], *, title: str) -> Markup:
    """The plot as SVG with title and description; empty without nodes. Discs by people where all are known."""
    if not nodes:
        return Markup("")
    places = {node.name: _place(number, len(nodes)) for number, node in enumerate(nodes)}
    most = max((edge.studies for edge in edges), default=1)
    parts = [line for edge in edges for line in _edge(edge, places, most)]
    parts += [line for node in nodes for line in _node(node, places[node.name], nodes)]
    return svg(WIDTH, HEIGHT, parts, title=title, description=described(nodes, edges))


def described(nodes: Sequence[NetworkNode], edges: Sequence[NetworkEdge]) -> str:
    pairs = "; ".join(f"{edge.first} and {edge.second} ({edge.studies})" for edge in edges)
    size = "people" if counts_people(nodes) else "studies"
    return f"{len(nodes)} treatments, discs by {size}. Compared head to head, with the number of studies: {pairs}."


def counts_people(nodes: Sequence[NetworkNode]) -> bool:
    return all(node.people is not None for node in nodes)


def _place(number: int, of: int) -> tuple[float, float]:
    turn = 2 * math.pi * number / of - math.pi / 2
    return round(WIDTH / 2 + RING * math.cos(turn), 1), round(HEIGHT / 2 + RING * math.sin(turn), 1)


def _edge(edge: NetworkEdge, places: Mapping[str, tuple[float, float]], most: int) -> Iterator[str]:
    (x1, y1), (x2, y2) = places[edge.first], places[edge.second]
    width = THINNEST + (THICKEST - THINNEST) * edge.studies / most
    words = escape(f"{edge.first} against {edge.second}: {edge.studies} studies")
    yield (
        f'<line class="chart-network-edge" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{width:.1f}">'
        f"<title>{words}</title></line>"
    )


def _node(node: NetworkNode, place: tuple[float, float], nodes: Sequence[NetworkNode]) -> Iterator[str]:
    x, y = place
    sizes = [(one.people or 0) if counts_people(nodes) else one.studies for one in nodes]
    own = (node.people or 0) if counts_people(nodes) else node.studies
    radius = round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt(own / max(1, *sizes)), 1)
    people = "" if node.people is None else f", {node.people} people"
    yield f'<circle class="chart-network-node" cx="{x}" cy="{y}" r="{radius}">'
    yield f"<title>{escape(node.name)}: {node.studies} studies{people}</title></circle>"
    away = RING + radius + 12
    turn = math.atan2(y - HEIGHT / 2, x - WIDTH / 2)
    side = math.cos(turn)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    lines = wrap(node.name, LINE, max_lines=3, placeholder="…") or [node.name[:LINE]]
    left = round(WIDTH / 2 + (away - 4) * side, 1)
    top = HEIGHT / 2 + away * math.sin(turn) + 5 - (len(lines) - 1) * LEADING * (0.5 - 0.5 * math.sin(turn))
    yield f'<text class="chart-effect-label" y="{top:.1f}" text-anchor="{anchor}">'
    for number, line in enumerate(lines):
        yield f'<tspan x="{left}" dy="{LEADING if number else 0}">{escape(line)}</tspan>'
    yield "</text>"
