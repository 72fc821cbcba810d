"""Adding people and staff, one-time links, the service page that points at nobody, the trail as ids."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.plans.small_numbers import SMALLEST_SHOWN, hidden_small

ClientFor = Callable[[str], Client]


def new_person(**more: Any) -> dict[str, Any]:
    start = {"id": str(uuid.uuid4()), "given_name": "Uma", "family_name": "New", "sex": "female"}
    return {**start, "day": "2", "month": "4", "year": "1979", "time_zone": "Europe/Tallinn", **more}


@pytest.mark.django_db
def test_a_new_person_is_added_once_and_opens_the_account_with_the_link(client_for: ClientFor, clinician: User):
    client, form = client_for("clinician"), new_person()
    for _ in range(2):
        assert client.post("/clinic/people/new/", form).status_code in {302, 409}
    person = Person.objects.get(family_name="New")
    assert CareTeamMember.objects.filter(person=person, user=clinician).count() == 1
    told = {"person": str(person.pk), "email": "uma@example.org"}
    page = client.post(f"/clinic/people/{person.pk}/invite/", told).content.decode()
    link = re.search(r'value="http://testserver(/[^"]+)"', page)
    assert link is not None
    opened = Client().get(link[1], follow=True)
    assert "Set your password" in opened.content.decode()
    assert link[1] not in client.get(f"/clinic/people/{person.pk}/invite/").content.decode(), "shown once only"


@pytest.mark.django_db
def test_an_account_in_use_cannot_be_taken_over_by_a_link(client_for: ClientFor, person: Person):
    answer = client_for("clinician").post(f"/clinic/people/{person.pk}/invite/", {"person": str(person.pk)})
    assert answer.status_code == 409
    assert "id_link" not in answer.content.decode()


@pytest.mark.django_db
def test_an_address_in_use_is_refused_without_saying_whose_it_is(client_for: ClientFor, clinician: User):
    client = client_for("clinician")
    client.post("/clinic/people/new/", new_person())
    person = Person.objects.get(family_name="New")
    told = {"person": str(person.pk), "email": "administrator@example.org"}
    answer = client.post(f"/clinic/people/{person.pk}/invite/", told)
    assert answer.status_code == 400
    assert "administrator@example.org" in answer.content.decode(), "what was typed is kept"
    person.refresh_from_db()
    assert person.user is None


@pytest.mark.django_db
def test_someone_alike_is_asked_about_first(client_for: ClientFor, clinician: User):
    client = client_for("clinician")
    client.post("/clinic/people/new/", new_person())
    twin = new_person(given_name="Una")
    answer = client.post("/clinic/people/new/", twin)
    assert answer.status_code == 409
    assert "Someone like this is in your care already" in answer.content.decode()
    assert client.post("/clinic/people/new/", {**twin, "is_new": "yes"}).status_code == 302
    assert Person.objects.filter(family_name="New").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"given_name": ""},
        {"day": "x"},
        {"year": "1779"},
        {"year": "2999"},
        {"sex": "?"},
        {"time_zone": "Mars"},
        {"id": "1"},
    ],
)
def test_wrong_details_add_nobody(client_for: ClientFor, change: dict[str, str]):
    before = Person.objects.count()
    answer = client_for("clinician").post("/clinic/people/new/", new_person(**change))
    assert answer.status_code == 400
    assert Person.objects.count() == before


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 60), max_size=8))
def test_hidden_counts_cannot_be_found_from_the_total(counts: dict[int, int]):
    shown = hidden_small(counts)
    hidden = [counts[key] for key, count in shown.items() if count is None]
    assert all(count is None or count >= SMALLEST_SHOWN for count in shown.values())
    everything_hidden = len(hidden) == len(counts)
    assert not hidden or everything_hidden or (len(hidden) >= 2 and sum(hidden) >= SMALLEST_SHOWN)


@pytest.mark.django_db
def test_the_service_page_names_nobody_in_care_and_shows_who_must_be_called(
    client_for: ClientFor, person: Person, patient: User
):
    at = timezone.now() - timedelta(days=3)
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), (3,) * 9, Moment.at(at, person.time_zone))
    record_answers(person=person, filled=filled, by=patient, at=at)
    page = client_for("service_lead").get("/service/").content.decode()
    assert "1 risk answer waits past its time" in page
    assert ">clinician<" in page, "the name of the care team"
    assert person.family_name not in page
    assert str(person.pk) not in page


@pytest.mark.django_db
def test_staff_are_added_closed_and_let_back_in(client_for: ClientFor, person: Person):
    client = client_for("administrator")
    form = {"name": "Dr New", "email": "new@example.org", "role": "clinician"}
    page = client.post("/admin/users/", form).content.decode()
    assert 'id="id_link"' in page
    made = User.objects.get(email="new@example.org")
    assert client.post("/admin/users/", form).status_code == 400, "the address is taken"
    for do, active in (("deactivate", False), ("reactivate", True), ("nonsense", True)):
        assert client.post(f"/admin/users/{made.pk}/", {"do": do}).status_code == 302
        made.refresh_from_db()
        assert made.is_active is active
    assert client.get(f"/admin/users/{made.pk}/").status_code == 405
    assert "id_link" in client.post(f"/admin/users/{made.pk}/", {"do": "link"}).content.decode()


@pytest.mark.django_db
def test_administrators_cannot_close_themselves_or_touch_patients(client_for: ClientFor, users: dict[str, User]):
    client = client_for("administrator")
    client.post(f"/admin/users/{users[Role.ADMINISTRATOR].pk}/", {"do": "deactivate"})
    assert User.objects.get(pk=users[Role.ADMINISTRATOR].pk).is_active
    patient = users[Role.PATIENT]
    assert client.post(f"/admin/users/{patient.pk}/", {"do": "deactivate"}).status_code == 404
    assert patient.email not in client.get("/admin/users/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "service_lead"])
def test_the_trail_is_shown_as_ids_and_checked(client_for: ClientFor, person: Person, role: str):
    client_for("clinician").get(f"/clinic/people/{person.pk}/")
    client = client_for(role)
    page = client.get("/admin/audit/").content.decode()
    assert str(person.pk) in page
    assert person.family_name not in page
    assert str(person.pk) in client.get(f"/admin/audit/?about={person.pk}").content.decode()
    assert client.get("/admin/audit/?about=nobody").status_code == 400
    checked = client.post("/admin/audit/").content.decode()
    assert "events and" in checked
    assert Event.objects.filter(action="read", person=person.pk).exists()
