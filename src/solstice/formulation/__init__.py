"""From answers and facts to what keeps this person's depression going."""

from solstice.formulation.mechanisms import Formulation, MechanismFinding, formulate

__all__ = ["Formulation", "MechanismFinding", "formulate"]
