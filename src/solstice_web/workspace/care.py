"""Addresses of the loop of care: history, questions, what keeps it going, plan, sessions."""

from solstice_web.workspace import (
    formulation,
    history,
    interview,
    interview_tasks,
    plan,
    questions,
    sessions,
    trial_editor,
)

urls = [
    *history.urls,
    *trial_editor.urls,
    *questions.urls,
    *formulation.urls,
    *interview.urls,
    *interview_tasks.urls,
    *plan.urls,
    *sessions.urls,
]
