"""Outcomes of decisions: read from the record, learnt in shadow, and looked at group by group without naming anyone."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from solstice_web.accounts.models import Role, User
from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.plans.fairness import fairness
from solstice_web.plans.learning import clinic_model
from solstice_web.plans.models import Decision
from solstice_web.plans.outcomes import outcomes
from solstice_web.plans.queries import current_plan

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
DECIDED = AT - timedelta(weeks=20)


def answered(person: Person, on: date, total: float) -> None:
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    Response.objects.create(
        person=person,
        instrument="phq-9",
        instrument_version="1.0",
        status=Response.Status.COMPLETE,
        items=[],
        total=total,
        recorded_at=moment,
        received_at=moment,
        local_date=on,
        time_zone="UTC",
    )


def decided(person: Person, clinician: User, option: str, *, expected: float = 0.4) -> Decision:
    shown = {"id": option, "kind": "psychotherapy", "benefit": {"mean": expected}, "asks": {"weeks_to_judge": 6}}
    return Decision.objects.create(
        person=person,
        option=option,
        decision="accept",
        reason="A reason of ten letters.",
        by=clinician,
        at=DECIDED,
        plan_json={"options": [shown], "adjuncts": []},
        inputs_hash="0" * 64,
        content_version="x",
        model_version="x",
    )


def somebody(number: int, **more: str) -> Person:
    return Person.objects.create(
        pk=uuid.uuid5(uuid.NAMESPACE_OID, str(number)),
        given_name="A",
        family_name=str(number),
        birth_date=date(1960 + number % 40, 5, 1),
        time_zone="UTC",
        **more,
    )


def clinic(clinician: User, many: int) -> None:
    """`many` people with CBT and as many with activation; the latter change by 2 points more, women by 3 more."""
    day = DECIDED.date()
    for number in range(2 * many):
        person = somebody(number, sex="female" if number % 4 < 2 else "male")
        better = 3 + 2 * (number % 2) + (3 if person.sex == "female" else 0) + number % 3
        decided(person, clinician, ("cbt", "behavioural-activation")[number % 2])
        answered(person, day - timedelta(days=3), 20)
        answered(person, day + timedelta(weeks=7), 20 - better)


def test_an_outcome_is_the_first_answer_past_the_options_own_time(person: Person, clinician: User) -> None:
    decided(person, clinician, "cbt")
    day = DECIDED.date()
    answered(person, day - timedelta(days=40), 25)
    answered(person, day - timedelta(days=5), 21)
    answered(person, day + timedelta(weeks=3), 10)
    assert outcomes() == [], "three weeks are too early"
    answered(person, day + timedelta(weeks=7), 15)
    answered(person, day + timedelta(weeks=12), 3)
    (found,) = outcomes()
    assert (found.option, found.baseline, found.change, found.expected) == ("cbt", 21, 1.0, 0.4)


def test_without_an_answer_near_the_decision_there_is_no_outcome(person: Person, clinician: User) -> None:
    decided(person, clinician, "cbt")
    answered(person, DECIDED.date() - timedelta(days=40), 25)
    answered(person, DECIDED.date() + timedelta(weeks=7), 15)
    assert outcomes() == []


def test_few_outcomes_teach_nothing_and_some_are_shown_in_shadow(person: Person, clinician: User) -> None:
    clinic(clinician, 5)
    assert clinic_model(at=AT) is None
    assert all(option.clinic is None for option in current_plan(person, at=AT).plan.options)
    Decision.objects.all().delete()
    Response.objects.all().delete()
    Person.objects.exclude(pk=person.pk).delete()
    clinic(clinician, 25)
    before = current_plan(person, at=AT)
    activation = before.plan.get("behavioural-activation")
    assert activation is not None
    assert activation.clinic is not None
    assert activation.clinic.is_shadow
    assert activation.clinic.outcomes == 50
    assert activation.clinic.shift > 0
    assert activation.parts.clinic == 0.0


def test_groups_are_compared_and_small_ones_hidden(clinician: User) -> None:
    clinic(clinician, 20)
    somebody(99, sex="other")
    sex = next(one for one in fairness(since=DECIDED - timedelta(days=1)) if one.title == "Sex")
    found = {group.name: group for group in sex.groups}
    assert set(found) == {"Female", "Male"}
    women, men = found["Female"], found["Male"]
    assert women.decisions == men.decisions == 20
    assert women.gap is not None
    assert men.gap is not None
    assert women.gap == pytest.approx(-men.gap)
    assert women.gap - men.gap == pytest.approx(0.5, abs=0.1)
    ethnic = next(one for one in fairness(since=DECIDED) if one.title.startswith("Ethnic"))
    assert [group.name for group in ethnic.groups] == ["Not asked"]


def test_a_small_group_is_not_found_by_taking_the_others_from_the_whole(clinician: User) -> None:
    """Twenty women, twenty men and three others: with the whole of 43 in the next table, 20 and 20 gave the 3 away."""
    clinic(clinician, 20)
    for number in range(100, 103):
        decided(somebody(number, sex="other"), clinician, "cbt")
    by_title = {one.title: {group.name: group for group in one.groups} for one in fairness(since=DECIDED)}
    assert by_title["Language"]["en"].decisions == 43
    told = [group for group in by_title["Sex"].values() if group.decisions is not None]
    assert len(told) == 1
    assert 43 - (told[0].decisions or 0) >= 10
    assert [group.as_shown is None for group in by_title["Sex"].values()].count(True) == 2
    assert {group.outcomes for group in by_title["Sex"].values()} == {20, None}, "nobody of the three has an outcome"


def test_fewer_than_ten_are_not_told_apart(clinician: User) -> None:
    clinic(clinician, 4)
    for dimension in fairness(since=DECIDED):
        for group in dimension.groups:
            assert (group.decisions, group.gap, group.as_shown) == (None, None, None)


def test_the_page_is_for_the_service_and_names_nobody(client_for: ClientFor, clinician: User) -> None:
    clinic(clinician, 20)
    page = client_for(Role.SERVICE_LEAD).get("/service/fairness/").content.decode()
    assert "45 to 64" in page
    assert "A 7" not in page
    assert client_for(Role.CLINICIAN).get("/service/fairness/").status_code in (403, 404)


def test_a_person_says_how_they_describe_themselves_and_takes_it_back(client_for: ClientFor, person: Person) -> None:
    client = client_for(Role.PATIENT)
    for told, kept in (("mixed", "mixed"), ("martian", "mixed"), ("", "")):
        assert client.post("/me/about/", {"person": str(person.pk), "ethnic_group": told}).status_code == 302
        person.refresh_from_db()
        assert person.ethnic_group == kept
