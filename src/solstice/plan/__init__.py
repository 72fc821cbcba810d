"""From the person to ranked options with their doubt: constraints, evidence, person, preference, and the reasons."""

from solstice.plan.recommend import recommend
from solstice.plan.result import Benefit, Parts, PersonRow, Plan, PlannedOption, RefusedOption

__all__ = ["Benefit", "Parts", "PersonRow", "Plan", "PlannedOption", "RefusedOption", "recommend"]
