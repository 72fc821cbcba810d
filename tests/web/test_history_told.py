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
