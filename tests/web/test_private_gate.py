"""What the content marks private is seen by those who treat the person, and by the person; by nobody else, anywhere."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.conftest import sign_in
from tests.web.test_formulation_private import another_clinician, pages
from tests.web.whole_record import write_whole_record

from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.ledger.queries import assessment
from solstice_web.letters.queries import drafted
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.content import library
from solstice_web.measures.moment import Moment
from solstice_web.people.actions import open_in_emergency, save_facts
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.private import keeps_back, read_by
from solstice_web.people.queries import current_facts
from solstice_web.plans.queries import current_plan
from solstice_web.resistance.actions import NotSignableError, Said, answer_item, sign_label
from solstice_web.resistance.models import ItemAnswer, SignedLabel

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LISTED, GROUND = "complex ptsd kestrel", "quailground"
TOTAL = 73
MODERATOR = next(one for one in library().moderators.moderators if one.id == "childhood-trauma").reading
TELLING = (
    LISTED,
    "kestrel",
    GROUND,
    f"PCL-5 {TOTAL}",
    'id="measure-pcl-5"',
    'id="measure-pc-ptsd-5"',
    "There was trauma or loss in childhood",
    "PCL-5 reaches the usual cut-off",
    "childhood trauma",
    MODERATOR,
)


@pytest.fixture
def told(person: Person, clinician: User, patient: User) -> Person:
    """A person with every kind of private thing in the record, each with a value of its own."""
    write_whole_record("plain", person=person, clinician=clinician, at=timezone.now())
    tell(person, clinician, patient, at=timezone.now())
    return person


def tell(person: Person, clinician: User, patient: User, *, at: datetime) -> None:
    latest = current_facts(person)
    assert latest is not None
    facts = {**latest.facts, "conditions": ["type-2 diabetes", LISTED, "traumatic brain injury"]}
    facts["facts"] = {**facts.get("facts", {}), "childhood_trauma": True}
    save_facts(person=person, told=facts, revision=latest.revision, by=clinician, at=at)
    moment = Moment.at(at, person.time_zone)
    answers = [4] * 13 + [3] * 7
    record_answers(person=person, filled=Filled(Sheet(uuid.uuid4(), "pcl-5"), answers, moment), by=patient, at=at)
    screen = Filled(Sheet(uuid.uuid4(), "pc-ptsd-5"), [1] * 5, moment, gate=True)
    record_answers(person=person, filled=screen, by=patient, at=at)
    revision = ItemAnswer.objects.filter(person=person, item="comorbid").count()
    said = Said(uuid.uuid4(), "comorbid", "present", GROUND)
    answer_item(person=person, said=said, revision=revision, by=clinician, at=at)


def reader(person: Person, how: str) -> User:
    other = another_clinician("other@example.org")
    if how == "emergency":
        open_in_emergency(person=person, reason="called from the ward, lead on leave", by=other, at=timezone.now())
    else:
        CareTeamMember.objects.create(person=person, user=other, role=CareTeamMember.Part.COVER)
    return other


def test_who_treats_sees_each_of_them(told: Person, client_for: ClientFor) -> None:
    found = "".join(pages(client_for(Role.CLINICIAN), told).values())
    for telling in TELLING:
        assert telling in found, telling
    assert "Kept for those who treat." not in found


@pytest.mark.parametrize("how", ["emergency", "cover"])
def test_who_reads_without_treating_finds_none_of_them_on_any_page_or_file(told: Person, how: str) -> None:
    client = sign_in(Client(), reader(told, how))
    found = pages(client, told)
    home = f"/clinic/people/{told.pk}/"
    assert {f"{home}{place}" for place in ("", "measures/", "plan/", "history/versions/", "questions/")} <= found.keys()
    for path, text in found.items():
        about_the_person = str(told.pk) in path or path in {"/clinic/", "/clinic/alerts/", "/clinic/measures/"}
        for telling in TELLING if about_the_person else (LISTED, GROUND):
            assert telling not in text, (path, telling)
    for path in ("facts/", "measures/", "questions/"):
        assert "Kept for those who treat." in found[home + path]
    assert "traumatic brain injury" in found[f"{home}facts/"]
    assert client.get(f"{home}questions/9/").status_code == 404


@pytest.mark.parametrize("role", [Role.SERVICE_LEAD, Role.ADMINISTRATOR])
def test_no_other_role_finds_any(told: Person, client_for: ClientFor, role: str) -> None:
    for path, text in pages(client_for(role), told).items():
        for telling in (LISTED, "kestrel", GROUND, f"PCL-5 {TOTAL}"):
            assert telling not in text, (path, telling)


def test_the_person_has_their_own(told: Person, client_for: ClientFor) -> None:
    mine = client_for(Role.PATIENT).get("/me/data/").json()
    assert {"pcl-5", "pc-ptsd-5"} <= {one["instrument"] for one in mine["checks"]}
    assert TOTAL in {one["total"] for one in mine["checks"]}


def test_no_letter_and_no_event_holds_any(told: Person) -> None:
    letter = drafted(told, purpose="referral", parties=None, at=timezone.now())  # type: ignore[arg-type] # none named
    words = str(letter).casefold()
    for telling in (LISTED, "ptsd checklist", "childhood trauma", GROUND):
        assert telling not in words, telling
    for event in Event.objects.all().values():
        for telling in ("kestrel", GROUND, "childhood_trauma"):
            assert telling not in str(event)


def seen(person: Person, user: User) -> dict[str, Any]:
    """Everything computed, as this reader gets it."""
    with read_by(user):
        now = current_plan(person, at=NOW)
        return {"plan": now.plan.to_json(), "hash": now.inputs_hash, "ledger": assessment(person, at=NOW).to_json()}


def test_what_a_reader_gets_does_not_depend_on_what_is_private(person: Person, clinician: User, patient: User) -> None:
    """The numbers add up because they are worked out without it: with and without, the same to the last digit."""
    start = {"facts": {"living_alone": True}, "conditions": ["type-2 diabetes", "traumatic brain injury"]}
    save_facts(person=person, told=start, revision=0, by=clinician, at=NOW)
    cover = reader(person, "cover")
    CareTeamMember.objects.get_or_create(person=person, user=clinician, defaults={"role": CareTeamMember.Part.LEAD})
    before, whole_before = seen(person, cover), seen(person, clinician)
    tell(person, clinician, patient, at=NOW - timedelta(hours=1))
    ItemAnswer.objects.all().delete()  # an answer to the checklist is a clinician's own word, kept by its page
    assert seen(person, cover) == before
    assert seen(person, clinician) != whole_before
    for option in seen(person, cover)["plan"]["options"]:
        parts = option["parts"]
        rows = sum(row["value"] for row in parts["person"])
        told = parts["evidence"] + rows + (parts["clinic"] or 0) + parts["preference"]
        assert option["benefit"]["mean"] == pytest.approx(told, abs=0.006)


def test_a_reader_who_saves_facts_changes_nothing_of_it(told: Person) -> None:
    cover = reader(told, "cover")
    client = sign_in(Client(), cover)
    page = client.get(f"/clinic/people/{told.pk}/facts/").content.decode()
    match = re.search(r'name="revision" value="(\d+)"', page)
    assert match is not None
    form = {"person": str(told.pk), "revision": match[1], "living_alone": "yes", "childhood_trauma": "no"}
    saved = client.post(f"/clinic/people/{told.pk}/facts/", form)
    assert saved.status_code == 302
    latest = current_facts(told)
    assert latest is not None
    assert latest.facts["facts"] == {"living_alone": True, "childhood_trauma": True}
    assert latest.facts["conditions"] == [LISTED]
    stale = client.post(f"/clinic/people/{told.pk}/facts/", {**form, "living_alone": "no"})
    assert stale.status_code == 409
    for telling in TELLING:
        assert telling not in stale.content.decode()


def test_the_label_is_signed_by_someone_who_treats_and_holds_the_same_for_everyone(told: Person) -> None:
    cover = reader(told, "cover")
    with read_by(cover), pytest.raises(NotSignableError) as refused:
        sign_label(person=told, label_id=uuid.uuid4(), shown="", by=cover, at=timezone.now())
    assert "someone who treats" in refused.value.reasons[0]
    assert not SignedLabel.objects.filter(signed_by=cover).exists()


def test_nobody_is_not_a_treating_clinician(person: Person, clinician: User, patient: User) -> None:
    CareTeamMember.objects.get_or_create(person=person, user=clinician, defaults={"role": CareTeamMember.Part.LEAD})
    assert not keeps_back(person)
    for user, hidden in ((clinician, False), (patient, False), (None, True), (another_clinician("x@e.org"), True)):
        with read_by(user):
            assert keeps_back(person) is hidden
    with read_by(clinician):
        CareTeamMember.objects.filter(person=person).update(ended_at=timezone.now() - timedelta(days=1))
        assert keeps_back(person)
