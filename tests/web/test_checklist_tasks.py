"""Tasks of the care team: given once, owned by someone on the team, never lost when that one leaves, closed with words."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.test_history_pages import words

from solstice_web.accounts.models import Role, User
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.tasks.actions import NoTaskError, TaskRefusedError, add, change, close
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import by_day, clinic_day, for_person, open_for, team_of

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
TITLE = "thyroid and blood count before the review"


def given(person: Person, owner: User, **changes: Any) -> Task:
    at = changes.pop("at", timezone.now())
    told: dict[str, Any] = {
        "kind": "blood_test", "title": TITLE, "owner": owner, "due": clinic_day(at) + timedelta(days=3),
        "by": owner, "at": at, "client_id": uuid.uuid4(), **changes,
    }  # fmt: skip
    return add(person=person, **told)


def address(person: Person, rest: str = "") -> str:
    return f"/clinic/people/{person.pk}/tasks/{rest}"


def test_a_task_sent_twice_is_saved_once_and_another_persons_id_is_none(
    person: Person, stranger: Person, clinician: User
) -> None:
    name = uuid.uuid4()
    for _ in range(3):
        given(person, clinician, client_id=name)
    assert Task.objects.count() == 1
    with pytest.raises(NoTaskError):
        given(stranger, stranger.care_team.get().user, client_id=name)


@pytest.mark.parametrize(
    ("change_told", "field"),
    [
        ({"title": "  "}, "title"), ({"title": "x" * 201}, "title"), ({"kind": "mri"}, "kind"),
        ({"due": date(2020, 1, 1)}, "due"), ({"due": date(2199, 1, 1)}, "due"),
    ],
)  # fmt: skip
def test_what_is_no_task_is_refused_beside_its_field(
    person: Person, clinician: User, change_told: dict[str, Any], field: str
) -> None:
    with pytest.raises(TaskRefusedError) as refused:
        given(person, clinician, **change_told)
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_only_someone_on_the_team_now_may_own_a_task(person: Person, stranger: Person, clinician: User) -> None:
    with pytest.raises(TaskRefusedError):
        given(person, stranger.care_team.get().user, by=clinician)
    assert team_of(person, at=timezone.now()) == [clinician]


@pytest.mark.parametrize("how", ["left the team", "cannot sign in"])
def test_a_task_of_someone_who_is_gone_comes_to_those_who_stay(
    person: Person, stranger: Person, clinician: User, how: str
) -> None:
    leaver = stranger.care_team.get().user
    CareTeamMember.objects.create(person=person, user=leaver)
    task = given(person, leaver)
    assert open_for(clinician) == []
    assert open_for(leaver) == [task]
    if how == "left the team":
        CareTeamMember.objects.filter(person=person, user=leaver).update(ended_at=timezone.now())
        assert open_for(leaver) == []
    else:
        User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert open_for(clinician) == [task]


def test_days_are_those_of_the_clinic(person: Person, clinician: User, settings: Any) -> None:
    settings.SOLSTICE_TIME_ZONE = "Pacific/Auckland"
    evening = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # already the 21st in the clinic
    CareTeamMember.objects.update(since=evening - timedelta(days=1))
    task = given(person, clinician, at=evening, due=date(2026, 11, 21))
    assert by_day([task], at=evening).soon == (task,)
    assert by_day([task], at=evening + timedelta(hours=16)).overdue == ()
    assert by_day([task], at=evening + timedelta(hours=17)).overdue == (task,)


def test_the_second_who_changes_or_closes_is_told(person: Person, clinician: User) -> None:
    task, at = given(person, clinician), timezone.now()
    told: dict[str, Any] = {"person": person, "task_id": task.pk, "by": clinician, "at": at}
    due = task.due_on + timedelta(days=1)
    assert change(**told, revision=1, title="TSH", owner=clinician, due=due).revision == 2
    with pytest.raises(StaleEditError) as stale:
        change(**told, revision=1, title="B12", owner=clinician, due=due)
    assert (stale.value.current["title"], stale.value.yours["title"]) == ("TSH", "B12")
    with pytest.raises(TaskRefusedError):
        close(**told, revision=2, state="done", outcome=" ")
    for _ in range(2):
        assert close(**told, revision=2, state="done", outcome="TSH 2.1, normal").revision == 3
    with pytest.raises(StaleEditError):
        close(**told, revision=3, state="cancelled", outcome="not needed")
    assert for_person(person).get().outcome == "TSH 2.1, normal"


def test_the_caseload_names_the_kind_and_the_day_and_never_the_title(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    task = given(person, clinician)
    late = given(person, clinician, kind="sleep_study")
    Task.objects.filter(pk=late.pk).update(due_on=task.due_on - timedelta(days=10))
    far = given(person, clinician, kind="records", due=task.due_on + timedelta(days=60))
    page = client_for(Role.CLINICIAN).get("/clinic/")
    text = words(page)
    assert text.index("Overdue (1)") < text.index("Sleep study: Ada Invented") < text.index("Due this week (1)")
    assert "Blood test: Ada Invented" in text
    assert TITLE not in page.content.decode()
    assert str(far.pk) not in page.content.decode()


def test_a_task_is_made_passed_on_and_done_through_its_pages(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    client = client_for(Role.CLINICIAN)
    told = {
        "person": str(person.pk), "id": str(uuid.uuid4()), "kind": "blood_test", "title": TITLE,
        "owner": str(clinician.pk), "due": "soon",
    }  # fmt: skip
    refused = client.post(address(person, "add/"), told)
    assert refused.status_code == 400
    assert "Write the day as year-month-day" in words(refused)
    assert TITLE in refused.content.decode()
    due = (clinic_day(timezone.now()) + timedelta(days=5)).isoformat()
    assert client.post(address(person, "add/"), {**told, "due": due}).status_code == 302
    task = Task.objects.get()
    page = client.get(address(person))
    assert TITLE in words(page)
    assert TITLE not in page.content.decode().partition("</head>")[0]
    here = address(person, f"{task.pk}/")
    closing = {"person": str(person.pk), "do": "close", "revision": "1", "state": "done", "outcome": ""}
    assert client.post(here, closing).status_code == 400
    moved = {"person": str(person.pk), "do": "change", "revision": "1", "title": "TSH", "owner": "", "due": due}
    assert client.post(here, moved).status_code == 302
    stale = client.post(here, {**moved, "title": "B12"})
    assert stale.status_code == 409
    assert "TSH" in words(stale)
    assert "B12" in words(stale)
    assert client.post(here, {**closing, "revision": "2", "outcome": "TSH 2.1"}).status_code == 302
    assert "TSH 2.1" in words(client.get(address(person)))
    assert client.post(here, {**closing, "revision": "2", "outcome": "TSH 9"}).status_code == 409
    assert client.get(here).status_code == 200
