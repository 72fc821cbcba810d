"""Every row of metapsyTools' own table, to the decimals that it prints."""

import re
from pathlib import Path

import pytest
from tests.alignment.reference_results import reference

from solstice.evidence.heterogeneity import Heterogeneity
from solstice.evidence.progress import collect
from solstice.evidence.sensitivity import Analysis, analyses, estimate_of
from solstice.evidence.table import read_metapsy

ROWS = {
    "Overall": "all",
    "One ES/study (lowest)": "lowest",
    "One ES/study (highest)": "highest",
    "Outliers removed": "outliers",
    "Only rob > 2": "low-risk",
    "Combined": "combined",
    "Three-Level Model": "three-level",
    "Three-Level Model (CHE)": "che",
}


@pytest.fixture(scope="module")
def found(shared: Path) -> dict[str, Analysis]:
    rows = read_metapsy(shared / "data/metapsy-depression-psyctr/data.csv").rows
    return {analysis.id: analysis for analysis in collect(analyses(rows))}


def numbers(text: str) -> list[float]:
    return [float(part) for part in re.findall(r"-?\d+\.?\d*", text)]


def printed_alike(value: float, text: float, decimals: int = 2) -> bool:
    """Equal to what two printed decimals can tell, with a hair for what stands on the edge of rounding."""
    return abs(value - text) <= 0.5 * 10**-decimals + 1e-3


def test_the_table_has_these_rows(shared: Path) -> None:
    assert {row[""] for row in reference(shared, "ref_metapsyTools_1.0.14.csv")} == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_equals_ours(found: dict[str, Analysis], shared: Path, name: str) -> None:
    (row,) = [row for row in reference(shared, "ref_metapsyTools_1.0.14.csv") if row[""] == name]
    ours = found[ROWS[name]]
    g, lower, upper = estimate_of(ours.pooled)
    assert ours.pooled.k == int(row["k"])
    pi_lower, pi_upper = ours.pooled.pi_lower, ours.pooled.pi_upper
    assert pi_lower is not None
    assert pi_upper is not None
    assert ours.needed_to_treat is not None
    pairs = [
        (g, float(row["g"])),
        *zip((lower, upper), numbers(row["g.ci"]), strict=True),
        *zip((pi_lower, pi_upper), numbers(row["prediction.ci"]), strict=True),
        (ours.needed_to_treat, float(row["nnt"])),
    ]
    assert [pair for pair in pairs if not printed_alike(*pair)] == []
    match ours.spread:
        case Heterogeneity() as spread:
            theirs = [float(row["i2"]), *numbers(row["i2.ci"])]
            mine = [spread.i2_from_q, spread.i2_from_q_lower, spread.i2_from_q_upper]
            assert all(printed_alike(*pair) for pair in zip(mine, theirs, strict=True))
        case None:
            assert printed_alike(ours.pooled.i2 or 0.0, float(row["i2"]), 1)
            assert "480" in row["excluded"]
            assert ours.pooled.studies == 480
