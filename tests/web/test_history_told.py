"""What the pages say where nothing, no date, no number or several wrong things were told."""

import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.told import Told
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


@pytest.fixture
def desk(client_for: ClientFor) -> Client:
    return client_for(Role.CLINICIAN)


def words(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def tell(person: Person, clinician: User, **facts: Any) -> TrialRow:
    told = Told({"kind": "medicine", **facts})
    return add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=timezone.now())


def test_a_history_nobody_told_is_no_answer_on_the_page(desk: Client, person: Person) -> None:
    page = words(desk.get(f"/clinic/people/{person.pk}/history/"))
    assert "Nothing is written down yet, so nothing can be said." in page
    assert "Stages and definitions stand here once a treatment is written down." in page
    assert "Failed adequate trials" not in page
    assert "Regulatory definition of treatment resistance No" not in page


def test_at_least_two_unnamed_read_as_or_more_on_the_page(desk: Client, person: Person, clinician: User) -> None:
    whole = {"dose": 100, "weeks_at_dose": 8, "adherence": "good", "outcome": "no_response"}
    tell(person, clinician, agent="sertraline", **whole)
    tell(person, clinician, count={"at_least": 2}, outcome="no_response")
    page = words(desk.get(f"/clinic/people/{person.pk}/history/"))
    sentence = (
        "Failed adequate trials: 1 or more in this episode, 1 or more over the lifetime; how many more is not known."
    )
    assert sentence in page
    assert "Massachusetts General Hospital staging 1 or more how many more is not known" in page
    assert not re.search(r"\bto (?:4\d|6\d)\b", page), "the number of medicines in the library is nobody's history"


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ([], "Nothing is written down yet. Treatments, measures and events appear here once there are any."),
        (
            [None],
            "1 treatment is written down, without a date: see the table. A picture appears here once a date is known.",
        ),
        ([None, None], "2 treatments are written down, without a date: see the table."),
        (["2024", None], "2 treatments are written down. 1 without a date is in the table only."),
    ],
)
def test_the_line_of_time_says_once_why_there_is_no_picture(
    desk: Client, person: Person, clinician: User, dates: list[str | None], said: str
) -> None:
    for date in dates:
        tell(person, clinician, agent="sertraline", started=date)
    page = words(desk.get(f"/clinic/people/{person.pk}/"))
    assert said in page
    assert page.count("appear here once there are any") == (0 if dates else 1)
    assert "PHQ-9" not in page.partition("Treatments and measures over time")[2].partition("Latest measures")[0]


def test_every_fault_is_said_at_once_and_named(desk: Client, person: Person) -> None:
    """A date in the future does not wait until the other faults are put right."""
    told = {
        "person": str(person.pk),
        "id": str(uuid.uuid4()),
        "revision": "0",
        "kind": "medicine",
        "agent": "Sertraline",
    }
    wrong = {"started": "2199", "ended": "2019", "weeks_at_dose": "-3", "note": "x" * 5001}
    always = {"in_episode": "yes", "told_by": "clinician", "checked": "no"}
    refused = desk.post(f"/clinic/people/{person.pk}/history/new/", {**told, **always, **wrong})
    page = words(refused)
    assert refused.status_code == 400
    for line in (
        "Started: This lies in the future",
        "Ended: The trial ends before it starts",
        "Weeks at that dose: Write a number",
        "Note: Write at most 5000 characters; these are 5001",
    ):
        assert line in page
    assert not TrialRow.objects.exists()


# ----------------------------------------------------------------------------------------- on the phone of the person


def answer(phone: Client, person: Person, row: TrialRow, question: str, typed: str) -> Any:
    row.refresh_from_db()
    given = {"person": str(person.pk), "revision": str(row.revision), "words": typed}
    return phone.post(f"/before/{row.pk}/{question}/", given)


@pytest.fixture
def begun(client_for: ClientFor, person: Person, patient: User) -> tuple[Client, TrialRow]:
    told = Told({"kind": "medicine", "in_episode": "unknown"}, told_by="patient")
    row = add_trial(person=person, row_id=uuid.uuid4(), told=told, by=patient, at=timezone.now())
    return client_for(Role.PATIENT), row


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1850", "This is before you were born. Please check the year."),
        ("March 1979", "This is before you were born. Please check the year."),
        ("2199", "This day has not come yet."),
        ("tomorrow", "This day has not come yet."),
        ("in three years", "This day has not come yet."),
        ("next month", "This day has not come yet."),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_the_question_and_kept(
    begun: tuple[Client, TrialRow], person: Person, typed: str, said: str
) -> None:
    phone, row = begun
    refused = answer(phone, person, row, "when", typed)
    assert refused.status_code == 422
    assert said in words(refused)
    assert f'value="{typed}"' in refused.content.decode()
    row.refresh_from_db()
    assert "started" not in row.facts


@pytest.mark.parametrize("typed", ["1979", "in my teenage years", "before I was ten", "the next town", "2 years ago"])
def test_a_time_that_may_be_is_kept_as_it_was_said(begun: tuple[Client, TrialRow], person: Person, typed: str) -> None:
    phone, row = begun
    assert answer(phone, person, row, "when", typed).status_code == 302
    row.refresh_from_db()
    assert row.said["when"] == typed


def test_a_unit_that_was_typed_is_not_said_twice(begun: tuple[Client, TrialRow], person: Person) -> None:
    phone, row = begun
    assert answer(phone, person, row, "name", "sertraline").status_code == 302
    asked = answer(phone, person, row, "dose", "5000 mg")
    assert asked.status_code == 422
    assert "5000 mg is a lot more than most people take." in words(asked)


def test_a_start_before_birth_is_said_beside_the_clinicians_field(desk: Client, person: Person) -> None:
    told = {
        "person": str(person.pk),
        "id": str(uuid.uuid4()),
        "revision": "0",
        "kind": "medicine",
        "agent": "Sertraline",
    }
    always = {"in_episode": "yes", "told_by": "clinician", "checked": "no", "started": "1961"}
    refused = desk.post(f"/clinic/people/{person.pk}/history/new/", {**told, **always})
    assert refused.status_code == 400
    assert "Started: This lies before the person was born; check the year." in words(refused)


# ------------------------------------------------------------------------------------------- the words of other forms


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        ("measures/", {"rater": "😀" * 5000, "total": "20"}, "Write at most 120 characters; these are 5000."),
        ("measures/", {"year": "1850", "total": "20"}, "Check the year: write 1890 or a later one."),
        ("facts/", {"months": "-5"}, "Give 0 or more."),
        ("facts/", {"months": "99999"}, "Give 1200 or less."),
        ("letter/", {"request": "😀" * 5000}, "Write at most 2000 characters; these are 5000."),
    ],
)
def test_every_form_says_what_would_be_right(
    desk: Client, person: Person, place: str, typed: dict[str, str], said: str
) -> None:
    always = {"person": str(person.pk), "revision": "0", "id": str(uuid.uuid4()), "instrument": "madrs"}
    always |= {"day": "1", "month": "11", "year": "2020", "purpose": "referral"}
    refused = desk.post(f"/clinic/people/{person.pk}/{place}", {**always, **typed})
    page = words(refused)
    assert refused.status_code == 400
    assert said in page
    assert "Ensure this value" not in page
    assert html.escape(next(iter(typed.values()))) in refused.content.decode(), "nothing typed is lost"


def test_a_note_of_the_interview_is_never_lost_and_its_fault_stands_beside_it(desk: Client, person: Person) -> None:
    """A note without an answer has no place to be kept in: it is asked for, and what was typed stays."""
    section = f"/clinic/people/{person.pk}/interview/5/"
    told = {"person": str(person.pk), "revision": "0"}
    alone = desk.post(section, {**told, "note_debt": "court in May"})
    assert alone.status_code == 400
    assert "A note is given. Choose an answer to keep it with, or empty the note." in words(alone)
    assert 'value="court in May"' in alone.content.decode()
    long = desk.post(section, {**told, "debt": "yes", "note_debt": "x" * 1001})
    assert long.status_code == 400
    assert 'id="id_note_debt_error"' in long.content.decode()
    assert "x" * 1001 in long.content.decode()
