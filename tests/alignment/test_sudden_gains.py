"""Sudden gains on the session data of the R package suddengains, against an independent reading of the criteria."""

import csv
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean, stdev

import pytest

from solstice.progress import Point, sudden_gains
from solstice.progress.sudden_gains import is_stable_shift

START = date(2026, 1, 5)


def weekly(totals: list[float | None]) -> list[Point]:
    return [Point(START + timedelta(weeks=week), total) for week, total in enumerate(totals)]


@pytest.fixture(scope="module")
def people(shared: Path) -> dict[int, list[float | None]]:
    with (shared / "data/suddengains/sgdata.csv").open(encoding="utf-8") as file:
        return {
            int(row["id"]): [float(cell) if (cell := row[f"bdi_s{session}"]) else None for session in range(1, 13)]
            for row in csv.DictReader(file)
        }


def expected_positions(totals: list[float | None]) -> list[int]:
    """The published formula, written out for lists; position n is the session before the gain."""
    found = []
    for n in range(1, len(totals) - 2):
        left, right = totals[max(0, n - 2) : n + 1], totals[n + 1 : n + 4]
        before, after = totals[n], totals[n + 1]
        pre = [value for value in left if value is not None]
        post = [value for value in right if value is not None]
        if before is None or after is None or len(pre) < 2 or len(post) < 2:
            continue
        critical = {6: 2.776, 5: 3.182, 4: 4.303}[len(pre) + len(post)]
        pooled = ((len(pre) - 1) * stdev(pre) ** 2 + (len(post) - 1) * stdev(post) ** 2) / (len(pre) + len(post) - 2)
        if (
            before - after >= 7
            and before - after >= 0.25 * before
            and fmean(pre) - fmean(post) > critical * pooled**0.5
        ):
            found.append(n + 1)
    return found


@pytest.mark.shared
def test_all_43_people(people: dict[int, list[float | None]]) -> None:
    found = {
        name: [gain.position for gain in sudden_gains(weekly(totals), at_least=7)] for name, totals in people.items()
    }
    assert found == {name: expected_positions(totals) for name, totals in people.items()}
    assert len(found) == 43
    assert sum(map(len, found.values())) > 10


@pytest.mark.shared
def test_person_five_gains_from_session_3_to_4_and_most_from_8_to_9(people: dict[int, list[float | None]]) -> None:
    # stated in the package's tutorial
    gains = sudden_gains(weekly(people[5]), at_least=7)
    assert gains[0].position == 3
    assert max(gains, key=lambda gain: gain.size).position == 8


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [
        ([32, 31, 33], [5, 6, 7], True),  # stated in the package's tutorial
        ([None, 31, 33], [5, None, 7], True),
        ([32, 31, 33], [5, None, None], False),
        ([20, 40, 30], [10, 30, 20], False),
    ],
)
def test_third_criterion(before: list[float | None], after: list[float | None], *, holds: bool) -> None:
    assert is_stable_shift(weekly(before), weekly(after)) is holds


def test_a_drop_across_a_long_silence_is_not_sudden() -> None:
    totals: list[float | None] = [30, 31, 30, 10, 10, 10]
    points = weekly(totals)
    assert len(sudden_gains(points, at_least=7)) == 1
    late = [Point(point.on + timedelta(days=60 if index > 2 else 0), point.total) for index, point in enumerate(points)]
    assert sudden_gains(late, at_least=7) == ()
