"""The demonstration clinic is whole, deterministic, marked as invented, and shows every state."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from solstice.content import Library
from solstice.ledger import assess
from solstice.person.file import read_person
from solstice.simulate import TRAJECTORIES
from solstice_web.accounts.models import Role, User
from solstice_web.alerts.models import Alert
from solstice_web.audit.models import Event
from solstice_web.courses.models import Course, Entry, SessionRecord
from solstice_web.demo.cases import FOLDER, NAMES
from solstice_web.demo.checklists import OPEN, OUT_OF_DATE, SIGNED, TOO_SHORT
from solstice_web.demo.people import INHABITANTS
from solstice_web.demo.seed import PASSWORD, SIGN_INS, seed
from solstice_web.ledger.queries import assessment
from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.plans.models import Decision
from solstice_web.progress.models import Need, Standing
from solstice_web.progress.queries import caseload
from solstice_web.resistance.queries import label_of
from solstice_web.tasks.queries import by_day, open_for

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def snapshot() -> list[object]:
    return [
        sorted(Response.objects.values_list("id", "instrument", "local_date", "total")),
        sorted(Alert.objects.values_list("response_id", "level", "state")),
        sorted(Decision.objects.values_list("id", "option")),
        sorted(Entry.objects.values_list("id", "kind", "dose_seconds")),
    ]


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[object]]:
    """One clinic for the tests of this file, gone afterwards; gives what another one of the same seed held before it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with transaction.atomic():
            assert seed(AT) == 38
            other = snapshot()
            transaction.set_rollback(True)
        assert seed(AT) == 38
        yield other
        transaction.set_rollback(True)


@pytest.mark.usefixtures("seeded", "db")
def test_the_clinic_shows_every_state_and_one_alert_open_today() -> None:
    assert Person.objects.filter(invented=True).count() == 38
    assert {who.trajectory for who in INHABITANTS} == {"new", *TRAJECTORIES}
    needs = set(Standing.objects.values_list("need", flat=True))
    assert {Need.ALERT_TODAY, Need.FOLLOW_UP, Need.WORSE, Need.OFF_TRACK, Need.NEW, Need.STEADY} <= needs
    assert {"remission", "on_track"} & set(Standing.objects.values_list("state", flat=True)) >= {"remission"}
    unseen = Alert.objects.filter(state="open")
    assert [(alert.raised_at.date(), alert.level) for alert in unseen] == [(AT.date(), Need.ALERT_TODAY)]
    rows = caseload(User.objects.get(email="clinician@demo.example"), at=AT).rows
    assert len(rows) == 38
    assert rows[0].person.family_name == "Pretendal"
    assert Response.objects.filter(total__isnull=True).exists()
    for model in (Course, Decision, SessionRecord, Entry):
        assert model._default_manager.count() >= 20
    moments = list(Event.objects.order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)


@pytest.mark.usefixtures("db")
def test_the_same_seed_is_the_same_clinic_and_a_second_start_adds_nothing(seeded: list[object]) -> None:
    first = snapshot()
    assert first == seeded
    assert seed(AT) == 38
    assert snapshot() == first


@pytest.mark.usefixtures("seeded", "db")
def test_there_is_one_sign_in_for_each_role() -> None:
    assert {role for role, _, _ in SIGN_INS} == set(Role.values)
    for role, email, password in SIGN_INS:
        user = User.objects.get(email=email)
        assert (user.role, password) == (role, PASSWORD)
        assert user.check_password(password)
    assert Person.objects.get(user__email="patient@demo.example").courses.exists()


@pytest.mark.usefixtures("seeded", "db")
def test_the_published_cases_are_judged_as_their_files_are() -> None:
    for name, shown in NAMES.items():
        expected = assess(read_person(FOLDER / f"{name}.yaml"), Library()).to_json()
        found = assessment(Person.objects.get(family_name=shown), at=AT).to_json()
        assert found["staging"] == expected["staging"], name
        assert found["regulatory_trd"] == expected["regulatory_trd"], name
        assert [trial["adequate"] for trial in found["trials"]] == [trial["adequate"] for trial in expected["trials"]]


@pytest.mark.usefixtures("seeded", "db")
def test_there_is_someone_at_each_point_of_the_checklist() -> None:
    states = {}
    for family in (SIGNED, OUT_OF_DATE, OPEN, TOO_SHORT):
        label = label_of(Person.objects.get(family_name=family), at=AT)
        states[family] = label and label.state
    assert states == {SIGNED: "signed", OUT_OF_DATE: "out_of_date", OPEN: None, TOO_SHORT: None}
    clinician = User.objects.get(email="clinician@demo.example")
    days = by_day(open_for(clinician, at=AT), at=AT)
    assert (len(days.overdue), len(days.soon)) == (1, 1)
    short = assessment(Person.objects.get(family_name=TOO_SHORT), at=AT)
    assert short.regulatory.answer == "no"
