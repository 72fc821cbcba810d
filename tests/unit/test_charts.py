"""Charts keep gaps as gaps, stay inside the paper and escape what people typed."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from solstice_web.charts import Curve, Lane, Moment, Point, series_chart, timeline_chart
from solstice_web.charts.scale import Days, Scores
from solstice_web.charts.series import unbroken_runs

START = date(2026, 1, 5)


def weekly(*values: float | None) -> list[Point]:
    return [Point(START + timedelta(weeks=week), value) for week, value in enumerate(values)]


def test_a_gap_breaks_the_line() -> None:
    curve = Curve("PHQ-9", weekly(18, 17, None, 12, 11), 0, 27)
    assert [[point.value for point in run] for run in unbroken_runs(curve)] == [[18, 17], [12, 11]]
    drawn = ET.fromstring(series_chart(curve, title="t", description="d"))
    assert sum(1 for node in drawn.iter() if node.get("class") == "chart-line") == 2
    assert sum(1 for node in drawn.iter() if node.get("class") == "chart-point") == 4


def test_a_long_pause_breaks_the_line_too() -> None:
    curve = Curve("x", [Point(START, 10), Point(START + timedelta(days=60), 8)], 0, 27)
    assert len(unbroken_runs(curve)) == 2


def test_nothing_measured_draws_nothing() -> None:
    assert series_chart(Curve("x", weekly(None, None), 0, 27), title="t", description="d") == ""


def test_what_people_typed_is_text() -> None:
    lane = Lane("<script>alert(1)</script>", "adequate", '"&<', START, START, START + timedelta(days=50), None)
    drawn = timeline_chart(
        [lane], [], [Moment(START, "<b>", "session")], first=START, last=date(2026, 6, 1), title="<i>"
    )
    assert "<script>" not in drawn
    ET.fromstring(drawn)


@given(
    first=st.dates(date(1950, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 20000),
    offset=st.integers(-40000, 40000),
)
def test_days_stay_on_the_paper_with_few_ticks(first: date, length: int, offset: int) -> None:
    days = Days(first, first + timedelta(days=length), 40, 700)
    assert 40 <= days.x(first + timedelta(days=offset)) <= 700
    assert len(list(days.ticks())) <= 10


@given(low=st.floats(0, 10), span=st.floats(1, 100), share=st.floats(0, 1))
def test_larger_scores_stand_higher(low: float, span: float, share: float) -> None:
    scores = Scores(low, low + span, 10, 200)
    assert scores.y(low) >= scores.y(low + span * share) >= scores.y(low + span)
