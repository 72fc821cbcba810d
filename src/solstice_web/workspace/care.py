"""Addresses of the loop of care: history, questions, what keeps it going, plan, sessions."""

from solstice_web.workspace import formulation, history, plan, questions, sessions, together, trial_editor

urls = [
    *history.urls,
    *trial_editor.urls,
    *questions.urls,
    *formulation.urls,
    *plan.urls,
    *together.urls,
    *sessions.urls,
]
