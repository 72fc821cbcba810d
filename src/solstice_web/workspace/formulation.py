"""What keeps this depression going, as far as it was asked; what was not asked never looks like absent."""

import logging
import uuid

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from solstice.formulation import Formulation, formulate
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.measures.content import library
from solstice_web.people.person_file import person_file
from solstice_web.workspace.frame import person_page

log = logging.getLogger("solstice.workspace")
STRENGTH_KIND = {"strong": "attention", "moderate": "attention", "weak": "wait"}


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def formulation(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    found = _formulated(request, person_id)
    groups = {
        status: [one for one in found.mechanisms if one.status == status] if found else []
        for status in ("present", "not_assessed", "absent")
    }
    return person_page(
        request,
        "formulation/formulation",
        place="formulation",
        status=200 if found else 500,
        found=found,
        groups=groups,
        kinds=STRENGTH_KIND,
    )


def _formulated(request: PersonRequest, person_id: uuid.UUID) -> Formulation | None:
    try:
        return formulate(person_file(request.person, timezone.now()), library())
    except Exception:  # hazard H16: whatever the fault, the page says that there is no answer
        log.exception("no formulation for %s", person_id)
        return None


urls = [path("clinic/people/<uuid:person_id>/formulation/", formulation, name="formulation")]
