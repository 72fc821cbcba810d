"""Addresses of staff; each area keeps its own list, none names a therapy, an instrument or an illness."""

from solstice_web.workspace import (
<<<<<<< HEAD
    alerts,
    caseload,
    history,
    new_person,
    person,
    trial_editor,
=======
    administration,
    alerts,
    caseload,
    facts,
    measures,
    new_person,
    person,
    safety_plan,
    service,
>>>>>>> workspace
)

app_name = "workspace"
urlpatterns = [
    *caseload.urls,
    *new_person.urls,
    *person.urls,
    *alerts.urls,
<<<<<<< HEAD
    *history.urls,
    *trial_editor.urls,
=======
    *facts.urls,
    *measures.urls,
    *safety_plan.urls,
    *service.urls,
    *administration.urls,
>>>>>>> workspace
]
