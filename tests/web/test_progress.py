"""The caseload shows who needs someone now, in words, in a constant number of queries."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from solstice_web.accounts.models import User
from solstice_web.alerts.actions import acknowledge
from solstice_web.alerts.models import Alert
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.progress.actions import refresh_standing
from solstice_web.progress.models import Need, Standing
from solstice_web.progress.queries import caseload, review_for, series_for
from solstice_web.progress.timeline import timeline

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def measure(person: Person, total: int | None, at: datetime = AT, risk: int = 0) -> None:
    items = [None] * 8 if total is None else [min(3, max(0, total - 3 * index)) for index in range(8)]
    for name, told in (("phq-9", [*items, risk]), ("gad-7", [1] * 7)):
        filled = Filled(Sheet(uuid.uuid4(), name), told, Moment.at(at, "Europe/Tallinn"))
        record_answers(person=person, filled=filled, by=None, at=at)


@pytest.fixture
def admit(clinician: User) -> Callable[[str], Person]:
    def make(name: str) -> Person:
        person = Person.objects.create(
            given_name="Test", family_name=name, invented=True, created_at=AT - timedelta(days=200)
        )
        CareTeamMember.objects.create(person=person, user=clinician, since=person.created_at)
        return person

    return make


def test_who_needs_someone_now_comes_first(admit: Callable[[str], Person], clinician: User) -> None:
    weeks = AT - timedelta(weeks=8)
    steady, overdue, worse, seen, today, now = (
        admit(name) for name in ("steady", "overdue", "worse", "seen", "today", "now")
    )
    measure(steady, 20, weeks), measure(steady, 6)
    measure(overdue, 20, weeks), measure(overdue, 6, AT - timedelta(days=12))
    measure(worse, 10, weeks), measure(worse, 22)
    for person, risk in ((seen, 2), (today, 2), (now, 3)):
        measure(person, 20, AT, risk)
    alert = Alert.objects.get(person=seen)
    acknowledge(person=seen, alert_id=alert.pk, revision=1, by=clinician, at=AT)
    fresh = admit("fresh")
    found = caseload(clinician, at=AT)
    assert [(row.person, row.need) for row in found.rows] == [
        (now, Need.ALERT_NOW),
        (today, Need.ALERT_TODAY),
        (seen, Need.FOLLOW_UP),
        (worse, Need.WORSE),
        (overdue, Need.OVERDUE),
        (fresh, Need.NEW),
        (steady, Need.STEADY),
    ]
    assert "item 9" in found.rows[0].reason
    assert "5 days overdue" in found.rows[4].reason
    assert "PHQ-9 22" in found.rows[3].reason


def test_an_alert_nobody_saw_in_time_is_late(admit: Callable[[str], Person], clinician: User) -> None:
    measure(admit("now"), 20, AT, 3)
    assert not caseload(clinician, at=AT).rows[0].late
    assert caseload(clinician, at=AT + timedelta(hours=1)).rows[0].late


def test_three_queries_whatever_the_size(
    admit: Callable[[str], Person], clinician: User, stranger: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert caseload(clinician, at=AT).people == 0
    for index in range(60):
        refresh_standing(admit(f"person {index}"), at=AT)
    with django_assert_num_queries(3):
        found = caseload(clinician, at=AT, page=2)
        assert [row.reason for row in found.rows]
    assert (found.people, found.pages, len(found.rows)) == (60, 2, 10)
    assert stranger not in [row.person for row in found.rows]
    assert caseload(clinician, at=AT, page=99).page == 2


def test_who_left_the_team_sees_no_one(admit: Callable[[str], Person], clinician: User) -> None:
    admit("gone")
    CareTeamMember.objects.update(ended_at=AT)
    assert caseload(clinician, at=AT).rows == ()


def test_a_standing_holds_nothing_that_cannot_be_rebuilt(admit: Callable[[str], Person]) -> None:
    person = admit("one")
    measure(person, 20, AT - timedelta(weeks=3))
    measure(person, 12)
    kept = Standing.objects.values().get()
    Standing.objects.all().delete()
    refresh_standing(person, at=AT)
    assert Standing.objects.values().get() == kept
    assert (kept["phq9_first"], kept["phq9_total"], kept["next_due_on"]) == (20, 12, date(2026, 11, 27))


def test_a_measure_without_a_score_is_a_gap(admit: Callable[[str], Person]) -> None:
    person = admit("gap")
    measure(person, 18, AT - timedelta(weeks=2))
    measure(person, None, AT - timedelta(weeks=1))
    series = series_for(person, "phq-9", at=AT)
    assert [total for _, total in series.scored] == [18]
    assert series.gaps == (date(2026, 11, 13),)
    found = review_for(person, at=AT)
    assert found is not None
    assert found.current == 18


def test_the_timeline_holds_trials_curves_and_what_happened(
    admit: Callable[[str], Person], clinician: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    person = admit("line")
    for agent, at in (("sertraline", AT), ("hypericum", AT + timedelta(seconds=1))):
        told = Told({"kind": "medicine", "agent": agent, "started": "2025"})
        add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=at)
    measure(person, 20, AT, 2)
    with django_assert_max_num_queries(13):
        data = timeline(person, at=AT)
    assert [lane.label for lane in data.lanes] == ["Sertraline", "Hypericum"]
    assert [lane.state for lane in data.lanes] == ["cannot_tell", "cannot_tell"]
    assert [curve.name for curve in data.curves] == ["PHQ-9", "GAD-7"]
    assert [moment.kind for moment in data.moments] == ["alert"]
