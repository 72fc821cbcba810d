"""From answers to a score, or to the reason why there is none."""

from solstice.instruments.change import Change, reliable_change, remission, response
from solstice.instruments.outcome import AnswersError, Context, CutoffResult, NotScored, Scored
from solstice.instruments.score import score, score_total

__all__ = [
    "AnswersError",
    "Change",
    "Context",
    "CutoffResult",
    "NotScored",
    "Scored",
    "reliable_change",
    "remission",
    "response",
    "score",
    "score_total",
]
