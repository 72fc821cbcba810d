"""Letters: one click makes one, it stays as it went out, and it says what the page and the command say."""

import io
import uuid
from collections.abc import Callable

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from solstice.ledger import assess
from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.letters.models import IssuedLetter
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


def home(person: Person, below: str = "") -> str:
    return f"/clinic/people/{person.pk}/letter/{below}"


def sent(person: Person, **more: str) -> dict[str, str]:
    return {"person": str(person.pk), "id": str(uuid.uuid4()), "purpose": "referral", **more}


@pytest.fixture
def history(person: Person, clinician: User) -> None:
    for agent, weeks in (("sertraline", 9), ("venlafaxine", 8)):
        told = Told(
            {
                "kind": "medicine",
                "agent": agent,
                "dose": 150,
                "weeks_at_dose": weeks,
                "adherence": "good",
                "outcome": "no_response",
                "stopped_for": "inefficacy",
            },
            note="zebra-note",
        )
        add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=timezone.now())


@pytest.mark.usefixtures("history")
def test_one_click_gives_a_letter_that_agrees_with_the_ledger(client_for: ClientFor, person: Person) -> None:
    client = client_for("clinician")
    made = client.post(home(person), sent(person))
    assert made.status_code == 302
    text = client.get(f"{made['Location']}text/").content.decode()
    paper = client.get(f"{made['Location']}paper/")
    page = client.get(made["Location"]).content.decode()
    pdf = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    ledger = assess(person_file(person, timezone.now()), library())
    assert ledger.regulatory.answer == "yes"
    for shown in (" ".join(text.split()), page, " ".join(pdf.split())):
        assert "The regulatory definition of treatment-resistant depression is met." in shown
        assert "It rests on sertraline and venlafaxine." in shown
        assert "has not been signed" in shown
        assert "zebra-note" not in shown
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Content-Disposition"].startswith('attachment; filename="letter-')


def test_sent_twice_it_is_one_letter_with_one_event(client_for: ClientFor, person: Person) -> None:
    client, form = client_for("clinician"), sent(person)
    first, second = client.post(home(person), form), client.post(home(person), form)
    assert first["Location"] == second["Location"]
    assert IssuedLetter.objects.count() == 1
    assert Event.objects.filter(action="letter.issued").count() == 1


@pytest.mark.usefixtures("history")
def test_a_letter_stays_as_it_went_out(client_for: ClientFor, person: Person, clinician: User) -> None:
    client = client_for("clinician")
    address = client.post(home(person), sent(person, recipient="Dr Other\r\n\r\n Mood  service "))["Location"]
    before = client.get(f"{address}text/").content
    told = Told({"kind": "medicine", "agent": "mirtazapine", "outcome": "no_response"}, note="")
    add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=timezone.now())
    assert client.get(f"{address}text/").content == before
    assert b"Dr Other\nMood service\n" in before
    assert "Referral to Dr Other" in client.get(home(person)).content.decode()


def test_the_next_letter_remembers_sender_and_role(client_for: ClientFor, person: Person) -> None:
    client = client_for("clinician")
    client.post(home(person), sent(person, sender="Harbour Clinic", signed_name="Dr Moor", signed_role="Consultant"))
    page = client.get(home(person)).content.decode()
    assert all(words in page for words in ("Harbour Clinic", "Dr Moor", "Consultant"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": "advert"}, "Choose what it is for."),
        ({"recipient": "\n".join("abcdefghij")}, "Write at most 8 lines."),
        ({"opening": "x" * 2001}, "at most 2000 characters"),
        ({"id": "7"}, "Open this page anew."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    client_for: ClientFor, person: Person, wrong: dict[str, str], said: str
) -> None:
    answer = client_for("clinician").post(home(person), sent(person, request="Six infusions.") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "Six infusions." in page
    assert not IssuedLetter.objects.exists()


def test_another_persons_letter_is_not_there(client_for: ClientFor, person: Person, stranger: Person) -> None:
    client = client_for("clinician")
    address = client.post(home(person), sent(person))["Location"]
    letter_id = address.rstrip("/").rpartition("/")[2]
    for below in ("", "paper/", "text/"):
        assert client.get(home(stranger, f"{letter_id}/{below}")).status_code == 404
        assert client_for("patient").get(f"{address}{below}").status_code in (403, 404)
    assert client.post(home(person), sent(stranger)).status_code == 409
