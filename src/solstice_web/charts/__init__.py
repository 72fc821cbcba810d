"""Charts drawn on the server as SVG, each with the table that says the same."""

from solstice_web.charts.loop import Node, loop_chart, loop_sentence
from solstice_web.charts.series import Curve, Level, Mark, Point, series_chart
from solstice_web.charts.timeline import Lane, Moment, timeline_chart

__all__ = [
    "Curve",
    "Lane",
    "Level",
    "Mark",
    "Moment",
    "Node",
    "Point",
    "loop_chart",
    "loop_sentence",
    "series_chart",
    "timeline_chart",
]
