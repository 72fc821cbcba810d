"""Addresses of the loop of care: history, questions, what keeps it going, plan, sessions."""

from solstice_web.workspace import (
    formulation,
    history,
    interview,
    interview_tasks,
    ledger_versions,
    plan,
    questions,
    sessions,
    signing,
    tasks,
    together,
    trial_editor,
)

urls = [
    *history.urls,
    *ledger_versions.urls,
    *trial_editor.urls,
    *questions.urls,
    *signing.urls,
    *tasks.urls,
    *formulation.urls,
    *interview.urls,
    *interview_tasks.urls,
    *plan.urls,
    *together.urls,
    *sessions.urls,
]
