"""Fairness: what is shown, decided and reached by age, sex, ethnic group and language."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.plans.fairness import SMALLEST, fairness
from solstice_web.workspace.frame import page

SINCE = timedelta(days=365)


@requires(Right.SERVICE)
@require_GET
def fair(request: UserRequest) -> HttpResponse:
    at = timezone.now()
    return page(request, "fairness", place="service", dimensions=fairness(since=at - SINCE), smallest=SMALLEST)


urls = [path("service/fairness/", fair, name="fairness")]
