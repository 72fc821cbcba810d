"""Addresses of staff; each area keeps its own list, none names a therapy, an instrument or an illness."""

from solstice_web.workspace import (
    administration,
    alerts,
    asked,
    care,
    caseload,
    facts,
    history,
    instrument_page,
    instruments,
    letters,
    measures,
    new_person,
    offer,
    overdue,
    person,
    safety_plan,
    service,
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
    *letters.urls,
    *care.urls,
    *facts.urls,
    *measures.urls,
    *instruments.urls,
    *instrument_page.urls,
    *asked.urls,
    *overdue.urls,
    *safety_plan.urls,
    *service.urls,
    *offer.urls,
    *administration.urls,
]
