"""Jacobson-Truax equals the published figures on claus_2020 (R package clinicalsignificance)."""

import csv
from collections import Counter
from pathlib import Path
from statistics import fmean, stdev

import pytest

from solstice.progress import cutoff_c, jacobson_truax, reliable_change_index


def pairs(shared: Path, outcome: str) -> list[tuple[float, float]]:
    with (shared / "data/clinicalsignificance/claus_2020.csv").open(encoding="utf-8") as file:
        rows = {(row["id"], row["time"]): row[outcome] for row in csv.DictReader(file)}
    people = {person for person, _ in rows}
    both = [(rows.get((person, "1"), ""), rows.get((person, "4"), "")) for person in people]
    return [(float(before), float(after)) for before, after in both if before and after]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("outcome", "functional", "cutoff", "expected"),
    [
        ("bdi", (7.69, 7.52), 21.02, {"recovered": 10, "improved": 8, "unchanged": 22, "deteriorated": 0}),
        ("hamd", (8.0, 8.0), 19.89, {"recovered": 26, "improved": 3, "unchanged": 10, "deteriorated": 1}),
    ],
)
def test_claus_2020(
    shared: Path, outcome: str, *, functional: tuple[float, float], cutoff: float, expected: dict[str, int]
) -> None:
    people = pairs(shared, outcome)
    before = [first for first, _ in people]
    sd = stdev(before)
    cut = cutoff_c(clinical=(fmean(before), sd), functional=functional)
    found = Counter(jacobson_truax(first, last, cutoff=cut, sd=sd, reliability=0.8).category for first, last in people)
    assert round(cut, 2) == cutoff
    assert {name: found[name] for name in expected} == expected


def test_the_worked_example_of_the_fact_file() -> None:
    # RCI = 1.96 * sqrt(2) * 5.5 * sqrt(1 - 0.85) = 5.9
    assert round(1.96 / reliable_change_index(0, 1, sd=5.5, reliability=0.85), 1) == 5.9


@pytest.mark.parametrize("reliability", [1.0, -0.1])
def test_a_reliability_outside_its_range_is_refused(reliability: float) -> None:
    with pytest.raises(ValueError, match="reliability"):
        reliable_change_index(1, 2, sd=1, reliability=reliability)
