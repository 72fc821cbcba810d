"""The clinician's picture: suggestions are answered, nothing human is overwritten, two editors, undo, page and command agree."""

import html
import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from solstice.cli.formulate import formulate as command
from solstice_web.accounts.models import Role, User
from solstice_web.formulations.actions import (
    FutureInterviewError,
    NotTreatingError,
    bring_back,
    change_picture,
    save_interview,
)
from solstice_web.formulations.models import PictureVersion
from solstice_web.formulations.picture import Change, PictureError, in_loop, rows
from solstice_web.formulations.queries import current_interview, current_picture, formulated, items_of
from solstice_web.people.actions import save_facts
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.person_file import person_file
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.tasks.models import Task

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DEBT = {"stress": {"debt": {"answer": "yes", "on": "2026-11-12"}}}


def address(person: Person, rest: str = "formulation/") -> str:
    return f"/clinic/people/{person.pk}/{rest}"


def words(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def asked(person: Person, clinician: User, told: dict[str, Any] = DEBT, revision: int = 0) -> None:
    save_interview(person=person, told=told, revision=revision, by=clinician, at=timezone.now())


def do(person: Person, clinician: User, *changes: Change) -> None:
    for change in changes:
        latest = current_picture(person)
        change_picture(
            person=person, change=change, revision=latest.revision if latest else 0, by=clinician, at=timezone.now()
        )


def texts(person: Person) -> list[str]:
    return [item.text for item in items_of(current_picture(person)) if item.is_kept]


def test_accept_change_reject_add_and_take_out(person: Person, clinician: User) -> None:
    asked(person, clinician)
    do(person, clinician, Change("accept", "debt"))
    assert texts(person) == ["Debt or money worries"]
    do(person, clinician, Change("change", "debt", "Money is short since the divorce"))
    (item,) = items_of(current_picture(person))
    assert (item.machine, item.state, item.part) == (True, "changed", "perpetuating")
    do(person, clinician, Change("reject", "debt", reason="Paid off last month"))
    assert texts(person) == []
    assert items_of(current_picture(person))[0].reason == "Paid off last month"
    do(person, clinician, Change("reopen", "debt"))
    assert items_of(current_picture(person)) == ()
    mine = str(uuid.uuid4())
    do(person, clinician, Change("add", mine, "Lives far from friends", part="perpetuating"))
    assert texts(person) == ["Lives far from friends"]
    do(person, clinician, Change("remove", mine))
    assert texts(person) == []
    assert PictureVersion.objects.filter(person=person).count() == 6


def test_rejecting_needs_a_reason_and_words_are_bounded(person: Person, clinician: User) -> None:
    asked(person, clinician)
    for change in (
        Change("reject", "debt"),
        Change("change", "debt", " "),
        Change("change", "debt", "x" * 501),
        Change("add", str(uuid.uuid4()), "words", part="elsewhere"),
        Change("accept", "no-such-suggestion"),
    ):
        with pytest.raises(PictureError):
            do(person, clinician, change)
    assert not PictureVersion.objects.exists()


def test_new_facts_recompute_the_suggestion_and_leave_human_words_alone(person: Person, clinician: User) -> None:
    asked(person, clinician)
    do(person, clinician, Change("change", "debt", "My own words"))
    asked(person, clinician, {"stress": {"debt": {"answer": "no", "on": "2026-11-20"}}}, revision=1)
    found = formulated(person, at=timezone.now(), treating=True).found
    row = rows(items_of(current_picture(person)), found)[2].kept[0]
    assert row.has_moved
    assert row.now is not None
    assert row.now.status == "absent"
    assert texts(person) == ["My own words"]
    do(person, clinician, Change("accept", "debt"))
    row = rows(items_of(current_picture(person)), found)[2].kept[0]
    assert not row.has_moved
    assert texts(person) == ["My own words"]


def test_the_order_is_moved_by_steps_within_one_part(person: Person, clinician: User) -> None:
    ids = [str(uuid.uuid4()) for _ in range(4)]
    parts = ["perpetuating", "protective", "perpetuating", "perpetuating"]
    do(
        person,
        clinician,
        *(Change("add", one, f"item {n}", part=part) for n, (one, part) in enumerate(zip(ids, parts, strict=True))),
    )
    do(person, clinician, Change("up", ids[2]))
    kept = [item.text for item in items_of(current_picture(person)) if item.part == "perpetuating"]
    assert kept == ["item 2", "item 0", "item 3"]
    do(person, clinician, Change("down", ids[2]), Change("down", ids[2]), Change("down", ids[2]))
    kept = [item.text for item in items_of(current_picture(person)) if item.part == "perpetuating"]
    assert kept == ["item 0", "item 3", "item 2"]


def test_a_loop_has_three_to_six_parts_in_the_chosen_order(person: Person, clinician: User) -> None:
    ids = [str(uuid.uuid4()) for _ in range(3)]
    do(person, clinician, *(Change("add", one, f"item {n}", part="perpetuating") for n, one in enumerate(ids)))
    with pytest.raises(PictureError, match="3 to 6"):
        do(person, clinician, Change("loop", loop={ids[0]: 1, ids[1]: 2}))
    with pytest.raises(PictureError, match="same place"):
        do(person, clinician, Change("loop", loop=dict.fromkeys(ids, 1)))
    do(person, clinician, Change("loop", loop={ids[2]: 1, ids[0]: 2, ids[1]: 3}))
    assert [item.text for item in in_loop(items_of(current_picture(person)))] == ["item 2", "item 0", "item 1"]


def test_undo_and_earlier_versions(person: Person, clinician: User) -> None:
    do(person, clinician, Change("add", str(uuid.uuid4()), "first", part="protective"))
    do(person, clinician, Change("add", str(uuid.uuid4()), "second", part="protective"))
    bring_back(person=person, version=1, revision=2, by=clinician, at=NOW)
    assert texts(person) == ["first"]
    bring_back(person=person, version=2, revision=3, by=clinician, at=NOW)
    assert texts(person) == ["first", "second"]
    bring_back(person=person, version=0, revision=4, by=clinician, at=NOW)
    assert texts(person) == []


def test_two_editors_the_second_is_told_and_the_same_form_twice_counts_once(person: Person, clinician: User) -> None:
    asked(person, clinician)
    change_picture(person=person, change=Change("accept", "debt"), revision=0, by=clinician, at=NOW)
    change_picture(person=person, change=Change("accept", "debt"), revision=0, by=clinician, at=NOW)
    assert PictureVersion.objects.count() == 1
    with pytest.raises(StaleEditError) as stale:
        change_picture(person=person, change=Change("reject", "debt", reason="no"), revision=0, by=clinician, at=NOW)
    assert stale.value.revision == 1
    assert stale.value.current["items"][0]["state"] == "accepted"


def test_a_stale_page_shows_both_pictures_and_can_be_saved_on_top(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    asked(person, clinician)
    do(person, clinician, Change("change", "debt", "What the first wrote"))
    client = client_for(Role.CLINICIAN)
    told = {"person": str(person.pk), "revision": "0", "item": "debt", "do": "change", "text": "What the second wrote"}
    stale = client.post(address(person, "formulation/save/"), told)
    assert stale.status_code == 409
    assert "What the first wrote" in words(stale)
    assert "What the second wrote" in words(stale)
    assert texts(person) == ["What the first wrote"]
    again = client.post(address(person, "formulation/save/"), {**told, "revision": "1", "again": "yes"})
    assert again.status_code == 200
    assert "What the second wrote" in again.content.decode()
    assert texts(person) == ["What the first wrote"]
    assert client.post(address(person, "formulation/save/"), {**told, "revision": "1"}).status_code == 302
    assert texts(person) == ["What the second wrote"]


def test_a_refused_form_keeps_what_was_typed(client_for: ClientFor, person: Person, clinician: User) -> None:
    asked(person, clinician)
    client = client_for(Role.CLINICIAN)
    told = {"person": str(person.pk), "revision": "0", "item": "debt", "do": "reject", "reason": "r" * 600}
    refused = client.post(address(person, "formulation/save/"), told)
    assert refused.status_code == 400
    assert "r" * 600 in refused.content.decode()
    assert "at most 500 characters" in words(refused)
    unknown = client.post(address(person, "formulation/save/"), {**told, "do": "explode"})
    assert unknown.status_code == 400
    assert not PictureVersion.objects.exists()


def test_suggestions_are_marked_with_dates_strength_and_certainty(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    asked(person, clinician)
    page = words(client_for(Role.CLINICIAN).get(address(person)))
    assert "Suggested by Solstice" in page
    assert "2026-11-12; moderate; certainty low." in page
    assert "What works on this" in page
    assert "certainty very low" in page
    assert "(from memory, draft)" in page
    do(person, clinician, Change("accept", "debt"))
    page = words(client_for(Role.CLINICIAN).get(address(person)))
    assert "Suggested by Solstice, accepted" in page


def test_page_and_command_agree(client_for: ClientFor, person: Person, clinician: User, tmp_path: Path) -> None:
    """Alignment: what the page says is what `solstice formulate --json` says of the same person file."""
    facts = {
        "facts": {"bereavement": True, "living_alone": True},
        "episode": {"previous_episodes": 3},
        "family_history": ["depression"],
    }
    save_facts(person=person, told=facts, revision=0, by=clinician, at=timezone.now())
    asked(person, clinician, {**DEBT, "protective": {"role": {"answer": "yes"}}, "checks": {"thyroid": {"done": "no"}}})
    path = tmp_path / "person.json"
    path.write_text(person_file(person, timezone.now()).model_dump_json(exclude_none=True), encoding="utf-8")
    printed = json.loads(CliRunner().invoke(command, [str(path), "--json"], catch_exceptions=False).output)
    assert "trauma" not in printed
    page = words(client_for(Role.CLINICIAN).get(address(person)))
    assert printed["sentence"] in page
    present = 0
    for one in (*printed["mechanisms"], *printed["factors"]):
        assert one["name"] in page
        for ground in (*one["grounds"], *one["grounds_against"]):
            assert ground["text"] in page
            present += 1
    assert present >= 6
    for check in printed["checks"]:
        assert check["name"] in page
    open_ = [one["id"] for one in printed["mechanisms"] if one["status"] == "not_assessed"]
    shown = client_for(Role.CLINICIAN).get(address(person)).content.decode()
    assert shown.count("so-mechanism--not_assessed") == len(open_)


def test_the_interview_skips_keep_dates_and_go_stale(client_for: ClientFor, person: Person, clinician: User) -> None:
    asked(person, clinician, {"stress": {"debt": {"answer": "yes", "on": "2026-01-12"}}})
    client = client_for(Role.CLINICIAN)
    told = {
        "person": str(person.pk),
        "revision": "1",
        "debt": "yes",
        "work": "unknown",
        "housing": "",
        "note_debt": "court in May",
    }
    assert client.post(address(person, "interview/5/"), told).status_code == 302
    latest = current_interview(person)
    assert latest is not None
    stress = latest.told["stress"]
    assert stress["debt"] == {"answer": "yes", "on": "2026-01-12", "note": "court in May"}
    assert stress["work"]["answer"] == "unknown"
    assert "housing" not in stress
    stale = client.post(address(person, "interview/5/"), {**told, "debt": "no"})
    assert stale.status_code == 409
    assert "court in May" in words(stale)
    assert client.get(address(person, "interview/9/")).status_code == 404
    for number in range(1, 8):
        assert client.get(address(person, f"interview/{number}/")).status_code == 200


def test_checks_take_dates_as_people_say_them(client_for: ClientFor, person: Person) -> None:
    client = client_for(Role.CLINICIAN)
    told = {
        "person": str(person.pk),
        "revision": "0",
        "when_thyroid": "March 2026",
        "result_thyroid": "normal",
        "anaemia": "no",
    }
    assert client.post(address(person, "interview/3/"), told).status_code == 302
    latest = current_interview(person)
    assert latest is not None
    assert latest.told["checks"] == {"thyroid": {"checked": "2026-03", "result": "normal"}, "anaemia": {"done": "no"}}
    for when in ("31 of March", "2099", "2026-13"):
        refused = client.post(address(person, "interview/3/"), {**told, "revision": "1", "when_thyroid": when})
        assert refused.status_code == 400
        assert when in refused.content.decode()
    both = client.post(address(person, "interview/3/"), {**told, "revision": "1", "thyroid": "no"})
    assert both.status_code == 400
    assert "empty both" in words(both)


def test_a_missing_check_becomes_a_task_of_someone_with_a_day(
    client_for: ClientFor, person: Person, clinician: User
) -> None:
    client = client_for(Role.CLINICIAN)
    task = uuid.uuid4()
    due = timezone.localdate().replace(year=timezone.localdate().year + 1).isoformat()
    told = {"person": str(person.pk), "check": "thyroid", "task": str(task), "owner": str(clinician.pk), "due": due}
    for _ in range(2):
        assert client.post(address(person, "interview/task/"), told).status_code == 302
    made = Task.objects.get(pk=task)
    assert (made.kind, made.owner, made.subject) == (Task.Kind.MEDICAL_CHECK, clinician, "interview.check.thyroid")
    assert "Check the thyroid (TSH)" in made.title
    assert "Task: clinician, by" in words(client.get(address(person, "interview/3/")))
    for wrong in ({"due": ""}, {"owner": str(uuid.uuid4())}, {"check": "horoscope"}, {"due": "2001-01-01"}):
        refused = client.post(address(person, "interview/task/"), {**told, "task": str(uuid.uuid4()), **wrong})
        assert refused.status_code == 400, wrong
    assert Task.objects.count() == 1


def test_nothing_is_dated_after_today_and_only_those_who_treat_write(person: Person, users: dict[str, User]) -> None:
    clinician = users[Role.CLINICIAN]
    with pytest.raises(FutureInterviewError):
        asked(person, clinician, {"stress": {"debt": {"answer": "yes", "on": "2199-01-01"}}})
    CareTeamMember.objects.filter(person=person).update(role=CareTeamMember.Part.COVER)
    with pytest.raises(NotTreatingError):
        asked(person, clinician)
    with pytest.raises(NotTreatingError):
        change_picture(person=person, change=Change("accept", "debt"), revision=0, by=clinician, at=NOW)
    assert not PictureVersion.objects.exists()
