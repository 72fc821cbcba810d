"""Ratings with rater, day, versions and undo; results sentence first; versions that are not joined; plans outdated."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.web.test_plan_pages_fresh import hash_on

from solstice_web.accounts.models import Role, User
from solstice_web.audit.models import Event
from solstice_web.measures.actions import Filled, MeasureRefusedError, Saved, Sheet, record_answers
from solstice_web.measures.clock.actions import EventTold, record_event
from solstice_web.measures.models import Response, ResponseVersion
from solstice_web.measures.moment import Moment
from solstice_web.measures.ratings.actions import Rating, amend_rating, bring_back, rate, take_back
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import is_outdated

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


@pytest.fixture
def known(person: Person) -> Person:
    person.created_at = AT - timedelta(days=200)
    person.save()
    CareTeamMember.objects.update(since=AT - timedelta(days=300))
    return person


def measure(person: Person, total: int, weeks_ago: float, name: str = "phq-9") -> Saved:
    at = AT - timedelta(weeks=weeks_ago)
    items = [min(3, max(0, total - 3 * item)) for item in range(8)] + [0] if name == "phq-9" else [1] * 20
    filled = Filled(Sheet(uuid.uuid4(), name), items, Moment.at(at, person.time_zone))
    return record_answers(person=person, filled=filled, by=person.user, at=at)


def form(person: Person, **more: Any) -> dict[str, Any]:
    start = {"person": str(person.pk), "id": str(uuid.uuid4()), "instrument": "madrs", "total": "31"}
    return {**start, "day": "18", "month": "11", "year": "2026", **more}


def page_of(client: Client, person: Person) -> str:
    with time_machine.travel(AT, tick=False):
        return client.get(f"/clinic/people/{person.pk}/measures/").content.decode()


def test_a_rating_carries_its_rater(known: Person, clinician: User, client_for: ClientFor) -> None:
    client, page = client_for("clinician"), f"/clinic/people/{known.pk}/measures/"
    with time_machine.travel(AT, tick=False):
        assert client.post(page, form(known, rated_by=str(clinician.pk))).status_code == 302
        assert client.post(page, form(known, rater="Dr Outside", total="28")).status_code == 302
        refused = client.post(page, form(known, total="61", rater="Dr Outside"))
        assert "Write a whole number from 0 to 60." in refused.content.decode()
        unsaid = client.post(page, form(known))
        assert unsaid.status_code == 400
        assert "Choose who rated, or write the name." in unsaid.content.decode()
        ahead = client.post(page, form(known, rater="Dr Outside", day="21"))
        assert "This day has not come yet" in ahead.content.decode()
        stranger = User.objects.create_user("far@example.org", "x", role=Role.CLINICIAN)
        assert client.post(page, form(known, rated_by=str(stranger.pk))).status_code == 400
    by = Response.objects.filter(rated_by=clinician).get()
    assert by.rater == clinician.name
    assert Response.objects.count() == 2
    assert "Dr Outside" in page_of(client, known)


def rated(person: Person, by: User, total: int = 31) -> Response:
    rating = Rating(total, date(2026, 11, 18), "Dr R")
    return rate(person=person, response_id=uuid.uuid4(), instrument="madrs", rating=rating, by=by, at=AT).response


def test_a_rating_is_corrected_with_versions_and_nobody_is_overwritten(known: Person, clinician: User) -> None:
    response = rated(known, clinician)
    better = Rating(30, date(2026, 11, 17), "Dr R")
    told = {"person": known, "response_id": response.pk, "by": clinician, "at": AT}
    assert amend_rating(revision=1, rating=better, **told).total == 30
    assert amend_rating(revision=1, rating=better, **told).revision == 2, "the same form sent twice"
    with pytest.raises(StaleEditError) as stale:
        amend_rating(revision=1, rating=Rating(29, date(2026, 11, 17), "Dr S"), **told)
    assert (stale.value.current["total"], stale.value.yours["total"]) == (30, 29)
    with pytest.raises(MeasureRefusedError, match="right would be 0 to 60"):
        amend_rating(revision=2, rating=Rating(99, date(2026, 11, 17), "Dr R"), **told)
    with pytest.raises(MeasureRefusedError, match="has not come yet"):
        amend_rating(revision=2, rating=Rating(9, date(2026, 11, 27), "Dr R"), **told)
    assert [(one.revision, one.content["total"]) for one in ResponseVersion.objects.order_by("revision")] == [
        (1, 31),
        (2, 30),
    ]
    assert Event.objects.filter(action="rating.changed").count() == 1


def test_a_rating_is_taken_back_and_brought_back(known: Person, clinician: User, client_for: ClientFor) -> None:
    response = rated(known, clinician)
    told = {"person": known, "response_id": response.pk, "by": clinician, "at": AT}
    take_back(revision=1, **told)
    page = page_of(client_for("clinician"), known)
    assert "Taken back: MADRS 31" in page
    assert 'id="measure-madrs"' not in page
    assert bring_back(**told).is_complete
    take_back(revision=3, **told)
    with pytest.raises(MeasureRefusedError, match="more than 30 days ago"):
        bring_back(**{**told, "at": AT + timedelta(days=31)})


def test_the_page_of_a_rating(known: Person, clinician: User, client_for: ClientFor) -> None:
    response, client = rated(known, clinician), client_for("clinician")
    page = f"/clinic/people/{known.pk}/measures/totals/{response.pk}/"
    with time_machine.travel(AT, tick=False):
        assert 'value="31"' in client.get(page).content.decode()
        told = form(known, total="30", rater="Dr R", revision="1")
        assert client.post(page, told).status_code == 302
        both = client.post(page, {**told, "total": "29"})
        assert both.status_code == 409
        assert "Saved now" in both.content.decode()
        assert client.post(page, {**told, "total": "29", "on_top": "yes"}).status_code == 302
        assert client.post(page, {"person": str(known.pk), "do": "take_back", "revision": "3"}).status_code == 302
        assert client.post(page, {"person": str(known.pk), "do": "bring_back"}).status_code == 302
        answered = measure(known, 12, 1).response
        assert client.get(f"/clinic/people/{known.pk}/measures/totals/{answered.pk}/").status_code == 404
    assert Response.objects.get(pk=response.pk).total == 29


def test_the_sentence_comes_first_with_the_source_one_click_away(known: Person, client_for: ClientFor) -> None:
    for total, weeks in ((15, 4), (14, 2), (12, 0)):
        measure(known, total, weeks)
    page = page_of(client_for("clinician"), known)
    sentence = page.index("3 points better than four weeks ago; that is within the usual wobble.")
    assert sentence < page.index('<svg class="chart"') < page.index("<table")
    assert "A change of 6 points or more is more than the usual wobble." in page
    assert "BMC Psychiatry 2018" in page


def test_worse_is_said_as_it_is(known: Person, client_for: ClientFor) -> None:
    measure(known, 8, 4), measure(known, 16, 0)
    assert "8 points worse than four weeks ago; that is more than the usual wobble." in page_of(
        client_for("clinician"), known
    )


def test_subscales_and_events_are_shown(known: Person, clinician: User, client_for: ClientFor) -> None:
    measure(known, 20, 5, "pcl-5"), measure(known, 20, 1, "pcl-5")
    told = EventTold(uuid.uuid4(), "ect", date(2026, 11, 1))
    record_event(person=known, told=told, by=clinician, at=AT)
    page = page_of(client_for("clinician"), known)
    assert 'chart-moment--event"><title>2026-11-01: ECT session' in page
    assert "Dashed lines: 1 November 2026: ECT session." in page
    result = page[page.index('id="measure-pcl-5"') :]
    assert result.count('<th scope="col" class="so-table__number">') >= 5, "the total and four clusters"
    with time_machine.travel(AT, tick=False):
        mine = client_for("patient").get("/change/").content.decode()
    assert "Dashed lines:" in mine
    assert not any(word in mine for word in ("severe", "cut-off", "remission"))


def test_two_versions_of_the_questions_are_never_one_line(known: Person, client_for: ClientFor) -> None:
    """Hazard H12: the version stands on each answer; the line breaks, and no change is counted across it."""
    for total, weeks in ((20, 6), (19, 5), (12, 1), (11, 0)):
        measure(known, total, weeks)
    Response.objects.filter(local_date__lt=date(2026, 11, 1)).update(instrument_version="0.9")
    page = page_of(client_for("clinician"), known)
    assert page.count('<polyline class="chart-line"') == 2
    assert page.count('<circle class="chart-point"') == 4
    assert "version 1" in page
    assert "2 answers were given to another version" in page
    assert "1 point better than one week ago" in page
    with time_machine.travel(AT, tick=False):
        mine = client_for("patient").get("/change/").content.decode()
    assert "The questions changed once. The line breaks there." in mine
    assert mine.count('<polyline class="chart-line"') == 2


def test_a_scale_for_adults_is_refused_under_18_and_one_for_children_is_not(
    known: Person, client_for: ClientFor
) -> None:
    known.birth_date = date(2012, 1, 1)
    known.save()
    client, page = client_for("clinician"), f"/clinic/people/{known.pk}/measures/"
    with time_machine.travel(AT, tick=False):
        refused = client.post(page, form(known, rater="Dr R"))
        assert refused.status_code == 400
        assert "MADRS and its cut-offs are made for adults; the person is 14." in refused.content.decode()
        assert client.post(page, form(known, rater="Dr R", instrument="cdrs-r", total="45")).status_code == 302
    assert Response.objects.get().instrument == "cdrs-r"


def test_a_plan_is_outdated_when_it_reads_differently_and_not_with_each_measure(
    known: Person, clinician: User, client_for: ClientFor
) -> None:
    measure(known, 18, 2)
    client = client_for("clinician")
    with time_machine.travel(AT, tick=False):
        page = f"/clinic/people/{known.pk}/plan/"
        told = {
            "person": str(known.pk), "id": str(uuid.uuid4()), "option": "behavioural-activation",
            "decision": "accept", "reason": "Fits what she likes.", "agreed": "yes",
            "inputs_hash": hash_on(client.get(page).content.decode()),
        }  # fmt: skip
        assert client.post(page, told).status_code in {200, 302}
    decision = Decision.objects.get()
    assert not is_outdated(decision, at=AT)
    measure(known, 17, 0)
    assert not is_outdated(decision, at=AT), "a new weekly total is no new plan"
    from solstice_web.people.actions import save_facts

    save_facts(person=known, told={"facts": {"active_mania": True}}, revision=0, by=clinician, at=AT)
    assert is_outdated(decision, at=AT)
