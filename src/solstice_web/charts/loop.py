"""A loop of three to six parts, each leading to the next and the last back to the first; said in words beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from markupsafe import Markup, escape

from solstice_web.charts.series import svg

WIDTH, MARGIN = 400, 10
BOX_WIDTH, BOX_HEIGHT, PITCH = 164, 78, 118
HEAD = 9
COLUMNS = {"left": MARGIN + BOX_WIDTH / 2, "middle": WIDTH / 2, "right": WIDTH - MARGIN - BOX_WIDTH / 2}
PLACES: dict[int, tuple[tuple[str, float], ...]] = {
    3: (("middle", 0), ("right", 1), ("left", 1)),
    4: (("middle", 0), ("right", 1), ("middle", 2), ("left", 1)),
    5: (("middle", 0), ("right", 1), ("right", 2), ("left", 2), ("left", 1)),
    6: (("middle", 0), ("right", 1), ("right", 2), ("middle", 3), ("left", 2), ("left", 1)),
}
"""Clockwise from the top: the column and the row of each part."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part in someone's words; `mark` says in words what else to know, for example that it was not assessed."""

    text: str
    mark: str = ""


def loop_chart(nodes: Sequence[Node], *, title: str) -> Markup:
    """The loop as SVG; empty where there are fewer than three or more than six parts."""
    places = PLACES.get(len(nodes))
    if places is None:
        return Markup("")
    centres = [(COLUMNS[column], MARGIN + BOX_HEIGHT / 2 + row * PITCH) for column, row in places]
    arrows = [_arrow(one, centres[(index + 1) % len(centres)]) for index, one in enumerate(centres)]
    boxes = [_box(node, centre) for node, centre in zip(nodes, centres, strict=True)]
    height = max(y for _, y in centres) + BOX_HEIGHT / 2 + MARGIN
    drawn = svg(WIDTH, height, [*arrows, *boxes], title=title, description=loop_sentence(nodes))
    return Markup(str(drawn).replace('class="chart"', 'class="chart chart--loop"', 1))  # noqa: S704 - escaped where it is made


def loop_sentence(nodes: Sequence[Node]) -> str:
    """The same in words, for those who hear the picture."""
    if not nodes:
        return ""
    said = [f"“{node.text}”{f' ({node.mark})' if node.mark else ''}" for node in nodes]
    onwards = ", which leads to ".join(said[1:])
    return f"A loop of {len(nodes)} parts: {said[0]} leads to {onwards}. That leads back to {said[0]}."


def _box(node: Node, centre: tuple[float, float]) -> str:
    x, y = centre[0] - BOX_WIDTH / 2, centre[1] - BOX_HEIGHT / 2
    kind = " loop-node--marked" if node.mark else ""
    mark = f'<span class="loop-node__mark">{escape(node.mark)}</span>' if node.mark else ""
    return (
        f'<g class="loop-node{kind}"><rect x="{x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="14"/>'
        f'<foreignObject x="{x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}">'
        f'<div xmlns="http://www.w3.org/1999/xhtml" class="loop-node__words">'
        f'<span class="loop-node__text">{escape(node.text)}</span>{mark}</div></foreignObject></g>'
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """From the edge of one box to the edge of the next, with its head."""
    (x1, y1), (x2, y2) = _edge(start, end, 3), _edge(end, start, 5)
    length = hypot(x2 - x1, y2 - y1) or 1
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - ux * HEAD, y2 - uy * HEAD
    half = HEAD * 0.6
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _head((x2, y2), (bx, by), (-uy * half, ux * half)))
    line = f'<line class="loop-arrow" x1="{x1:.1f}" y1="{y1:.1f}" x2="{bx:.1f}" y2="{by:.1f}"/>'
    return f'{line}<polygon class="loop-arrow-head" points="{points}"/>'


def _head(
    tip: tuple[float, float], back: tuple[float, float], side: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    yield tip
    yield back[0] + side[0], back[1] + side[1]
    yield back[0] - side[0], back[1] - side[1]


def _edge(centre: tuple[float, float], towards: tuple[float, float], gap: float) -> tuple[float, float]:
    """Where the line from a box's centre leaves the box, and `gap` further."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    across = BOX_WIDTH / 2 / abs(dx) if dx else float("inf")
    down = BOX_HEIGHT / 2 / abs(dy) if dy else float("inf")
    share = min(across, down) + gap / (hypot(dx, dy) or 1)
    return centre[0] + dx * share, centre[1] + dy * share
