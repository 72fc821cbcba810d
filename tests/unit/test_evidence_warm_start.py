"""A search that begins where almost the same data ended finds the same summit."""

from pathlib import Path

import numpy as np
import pytest

from solstice.evidence.multilevel import Multilevel, che, three_level
from solstice.evidence.synthesis import pool_rows
from solstice.evidence.table import read_metapsy


def test_a_warm_start_finds_what_a_cold_one_finds() -> None:
    rng = np.random.default_rng(84)
    studies = [f"s{k // 3}" for k in range(90)]
    y = np.repeat(rng.normal(0.4, 0.3, 30), 3) + rng.normal(0, 0.25, 90)
    v = rng.uniform(0.01, 0.08, 90)
    for run in (three_level, che):
        whole = run(y, v, studies)
        for left in ("s0", "s17"):
            keep = np.array(studies) != left
            rest = [name for name in studies if name != left]
            cold, warm = run(y[keep], v[keep], rest), run(y[keep], v[keep], rest, start=whole.start)
            assert warm.coefficients[0].estimate == pytest.approx(cold.coefficients[0].estimate, abs=1e-7)
            assert warm.tau2 == pytest.approx(cold.tau2, abs=1e-6)
            assert warm.log_likelihood >= cold.log_likelihood - 1e-8


def test_on_the_real_file_leaving_out_a_study_warm_or_cold_is_the_same(shared: Path) -> None:
    rows = read_metapsy(shared / "data" / "metapsy-depression-psyctr" / "data.csv").rows
    whole = pool_rows(rows, "che")
    assert isinstance(whole, Multilevel)
    for left in sorted({row.study for row in rows})[::120]:
        rest = [row for row in rows if row.study != left]
        cold, warm = pool_rows(rest, "che"), pool_rows(rest, "che", start=whole.start)
        assert isinstance(cold, Multilevel)
        assert isinstance(warm, Multilevel)
        assert warm.coefficients[0].estimate == pytest.approx(cold.coefficients[0].estimate, abs=1e-6)
        assert warm.coefficients[0].se == pytest.approx(cold.coefficients[0].se, abs=1e-6)
