"""The clinician's editor: dates in words, slips asked about, what the person said, and the check against something."""

import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.ledger.actions import add_trial, tell
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.told import Told
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
EMOJI = "😀" * 5000


@pytest.fixture
def desk(client_for: ClientFor) -> Client:
    return client_for(Role.CLINICIAN)


def words(response: Any) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def at(person: Person, rest: str = "") -> str:
    return f"/clinic/people/{person.pk}/history/{rest}"


def form(person: Person, **changes: str) -> dict[str, str]:
    told = {"person": str(person.pk), "id": str(uuid.uuid4()), "revision": "0", "agent": "Sertraline", "dose": "150"}
    return {**told, "in_episode": "yes", "told_by": "clinician", "checked": "no", **changes}


def told_by_the_person(person: Person, patient: User, **said: str) -> TrialRow:
    now = timezone.now()
    row = add_trial(
        person=person,
        row_id=uuid.uuid4(),
        told=Told({"kind": "medicine", "in_episode": "unknown"}, told_by="patient"),
        by=patient,
        at=now,
    )
    for question, answer in said.items():
        row = tell(
            person=person,
            row_id=row.pk,
            revision=row.revision,
            question=question,
            words=answer,
            by=patient,
            at=now,
        )
    return row


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("spring 2021", "2021-spring-north"),
        ("3/2021", "2021-03"),
        ("May 2020", "2020-05"),
        ("about 2019", "about 2019"),
        ("late 2019", {"about": "late 2019", "between": ["2019-07", "2019-12"]}),
        ("after the move in 2015", {"about": "after the move in 2015", "between": ["2015", "2015"]}),
        ("17 April 2021", "2021-04-17"),
    ],
)
def test_a_date_is_written_in_one_line_and_shown_as_it_can_be_written_again(
    desk: Client, person: Person, typed: str, stored: Any
) -> None:
    assert desk.post(at(person, "new/"), form(person, started=typed)).status_code == 302
    row = TrialRow.objects.get()
    assert row.facts["started"] == stored
    page = desk.get(at(person, f"{row.pk}/")).content.decode()
    shown = re.search(r'id="id_started"[^>]*value="([^"]*)"', page)
    assert shown
    again = form(person, started=html.unescape(shown[1]), revision="1", kind="medicine")
    assert desk.post(at(person, f"{row.pk}/"), again).status_code == 302
    row.refresh_from_db()
    assert row.facts["started"] == stored


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"started": "2199"}, "started", "This lies in the future"),
        ({"ended": "May 2199"}, "ended", "This lies in the future"),
        ({"started": "2022", "ended": "2020"}, "ended", "The trial ends before it starts"),
        ({"started": "4/5/2021"}, "started", "Day or month first?"),
        ({"dose": "5000"}, "dose", "5000 is far above what Sertraline is given at (200 mg/day at most)"),
        ({"dose": "5000000"}, "dose", "Write a number"),
        ({"agent": "Wonderdrug", "kind": "medicine"}, "agent", "is not in the library: it is recorded and asked about"),
        ({"agent": EMOJI, "kind": "medicine"}, "agent", "Write at most 120 characters; these are 5000"),
        ({"started": EMOJI}, "started", "Write at most 120 letters"),
        ({"note": EMOJI + "!"}, "note", "Write at most 5000 characters; these are 5001"),
        ({"dose": EMOJI}, "dose", "Write a number"),
        ({"protocol": EMOJI, "kind": "tms", "agent": ""}, "protocol", "Write at most 60 characters"),
    ],
)
def test_bad_input_is_said_beside_its_field_linked_from_the_top_and_kept(
    desk: Client, person: Person, changes: dict[str, str], field: str, said: str
) -> None:
    refused = desk.post(at(person, "new/"), form(person, **{"note": "kept words", **changes}))
    page = refused.content.decode()
    assert refused.status_code == 400
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}-error"' in page
    assert said in words(refused)
    for typed in ("kept words", *changes.values()):
        assert html.escape(typed) in page or (typed == "kept words" and "note" in changes)
    assert not TrialRow.objects.exists()


def test_five_thousand_characters_of_emoji_in_the_note_are_kept_whole(desk: Client, person: Person) -> None:
    assert desk.post(at(person, "new/"), form(person, note=EMOJI)).status_code == 302
    assert TrialRow.objects.get().note == EMOJI


def test_what_is_right_as_it_stands_is_saved_on_purpose(desk: Client, person: Person) -> None:
    told = form(person, agent="Wonderdrug", kind="medicine", dose="9000")
    asked = desk.post(at(person, "new/"), told)
    accepts = re.search(r'name="sure" value="([^"]+)"', asked.content.decode())
    assert accepts
    assert accepts[1] == "dose unlisted"
    assert desk.post(at(person, "new/"), {**told, "sure": "dose"}).status_code == 400
    assert desk.post(at(person, "new/"), {**told, "sure": accepts[1]}).status_code == 302
    assert "recorded, asked about, not counted" in words(desk.get(at(person)))
    row = TrialRow.objects.get()
    same = form(person, agent="Wonderdrug", kind="medicine", dose="9000", revision="1", outcome="worse")
    assert desk.post(at(person, f"{row.pk}/"), same).status_code == 302, "what was accepted is not asked again"


def test_a_double_is_asked_about_and_added_on_purpose(desk: Client, person: Person) -> None:
    first = form(person, started="2020", ended="2020")
    for _ in range(2):
        assert desk.post(at(person, "new/"), first).status_code == 302, "the same form sent twice is no double"
    assert TrialRow.objects.count() == 1
    again = desk.post(at(person, "new/"), form(person))
    assert "Sertraline is on the list already" in words(again)
    assert desk.post(at(person, "new/"), form(person, started="2023")).status_code == 302, "the dates keep them apart"
    assert desk.post(at(person, "new/"), form(person, sure="twice")).status_code == 302
    assert TrialRow.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("Zoloft", {"kind": "medicine", "agent": "sertraline"}),
        ("lithium", {"kind": "augmentation", "agent": "lithium"}),
        ("Cognitive behavioural therapy", {"kind": "psychotherapy", "agent": "cbt"}),
        ("ECT", {"kind": "ect"}),
        ("esketamine", {"kind": "esketamine"}),
        ("an SSRI", {"kind": "medicine", "agent_class": "SSRI"}),
    ],
)
def test_a_name_says_its_kind(desk: Client, person: Person, typed: str, facts: dict[str, str]) -> None:
    assert desk.post(at(person, "new/"), form(person, agent=typed, dose="")).status_code == 302
    assert TrialRow.objects.get().facts == {**facts, "in_episode": True}


def test_a_misspelt_name_offers_what_may_be_meant_also_without_script(desk: Client, person: Person) -> None:
    told = form(person, agent="sertralin", kind="medicine")
    asked = desk.post(at(person, "new/"), told)
    assert 'name="use" value="Sertraline"' in asked.content.decode()
    assert desk.post(at(person, "new/"), {**told, "use": "Sertraline"}).status_code == 302
    assert TrialRow.objects.get().facts["agent"] == "sertraline"


def test_names_are_offered_while_typing_to_staff_of_this_person_only(
    desk: Client, person: Person, stranger: Person
) -> None:
    found = desk.post(at(person, "new/names/"), {"words": "effex"}).json()["names"]
    assert (found[0]["words"], found[0]["kind"]) == ("Effexor", "medicine")
    assert desk.post(at(stranger, "new/names/"), {"words": "effex"}).status_code == 404


def test_save_and_add_another_says_what_was_saved(desk: Client, person: Person) -> None:
    went = desk.post(at(person, "new/"), form(person, another="yes"), follow=True)
    assert "Sertraline is saved. The next one:" in words(went)
    assert re.search(r'id="id_agent"[^>]*autofocus', went.content.decode())


def test_what_the_person_said_stands_beside_what_a_clinician_wrote(desk: Client, person: Person, patient: User) -> None:
    row = told_by_the_person(person, patient, name="Zoloft", dose="100", when="2 years ago", helped="not")
    assert "1 treatment told by the person, not checked yet." in words(desk.get(f"/clinic/people/{person.pk}/"))
    editor = words(desk.get(at(person, f"{row.pk}/")))
    assert "What the person said" in editor
    assert "It did not help" in editor
    changed = form(person, kind="medicine", dose="50", revision=str(row.revision), outcome="no_response")
    changed |= {"told_by": "patient", "started": "about 2024"}
    assert desk.post(at(person, f"{row.pk}/"), changed).status_code == 302
    row.refresh_from_db()
    assert (row.facts["dose"], row.said["dose"]) == (50, "100")
    page = words(desk.get(at(person)))
    assert "The person said: most in a day 100 mg" in page
    assert "Told by the person, not checked yet" in page
    assert "The person said: what happened" not in page
    assert "The person said: 100 mg" in words(desk.get(at(person, f"{row.pk}/")))
    doses = LedgerVersion.objects.filter(row=row).order_by("-revision")[:2]
    assert [version.facts["dose"] for version in doses] == [50, 100]


def test_a_check_keeps_against_what_and_what_it_said(desk: Client, person: Person, patient: User) -> None:
    row = told_by_the_person(person, patient, name="Zoloft")
    page = words(desk.get(at(person, f"{row.pk}/check/")))
    assert "Check: Sertraline" in page
    mine = {"person": str(person.pk), "revision": str(row.revision), "checked_note": "list of 3 May"}
    refused = desk.post(at(person, f"{row.pk}/check/"), mine)
    assert refused.status_code == 400
    assert "Choose what it was checked against" in words(refused)
    assert "list of 3 May" in words(refused)
    for _ in range(2):
        assert desk.post(at(person, f"{row.pk}/check/"), {**mine, "against": "pharmacy"}).status_code == 302
    row.refresh_from_db()
    assert (row.checked, row.checked_against, row.checked_note) == (True, "pharmacy", "list of 3 May")
    assert row.checked_at is not None
    assert "checked against the pharmacy by clinician on" in words(desk.get(at(person)))
    assert "not checked yet" not in words(desk.get(f"/clinic/people/{person.pk}/"))
    assert Event.objects.filter(action="ledger.trial_checked").count() == 1
    version = LedgerVersion.objects.filter(row=row).latest("revision")
    assert (version.checked_against, version.checked_note) == ("pharmacy", "list of 3 May")


def test_what_the_person_changes_after_a_check_is_something_to_do(desk: Client, person: Person, patient: User) -> None:
    row = told_by_the_person(person, patient, name="Zoloft", dose="100")
    mine = {"person": str(person.pk), "revision": str(row.revision), "against": "record"}
    desk.post(at(person, f"{row.pk}/check/"), mine)
    row.refresh_from_db()
    tell(
        person=person,
        row_id=row.pk,
        revision=row.revision,
        question="dose",
        words="150",
        by=patient,
        at=timezone.now(),
    )
    page = words(desk.get(f"/clinic/people/{person.pk}/"))
    assert "Look at what the person changed" in page
    assert "The person says something else about Sertraline than a clinician wrote." in page
    assert "The person changed what a clinician had written: check it" in words(desk.get(at(person)))


def test_a_stale_check_is_refused_and_the_entry_shown_as_it_is(desk: Client, person: Person, patient: User) -> None:
    row = told_by_the_person(person, patient, name="Zoloft", dose="100")
    mine = {"person": str(person.pk), "revision": str(row.revision - 1), "against": "record"}
    stale = desk.post(at(person, f"{row.pk}/check/"), mine)
    assert stale.status_code == 409
    assert "changed meanwhile" in words(stale)
    row.refresh_from_db()
    assert not row.checked


def test_a_save_that_says_nothing_about_the_check_keeps_it(desk: Client, person: Person, clinician: User) -> None:
    told = Told({"kind": "medicine", "agent": "sertraline"}, "", "record", checked=True, checked_against="pharmacy")
    row = add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=timezone.now())
    answer = {"person": str(person.pk), "target": str(row.pk), "key": "dose", "revision": "1", "answer": "150"}
    assert desk.post(at(person, "answer/"), answer).status_code == 302
    row.refresh_from_db()
    assert (row.facts["dose"], row.checked, row.checked_against) == (150, True, "pharmacy")


def test_no_page_shows_the_id_of_a_therapy(desk: Client, person: Person, clinician: User) -> None:
    for facts in ({"kind": "psychotherapy", "agent": "cbt", "started": "2020-01"}, {"kind": "tms", "started": "2021"}):
        add_trial(person=person, row_id=uuid.uuid4(), told=Told(facts), by=clinician, at=timezone.now())
    for page in (f"/clinic/people/{person.pk}/", at(person)):
        shown = desk.get(page).content.decode()
        assert "Cognitive behavioural therapy" in shown
        assert not re.search(r">\s*(cbt|tms)\b", shown)


def test_the_history_asks_the_database_no_more_for_more_treatments(
    desk: Client, person: Person, patient: User, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(at(person)).status_code == 200
        return len(captured)

    told_by_the_person(person, patient, name="Zoloft", dose="100")
    first = queries()
    for name in ("Prozac", "Effexor", "Remeron"):
        told_by_the_person(person, patient, name=name, dose="50")
    assert queries() <= first
