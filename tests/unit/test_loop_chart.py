"""The loop picture: three to six parts, arrows all the way round, the same in words, whatever is written."""

import re
from xml.etree import ElementTree as ET

import pytest

from solstice_web.charts import Node, loop_chart, loop_sentence

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_a_loop_of_each_size_is_drawn_without_overlap(count: int) -> None:
    drawn = loop_chart([Node(f"part {number}") for number in range(count)], title="A loop")
    tree = ET.fromstring(str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    boxes = [
        {name: float(rect.get(name, "0")) for name in ("x", "y", "width", "height")} for rect in tree.iter(f"{SVG}rect")
    ]
    assert len(boxes) == count
    assert len(list(tree.iter(f"{SVG}line"))) == count
    assert len(list(tree.iter(f"{SVG}polygon"))) == count
    for index, one in enumerate(boxes):
        assert 0 <= one["x"] <= 400 - one["width"]
        for other in boxes[index + 1 :]:
            apart_x = abs(one["x"] - other["x"]) >= one["width"]
            apart_y = abs(one["y"] - other["y"]) >= one["height"]
            assert apart_x or apart_y


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_fewer_than_three_or_more_than_six_are_not_drawn(count: int) -> None:
    assert loop_chart([Node("part")] * count, title="A loop") == ""


def test_the_words_are_text_and_the_description_says_the_same() -> None:
    nodes = [Node("<b>&"), Node("two"), Node("three", "not assessed")]
    drawn = str(loop_chart(nodes, title="A <loop>"))
    assert "<b>" not in drawn
    assert "<title>A &lt;loop&gt;</title>" in drawn
    assert (
        loop_sentence(nodes)
        == "A loop of 3 parts: “<b>&” leads to “two”, which leads to “three” (not assessed). That leads back to “<b>&”."
    )
    assert re.search(r"<desc>A loop of 3 parts: “&lt;b&gt;&amp;”", drawn)


def test_what_was_not_assessed_is_said_in_the_picture_itself() -> None:
    drawn = str(loop_chart([Node("one"), Node("two"), Node("three", "not assessed")], title="A loop"))
    assert '<span class="loop-node__mark">not assessed</span>' in drawn
    assert drawn.count("loop-node--marked") == 1
