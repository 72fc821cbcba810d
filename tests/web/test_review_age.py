"""Adult cut-offs judge nobody under 18 on any page, and the page says why."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.test_progress import measure

from solstice_web.accounts.models import Role, User
from solstice_web.people.actions import join_care_team
from solstice_web.people.models import Person
from solstice_web.progress.models import Need, Standing
from solstice_web.progress.queries import review_for

ClientFor = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def person_of(age: int | None, person: Person, clinician: User) -> Person:
    today = timezone.now().date()
    person.birth_date = None if age is None else date(today.year - age, 1, 1)
    person.save()
    join_care_team(person=person, user=clinician, role="lead", by=clinician, at=timezone.now())
    for weeks, total in ((8, 20), (0, 4)):
        measure(person, total, timezone.now() - timedelta(weeks=weeks))
    return person


def pages(client: Client, person: Person) -> tuple[str, str]:
    found = (client.get(f"/clinic/people/{person.pk}/measures/"), client.get("/clinic/"))
    return found[0].content.decode(), found[1].content.decode()


def test_under_18_nothing_is_judged_and_the_reason_stands_there(
    person: Person, clinician: User, client_for: ClientFor
) -> None:
    minor = person_of(15, person, clinician)
    found = review_for(minor, at=timezone.now())
    assert found is not None
    assert (found.state, found.response, found.remission) == ("not_for_age", None, None)
    measures, people = pages(client_for(Role.CLINICIAN), minor)
    assert "made for adults; the person is 15" in measures
    assert "remission at or below this line" not in measures
    assert "Remission (" not in measures
    assert "Not judged" in people
    assert "As expected" not in people
    assert Standing.objects.get(person=minor).need == Need.NEW
    change = client_for(Role.PATIENT).get("/change/").content.decode()
    assert "Most of the hard things are now rare" not in change


@pytest.mark.parametrize(("age", "note"), [(40, False), (None, True)])
def test_an_adult_is_judged_and_an_unknown_age_is_said(
    person: Person, clinician: User, client_for: ClientFor, age: int | None, note: bool
) -> None:
    measures, _ = pages(client_for(Role.CLINICIAN), person_of(age, person, clinician))
    assert "Remission (" in measures
    assert ("The age is not known" in measures) is note
