"""Learning who gets better with what from a clinic's own outcomes, with published evidence as the starting point."""

from solstice.learn.decide import PersonRanking, Ranked, decide
from solstice.learn.posterior import Contrasts, Posterior, learn, rows_of
from solstice.learn.statistics import Statistics, gather, pool

__all__ = [
    "Contrasts",
    "PersonRanking",
    "Posterior",
    "Ranked",
    "Statistics",
    "decide",
    "gather",
    "learn",
    "pool",
    "rows_of",
]
