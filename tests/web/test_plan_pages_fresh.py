"""Promise 16: a recommendation is never older than its facts, and an error never reads as "no risk"."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import sign_in

from solstice_web.accounts.models import Role, User
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.people.actions import save_facts
from solstice_web.people.models import Person
from solstice_web.plans.models import Decision

pytestmark = pytest.mark.django_db
CALM = re.compile(
    r"no (?:risk|alerts?|reasons? against|concerns?)\b|nothing (?:needs|to do|is open)|all clear|safe to", re.IGNORECASE
)


class BrokenEngineError(RuntimeError):
    """Stands for any fault inside the engine."""


@pytest.fixture
def desk(users: dict[str, User], person: Person) -> Client:
    return sign_in(Client(raise_request_exception=False), users[Role.CLINICIAN])


def hash_on(page: str) -> str:
    found = re.search(r'name="inputs_hash" value="([0-9a-f]{64})"', page)
    assert found, "the plan page says which facts it rests on"
    return found.group(1)


def change_a_fact(how: str, person: Person, by: User) -> None:
    at = datetime.now(UTC)
    if how == "trial":
        told = Told({"kind": "medicine", "agent": "phenelzine"})
        add_trial(person=person, row_id=uuid.uuid4(), told=told, by=by, at=at)
    else:
        save_facts(person=person, told={"facts": {"pregnancy": True}}, revision=0, by=by, at=at)


@pytest.mark.parametrize("how", ["trial", "facts"])
def test_the_very_next_look_is_computed_from_the_new_fact(
    how: str, desk: Client, person: Person, clinician: User
) -> None:
    before = desk.get(f"/clinic/people/{person.pk}/plan/").content.decode()
    change_a_fact(how, person, clinician)
    after = desk.get(f"/clinic/people/{person.pk}/plan/").content.decode()
    assert hash_on(after) != hash_on(before)


@pytest.mark.parametrize("how", ["trial", "facts"])
def test_a_decision_on_the_plan_as_it_was_is_told_and_not_taken(
    how: str, desk: Client, person: Person, clinician: User
) -> None:
    page = desk.get(f"/clinic/people/{person.pk}/plan/").content.decode()
    told = {
        "person": str(person.pk), "id": str(uuid.uuid4()), "option": "behavioural-activation", "decision": "accept",
        "reason": "Fits what she likes.", "agreed": "yes", "inputs_hash": hash_on(page),
    }  # fmt: skip
    change_a_fact(how, person, clinician)
    answer = desk.post(f"/clinic/people/{person.pk}/plan/", told)
    assert answer.status_code == 409
    assert hash_on(answer.content.decode()) != told["inputs_hash"]
    assert not Decision.objects.exists()
    told["inputs_hash"] = hash_on(answer.content.decode())
    assert desk.post(f"/clinic/people/{person.pk}/plan/", told).status_code in {200, 302}
    assert Decision.objects.get().reason == "Fits what she likes."


ENGINE = (
    ("solstice_web.plans.queries.recommend", "plan/"),
    ("solstice_web.ledger.queries.assess", "history/"),
    ("solstice_web.ledger.queries.assess", "questions/"),
    ("solstice_web.ledger.queries.assess", ""),
    ("solstice_web.progress.queries.review", "measures/"),
    ("solstice_web.progress.queries.review", ""),
)


@pytest.mark.parametrize(("function", "page"), ENGINE)
def test_an_error_of_the_engine_is_said_and_reads_as_nothing_else(
    *, function: str, page: str, desk: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 8, 15):
        at = datetime(2026, 11, day, 12, tzinfo=UTC)
        filled = Filled(Sheet(uuid.uuid4(), "phq-9"), [2] * 8 + [0], Moment.at(at, "UTC"))
        record_answers(person=person, filled=filled, by=None, at=at)
    healthy = desk.get(f"/clinic/people/{person.pk}/{page}")
    assert healthy.status_code == 200

    def broken(*_: Any, **__: Any) -> None:
        raise BrokenEngineError("a fault inside the engine")

    monkeypatch.setattr(function, broken)
    answer = desk.get(f"/clinic/people/{person.pk}/{page}")
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    if answer.status_code == 200:
        assert re.search(r"(?:could|can) ?not be (?:computed|made|worked out)", text), text[:2000]
        said = text.replace("This does not mean that there is no risk or no option.", "")
        assert not CALM.search(said), CALM.search(said)
    else:
        assert answer.status_code in {500, 503}
        assert not CALM.search(text)
        assert "/help/" in answer.content.decode()


@pytest.mark.parametrize(
    "function", ["solstice_web.measures.risk.signals_from_answers", "solstice_web.measures.actions.score"]
)
def test_an_answer_the_engine_cannot_judge_is_not_acknowledged(
    function: str, users: dict[str, User], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phone keeps it and sends it again; nothing says "saved" while nobody was alerted."""
    from tests.web.test_outbox import message, send

    from solstice_web.alerts.models import Alert
    from solstice_web.measures.models import Response

    def broken(*_: Any, **__: Any) -> None:
        raise BrokenEngineError("a fault inside the engine")

    phone = sign_in(Client(raise_request_exception=False), users[Role.PATIENT])
    whole = message("complete", {"response_id": str(uuid.uuid4()), "instrument": "phq-9", "items": [2] * 9})
    with monkeypatch.context() as patch:
        patch.setattr(function, broken)
        answer = send(phone, whole)
        assert answer.status_code >= 500 or answer.json()["entries"][0]["state"] not in {"saved", "duplicate"}
        assert not Response.objects.exists()
    assert send(phone, whole).json()["entries"][0]["state"] == "saved"
    assert Alert.objects.count() == 1
