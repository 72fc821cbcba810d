"""Addresses of staff; each area keeps its own list, none names a therapy, an instrument or an illness."""

from solstice_web.workspace import (
    alerts,
    caseload,
    history,
    new_person,
    person,
    trial_editor,
)

app_name = "workspace"
urlpatterns = [
    *caseload.urls,
    *new_person.urls,
    *person.urls,
    *alerts.urls,
    *history.urls,
    *trial_editor.urls,
]
