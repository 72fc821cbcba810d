"""A person's series of totals: what changed, by which rule, and what to do about it."""

from solstice.progress.clinical_significance import (
    ClinicalSignificance,
    cutoff_c,
    jacobson_truax,
    reliable_change_index,
)
from solstice.progress.comparison import Comparison, compare
from solstice.progress.outcome import Baseline, Review, ReviewError, State
from solstice.progress.review import review
from solstice.progress.series import Point, Series
from solstice.progress.sudden_gains import SuddenGain, sudden_gains

__all__ = [
    "Baseline",
    "ClinicalSignificance",
    "Comparison",
    "Point",
    "Review",
    "ReviewError",
    "Series",
    "State",
    "SuddenGain",
    "compare",
    "cutoff_c",
    "jacobson_truax",
    "reliable_change_index",
    "review",
    "sudden_gains",
]
