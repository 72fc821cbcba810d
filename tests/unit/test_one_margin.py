"""One stated margin of "about equally good", whoever ranks."""

from solstice.cli.learn import decide_command
from solstice.content.library import Library
from solstice.learn.decide import MARGIN


def test_plan_and_learning_call_the_same_differences_about_equal() -> None:
    asked = next(option for option in decide_command.params if option.name == "margin")
    assert Library().moderators.about_equal.margin == MARGIN == asked.default
