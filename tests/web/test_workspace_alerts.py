"""An alert is seen by someone, acted on, written down once, and never closed by mistake."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert, AlertAction
from solstice_web.measures.actions import Filled, Sheet, Tap, record_answers, save_answer
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


@pytest.fixture
def alert(person: Person, patient: User) -> Alert:
    at = timezone.now()
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), (1, 1, 1, 1, 1, 1, 1, 1, 2), Moment.at(at, person.time_zone))
    record_answers(person=person, filled=filled, by=patient, at=at)
    return Alert.objects.get(person=person)


def address(alert: Alert) -> str:
    return f"/clinic/people/{alert.person_id}/alerts/{alert.pk}/"


def told(alert: Alert, **more: Any) -> dict[str, Any]:
    return {
        "person": str(alert.person_id),
        "do": "record",
        "id": str(uuid.uuid4()),
        "revision": alert.revision,
        "what": "spoke",
        "note": "Safe tonight.",
        "closes": "yes",
        **more,
    }


def test_what_was_done_closes_the_alert_once_however_often_it_is_sent(client_for: ClientFor, alert: Alert):
    client, form = client_for("clinician"), told(alert)
    for _ in range(3):
        assert client.post(address(alert), form).status_code == 302
    alert.refresh_from_db()
    assert alert.state == Alert.State.DONE
    assert AlertAction.objects.count() == 1
    page = client.get(address(alert)).content.decode()
    assert "Safe tonight." in page
    assert "Closed" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"what": ""}, "Choose what you did."),
        ({"what": "poem"}, "Choose one of the answers below."),
        ({"closes": ""}, "Choose whether this closes the alert."),
        ({"what": "not_needed", "note": " "}, "Write why no contact is needed."),
        ({"what": "tried", "closes": "yes"}, "The person has not been reached yet"),
        ({"note": "x" * 4001, "what": "spoke"}, "at most 4000 characters"),
    ],
)
def test_what_is_not_right_is_said_beside_the_field_and_nothing_is_lost(
    client_for: ClientFor, alert: Alert, change: dict[str, str], said: str
):
    answer = client_for("clinician").post(address(alert), told(alert, **{"note": "Kept words.", **change}))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count(said) == 2, "once in the summary, once beside the field"
    assert (change.get("note", "Kept words.").strip() in page) or not change.get("note", "x").strip()
    assert not AlertAction.objects.exists()
    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN


def test_a_higher_answer_meanwhile_is_shown_before_anything_is_saved(
    client_for: ClientFor, alert: Alert, person: Person, patient: User
):
    at = timezone.now()
    first = told(alert, note="Words of before.")
    sheet = Sheet(alert.response_id, "phq-9")
    Alert.objects.filter(pk=alert.pk).update(level=2, revision=alert.revision)
    save_answer(person=person, sheet=sheet, tap=Tap(9, 3), moment=Moment.at(at, person.time_zone), by=patient, at=at)
    alert.refresh_from_db()
    assert alert.revision > first["revision"], "the fixture must lift the alert, or this test shows nothing"
    answer = client_for("clinician").post(address(alert), first)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This alert changed since you opened it" in page
    assert "Words of before." in page
    assert not AlertAction.objects.exists()


def test_a_form_of_another_person_is_refused(client_for: ClientFor, alert: Alert):
    for wrong in (str(uuid.uuid4()), "", "x"):
        answer = client_for("clinician").post(address(alert), told(alert, person=wrong))
        assert answer.status_code == 409
        assert "This form belongs to another person" in answer.content.decode()
    assert not AlertAction.objects.exists()


def test_an_alert_of_another_record_is_not_there(client_for: ClientFor, alert: Alert, stranger: Person):
    client = client_for("clinician")
    assert client.get(f"/clinic/people/{stranger.pk}/alerts/{alert.pk}/").status_code == 404
    assert client.get(f"/clinic/people/{alert.person_id}/alerts/{uuid.uuid4()}/").status_code == 404
    missing = f"/clinic/people/{alert.person_id}/alerts/{uuid.uuid4()}/"
    assert client.post(missing, told(alert)).status_code == 404


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "0"])
def test_malformed_acknowledgements_change_nothing(client_for: ClientFor, alert: Alert, revision: str):
    form = {"person": str(alert.person_id), "do": "acknowledge", "revision": revision}
    assert client_for("clinician").post(address(alert), form).status_code == 409
    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN
