"""What a page read once is never older than the page, never told to another reader, and never kept in clear (0016)."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.queries import trials_for
from solstice_web.ledger.told import Told
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.measures.queries import finished
from solstice_web.people.actions import save_facts
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.person_file import person_file
from solstice_web.people.private import read_by
from solstice_web.people.queries import current_facts
from solstice_web.plans import queries as plans
from solstice_web.plans.actions import Decided, decide
from solstice_web.storage.once import forget, once, reading_once

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ClientFor = Callable[[str], Client]


@pytest.fixture
def counting() -> tuple[list[str], Callable[[str], int]]:
    calls: list[str] = []

    @once
    def query(name: str) -> int:
        calls.append(name)
        return len(calls)

    return calls, query


def test_inside_a_read_each_question_is_asked_once(counting: tuple[list[str], Callable[[str], int]]) -> None:
    calls, query = counting
    with reading_once(only_reads=True):
        assert [query("a"), query("b"), query("a"), query("b")] == [1, 2, 1, 2]
    assert calls == ["a", "b"]


def test_nothing_is_kept_outside_in_a_write_or_after(counting: tuple[list[str], Callable[[str], int]]) -> None:
    calls, query = counting
    assert [query("a"), query("a")] == [1, 2]
    with reading_once(only_reads=True):
        query("a")
        with reading_once(only_reads=False):
            assert [query("a"), query("a")] == [4, 5]
        with reading_once(only_reads=True):
            assert query("a") == 6
        assert query("a") == 3
    assert query("a") == 7
    assert calls == ["a"] * 7


def test_what_was_read_before_a_write_is_read_again(counting: tuple[list[str], Callable[[str], int]]) -> None:
    _, query = counting
    with reading_once(only_reads=True):
        assert query("a") == 1
        forget()
        assert query("a") == 2


def test_a_question_that_could_not_be_answered_is_asked_again() -> None:
    answers = iter([ValueError("gone"), "there"])

    @once
    def query() -> str:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    with reading_once(only_reads=True):
        with pytest.raises(ValueError, match="gone"):
            query()
        assert query() == "there"


@pytest.mark.django_db
def test_every_recorded_write_is_seen_at_once(person: Person, clinician: User) -> None:
    with reading_once(only_reads=True):
        assert current_facts(person) is None
        assert person_file(person, AT).trials == ()
        save_facts(person=person, told={"facts": {"pregnancy": True}}, revision=0, by=clinician, at=AT)
        assert person_file(person, AT).facts.pregnancy is True
        told = Told({"kind": "medicine", "agent": "phenelzine"})
        add_trial(person=person, row_id=uuid.uuid4(), told=told, by=clinician, at=AT)
        assert [trial.agent for trial in trials_for(person)] == ["phenelzine"]
        assert [trial.agent for trial in person_file(person, AT).trials] == ["phenelzine"]


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["treats", "stands in"])
def test_what_one_reader_may_see_never_reaches_another(
    first: str, person: Person, users: dict[str, User], clinician: User
) -> None:
    """The same within one page as in two: what is kept is whole, and the gate stands behind it."""
    cover = User.objects.create_user("cover@example.org", "violet-anchor-47-teapot", role=Role.CLINICIAN)
    CareTeamMember.objects.create(person=person, user=cover, role=CareTeamMember.Part.COVER)
    save_facts(person=person, told={"facts": {"childhood_trauma": True}}, revision=0, by=clinician, at=AT)
    filled = Filled(Sheet(uuid.uuid4(), "pcl-5"), [3] * 20, Moment.at(AT, person.time_zone))
    record_answers(person=person, filled=filled, by=users[Role.PATIENT], at=AT)
    readers = {"treats": clinician, "stands in": cover}
    order = [first, *(set(readers) - {first})]
    for _ in range(2):
        with reading_once(only_reads=True):
            for who in order:
                with read_by(readers[who]):
                    told = person_file(person, AT)
                    seen = {one.instrument for one in finished(person)}
                assert (told.facts.childhood_trauma is True) == (who == "treats")
                assert ("pcl-5" in {one.instrument for one in told.answers}) == (who == "treats")
                assert ("pcl-5" in seen) == (who == "treats")


@pytest.mark.django_db
def test_the_next_page_knows_what_was_saved_between(client_for: ClientFor, person: Person, clinician: User) -> None:
    client, page = client_for("clinician"), f"/clinic/people/{person.pk}/"
    assert "Write down the facts" in client.get(page).content.decode()
    save_facts(person=person, told={"facts": {"pregnancy": True}}, revision=0, by=clinician, at=datetime.now(UTC))
    assert "Write down the facts" not in client.get(page).content.decode()


@pytest.fixture
def no_gists() -> Iterator[dict[str, str]]:
    plans._gists.clear()
    yield plans._gists
    plans._gists.clear()


@pytest.mark.django_db
def test_whether_a_decision_is_outdated_is_the_same_kept_or_worked_out(
    person: Person, clinician: User, no_gists: dict[str, str]
) -> None:
    shown = plans.current_plan(person, at=AT).inputs_hash
    told = Decided(uuid.uuid4(), "behavioural-activation", "accept", "Fits what she likes.", shown)
    decision = decide(person=person, decided=told, by=clinician, at=AT)
    seen = set()
    steps = ({"pregnancy": False}, {"bipolarity": True}, {"bipolarity": False}, {"bipolarity": True, "pregnancy": True})
    for revision, facts in enumerate(steps):
        save_facts(person=person, told={"facts": facts}, revision=revision, by=clinician, at=AT)
        for at in (AT, AT + timedelta(days=40), AT):
            kept = plans.is_outdated(decision, at=at)
            assert plans.is_outdated(decision, at=at) == kept
            no_gists.clear()
            assert plans.is_outdated(decision, at=at) == kept
            seen.add(kept)
    assert seen == {True, False}


@pytest.mark.django_db
def test_gists_are_fingerprints_of_bounded_number(
    person: Person, clinician: User, no_gists: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST_GISTS", 3)
    shown = plans.current_plan(person, at=AT).inputs_hash
    told = Decided(uuid.uuid4(), "behavioural-activation", "accept", "Fits what she likes.", shown)
    decision = decide(person=person, decided=told, by=clinician, at=AT)
    save_facts(person=person, told={"facts": {"bipolarity": True}}, revision=0, by=clinician, at=AT)
    for days in range(8):
        plans.is_outdated(decision, at=AT + timedelta(days=days))
        assert 1 <= len(no_gists) <= 3
    assert all(re.fullmatch(r"[0-9a-f]{64}", text) for pair in no_gists.items() for text in pair)
