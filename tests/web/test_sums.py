"""Sums shared between clinics, and numbers of 100 people: made in one pass, refused where small, shown where true."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from solstice.learn.streaming import OutcomeRow, Running
from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.plans import learning
from solstice_web.plans.actions import add_other_clinic, export_sums
from solstice_web.plans.learning import forecast_for, frequencies_of, learnt
from solstice_web.plans.models import Decision, OtherClinic, SharedExport, SigningKey
from solstice_web.plans.outcomes import chosen_as_shown, each_outcome
from solstice_web.plans.queries import current_plan, facts_for
from solstice_web.plans.sharing import Sums, file_of, read_text, sums_to_share

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ARMS = ("cbt", "behavioural-activation")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    learning._kept.clear()


def clinic(clinician: User, n: int, *, rare: int = 0, forecast: bool = False, off: float = 0.0) -> None:
    """`n` people with an outcome: changes that follow where they began, with noise; forecasts as they were said."""
    rng = np.random.default_rng(20261122)
    people, decisions, answers = [], [], []
    for k in range(n):
        born, begun = date(1950 + k % 45, 5, 1), 12.0 + k % 12
        person = Person(pk=uuid.uuid5(uuid.NAMESPACE_OID, f"{k}"), given_name="A", family_name=str(k), birth_date=born)
        person.sex, person.time_zone = ("female", "male")[k // 2 % 2], "UTC"
        mean = 0.5 + (begun - 17.5) * 0.08
        seen = round(begun - 6 * (mean + off + 0.8 * float(rng.normal())))
        decided = AT - timedelta(days=600 - k % 400)
        arm = "ect" if k < rare else ARMS[k % 2]
        told = {"mean": mean, "lower": mean - 1.05, "upper": mean + 1.05, "chance": _chance(mean)} if forecast else None
        shown = {"id": arm, "benefit": {"mean": 0.4}, "asks": {"weeks_to_judge": 6}, "forecast": told}
        people.append(person)
        decisions.append(
            Decision(
                person=person,
                option=arm,
                decision="accept",
                reason="A reason of ten letters.",
                by=clinician,
                at=decided,
                plan_json={"options": [shown]},
                inputs_hash="0" * 64,
                content_version="x",
                model_version="x",
                chosen=chosen_as_shown(shown),
            )
        )
        answers += [
            _answer(person, decided - timedelta(days=2), begun),
            _answer(person, decided + timedelta(weeks=7), seen),
        ]
    Person.objects.bulk_create(people)
    Decision.objects.bulk_create(decisions)
    Response.objects.bulk_create(answers)


def _chance(mean: float) -> float:
    from statistics import NormalDist

    return 1 - NormalDist(mean, 0.8).cdf(1.0)


def _answer(person: Person, moment: datetime, total: float) -> Response:
    return Response(
        person=person,
        instrument="phq-9",
        instrument_version="1.0",
        status=Response.Status.COMPLETE,
        total=total,
        recorded_at=moment,
        received_at=moment,
        local_date=moment.date(),
        time_zone="UTC",
    )


def other_file(n: int = 400, seed: int = 7) -> str:
    """A file as another clinic's page makes it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    rng = np.random.default_rng(seed)
    rows = [
        OutcomeRow(
            ARMS[k % 2],
            float(rng.normal()) + k % 2,
            {"age": 30.0 + k % 30, "female": k // 2 % 2, "phq-9": 15.0 + k % 5},
        )
        for k in range(n)
    ]
    statistics, _ = Running().add_all(rows).shareable()
    return json.dumps(file_of(Sums(statistics, (), None), Ed25519PrivateKey.generate(), None))


def test_the_file_holds_sums_of_one_outcome_a_person_and_leaves_small_ones_out(clinician: User) -> None:
    clinic(clinician, 64, rare=4)
    twice = Decision.objects.filter(option="cbt").first()
    assert twice is not None
    twice.pk, twice.at = uuid.uuid4(), twice.at + timedelta(days=1)
    twice.save(force_insert=True)
    made = export_sums(by=clinician, at=AT)
    found = read_text(made.text, "ours")
    assert found.statistics.treatments == tuple(sorted(ARMS))
    assert found.statistics.n == 60
    assert [one.code for one in made.left_out] == ["small_treatment"]
    assert "ect has 4" in made.left_out[0].text
    for person in Person.objects.all():
        assert str(person.pk) not in made.text


def test_exports_are_signed_by_one_key_chained_and_leave_an_event(clinician: User) -> None:
    clinic(clinician, 60)
    first, second = export_sums(by=clinician, at=AT), export_sums(by=clinician, at=AT + timedelta(days=1))
    shapes = [read_text(one.text, "ours").shape for one in (first, second)]
    assert shapes[1].previous == shapes[0].hash
    assert len({shape.public_key for shape in shapes}) == SigningKey.objects.count() == 1
    assert list(Event.objects.filter(action="sums.exported").values_list("subject", flat=True)) == [
        str(first.export.pk),
        str(second.export.pk),
    ]


def test_noise_is_named_with_its_budget(clinician: User) -> None:
    clinic(clinician, 60)
    made = export_sums(epsilon=1.0, delta=1e-5, by=clinician, at=AT)
    shape = read_text(made.text, "ours").shape
    assert shape.noise is not None
    assert (shape.noise.epsilon, shape.noise.delta) == (1.0, 1e-5)
    plain = sums_to_share().statistics
    assert plain is not None
    assert made.export.noise == {"epsilon": 1.0, "delta": 1e-5}


def test_the_sums_are_made_with_as_many_queries_for_many_people_as_for_few(clinician: User) -> None:
    counts = []
    for n in (40, 400):
        Decision.objects.all().delete()
        Response.objects.all().delete()
        Person.objects.all().delete()
        clinic(clinician, n)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert sum(1 for _ in each_outcome()) == n
        counts.append(len(queries))
    assert counts[0] == counts[1] == 2


def test_another_clinic_counts_here_by_name_and_can_be_taken_back(clinician: User, person: Person) -> None:
    clinic(clinician, 60)
    kept = add_other_clinic(name="Harbour Clinic", text=other_file(), by=clinician, at=AT)
    found = learnt(at=AT)
    assert found is not None
    assert (found.own, round(found.posterior.n), found.others) == (60, 460, ("Harbour Clinic",))
    option = current_plan(person, at=AT).plan.get("cbt")
    assert option is not None
    assert option.clinic is not None
    assert option.clinic.others == ("Harbour Clinic",)
    assert option.to_json()["clinic"]["others"] == ["Harbour Clinic"]
    OtherClinic.objects.filter(pk=kept.pk).update(removed_at=AT)
    again = learnt(at=AT)
    assert again is not None
    assert again.others == ()


def post(client: Client, text: str, name: str = "Harbour Clinic", **more: str) -> HttpResponse:
    file = SimpleUploadedFile("sums.json", text.encode(), content_type="application/json")
    return client.post("/service/sums/", {"do": "add", "name": name, "key_checked": "yes", "file": file, **more})  # type: ignore[return-value]


def test_a_changed_a_double_and_an_own_file_are_refused_with_the_reason(client_for: ClientFor, clinician: User) -> None:
    clinic(clinician, 60)
    client, text = client_for(Role.SERVICE_LEAD), other_file()
    own = export_sums(by=clinician, at=AT).text
    changed = text.replace('"smallest_cell": 10', '"smallest_cell": 1')
    assert post(client, text).status_code == 302
    for bad, why in (
        (changed, "changed after it was written"),
        (text, "count each export once"),
        (own, "outcomes of this clinic"),
    ):
        answer = post(client, bad)
        assert answer.status_code == 400
        assert why in answer.content.decode()
    assert "Check the key" in post(client, other_file(seed=8), key_checked="").content.decode()
    assert "Write the name" in post(client, other_file(seed=8), name=" ").content.decode()
    assert OtherClinic.objects.count() == 1


def test_the_page_makes_the_file_or_says_why_not(client_for: ClientFor, clinician: User) -> None:
    client = client_for(Role.SERVICE_LEAD)
    answer = client.post("/service/sums/", {"do": "make", "noise": ""})
    assert answer.status_code == 409
    assert "Nothing may leave yet" in answer.content.decode()
    assert not SharedExport.objects.exists()
    clinic(clinician, 60)
    answer = client.post("/service/sums/", {"do": "make", "noise": ""})
    assert answer["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.content)["solstice"] == "learn-statistics/1"
    assert client_for(Role.CLINICIAN).get("/service/sums/").status_code in (403, 404)


def test_a_forecast_is_kept_with_the_decision_and_shown_to_nobody(clinician: User, person: Person) -> None:
    clinic(clinician, 200)
    facts = facts_for(person, at=AT)
    told = forecast_for(facts, "cbt", at=AT)
    assert told is not None
    assert told["lower"] < told["mean"] < told["upper"]
    assert forecast_for(facts, "ect", at=AT) is None
    plan = current_plan(person, at=AT).plan
    assert not plan.natural_frequencies.shown
    assert "only 0 outcomes have a forecast" in plan.natural_frequencies.why
    assert "forecast" not in json.dumps(plan.to_json()["options"])


@pytest.mark.parametrize(("off", "reason"), [(0.0, ""), (0.5, "did 0.")])
def test_numbers_of_a_hundred_are_shown_only_where_forecasts_came_true(
    client_for: ClientFor, clinician: User, person: Person, off: float, reason: str
) -> None:
    clinic(clinician, 400, forecast=True, off=off)
    found = frequencies_of(learnt(at=AT), facts_for(person, at=AT))
    page = client_for(Role.CLINICIAN).get(f"/clinic/people/{person.pk}/plan/together/").content.decode()
    if reason:
        assert reason in found.why
        assert not found.shown
        assert "How many of 100 people get better is not shown." in page
        assert "so-icons__maybe" not in page
        return
    assert found.shown, found.why
    assert found.options, found.why_not
    name, one = next(iter(found.options.items()))
    assert one.high - one.low >= 10
    assert one.low % 5 == one.high % 5 == 0
    assert "about" in one.sentence
    assert "Of 100 people like you" in one.sentence
    assert "outcomes at this clinic" in one.source
    assert current_plan(person, at=AT).plan.to_json()["natural_frequencies"]["options"][name]["of"] == 100
    shown = client_for(Role.CLINICIAN).get(f"/clinic/people/{person.pk}/plan/together/?show={name}").content.decode()
    assert one.sentence in shown
    assert "so-icons__maybe" in shown
    assert "It does not say which way is best for you." in shown
