"""Virtual people are reproducible, consistent with the scales, and show the course they are named after."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solstice.simulate import TRAJECTORIES, items_for_total, weekly_course
from solstice.simulate.courses import GAD7_WEIGHTS, PHQ9_WEIGHTS


@given(total=st.integers(0, 27), seed=st.integers(0, 2**32 - 1))
def test_items_add_up_to_the_total(total: int, seed: int) -> None:
    items = items_for_total(np.random.default_rng(seed), total, PHQ9_WEIGHTS)
    assert sum(items) == total
    assert len(items) == 9
    assert set(items) <= {0, 1, 2, 3}


@pytest.mark.parametrize("total", [-1, 22])
def test_a_total_out_of_reach_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match="give 0 to 21"):
        items_for_total(np.random.default_rng(1), total, GAD7_WEIGHTS)


def test_an_item_without_weight_stays_empty_until_the_others_are_full() -> None:
    weights = (*PHQ9_WEIGHTS[:-1], 0.0)
    assert items_for_total(np.random.default_rng(3), 24, weights)[8] == 0
    assert items_for_total(np.random.default_rng(3), 26, weights)[8] == 2


def test_the_same_seed_gives_the_same_person() -> None:
    trajectory = TRAJECTORIES["improving"]
    first = weekly_course(np.random.default_rng(7), trajectory, weeks=26)
    assert first == weekly_course(np.random.default_rng(7), trajectory, weeks=26)
    assert first != weekly_course(np.random.default_rng(8), trajectory, weeks=26)


@pytest.mark.parametrize("name", sorted(TRAJECTORIES))
def test_the_first_week_is_whole_and_weeks_count_up(name: str) -> None:
    for seed in range(20):
        course = weekly_course(np.random.default_rng(seed), TRAJECTORIES[name], weeks=12)
        assert [week.week for week in course] == list(range(12))
        assert course[0].phq9 is not None
        assert None not in course[0].phq9
        assert course[0].gad7 is not None


def test_gaps_occur_and_stay_gaps() -> None:
    weeks = [
        week
        for seed in range(40)
        for week in weekly_course(np.random.default_rng(seed), TRAJECTORIES["no-change"], weeks=26)
    ]
    assert any(week.phq9 is None for week in weeks)
    assert any(week.gad7 is None and week.phq9 is not None for week in weeks)
    assert any(week.phq9 is not None and None in week.phq9 for week in weeks)


def end_minus_start(name: str) -> float:
    """Mean change from week 0 to the last answered whole week, over 60 virtual people."""
    changes = []
    for seed in range(60):
        whole = [
            [value for value in week.phq9 if value is not None]
            for week in weekly_course(np.random.default_rng(seed), TRAJECTORIES[name], weeks=26)
            if week.phq9 is not None and None not in week.phq9
        ]
        changes.append(sum(whole[-1]) - sum(whole[0]))
    return float(np.mean(changes))


def test_each_trajectory_goes_where_its_name_says() -> None:
    assert end_minus_start("remitting") < end_minus_start("improving") < -6
    assert -3 < end_minus_start("no-change") < 2
    assert end_minus_start("worsening") > 4


def test_only_trajectories_with_risk_endorse_the_risk_item() -> None:
    def risk(name: str) -> int:
        return sum(
            1
            for seed in range(30)
            for week in weekly_course(np.random.default_rng(seed), TRAJECTORIES[name], weeks=26)
            if week.phq9 is not None and (week.phq9[8] or 0) >= 1
        )

    assert risk("remitting") == 0
    assert risk("in-crisis") > 30
