"""Pages of the checklist and of the ledger: one question at a time, the answer first, what next, every save."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.test_checklist_label import WHOLE, answer, items, settle, shown, sign, trials
from tests.web.test_history_pages import words

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial, check_trial, delete_trial, edit_trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.told import Told
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.resistance.models import ItemAnswer, SetAside, SignedLabel
from solstice_web.tasks.models import Task

__all__ = ["trials"]
pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


def address(person: Person, rest: str = "") -> str:
    return f"/clinic/people/{person.pk}/{rest}"


def short(person: Person, by: User, *agents: tuple[str, float, float]) -> list[TrialRow]:
    at = timezone.now()
    return [
        add_trial(
            person=person,
            row_id=uuid.uuid4(),
            told=Told({**WHOLE, "agent": agent, "dose": dose, "weeks_at_dose": weeks}),
            by=by,
            at=at + timedelta(milliseconds=number),
        )
        for number, (agent, dose, weeks) in enumerate(agents)
    ]


# -------------------------------------------------------------------------------------------------------- questions


def test_each_question_is_a_page_of_its_own_and_leads_to_the_next_open_one(
    client_for: ClientFor, person: Person, trials: list[TrialRow]
) -> None:
    client = client_for(Role.CLINICIAN)
    number = items(person)["medical"].number
    page = words(client.get(address(person, f"questions/{number}/")))
    assert "What the facts say" in page
    assert "that does not rule it out" in page
    told = {
        "person": str(person.pk), "id": str(uuid.uuid4()), "revision": "0", "state": "ruled_out", "ground": "",
        "despite": "", "task": "", "next": "yes",
    }  # fmt: skip
    refused = client.post(address(person, f"questions/{number}/"), told)
    assert refused.status_code == 400
    assert "Say what this rests on" in words(refused)
    saved = client.post(address(person, f"questions/{number}/"), {**told, "ground": "TSH 2.1 on 3 May"})
    assert saved["Location"] == address(person, f"questions/{items(person)['drugs'].number}/")
    listed = words(client.get(address(person, "questions/")))
    assert "TSH 2.1 on 3 May" in listed
    assert "the facts alone say open" in listed
    stale = client.post(address(person, f"questions/{number}/"), {**told, "id": str(uuid.uuid4()), "ground": "TSH 9"})
    assert stale.status_code == 409
    assert "TSH 2.1 on 3 May" in words(stale)
    assert "TSH 9" in words(stale)
    for wrong in ("0", "13", "99"):
        assert client.get(address(person, f"questions/{wrong}/")).status_code == 404


def test_an_empty_or_wrong_form_saves_nothing(
    client_for: ClientFor, person: Person, stranger: Person, trials: list[TrialRow]
) -> None:
    client = client_for(Role.CLINICIAN)
    here, mine = address(person, "questions/7/"), {"person": str(person.pk), "revision": "0"}
    assert client.post(here, mine).status_code == 400
    assert client.post(here, {**mine, "state": "maybe"}).status_code == 400
    assert client.post(here, {**mine, "state": "ruled_out", "ground": "x" * 4001}).status_code == 400
    assert client.post(here, {**mine, "person": str(stranger.pk), "state": "open"}).status_code == 409
    assert client.post(address(person, "questions/sign/"), {**mine, "id": "no"}).status_code == 400
    assert client.post(address(person, "questions/withdraw/"), {**mine, "label": str(uuid.uuid4())}).status_code == 400
    assert not ItemAnswer.objects.exists()


def test_the_outcome_of_a_task_answers_its_question(
    client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    client, number = client_for(Role.CLINICIAN), items(person)["medical"].number
    page = client.get(address(person, f"questions/{number}/")).content.decode()
    assert 'name="subject" value="checklist.medical"' in page
    assert re.search(r'value="blood_test" selected', page)
    due = (timezone.now().date() + timedelta(days=5)).isoformat()
    made = client.post(
        address(person, "tasks/add/"),
        {
            "person": str(person.pk), "id": str(uuid.uuid4()), "kind": "blood_test", "title": "TSH, B12", "due": due,
            "owner": str(clinician.pk), "subject": "checklist.medical",
        },
    )  # fmt: skip
    assert made["Location"] == address(person, f"questions/{number}/")
    task = Task.objects.get()
    closing = {"person": str(person.pk), "do": "close", "revision": "1", "state": "done", "outcome": "TSH 2.1, B12 400"}
    back = client.post(address(person, f"tasks/{task.pk}/"), closing)
    assert back["Location"] == address(person, f"questions/{number}/?task={task.pk}")
    page = client.get(back["Location"])
    assert "What does its outcome say about this question?" in words(page)
    assert "TSH 2.1, B12 400" in page.content.decode()
    told = {
        "person": str(person.pk), "id": str(uuid.uuid4()), "revision": "0", "state": "ruled_out",
        "ground": "Blood test: TSH 2.1", "despite": "", "task": str(task.pk),
    }  # fmt: skip
    assert client.post(address(person, f"questions/{number}/"), told).status_code == 302
    assert ItemAnswer.objects.get().task == task
    other = {**told, "id": str(uuid.uuid4()), "revision": "1", "task": str(uuid.uuid4())}
    assert client.post(address(person, f"questions/{number}/"), other).status_code == 404


def test_the_page_to_sign_shows_everything_and_refuses_what_was_not_read(
    client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    client, here = client_for(Role.CLINICIAN), address(person, "questions/sign/")
    assert "Sign and store the label" not in words(client.get(here))
    assert "Medical causes is open: answer it." in words(client.get(here))
    told = {"person": str(person.pk), "id": str(uuid.uuid4()), "shown": shown(person)}
    assert client.post(here, told).status_code == 409
    settle(person, clinician)
    page = words(client.get(here))
    assert "Sign and store the label" in page
    assert "Sertraline, Venlafaxine" in page
    stale = client.post(here, told)
    assert stale.status_code == 409
    assert "Not signed: something changed since you read this page" in words(stale)
    assert not SignedLabel.objects.exists()
    read = re.search(r'name="shown" value="([0-9a-f]{64})"', client.get(here).content.decode())
    assert read is not None
    assert client.post(here, {**told, "shown": read[1]}).status_code == 302
    for where in ("", "history/", "questions/"):
        assert "Label: signed" in words(client.get(address(person, where))), where


def test_an_out_of_date_label_says_so_everywhere_and_is_taken_back_with_a_reason(
    client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    settle(person, clinician)
    label = sign(person, clinician)
    told = Told({**WHOLE, "weeks_at_dose": 2})
    edit_trial(person=person, row_id=trials[0].pk, revision=1, told=told, by=clinician, at=timezone.now())
    client = client_for(Role.CLINICIAN)
    for where in ("", "history/", "questions/"):
        assert "Out of date since" in words(client.get(address(person, where))), where
    page = words(client.get(address(person, "questions/")))
    assert "The definition was yes, now no." in page
    assert "It rested on sertraline, venlafaxine, now on venlafaxine." in page
    here, mine = address(person, "questions/withdraw/"), {"person": str(person.pk), "label": str(label.pk)}
    assert client.post(here, {**mine, "reason": ""}).status_code == 400
    assert client.post(here, {**mine, "reason": "two weeks only, the letter was misread"}).status_code == 302
    assert "Label:" not in words(client.get(address(person)))
    assert "the letter was misread" in words(client.get(address(person, "questions/sign/")))


# ---------------------------------------------------------------------------------------------------------- history


def first_ask(page: Any) -> tuple[str, str, str]:
    """Target, key and words of the question that stands first."""
    asked = page.content.decode().partition('id="deciding"')[2]
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', asked) for name in ("target", "key")}
    text = re.search(r'class="so-ask__question"[^>]*>([^<]*)<', asked)
    assert text is not None
    return (*(one[1] if one else "" for one in found.values()), text[1])  # type: ignore[return-value] # three texts


def test_the_answer_stands_first_and_what_next_when_two_trials_were_too_short(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    short(person, clinician, ("sertraline", 100, 3), ("venlafaxine", 150, 2))
    page = words(client_for(Role.CLINICIAN).get(address(person, "history/")))
    assert "Not resistant by the regulatory definition" in page
    assert "Not resistant: two trials were too short." in page
    assert "1 week more was missing" in page
    assert "2 weeks more were missing" in page
    assert "Solstice orders no dose" in page
    assert (
        page.index("Not resistant by the regulatory")
        < page.index("Not resistant: two trials")
        < page.index("Judged by")
    )
    assert "prognosis" in page


def test_what_next_is_not_said_where_the_definition_is_met(
    client_for: ClientFor, person: Person, trials: list[TrialRow]
) -> None:
    page = words(client_for(Role.CLINICIAN).get(address(person, "history/")))
    assert "The regulatory definition of treatment resistance is met" in page
    assert "Rests on: Sertraline, Venlafaxine." in page
    assert "Solstice orders no dose" not in page
    for model in ("Maudsley", "Thase–Rush", "European", "Massachusetts"):
        assert model in page
    assert "Draft: no clinician has signed this content" in page


def test_a_question_nobody_can_answer_gives_way_to_the_next_and_can_be_asked_again(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    facts = {"kind": "medicine", "agent": "imipramine", "outcome": "no_response"}
    row = add_trial(person=person, row_id=uuid.uuid4(), told=Told(facts), by=clinician, at=timezone.now())
    client, here = client_for(Role.CLINICIAN), address(person, "history/")
    target, key, text = first_ask(client.get(here))
    told = {"person": str(person.pk), "revision": "1", "answer": "", "cannot": "yes"}
    for _ in range(2):
        asked = {**told, "target": target, "key": key}
        assert client.post(here + "answer/", asked).status_code == 302
    page = client.get(here)
    assert first_ask(page)[2] != text
    assert "1 cannot be found out" in words(page)
    assert SetAside.objects.count() == 1
    assert client.post(here + "answer/", {**told, "target": str(row.pk), "key": "protocol"}).status_code == 302
    assert SetAside.objects.count() == 1  # nobody asked that
    again = f"{here}questions/{SetAside.objects.get().pk}/"
    assert client.post(again, {"person": str(person.pk)}).status_code == 302
    assert first_ask(client.get(here))[2] == text
    row.refresh_from_db()
    assert row.revision == 1


def test_psychosis_is_answered_on_the_spot(
    client_for: ClientFor, person: Person, trials: list[TrialRow], clinician: User
) -> None:
    save_facts(
        person=person,
        told={"episode": {"months": 20, "severity": "severe"}},
        revision=1,
        by=clinician,
        at=timezone.now(),
    )
    client, here = client_for(Role.CLINICIAN), address(person, "history/")
    assert first_ask(client.get(here))[:2] == ("episode", "psychosis")
    told = {"person": str(person.pk), "revision": "2", "target": "episode", "key": "psychosis", "answer": "no"}
    assert client.post(here + "answer/", told).status_code == 302
    assert 'name="key" value="psychosis"' not in client.get(here).content.decode()


def test_every_save_names_who_changed_what_from_what(
    client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow]
) -> None:
    told = Told({**WHOLE, "dose": 25}, note="as the letter says", told_by="record")
    edit_trial(person=person, row_id=trials[0].pk, revision=1, told=told, by=clinician, at=timezone.now())
    save_facts(
        person=person,
        told={"episode": {"months": 30, "severity": "moderate"}},
        revision=1,
        by=clinician,
        at=timezone.now(),
    )
    answer(person, clinician, "medical", ground="TSH 2.1")
    page = client_for(Role.CLINICIAN).get(address(person, "history/versions/"))
    text = words(page)
    assert "was 150 is 25" in text
    assert "told by a record" in text
    assert "Length of the episode in months was 20 is 30" in text
    assert "Severity of the episode was Severe is Moderate" in text
    assert "Psychotic features was no left open" in text
    assert "TSH 2.1" in text
    assert text.index("Question: Medical causes") < text.index("Episode and facts") < text.index("Venlafaxine")


def test_a_version_is_brought_back_as_a_new_one_also_of_a_deleted_trial(
    client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow], stranger: Person
) -> None:
    row, client, at = trials[0], client_for(Role.CLINICIAN), timezone.now()
    edit_trial(person=person, row_id=row.pk, revision=1, told=Told({**WHOLE, "dose": 25}), by=clinician, at=at)
    back, mine = address(person, f"history/{row.pk}/versions/1/restore/"), {"person": str(person.pk)}
    assert client.post(back, {**mine, "revision": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.revision, row.facts["dose"]) == (2, 25)  # the page was older than the last save
    for _ in range(2):
        assert client.post(back, {**mine, "revision": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.revision, row.facts["dose"]) == (3, 150)
    delete_trial(person=person, row_id=row.pk, revision=3, by=clinician, at=at)
    TrialRow.objects.filter(pk=row.pk).update(deleted_at=at - timedelta(days=90))
    assert client.post(back, {**mine, "revision": "4"}).status_code == 302
    row.refresh_from_db()
    assert (row.revision, row.facts["dose"], row.deleted_at) == (5, 150, None)
    for wrong in ("4", "99"):
        here = address(person, f"history/{row.pk}/versions/{wrong}/restore/")
        assert client.post(here, {**mine, "revision": "5"}).status_code == 404
    theirs = short(stranger, stranger.care_team.get().user, ("sertraline", 100, 3))[0]
    here = address(person, f"history/{theirs.pk}/versions/1/restore/")
    assert client.post(here, {**mine, "revision": "1"}).status_code == 404


def test_a_version_that_was_checked_comes_back_with_who_checked_it(
    client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow], stranger: Person
) -> None:
    row, other, at = trials[0], stranger.care_team.get().user, timezone.now()
    check_trial(person=person, row_id=row.pk, revision=1, against="pharmacy", note="list of May", by=other, at=at)
    edit_trial(person=person, row_id=row.pk, revision=2, told=Told({**WHOLE, "dose": 25}), by=clinician, at=at)
    back = address(person, f"history/{row.pk}/versions/2/restore/")
    client = client_for(Role.CLINICIAN)
    assert client.post(back, {"person": str(person.pk), "revision": "3"}).status_code == 302
    row.refresh_from_db()
    assert (row.checked, row.checked_against, row.checked_note) == (True, "pharmacy", "list of May")
    assert (row.checked_by, row.saved_by) == (other, clinician)
    assert "list of May" in words(client.get(address(person, "history/versions/")))


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured.captured_queries)


@pytest.mark.parametrize(
    ("rest", "most"), [("history/", 28), ("questions/", 24), ("history/versions/", 20), ("tasks/", 18)]
)
def test_pages_ask_few_questions_of_the_database_however_long_the_history(
    client_for: ClientFor, person: Person, clinician: User, rest: str, most: int
) -> None:
    client = client_for(Role.CLINICIAN)
    short(person, clinician, ("sertraline", 100, 3))
    client.get(address(person, rest))
    few = queries_of(client, address(person, rest))
    short(
        person, clinician, *((agent, 100.0, 3.0) for agent in ("venlafaxine", "fluoxetine", "citalopram", "imipramine"))
    )
    settle(person, clinician)
    for _ in range(3):
        Task.objects.create(
            person=person, kind="other", title="x", owner=clinician, due_on=timezone.now().date(), set_by=clinician,
            set_at=timezone.now(),
        )  # fmt: skip
    assert queries_of(client, address(person, rest)) == few <= most


def test_a_patient_and_a_colleague_elsewhere_find_nothing(
    client_for: ClientFor, person: Person, stranger: Person
) -> None:
    for rest in ("questions/", "questions/1/", "questions/sign/", "tasks/", "history/versions/"):
        assert client_for(Role.CLINICIAN).get(address(stranger, rest)).status_code == 404
        assert client_for(Role.PATIENT).get(address(person, rest)).status_code == 404


def test_text_is_text(client_for: ClientFor, person: Person, clinician: User, trials: list[TrialRow]) -> None:
    payload: Any = "<script>alert(1)</script>"
    answer(person, clinician, "medical", "present", ground=payload, despite=payload)
    client = client_for(Role.CLINICIAN)
    for rest in ("questions/", f"questions/{items(person)['medical'].number}/", "questions/sign/", "history/versions/"):
        assert payload not in client.get(address(person, rest)).content.decode(), rest
