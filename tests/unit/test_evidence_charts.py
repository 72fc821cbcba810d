"""Forest, funnel and network plots: what is drawn is what was given, and everything is said in words too."""

import re
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from solstice_web.charts.effects import line_of_effects, signed
from solstice_web.charts.forest import ForestRow, ForestSummary, forest_chart
from solstice_web.charts.funnel import FunnelPoint, funnel_chart
from solstice_web.charts.network import NetworkEdge, NetworkNode, network_chart

ROWS = (ForestRow("Small <b>", 0.9, -0.4, 2.2, 0.1), ForestRow("Large", 0.3, 0.1, 0.5, 0.9))
POOLED = ForestSummary("Together", 0.35, 0.2, 0.5, -0.3, 1.0)


def tree(drawn: Markup) -> ET.Element:
    """The SVG as it parses: a stray `<` in a label would fail here."""
    return ET.fromstring(str(drawn))


def having(drawn: Markup, kind: str) -> list[ET.Element]:
    return [node for node in tree(drawn).iter() if kind in node.get("class", "").split()]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_a_forest_draws_each_row_and_the_diamond_at_their_places(layout: str) -> None:
    drawn = forest_chart(ROWS, [POOLED], title="Forest", layout=layout)  # type: ignore[arg-type] # parametrized
    small, large = having(drawn, "chart-effect-square")
    assert float(large.get("width", 0)) > float(small.get("width", 0))
    middle_of_small = float(small.get("x", 0)) + float(small.get("width", 0)) / 2
    middle_of_large = float(large.get("x", 0)) + float(large.get("width", 0)) / 2
    assert middle_of_small > middle_of_large
    (diamond,) = having(drawn, "chart-effect-diamond")
    xs = [float(pair.split(",")[0]) for pair in diamond.get("points", "").split()]
    assert xs[0] < xs[1] < xs[2]
    (prediction,) = having(drawn, "chart-effect-prediction")
    assert float(prediction.get("x1", 0)) < xs[0]
    assert float(prediction.get("x2", 0)) > xs[2]
    text = "".join(tree(drawn).itertext())
    assert "Together: 0.35 (0.20 to 0.50), prediction interval −0.30 to 1.00." in text
    assert "Small <b>" in text


def test_an_interval_beyond_the_picture_ends_in_an_arrow() -> None:
    drawn = forest_chart([ForestRow("Wide", 0.2, -9.0, 9.4, 1.0)], [], title="Forest")
    assert len([node for node in having(drawn, "chart-effect-span") if node.tag.endswith("polyline")]) == 2
    inside = forest_chart([ForestRow("Narrow", 0.2, 0.1, 0.3, 1.0)], [], title="Forest")
    assert not [node for node in having(inside, "chart-effect-span") if node.tag.endswith("polyline")]


def test_without_anything_there_is_no_picture() -> None:
    assert forest_chart([], [], title="Forest") == ""
    assert funnel_chart([], centre=0.0, title="Funnel") == ""
    assert network_chart([], [], title="Network") == ""


def test_a_funnel_shows_filled_in_points_hollow_and_counts_what_lies_outside() -> None:
    points = [
        FunnelPoint("A", 0.5, 0.10),
        FunnelPoint("B", 2.0, 0.20),
        FunnelPoint("C", -1.0, 0.20, is_filled_in=True),
    ]
    drawn = funnel_chart(points, centre=0.5, title="Funnel")
    assert len(having(drawn, "chart-funnel-point")) == 3
    assert len(having(drawn, "chart-funnel-point--filled-in")) == 1
    assert len(having(drawn, "chart-funnel-edge")) == 2
    precise, coarse, _ = having(drawn, "chart-funnel-point")
    assert float(precise.get("cy", 0)) < float(coarse.get("cy", 0))
    text = "".join(tree(drawn).itertext())
    assert "2 studies around 0.50; 1 of them lie outside the lines. 1 hollow points" in text


def test_a_network_draws_discs_by_people_and_lines_by_studies() -> None:
    nodes = [NetworkNode("a", 4, 900), NetworkNode("b", 3, 100), NetworkNode("c<", 1, 20)]
    edges = [NetworkEdge("a", "b", 3), NetworkEdge("a", "c<", 1)]
    drawn = network_chart(nodes, edges, title="Network")
    radii = [float(node.get("r", 0)) for node in having(drawn, "chart-network-node")]
    assert radii == sorted(radii, reverse=True)
    widths = [float(node.get("stroke-width", 0)) for node in having(drawn, "chart-network-edge")]
    assert widths[0] > widths[1]
    assert "a and b (3); a and c< (1)" in "".join(tree(drawn).itertext())


def test_where_people_are_not_known_discs_go_by_studies() -> None:
    drawn = network_chart([NetworkNode("a", 9, None), NetworkNode("b", 1, 50)], [], title="Network")
    first, second = [float(node.get("r", 0)) for node in having(drawn, "chart-network-node")]
    assert first > second
    assert "discs by studies" in "".join(tree(drawn).itertext())


def test_no_picture_carries_a_style_that_the_page_would_refuse() -> None:
    drawn = forest_chart(ROWS, [POOLED], title="Forest")
    assert not re.search(r"\sstyle=|<style", drawn)


def test_the_line_always_shows_nothing_and_every_estimate() -> None:
    line = line_of_effects([0.8, 1.2], [0.5, 1.5], left=0, right=100)
    assert line.low < 0
    assert line.high > 1.2
    assert 0.0 < line.x(0.8) < line.x(1.2) < 100
    assert signed(-0.001) == "0.00"
    assert signed(-0.4) == "−0.40"
