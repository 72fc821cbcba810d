"""What happened to a person is seen by those who treat them only (hazard H63), and own words are the person's (H64)."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.conftest import PASSWORD, sign_in
from tests.web.test_access import SIGNS_OUT, addresses
from tests.web.whole_record import write_whole_record

from solstice.content import Library
from solstice_web.accounts.access import Right, may
from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.formulations.actions import NotTheirOwnError, change_picture, save_gate, save_own_picture
from solstice_web.formulations.models import GateVersion, OwnPictureVersion
from solstice_web.formulations.own_words import OwnWordsError
from solstice_web.formulations.picture import Change
from solstice_web.formulations.queries import current_own_picture, formulated
from solstice_web.people.actions import open_in_emergency
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.person_file import person_file
from solstice_web.people.stale_edit import StaleEditError

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET = "kestrelsecret"
OWN = "quailsecret"
ADVERSITY = next(one for one in Library().factors.factors if one.id == "adversity")
TELLING = (SECRET, OWN, ADVERSITY.name, ADVERSITY.plain_name, "Something happened that still weighs")


@pytest.fixture
def told(person: Person, clinician: User, patient: User) -> Person:
    """A person whose gate was answered, whose picture has a private line, and who wrote their own words."""
    write_whole_record("plain", person=person, clinician=clinician, at=timezone.now())
    private = Change("add", str(uuid.uuid4()), SECRET, part="predisposing", sensitive=True)
    for revision, change in enumerate((private, Change("accept", "adversity")), start=5):
        change_picture(person=person, change=change, revision=revision, by=clinician, at=timezone.now())
    save_own_picture(person=person, told={"started": OWN}, revision=1, by=patient, at=timezone.now())
    return person


def another_clinician(email: str) -> User:
    return User.objects.create_user(email, PASSWORD, role=Role.CLINICIAN, name="Another")


def pages(client: Client, person: Person) -> dict[str, str]:
    """Every page of the product this client gets, with the person in the address."""
    found = {}
    for address in addresses():
        if address.name not in SIGNS_OUT:
            answer = client.get(address.path(person.pk))
            if answer.status_code == 200:
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                found[address.path(person.pk)] = body.decode(errors="replace")
    return found


def test_who_treats_sees_it(told: Person, client_for: ClientFor) -> None:
    page = client_for(Role.CLINICIAN).get(f"/clinic/people/{told.pk}/formulation/").content.decode()
    for telling in (SECRET, OWN, ADVERSITY.name):
        assert telling in page
    assert "Only for those who treat" in page


@pytest.mark.parametrize("how", ["emergency", "cover"])
def test_another_clinician_with_a_read_right_sees_nothing_of_it_on_any_page(told: Person, how: str) -> None:
    other = another_clinician("other@example.org")
    if how == "emergency":
        open_in_emergency(person=told, reason="called from the ward, lead on leave", by=other, at=timezone.now())
    else:
        CareTeamMember.objects.create(person=told, user=other, role=CareTeamMember.Part.COVER)
    assert may(other, Right.READ_RECORD, told)
    assert not may(other, Right.TREAT, told)
    client = sign_in(Client(), other)
    found = pages(client, told)
    assert f"/clinic/people/{told.pk}/formulation/" in found
    for path, text in found.items():
        for telling in TELLING:
            assert telling not in text, (path, telling)
    formulation = found[f"/clinic/people/{told.pk}/formulation/"]
    assert "Left out does not mean absent" in formulation
    assert 'id="m_trauma"' not in formulation
    for rest in ("interview/", "interview/7/"):
        assert client.get(f"/clinic/people/{told.pk}/{rest}").status_code == 404
    posted = client.post(
        f"/clinic/people/{told.pk}/formulation/save/",
        {"person": str(told.pk), "revision": "7", "do": "accept", "item": "debt"},
    )
    assert posted.status_code == 404


@pytest.mark.parametrize("role", [Role.SERVICE_LEAD, Role.ADMINISTRATOR, Role.PATIENT])
def test_no_other_role_sees_it_on_any_page(told: Person, client_for: ClientFor, role: str) -> None:
    for path, text in pages(client_for(role), told).items():
        for telling in TELLING:
            if telling == OWN and role == Role.PATIENT:
                continue  # what they gave themselves
            assert telling not in text, (path, telling)


def test_the_patient_sees_their_own_words_only(told: Person, client_for: ClientFor) -> None:
    client = client_for(Role.PATIENT)
    assert OWN in client.get("/picture/").content.decode()
    mine = client.get("/me/data/").content.decode()
    assert OWN in mine
    assert SECRET not in mine
    assert "gate" not in mine


def test_it_is_in_no_file_no_plan_and_no_event(told: Person) -> None:
    facts = person_file(told, timezone.now())
    assert facts.interview is not None
    assert facts.interview.trauma is None
    without = json.dumps(formulated(told, at=timezone.now(), treating=False).found.to_json()).casefold()
    assert "trauma" not in without
    assert "prefers_not" not in without
    for event in Event.objects.all().values():
        assert SECRET not in str(event)
        assert OWN not in str(event)


def test_the_gate_keeps_an_answer_and_a_day_and_has_no_place_for_more(
    person: Person, clinician: User, client_for: ClientFor
) -> None:
    save_gate(person=person, answer="prefers_not_to_say", revision=0, by=clinician, at=NOW)
    assert GateVersion.objects.get().told == {"answer": "prefers_not_to_say", "on": "2026-11-22"}
    with pytest.raises(StaleEditError):
        save_gate(person=person, answer="yes", revision=0, by=clinician, at=NOW)
    page = client_for(Role.CLINICIAN).get(f"/clinic/people/{person.pk}/interview/7/").content.decode()
    main = page.partition("<main")[2]
    assert "<textarea" not in main
    assert 'type="text"' not in main
    told = {"person": str(person.pk), "revision": "0", "answer": "yes", "what": SECRET}
    stale = client_for(Role.CLINICIAN).post(f"/clinic/people/{person.pk}/interview/7/", told)
    assert stale.status_code == 409
    assert "Prefers not to say" in stale.content.decode()
    assert GateVersion.objects.count() == 1
    client_for(Role.CLINICIAN).post(f"/clinic/people/{person.pk}/interview/7/", {**told, "revision": "1"})
    assert GateVersion.objects.get(revision=2).told["answer"] == "yes"
    assert SECRET not in str(GateVersion.objects.values_list("told"))


def test_only_the_person_writes_their_own_words(person: Person, clinician: User, patient: User) -> None:
    with pytest.raises(NotTheirOwnError):
        save_own_picture(person=person, told={"started": "x"}, revision=0, by=clinician, at=NOW)
    for wrong in ({"started": "x" * 4001}, {"else": "x"}, {"loop": ["x"] * 7}, {"loop": ["x" * 61]}):
        with pytest.raises(OwnWordsError) as refused:
            save_own_picture(person=person, told=wrong, revision=0, by=patient, at=NOW)
        assert "xxx" not in str(refused.value)
    assert not OwnPictureVersion.objects.exists()


def posted(client: Client, person: Person, **told: Any) -> Any:
    return client.post("/picture/", {"person": str(person.pk), "revision": "0", **told})


def test_a_person_writes_reads_and_draws(person: Person, client_for: ClientFor) -> None:
    client = client_for(Role.PATIENT)
    empty = client.get("/picture/").content.decode()
    assert "This is your view of it" in empty
    assert '<svg class="chart' not in empty
    saved = posted(client, person, started="A move", loop_1="Doing less", loop_2="Bad nights", loop_4="Being alone")
    assert saved.status_code == 302
    latest = current_own_picture(person)
    assert latest is not None
    assert latest.told == {"started": "A move", "loop": ["Doing less", "Bad nights", "Being alone"]}
    page = client.get("/picture/?saved").content.decode()
    assert "chart--loop" in page
    assert "A loop of 3 parts: “Doing less” leads to “Bad nights”, which leads to “Being alone”" in page
    assert "no-store" in client.get("/picture/")["Cache-Control"]


def test_moving_a_thing_up_saves_nothing_and_loses_nothing(person: Person, client_for: ClientFor) -> None:
    moved = posted(client_for(Role.PATIENT), person, helps="my dog", loop_1="one", loop_2="two", loop_3="three", up="2")
    page = moved.content.decode()
    assert page.index('value="two"') < page.index('value="one"')
    assert "my dog" in page
    assert "It is not saved yet" in page
    assert not OwnPictureVersion.objects.exists()


def test_two_phones_the_second_is_told(person: Person, client_for: ClientFor) -> None:
    client = client_for(Role.PATIENT)
    posted(client, person, started="from the first phone")
    stale = posted(client, person, started="from the second phone")
    assert stale.status_code == 409
    assert "from the first phone" in stale.content.decode()
    assert "from the second phone" in stale.content.decode()
    latest = current_own_picture(person)
    assert latest is not None
    assert latest.told == {"started": "from the first phone"}
    assert posted(client, person, started="from the first phone").status_code == 302
    assert OwnPictureVersion.objects.count() == 1


def test_what_is_too_long_is_said_beside_the_field_and_kept(person: Person, client_for: ClientFor) -> None:
    refused = posted(client_for(Role.PATIENT), person, started="s" * 4001, loop_1="n" * 61)
    assert refused.status_code == 422
    assert "s" * 4001 in refused.content.decode()
    assert "n" * 61 in refused.content.decode()
    assert refused.content.decode().count("Write it a bit shorter") >= 2
