"""History pages: trials as judged, a preview that saves nothing, deciding questions, stale saves, undo, versions."""

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial, edit_trial
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.told import Told
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.people.queries import current_facts
from solstice_web.workspace.amounts import amount_text, parse_amount

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
MS_A: tuple[dict[str, Any], ...] = (
    {"kind": "medicine", "agent": "imipramine", "weeks_at_dose": {"at_least": 5}, "outcome": "no_response"},
    {"kind": "medicine", "agent": "fluoxetine", "weeks_at_dose": {"at_least": 5}, "outcome": "no_response"},
    {
        "kind": "augmentation",
        "agent": "lithium",
        "added_to": "fluoxetine",
        "weeks_at_dose": {"at_least": 5},
        "outcome": "no_response",
    },
)


@pytest.fixture
def ms_a(person: Person, clinician: User) -> list[TrialRow]:
    """The published case: 6 months, severe, two antidepressants and lithium with no doses known."""
    at = timezone.now()
    save_facts(
        person=person,
        told={"episode": {"months": 6, "severity": "severe", "psychosis": False}},
        revision=0,
        by=clinician,
        at=at,
    )
    return [
        add_trial(
            person=person,
            row_id=uuid.uuid4(),
            told=Told(facts, note="from a letter", told_by="record"),
            by=clinician,
            at=at + timedelta(milliseconds=index),
        )
        for index, facts in enumerate(MS_A)
    ]


def address(person: Person, rest: str = "") -> str:
    return f"/clinic/people/{person.pk}/history/{rest}"


def words(response: Any) -> str:
    """The page as text, without tags."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def form(person: Person, **changes: Any) -> dict[str, Any]:
    return {
        "person": str(person.pk),
        "id": str(uuid.uuid4()),
        "revision": "0",
        "kind": "medicine",
        "agent": "Sertraline",
        "dose": "150",
        "weeks_at_dose": "8",
        "adherence": "good",
        "outcome": "no_response",
        "in_episode": "yes",
        "told_by": "clinician",
        "checked": "no",
        **changes,
    }


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("150", 150.0),
        ("37,5", 37.5),
        ("at least 5", {"at_least": 5.0}),
        (">= 5", {"at_least": 5.0}),
        ("at most 20", {"at_most": 20.0}),
        ("5 to 8", {"at_least": 5.0, "at_most": 8.0}),
    ],
)
def test_an_amount_is_read_and_shown_as_people_write_it(text: str, amount: Any) -> None:
    assert parse_amount(text) == amount
    assert parse_amount(amount_text(amount)) == amount


@pytest.mark.parametrize("text", ["lots", "-5", "8 to 5", "5 5", "", "1e9", "nan"])
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"write a number|swap"):
        parse_amount(text)


def test_the_page_judges_each_trial_stages_and_asks_what_would_decide(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow]
) -> None:
    page = words(client_for(Role.CLINICIAN).get(address(person)))
    assert "Maudsley Staging Method 6 to 7 mild to moderate" in page
    assert page.index("Worth asking next") < page.index("Dose of Imipramine") < page.index("In this episode")
    assert "Dose not known (minimum 100 mg/day)" in page
    assert "Provisional" in page
    assert "label-based adequacy (Solstice default)" in page
    assert "does not say how treatment will go" in page
    assert "Told by a record, not checked" in page
    assert "from a letter" in page


def test_answering_a_deciding_question_narrows_the_stage(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow]
) -> None:
    client, lithium = client_for(Role.CLINICIAN), ms_a[2]
    told = {"person": str(person.pk), "target": str(lithium.pk), "key": "serum_level", "revision": "1"}
    missing = client.post(address(person, "answer/"), {**told, "answer": "high"})
    assert missing.status_code == 400
    assert "Please write a number." in words(missing)
    assert 'value="high"' in missing.content.decode()
    saved = client.post(address(person, "answer/"), {**told, "answer": "0,8"}, follow=True)
    assert saved.status_code == 200
    lithium.refresh_from_db()
    assert lithium.facts["serum_level"] == 0.8
    assert lithium.note == "from a letter"
    assert "6 to 7" not in words(saved).split("Maudsley Staging Method")[-1][:40]


def test_an_answer_about_the_episode_replaces_what_it_makes_void(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow], clinician: User
) -> None:
    save_facts(
        person=person,
        told={"episode": {"months": 6, "severity_at_least": "moderate"}, "facts": {"bipolarity": False}},
        revision=1,
        by=clinician,
        at=timezone.now(),
    )
    told = {"person": str(person.pk), "target": "episode", "key": "severity", "revision": "2", "answer": "severe"}
    assert client_for(Role.CLINICIAN).post(address(person, "answer/"), told).status_code == 302
    latest = current_facts(person)
    assert latest is not None
    assert latest.facts == {"episode": {"months": 6, "severity": "severe"}, "facts": {"bipolarity": False}}


def test_a_stale_answer_shows_both_and_overwrites_nothing(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow], clinician: User
) -> None:
    row, client = ms_a[0], client_for(Role.CLINICIAN)
    edit_trial(
        person=person,
        row_id=row.pk,
        revision=1,
        told=Told({**row.facts, "dose": 75}, told_by="record"),
        by=clinician,
        at=timezone.now(),
    )
    told = {"person": str(person.pk), "target": str(row.pk), "key": "dose", "revision": "1", "answer": "150"}
    stale = client.post(address(person, "answer/"), told)
    assert stale.status_code == 409
    assert "75" in words(stale)
    assert "150" in words(stale)
    row.refresh_from_db()
    assert row.facts["dose"] == 75
    assert client.post(address(person, "answer/"), {**told, "revision": "2", "on_top": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.facts["dose"] == 150


def test_the_preview_says_what_a_trial_would_change_and_saves_nothing(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow]
) -> None:
    client = client_for(Role.CLINICIAN)
    before = LedgerVersion.objects.count()
    shown = client.post(address(person, "new/preview/"), form(person, dose="250"))
    page = words(shown)
    assert shown.status_code == 200
    assert "Adequate" in page
    assert "Above the label maximum" in page
    assert "6 to 7 (mild to moderate)" in page
    assert "Not saved yet" in page
    half = client.post(address(person, "new/preview/"), form(person, dose="lots"))
    assert "Highest dose held: Write a number" in words(half)
    without_script = client.post(address(person, "new/"), form(person, check="yes"))
    assert "What it adds up to" in words(without_script)
    changed = client.post(address(person, f"{ms_a[0].pk}/preview/"), form(person, agent="imipramine", dose="20"))
    assert "Not adequate" in words(changed)
    assert LedgerVersion.objects.count() == before
    elsewhere = client.post(address(person, "new/preview/"), {**form(person), "person": str(uuid.uuid4())})
    assert elsewhere.status_code == 409


def test_a_trial_is_added_once_with_the_library_id_and_shown_by_name(client_for: ClientFor, person: Person) -> None:
    client, told = client_for(Role.CLINICIAN), form(person, agent="sertraline", note="was sick at first", checked="yes")
    for _ in range(2):
        assert client.post(address(person, "new/"), told).status_code == 302
    row = TrialRow.objects.get()
    assert row.facts["agent"] == "sertraline"
    assert row.note == "was sick at first"
    assert row.checked
    assert "Sertraline" in words(client.get(address(person)))


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(client_for: ClientFor, person: Person) -> None:
    told = form(person, dose="much", started="soon", note="kept words", outcome="great")
    refused = client_for(Role.CLINICIAN).post(address(person, "new/"), told)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert 'id="dose-error"' in page or 'id="id_dose-error"' in page
    for kept in ("much", "soon", "kept words"):
        assert kept in page
    assert "write 2023, 2023-04 or 2023-04-17" in words(refused)
    assert not TrialRow.objects.exists()


def test_a_trial_that_begins_in_the_future_is_refused(client_for: ClientFor, person: Person) -> None:
    refused = client_for(Role.CLINICIAN).post(address(person, "new/"), form(person, started="2199"))
    assert refused.status_code == 400
    assert "lies in the future" in words(refused)


@pytest.mark.parametrize(
    ("told", "heading"),
    [
        ({"dose": "25", "weeks_at_dose": "1", "stopped_for": "side_effects"}, "Stopped for side effects"),
        ({"agent": "Wonderdrug", "dose": "", "sure": "unlisted"}, "Not in the library"),
        ({"in_episode": "no"}, "Outside this episode"),
        ({"agent": "", "agent_class": "TCA", "count": "2", "dose": ""}, "TCA (unnamed)"),
    ],
)
def test_what_does_not_count_stands_apart(
    client_for: ClientFor, person: Person, told: dict[str, str], heading: str
) -> None:
    client = client_for(Role.CLINICIAN)
    assert client.post(address(person, "new/"), form(person, **told)).status_code == 302
    assert heading in words(client.get(address(person)))


def test_fields_of_another_kind_are_not_read_but_stored_facts_stay(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    row = add_trial(
        person=person,
        row_id=uuid.uuid4(),
        told=Told({"kind": "ect", "sessions": 7, "adherence_fraction": 0.9}),
        by=clinician,
        at=timezone.now(),
    )
    told = form(person, kind="ect", agent="", revision="1", sessions="9", laterality="bilateral")
    assert client_for(Role.CLINICIAN).post(address(person, f"{row.pk}/"), told).status_code == 302
    row.refresh_from_db()
    assert row.facts["adherence_fraction"] == 0.9
    assert row.facts["sessions"] == 9
    assert "dose" not in row.facts


def test_a_stale_editor_shows_both_texts_and_can_save_on_top(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow], clinician: User
) -> None:
    row, client = ms_a[0], client_for(Role.CLINICIAN)
    told = Told({**row.facts, "dose": 75}, note="theirs", told_by="record")
    edit_trial(person=person, row_id=row.pk, revision=1, told=told, by=clinician, at=timezone.now())
    mine = form(person, agent="Imipramine", dose="150", revision="1", note="mine")
    stale = client.post(address(person, f"{row.pk}/"), mine)
    assert stale.status_code == 409
    for text in ("theirs", "mine", "75", "150"):
        assert text in words(stale)
    again = client.post(address(person, f"{row.pk}/"), {**mine, "revision": "2", "again": "yes"})
    assert again.status_code == 200
    row.refresh_from_db()
    assert (row.note, row.revision) == ("theirs", 2)
    on_top = client.post(address(person, f"{row.pk}/"), {**mine, "revision": "2", "on_top": "yes"})
    assert on_top.status_code == 302
    row.refresh_from_db()
    assert (row.note, row.revision) == ("mine", 3)
    listed = words(client.get(address(person, f"{row.pk}/versions/")))
    assert listed.index("Version 3") < listed.index("Version 2") < listed.index("Version 1")
    assert "theirs" in listed


def test_a_deleted_trial_comes_back_and_a_stale_delete_says_so(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow]
) -> None:
    row, client = ms_a[1], client_for(Role.CLINICIAN)
    told = {"person": str(person.pk), "revision": "1"}
    assert client.post(address(person, f"{row.pk}/delete/"), {**told, "revision": "7"}).status_code == 409
    gone = client.post(address(person, f"{row.pk}/delete/"), told, follow=True)
    assert "Fluoxetine, deleted" in words(gone)
    late = client.post(address(person, f"{row.pk}/"), form(person, revision="1", note="late words"))
    assert late.status_code == 409
    assert "late words" in late.content.decode()
    assert client.get(address(person, f"{row.pk}/")).status_code == 404
    client.post(address(person, f"{row.pk}/restore/"), told)
    row.refresh_from_db()
    assert row.deleted_at is None


def test_staging_is_refused_with_its_reason_for_bipolarity(
    client_for: ClientFor, person: Person, ms_a: list[TrialRow], clinician: User
) -> None:
    save_facts(person=person, told={"facts": {"bipolarity": True}}, revision=1, by=clinician, at=timezone.now())
    page = words(client_for(Role.CLINICIAN).get(address(person)))
    assert "Not staged" in page
    assert "Bipolarity is recorded" in page
    assert "Worth asking next" not in page


def test_forms_for_another_person_and_trials_of_another_person_are_refused(
    client_for: ClientFor, person: Person, stranger: Person, ms_a: list[TrialRow], clinician: User
) -> None:
    client = client_for(Role.CLINICIAN)
    assert client.post(address(person, "new/"), form(stranger)).status_code == 409
    wrong = {"person": str(stranger.pk), "revision": "1"}
    for rest in (f"{ms_a[0].pk}/", f"{ms_a[0].pk}/delete/", f"{ms_a[0].pk}/restore/", "answer/"):
        assert client.post(address(person, rest), wrong).status_code == 409
    theirs = add_trial(person=stranger, row_id=uuid.uuid4(), told=Told(MS_A[0]), by=clinician, at=timezone.now())
    told = form(person, revision="1")
    for rest in (f"{theirs.pk}/", f"{theirs.pk}/delete/", f"{theirs.pk}/restore/", f"{theirs.pk}/preview/"):
        assert client.post(address(person, rest), told).status_code == 404
    assert client.get(address(person, f"{theirs.pk}/versions/")).status_code == 404
    assert client.post(address(person, "new/"), form(person, id=str(theirs.pk))).status_code == 404
    answer = {"person": str(person.pk), "target": str(theirs.pk), "key": "dose", "answer": "5", "revision": "1"}
    assert client.post(address(person, "answer/"), answer).status_code == 404
    assert client.get(address(stranger)).status_code == 404


def test_text_is_text(client_for: ClientFor, person: Person) -> None:
    client, payload = client_for(Role.CLINICIAN), "<script>alert(1)</script>"
    told = form(person, agent=payload, note=payload, sure="unlisted")
    assert client.post(address(person, "new/"), told).status_code == 302
    row = TrialRow.objects.get()
    for page in (
        client.get(address(person)),
        client.get(address(person, f"{row.pk}/")),
        client.get(address(person, f"{row.pk}/versions/")),
        client.post(address(person, "new/preview/"), told),
    ):
        assert payload not in page.content.decode()
