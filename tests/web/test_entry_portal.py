"""The person tells what they had before: one question a screen, each answer kept, nothing doubled, nothing judged."""

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.reading_grade import grade, pooled, why_too_hard

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial, edit_trial
from solstice_web.ledger.models import LedgerVersion, TrialRow
from solstice_web.ledger.said_words import ASKS, KINDS, OF_KIND
from solstice_web.ledger.told import Told
from solstice_web.people.models import Person
from solstice_web.portal.before_words import ELSE, FAULTS

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
LABELS = ("resistan", "adequate", "staging", "stage ", "maudsley", "thase", "refractory", "fail", "severe")


@pytest.fixture
def phone(client_for: ClientFor) -> Client:
    return client_for(Role.PATIENT)


def words(response: Any) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2]))
    return " ".join(text.split())


def begin(phone: Client, person: Person, *kinds: str) -> list[TrialRow]:
    told = {"person": str(person.pk), "id": str(uuid.uuid4()), "kind": list(kinds)}
    assert phone.post("/before/which/", told).status_code == 302
    return list(TrialRow.objects.order_by("created_at", "id"))


def answer(phone: Client, row: TrialRow, question: str, **told: str) -> Any:
    row.refresh_from_db()
    given = {"person": str(row.person_id), "revision": str(row.revision), **told}
    return phone.post(f"/before/{row.pk}/{question}/", given)


def test_a_treatment_is_told_question_by_question_and_reaches_the_ledger(phone: Client, person: Person) -> None:
    assert "“I don't know” is a good answer" in words(phone.get("/before/"))
    (row,) = begin(phone, person, "medicine")
    went = answer(phone, row, "name", words="zoloft")
    assert went.url.endswith(f"/before/{row.pk}/when/")
    for question, told in (
        ("when", {"words": "spring 2021"}),
        ("long", {"tap": "to_6_months"}),
        ("dose", {"words": "100 mg"}),
        ("days", {"tap": "most"}),
        ("helped", {"tap": "some"}),
        ("stopped", {"tap": "side_effects"}),
    ):
        assert answer(phone, row, question, **told).status_code == 302
    last = answer(phone, row, "now", tap="unknown")
    assert last.url == f"/before/?kept#e{row.pk}"
    row.refresh_from_db()
    assert row.facts == {
        "kind": "medicine", "agent": "sertraline", "started": "2021-spring-north", "weeks_at_dose": {"at_most": 26.0},
        "dose": 100.0, "adherence": "good", "outcome": "partial_response", "stopped_for": "side_effects",
        "in_episode": "unknown",
    }  # fmt: skip
    assert (row.told_by, row.checked, row.revision) == ("patient", False, 9)
    page = words(phone.get("/before/"))
    for part in ("Zoloft", "Its plain name is Sertraline", "spring 2021", "It helped some", "I don't know"):
        assert part in page


def test_each_answer_is_kept_when_given_and_taken_up_again(phone: Client, person: Person) -> None:
    first, second = begin(phone, person, "medicine", "psychotherapy")
    assert (first.kind, second.kind) == ("medicine", "psychotherapy")
    answer(phone, first, "name", tap="unknown")
    page = words(phone.get("/before/"))
    assert "Go on with: Tablets, name not known" in page
    assert "8 short questions left" in page
    assert "Do you know what sort it was?" in words(phone.get(f"/before/{first.pk}/sort/"))
    answer(phone, first, "sort", tap="TCA")
    first.refresh_from_db()
    assert first.facts["agent_class"] == "TCA"


def test_sent_twice_is_kept_once(phone: Client, person: Person) -> None:
    told = {"person": str(person.pk), "id": str(uuid.uuid4()), "kind": ["ect", "tms"]}
    for _ in range(3):
        assert phone.post("/before/which/", told).status_code == 302
    assert TrialRow.objects.count() == 2
    row = TrialRow.objects.get(kind="ect")
    for _ in range(3):
        phone.post(f"/before/{row.pk}/times/", {"person": str(person.pk), "revision": "1", "words": "9"})
    row.refresh_from_db()
    assert (row.revision, row.facts["sessions"]) == (2, 9)
    assert LedgerVersion.objects.filter(row=row).count() == 2


@pytest.mark.parametrize(
    ("question", "told", "said"),
    [
        ("when", "2199", "This day has not come yet"),
        ("when", "😀" * 5000, "too long for this line"),
        ("when", "4/5/2021", "Write the month as a word"),
        ("dose", "lots", "Write a number, like 50"),
        ("dose", "-5", "Write a number, like 50"),
        ("dose", "5000", "5000 mg is a lot more than most people take. Is it right?"),
        ("name", "😀" * 5000, "too long for this line"),
        ("name", "", "Write what you know"),
        ("helped", "splendid", "Tap one of these"),
    ],
)
def test_what_cannot_be_right_is_said_beside_the_field_and_stays(
    phone: Client, person: Person, question: str, told: str, said: str
) -> None:
    (row,) = begin(phone, person, "medicine")
    answer(phone, row, "name", words="Sertraline")
    refused = answer(phone, row, question, words=told)
    assert refused.status_code == 422
    assert said in words(refused)
    assert html.escape(told) in refused.content.decode() or question == "helped"
    row.refresh_from_db()
    assert question not in row.said or question == "name"


def test_a_dose_that_is_right_after_all_is_kept(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    answer(phone, row, "name", words="Sertraline")
    assert answer(phone, row, "dose", words="5000", sure="dose").status_code == 302
    row.refresh_from_db()
    assert row.facts["dose"] == 5000


def test_the_same_name_twice_is_asked_about_and_kept_on_purpose(phone: Client, person: Person) -> None:
    (first,) = begin(phone, person, "medicine")
    answer(phone, first, "name", words="Prozac")
    second = begin(phone, person, "medicine")[1]
    asked = answer(phone, second, "name", words="fluoxetine")
    assert "Fluoxetine is on your list already" in words(asked)
    assert answer(phone, second, "name", words="fluoxetine", sure="twice").status_code == 302


def test_a_misspelt_name_is_kept_and_the_names_near_it_are_offered(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    went = answer(phone, row, "name", words="zolof")
    row.refresh_from_db()
    assert row.facts["agent"] == "zolof"
    page = phone.get(went.url)
    assert "Is it one of these?" in words(page)
    assert "Zoloft (Sertraline)" in words(page)
    assert "Keep “zolof”" in words(page)
    answer(phone, row, "name", tap="Zoloft", near="1")
    row.refresh_from_db()
    assert row.facts["agent"] == "sertraline"


def test_several_that_cannot_be_named_are_counted_and_not_asked_one_by_one(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    assert answer(phone, row, "name", tap="several").url.endswith("/number/")
    assert answer(phone, row, "number", tap="more").url.endswith("/helped/")
    row.refresh_from_db()
    assert row.facts["count"] == {"at_least": 5}
    assert "agent" not in row.facts


def test_who_still_takes_it_is_not_asked_why_it_stopped(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    answer(phone, row, "name", words="Sertraline")
    answer(phone, row, "long", tap="still")
    row.refresh_from_db()
    assert (row.facts["stopped_for"], row.facts["in_episode"]) == ("continuing", True)
    assert phone.get(f"/before/{row.pk}/stopped/").status_code == 302
    answer(phone, row, "long", tap="under_4_weeks")
    row.refresh_from_db()
    assert "stopped_for" not in row.facts
    assert row.facts["in_episode"] == "unknown"


def test_lithium_told_as_a_tablet_becomes_what_it_is(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "medicine")
    answer(phone, row, "name", words="Lithium")
    row.refresh_from_db()
    assert (row.kind, row.facts["kind"], row.facts["agent"]) == ("augmentation", "augmentation", "lithium")


def test_words_of_a_life_event_are_a_time(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "psychotherapy")
    answer(phone, row, "when", words="after my son was born")
    row.refresh_from_db()
    assert row.facts["started"] == {"about": "after my son was born"}
    assert "after my son was born" in words(phone.get("/before/"))


def test_removed_comes_back_for_thirty_days(phone: Client, person: Person) -> None:
    (row,) = begin(phone, person, "ketamine")
    mine = {"person": str(person.pk)}
    gone = phone.post(f"/before/{row.pk}/remove/", mine, follow=True)
    assert "is removed. You can bring it back for 30 days" in words(gone)
    assert phone.get(f"/before/{row.pk}/when/").status_code == 404
    phone.post(f"/before/{row.pk}/bring-back/", mine)
    row.refresh_from_db()
    assert row.deleted_at is None
    phone.post(f"/before/{row.pk}/remove/", mine)
    TrialRow.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    assert phone.post(f"/before/{row.pk}/bring-back/", mine).status_code == 404


def written_by_the_team(person: Person, clinician: User, **more: Any) -> TrialRow:
    facts = {"kind": "medicine", "agent": "sertraline", "dose": 50, "weeks_at_dose": 9, "outcome": "remission"}
    told = Told({**facts, **more}, "private words", "record", checked=True, checked_against="pharmacy")
    return add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=timezone.now())


def test_what_the_team_checked_cannot_be_removed_but_called_not_right(
    phone: Client, person: Person, clinician: User
) -> None:
    row, mine = written_by_the_team(person, clinician), {"person": str(person.pk)}
    page = words(phone.get("/before/"))
    assert "It helped a lot" in page
    assert "private words" not in page
    assert phone.post(f"/before/{row.pk}/remove/", mine).status_code == 404
    phone.post(f"/before/{row.pk}/mistaken/", mine)
    row.refresh_from_db()
    assert (row.checked, row.deleted_at, row.said["mistaken"]) == (False, None, "yes")
    assert row.reopened_at is not None
    assert row.facts["dose"] == 50
    assert "You said: not right" in words(phone.get("/before/"))
    phone.post(f"/before/{row.pk}/mistaken/", {**mine, "right": "1"})
    assert "You said: not right" not in words(phone.get("/before/"))


def test_changing_what_was_checked_opens_the_check_again_and_keeps_both_versions(
    phone: Client, person: Person, clinician: User
) -> None:
    row = written_by_the_team(person, clinician)
    answer(phone, row, "dose", words="100")
    row.refresh_from_db()
    assert (row.facts["dose"], row.facts["weeks_at_dose"]) == (100, 9)
    assert (row.told_by, row.checked, row.checked_against) == ("patient", False, "")
    assert row.reopened_at is not None
    kept = list(LedgerVersion.objects.filter(row=row).order_by("revision"))
    assert [(one.facts["dose"], one.checked, one.checked_against) for one in kept] == [
        (50, True, "pharmacy"),
        (100, False, ""),
    ]


def test_two_who_write_at_once_are_both_kept_and_the_person_chooses(
    phone: Client, person: Person, clinician: User
) -> None:
    (row,) = begin(phone, person, "medicine")
    answer(phone, row, "name", words="Sertraline")
    row.refresh_from_db()
    seen = row.revision
    told = Told({**row.facts, "dose": 50}, told_by="patient")
    edit_trial(person=person, row_id=row.pk, revision=seen, told=told, by=clinician, at=timezone.now())
    mine = {"person": str(person.pk), "revision": str(seen), "words": "100"}
    stale = phone.post(f"/before/{row.pk}/dose/", mine)
    assert stale.status_code == 409
    assert "Your care team wrote 50" in words(stale)
    assert "You told 100 mg" in words(stale)
    row.refresh_from_db()
    assert row.facts["dose"] == 50
    assert phone.post(f"/before/{row.pk}/dose/", {**mine, "revision": str(row.revision)}).status_code == 302
    row.refresh_from_db()
    assert row.facts["dose"] == 100
    assert row.reopened_at is not None


def test_no_page_about_the_time_before_judges_or_labels(phone: Client, person: Person, clinician: User) -> None:
    for agent in ("sertraline", "venlafaxine", "imipramine"):
        written_by_the_team(person, clinician, agent=agent, outcome="no_response", dose=300)
    rows = begin(phone, person, *KINDS)
    pages = ["/before/", "/before/which/"]
    pages += [f"/before/{row.pk}/{question}/" for row in rows for question in ("name", "when", "helped", "stopped")]
    for page in pages:
        shown = phone.get(page, follow=True)
        assert shown.status_code == 200
        assert not [label for label in LABELS if label in words(shown).casefold()], page
        assert re.search(r"<title>Before now – Solstice</title>", shown.content.decode())


def test_what_people_read_about_the_time_before_is_easy() -> None:
    texts = [text for ask in ASKS.values() for text in (ask.ask, ask.hint, *(ask.choices or {}).values()) if text]
    texts += [text for pair in (*KINDS.values(), *OF_KIND.values()) for text in pair if text]
    texts += [*FAULTS.values(), ELSE]
    assert not [why for text in texts if (why := why_too_hard(text))]
    assert grade(pooled(texts)) <= 6
    assert not [text for text in texts if re.search(r"fail|non-?compl|severe", text, re.IGNORECASE)]


def test_another_person_is_not_reached(phone: Client, person: Person, stranger: Person, clinician: User) -> None:
    row = written_by_the_team(stranger, clinician)
    mine = {"person": str(person.pk), "revision": "1", "words": "5"}
    for rest in ("dose/", "remove/", "bring-back/", "mistaken/"):
        assert phone.post(f"/before/{row.pk}/{rest}", mine).status_code == 404
    assert phone.get(f"/before/{row.pk}/dose/").status_code == 404
    own = begin(phone, person, "ect")[-1]
    wrong = {"person": str(stranger.pk), "revision": "1", "words": "5"}
    assert phone.post(f"/before/{own.pk}/times/", wrong).status_code == 409
    assert phone.post("/before/which/", {"person": str(stranger.pk), "kind": "ect"}).status_code == 409


def test_names_are_offered_while_typing_and_stand_in_no_address(phone: Client) -> None:
    found = phone.post("/before/names/", {"words": "proz", "kind": "medicine"}).json()["names"]
    assert found[0]["label"] == "Prozac (Fluoxetine)"
    assert phone.get("/before/names/?words=proz").status_code == 405
