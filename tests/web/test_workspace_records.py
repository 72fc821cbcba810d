"""Facts, safety plans and totals: three values, no lost words, no overwriting; a fault is shown as a fault."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.measures.models import Response
from solstice_web.people.actions import save_facts, save_safety_plan
from solstice_web.people.models import FactsVersion, Person, SafetyPlanVersion
from solstice_web.people.person_file import person_file
from solstice_web.people.queries import current_facts, current_safety_plan
from solstice_web.workspace import person as person_module
from solstice_web.workspace.facts_form import LIFE_FACTS, SAFETY_FACTS

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
SCRIPT = "<script>alert(1)</script>"


def home(person: Person, below: str = "") -> str:
    return f"/clinic/people/{person.pk}/{below}"


def facts_form(person: Person, **more: Any) -> dict[str, Any]:
    return {"person": str(person.pk), "revision": 0, **more}


def test_not_known_is_absent_and_no_is_no(client_for: ClientFor, person: Person):
    form = facts_form(person, bipolarity="no", pregnancy="yes", seizure_history="", psychosis="no", started="2024-03")
    assert client_for("clinician").post(home(person, "facts/"), form).status_code == 302
    facts = person_file(person, timezone.now())
    assert (facts.facts.bipolarity, facts.facts.pregnancy, facts.facts.seizure_history) == (False, True, None)
    assert facts.episode.psychosis is False
    assert str(facts.episode.started) == "2024-03"
    assert facts.conditions is None, "nobody asked, which is not the same as none"


def test_every_fact_comes_back_as_it_was_saved(client_for: ClientFor, person: Person):
    client = client_for("clinician")
    told = {name: ("yes", "no")[index % 2] for index, name in enumerate((*SAFETY_FACTS, *LIFE_FACTS))}
    form = facts_form(person, **told, conditions_asked="yes", family_asked="yes", hours_per_week="2.5", likes=["group"])
    client.post(home(person, "facts/"), form)
    first = current_facts(person)
    page = client.get(home(person, "facts/")).content.decode()
    for name, value in told.items():
        assert f'name="{name}" value="{value}" checked' in page, name
    assert first is not None
    assert first.facts["conditions"] == []
    client.post(home(person, "facts/"), {**form, "revision": 1})
    second = current_facts(person)
    assert second is not None
    assert second.facts == first.facts


def test_answers_of_other_pages_survive_a_save_of_the_facts(client_for: ClientFor, person: Person, clinician: User):
    before = {
        "pseudo_resistance": {"nonadherence": "ruled_out"},
        "episode": {"severity_at_least": "moderate"},
        "preferences": {"likes": ["tms"]},
    }
    save_facts(person=person, told=before, revision=0, by=clinician, at=timezone.now())
    client_for("clinician").post(home(person, "facts/"), facts_form(person, revision=1, bipolarity="no"))
    latest = current_facts(person)
    assert latest is not None
    assert latest.facts["pseudo_resistance"] == {"nonadherence": "ruled_out"}
    assert latest.facts["episode"] == {"severity_at_least": "moderate"}
    assert latest.facts["preferences"] == {"likes": ["tms"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"started": "last spring"}, "Write a year, a month or a day"),
        ({"started": "2024", "months": "3"}, "not both"),
        ({"months": "-1"}, "Give 0 or more."),
        ({"previous_episodes": "many"}, "whole number"),
        ({"likes": ["group"], "avoids": ["group"]}, "both liked and avoided"),
        ({"suicide_risk": "none at all"}, "not one of the available choices"),
        ({"started": "2999"}, "This has not come yet."),
    ],
)
def test_wrong_facts_are_said_and_nothing_typed_is_lost(
    client_for: ClientFor, person: Person, change: dict[str, Any], said: str
):
    form = facts_form(person, other_conditions="hypothyroidism", **change)
    answer = client_for("clinician").post(home(person, "facts/"), form)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert "hypothyroidism" in page
    assert not FactsVersion.objects.exists()


def test_the_second_of_two_people_sees_both_texts_and_decides(client_for: ClientFor, person: Person, clinician: User):
    client = client_for("clinician")
    save_facts(person=person, told={"facts": {"pregnancy": True}}, revision=0, by=clinician, at=timezone.now())
    mine = facts_form(person, revision=0, pregnancy="no", living_alone="yes", other_conditions=SCRIPT)
    answer = client.post(home(person, "facts/"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone else saved the facts meanwhile" in page
    assert SCRIPT not in page
    row = page.split("The person is pregnant")[1].split("</tr>")[0]
    assert ">Yes<" in row
    assert ">No<" in row
    assert FactsVersion.objects.count() == 1
    again = client.post(home(person, "facts/"), {**mine, "revision": 1, "again": "yes"})
    assert again.status_code == 200
    assert FactsVersion.objects.count() == 1
    assert client.post(home(person, "facts/"), {**mine, "revision": 1, "on_top": "yes"}).status_code == 302
    latest = current_facts(person)
    assert latest is not None
    assert latest.facts["facts"] == {"pregnancy": False, "living_alone": True}


def test_a_safety_plan_is_never_overwritten_unseen(client_for: ClientFor, person: Person, patient: User):
    client, at = client_for("clinician"), timezone.now()
    mine = {"person": str(person.pk), "revision": 0, "people_I_can_ask_for_help": "Mari, 5550101"}
    assert client.post(home(person, "safety-plan/"), mine).status_code == 302
    theirs = {"people_I_can_ask_for_help": "Ott, 5550199"}
    save_safety_plan(person=person, told=theirs, revision=1, by=patient, at=at)
    stale = {**mine, "revision": 1, "reasons_that_matter": "My garden"}
    answer = client.post(home(person, "safety-plan/"), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.index("Ott, 5550199") < page.index("Mari, 5550101")
    assert 'name="reasons_that_matter" value="My garden"' in page
    latest = current_safety_plan(person)
    assert latest is not None
    assert latest.parts == theirs
    assert client.post(home(person, "safety-plan/"), {**stale, "revision": 2}).status_code == 302
    assert SafetyPlanVersion.objects.count() == 3
    assert "Ott, 5550199" in client.get(home(person, "safety-plan/?version=2")).content.decode()


@pytest.mark.parametrize("below", ["facts/", "safety-plan/", "measures/", "invite/"])
def test_forms_of_another_person_change_nothing(client_for: ClientFor, person: Person, below: str):
    client = client_for("clinician")
    assert (
        f'name="person" value="{person.pk}"' in client.get(home(person, below)).content.decode() or below == "invite/"
    )
    for wrong in (str(uuid.uuid4()), "", "none"):
        assert client.post(home(person, below), {"person": wrong, "revision": 0}).status_code == 409
    assert not FactsVersion.objects.exists()
    assert not SafetyPlanVersion.objects.exists()
    assert not Response.objects.exists()


def total_form(person: Person, **more: Any) -> dict[str, Any]:
    today = timezone.now() - timedelta(days=2)
    when = {"day": today.day, "month": today.month, "year": today.year}
    start = {"person": str(person.pk), "id": str(uuid.uuid4()), "instrument": "madrs", "total": "31", "rater": "Dr R"}
    return {**start, **when, **more}


def test_a_total_is_kept_with_rater_and_day_once(client_for: ClientFor, person: Person):
    client, form = client_for("clinician"), total_form(person)
    for _ in range(2):
        assert client.post(home(person, "measures/"), form).status_code == 302
    kept = Response.objects.get()
    assert (kept.instrument, kept.total, kept.rater) == ("madrs", 31, "Dr R")
    assert kept.local_date == (timezone.now() - timedelta(days=2)).date()
    page = client.get(home(person, "measures/")).content.decode()
    assert "MADRS 31" in page or "31" in page.split("MADRS, the latest first")[1]
    assert "Dr R" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"total": "61"}, "Write a whole number from 0 to 60."),
        ({"total": "12.5"}, "Write a whole number from 0 to 60."),
        ({"total": "nan"}, "Write the total as a number."),
        ({"total": ""}, "Write the total."),
        ({"instrument": "phq-9"}, "Choose a scale from the list."),
        ({"rater": " "}, "Choose who rated, or write the name."),
        ({"day": "31", "month": "2"}, "There is no such day."),
        ({"day": "²", "month": "2"}, "Write day, month and year in numbers"),
        ({"year": "2199"}, "This day has not come yet."),
    ],
)
def test_wrong_totals_are_said_beside_the_field(
    client_for: ClientFor, person: Person, change: dict[str, str], said: str
):
    answer = client_for("clinician").post(home(person, "measures/"), total_form(person, **change))
    assert answer.status_code == 400
    assert answer.content.decode().count(said) == 2
    assert not Response.objects.exists()


def test_what_could_not_be_scored_says_why(client_for: ClientFor, person: Person, clinician: User):
    from solstice_web.measures.actions import Filled, Sheet, record_answers
    from solstice_web.measures.moment import Moment

    at = timezone.now()
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), (1, None, None, None, 1, 1, 1, 1, 0), Moment.at(at, person.time_zone))
    record_answers(person=person, filled=filled, by=clinician, at=at)
    page = client_for("clinician").get(home(person, "measures/")).content.decode()
    assert "Not scored: 3 of 9 items unanswered" in page
    assert "Not scored" in client_for("clinician").get(home(person)).content.decode()


def test_a_fault_of_the_engine_is_shown_as_a_fault(
    client_for: ClientFor, person: Person, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: Any, **__: Any) -> None:
        raise ArithmeticError("injected")

    monkeypatch.setattr(person_module, "timeline", broken)
    answer = client_for("clinician").get(home(person))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This is a fault of the program" in page
    assert "injected" not in page
    assert "As expected" not in page
    assert "Nothing is waiting" not in page


def test_the_person_page_needs_no_more_queries_for_a_longer_record(
    client_for: ClientFor, person: Person, clinician: User
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from solstice_web.measures.actions import Filled, Sheet, record_answers
    from solstice_web.measures.moment import Moment

    client = client_for("clinician")

    def measured(weeks: int) -> int:
        at = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(weeks=weeks)
        items = (1,) * 8 + (0,)
        filled = Filled(Sheet(uuid.uuid4(), "phq-9"), items, Moment.at(at, person.time_zone))
        record_answers(person=person, filled=filled, by=clinician, at=at)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(home(person)).status_code == 200
        return len(seen)

    measured(1)
    few = measured(2)
    for weeks in range(3, 12):
        many = measured(weeks)
    assert many == few


def test_pages_are_titled_without_a_word_of_illness(client_for: ClientFor, person: Person):
    client = client_for("clinician")
    for below in ("", "facts/", "measures/", "safety-plan/", "invite/"):
        page = client.get(home(person, below)).content.decode()
        title = page.split("<title>")[1].split("</title>")[0]
        assert not any(word in title.lower() for word in ("depress", "phq", "therapy", "risk", "ada", "invented")), (
            title
        )
        assert client.get(home(person, below)).headers["Cache-Control"] == "no-store"
