"""Charts drawn on the server as SVG, each with the table that says the same."""

from solstice_web.charts.series import Curve, Level, Mark, Point, series_chart
from solstice_web.charts.timeline import Lane, Moment, timeline_chart

__all__ = ["Curve", "Lane", "Level", "Mark", "Moment", "Point", "series_chart", "timeline_chart"]
