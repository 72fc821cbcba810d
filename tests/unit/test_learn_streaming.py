"""Sums made in one pass: equal to those of all rows at once, small cells left out with the reason, noise where asked."""

from collections.abc import Iterator

import numpy as np
import pytest

from solstice.learn import gather, pool
from solstice.learn.spec import basis_of
from solstice.learn.streaming import CLINIC_SPEC, OutcomeRow, Running, budget_for, without_curves
from solstice.learn.table import Outcomes

NAMES = ("age", "female", "phq-9")


def rows(n: int, *, treatments: tuple[str, ...] = ("cbt", "mbct"), gaps: int = 0) -> Iterator[OutcomeRow]:
    rng = np.random.default_rng(81)
    for k in range(n):
        age = None if k < gaps else float(20 + k % 50)
        x = {"age": age, "female": float(k // 2 % 2), "phq-9": float(10 + k % 12)}
        yield OutcomeRow(treatments[k % len(treatments)], float(rng.normal()), x)


def table(many: list[OutcomeRow]) -> Outcomes:
    x = np.array([[np.nan if row.x[name] is None else row.x[name] for name in NAMES] for row in many], dtype=float)
    return Outcomes(tuple(row.treatment for row in many), np.array([row.outcome for row in many]), NAMES, x)


@pytest.mark.parametrize("heap", [1, 7, 512])
def test_heaps_of_any_size_give_the_sums_of_all_rows(heap: int) -> None:
    many = list(rows(300, gaps=40))
    whole = gather(table(many), basis_of(CLINIC_SPEC, curves=True))
    found = Running().add_all(iter(many), heap).statistics()
    assert found.treatments == whole.treatments
    assert np.abs(found.moments - whole.moments).max() < 1e-9


def test_no_row_is_kept() -> None:
    sizes = []
    for n in (100, 2000):
        running = Running().add_all(rows(n))
        sizes.append([moment.shape for moment in running.statistics().moments])
    assert sizes[0] == sizes[1]


def test_a_small_treatment_is_left_out_with_the_reason() -> None:
    running = Running().add_all(rows(80))
    running.add([OutcomeRow("ect", 1.0, {"age": 70.0, "female": 1.0, "phq-9": 25.0})] * 4)
    shared, left = running.shareable()
    assert shared is not None
    assert shared.treatments == ("cbt", "mbct")
    assert [(one.code, "ect has 4 outcomes" in one.text) for one in left] == [("small_treatment", True)]


def test_a_gap_of_a_few_people_is_left_out_and_the_rest_goes() -> None:
    running = Running().add_all(rows(80, gaps=4))
    shared, left = running.shareable()
    assert shared is not None
    assert shared.n == 76
    assert {one.code for one in left} == {"small_gap"}
    assert "missing(age)" in left[0].text


def test_nothing_leaves_where_every_treatment_is_small() -> None:
    shared, left = Running().add_all(rows(12)).shareable()
    assert shared is None
    assert len(left) == 2


def test_noise_hides_one_person_and_leaves_the_sums_usable() -> None:
    budget = budget_for(1.0, 1e-4)
    running = Running(norm=budget.norm).add_all(rows(20_000))
    plain = running.statistics()
    rng = np.random.default_rng(5)
    noised = running.noised(budget, rng)
    off = np.abs(noised.moments - plain.moments)
    assert off.max() > 1
    assert off.max() < 8 * budget.sd
    assert np.linalg.eigvalsh(noised.moments[0]).min() >= -1e-6
    longest = np.sqrt(np.diagonal(plain.moments, axis1=1, axis2=2).sum() / 20_000)
    assert longest <= budget.norm + 1e-9


def test_sums_without_curves_merge_with_sums_that_have_them() -> None:
    budget = budget_for(1.0, 1e-4)
    noised = Running(norm=budget.norm).add_all(rows(500)).noised(budget, np.random.default_rng(5))
    own = without_curves(Running().add_all(rows(100)).statistics())
    assert pool([own, noised]).basis.width == own.basis.width
