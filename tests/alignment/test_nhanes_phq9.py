"""Scoring equals a naive sum on every complete person of NHANES 2005-2018, and gives the published share."""

import csv
from pathlib import Path

import pytest

from solstice.content.library import Library
from solstice.instruments import Context, NotScored, Scored, score

PHQ9 = Library().instruments["phq-9"]


@pytest.fixture(scope="module")
def people(shared: Path) -> list[dict[str, str]]:
    with (shared / "data/nhanes-phq9/nhanes_phq9_2005_2018.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def answers(person: dict[str, str]) -> list[int | None]:
    cells = [person[f"PHQ{number}"] for number in range(1, 10)]
    return [int(float(cell)) if cell else None for cell in cells]


@pytest.mark.shared
def test_every_complete_person_equals_a_naive_sum(people: list[dict[str, str]]) -> None:
    complete = 0
    for person in people:
        given = answers(person)
        result = score(PHQ9, given)
        if None in given:
            assert isinstance(result, NotScored) or result.prorated
            continue
        complete += 1
        assert isinstance(result, Scored)
        assert (result.total, result.prorated) == (sum(answer or 0 for answer in given), False)
    assert (len(people), complete) == (40_496, 36_259)


@pytest.mark.shared
def test_the_weighted_share_of_ten_or_more_prints_8_1_percent(people: list[dict[str, str]]) -> None:
    weight_all = weight_case = 0.0
    for person in people:
        given = answers(person)
        age = float(person["RIDAGEYR"])
        if person["cycle"] not in {"2013-14", "2015-16"} or age < 20 or None in given:
            continue
        result = score(PHQ9, given, context=Context(age=int(age)))
        assert isinstance(result, Scored)
        weight_all += float(person["WTMEC2YR"])
        weight_case += float(person["WTMEC2YR"]) if result.cutoffs[0].met else 0.0
    assert f"{100 * weight_case / weight_all:.1f} %" == "8.1 %"
