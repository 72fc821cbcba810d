"""From answers to a score, or to the reason why there is none."""

from solstice.instruments.change import Change, crosswalk, reliable_change, remission, response
from solstice.instruments.outcome import AnswersError, Context, CutoffResult, NotScored, PartResult, Profile, Scored
from solstice.instruments.score import score, score_subscales, score_total, why_not_for_age

__all__ = [
    "AnswersError",
    "Change",
    "Context",
    "CutoffResult",
    "NotScored",
    "PartResult",
    "Profile",
    "Scored",
    "crosswalk",
    "reliable_change",
    "remission",
    "response",
    "score",
    "score_subscales",
    "score_total",
    "why_not_for_age",
]
