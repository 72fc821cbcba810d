"""From answers, ledger and interview to the picture: what started this depression, keeps it going and helps."""

from solstice.formulation.checks import CheckState
from solstice.formulation.picture import Formulation, formulate
from solstice.formulation.suggestion import Ground, Suggestion

__all__ = ["CheckState", "Formulation", "Ground", "Suggestion", "formulate"]
