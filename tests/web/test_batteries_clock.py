"""What is asked when: the first days in pieces, gates, events, appointments, breaks; and the list of what is overdue."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from solstice_web.accounts.models import User
from solstice_web.measures.actions import Filled, MeasureRefusedError, Saved, Sheet, Tap, record_answers, save_answer
from solstice_web.measures.clock.actions import (
    EventRefusedError,
    EventTold,
    PaceRefusedError,
    allow_choice,
    bring_event_back,
    choose_pace,
    end_pause,
    pause_check,
    record_event,
    remove_event,
)
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment
from solstice_web.measures.schedule import schedule_of, schedules
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.portal.codes import check_code
from solstice_web.progress.models import Standing

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]


@pytest.fixture
def newcomer(person: Person) -> Person:
    """The patient's person, admitted at AT."""
    person.created_at = AT
    person.save()
    CareTeamMember.objects.update(since=AT - timedelta(days=300))
    return person


@pytest.fixture
def known(person: Person) -> Person:
    """The patient's person, long in care and answered at AT."""
    person.created_at = AT - timedelta(days=90)
    person.save()
    CareTeamMember.objects.update(since=AT - timedelta(days=300))
    for name, items in (("phq-9", [1] * 8 + [0]), ("gad-7", [1] * 7)):
        fill(person, name, items)
    return person


def fill(person: Person, name: str, items: list[int | None], at: datetime = AT, gate: bool | None = None) -> Saved:
    filled = Filled(Sheet(uuid.uuid4(), name), items, Moment.at(at, person.time_zone), gate=gate)
    return record_answers(person=person, filled=filled, by=person.user, at=at)


def due_at(person: Person, at: datetime) -> list[str]:
    return [one.instrument for one in schedule_of(person, at=at).due]


def happened(person: Person, by: User, kind: str, on: date, at: datetime = AT, sessions: int = 1) -> EventTold:
    told = EventTold(uuid.uuid4(), kind, on, sessions)
    record_event(person=person, told=told, by=by, at=at)
    return told


def test_the_first_days_on_the_phone(newcomer: Person, client_for: ClientFor) -> None:
    with time_machine.travel(AT, tick=False):
        page = client_for("patient").get("/today/").content.decode()
    assert "A few first questions" in page
    assert "About 1 minute" in page
    assert f"/check/{check_code('phq-2')}/" in page
    fill(newcomer, "phq-2", [2, 1])
    with time_machine.travel(AT, tick=False):
        page = client_for("patient").get("/today/").content.decode()
    assert f"/check/{check_code('phq-9')}/" in page
    fill(newcomer, "phq-9", [1] * 8 + [0])
    with time_machine.travel(AT, tick=False):
        assert "/check/" not in client_for("patient").get("/today/").content.decode()
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        page = client_for("patient").get("/today/").content.decode()
    assert f"/check/{check_code('gad-7')}/?then={check_code('audit-c')}" in page
    assert "Ready when you are" in page
    assert "overdue" not in page.lower()


def test_late_as_it_may_be_the_phone_offers_and_does_not_blame(known: Person, client_for: ClientFor) -> None:
    with time_machine.travel(AT + timedelta(days=60), tick=False):
        page = client_for("patient").get("/today/").content.decode()
    assert "About 5 minutes, in 2 parts" in page
    assert not any(word in page.lower() for word in ("overdue", "late", "missed", "forgot", "reminder"))


def test_what_must_be_answered_is_refused_kindly_and_nothing_is_lost(newcomer: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-2")
    moment = Moment.at(AT, newcomer.time_zone)

    def tap(item: int, value: int | None, of: Sheet = sheet) -> Saved:
        return save_answer(person=newcomer, sheet=of, tap=Tap(item, value), moment=moment, by=newcomer.user, at=AT)

    tap(1, 2)
    with pytest.raises(MeasureRefusedError, match="You can also stop here"):
        tap(2, None)
    unfinished = record_answers(
        person=newcomer, filled=Filled(sheet, [2, None], moment, frozenset({2})), by=None, at=AT
    )
    assert unfinished.open_item == 2
    assert (unfinished.response.status, unfinished.response.items) == ("in_progress", [2, None])
    assert not schedule_of(newcomer, at=AT).last
    on_paper = Sheet(uuid.uuid4(), "phq-2", source=Response.Source.CLINIC)
    kept = record_answers(person=newcomer, filled=Filled(on_paper, [2, None], moment), by=None, at=AT)
    assert kept.response.is_complete


def test_pages_say_why_and_let_one_leave(newcomer: Person, client_for: ClientFor) -> None:
    client = client_for("patient")
    must = client.get(f"/check/{check_code('phq-2')}/?form=1").content.decode()
    assert "So we need both" in must
    assert "Stop for now" in must
    assert "I’d rather not say" not in must
    may = client.get(f"/check/{check_code('gad-7')}/?form=1").content.decode()
    assert "I’d rather not say" in may
    answer = client.post(
        f"/check/{check_code('phq-2')}/?form=1",
        {"person": str(newcomer.pk), "id": str(uuid.uuid4()), "item": "1", "declined": "1"},
    )
    assert answer.status_code == 409
    assert "So we need both" in answer.content.decode()


@pytest.mark.parametrize(("value", "total", "asked"), [("0", 0.0, []), ("", None, [])])
def test_no_to_the_question_before_leaves_nothing_to_ask(
    value: str, total: float | None, asked: list[str], newcomer: Person, client_for: ClientFor
) -> None:
    client, path = client_for("patient"), f"/check/{check_code('pc-ptsd-5')}/"
    told = {"person": str(newcomer.pk), "id": str(uuid.uuid4()), "item": "0"}
    told |= {"value": value} if value else {"declined": "1"}
    assert "done=1" in client.post(f"{path}?form=1", told).headers["Location"]
    response = Response.objects.get()
    assert (response.status, response.total, response.gate) == ("complete", total, False if value else None)
    gate = next(one for one in schedule_of(newcomer, at=AT).gates if one.instrument == "pcl-5")
    assert gate.state == "unanswered", "the answer is of another day than AT"


def test_yes_to_the_question_before_asks_the_items_and_may_open_more(newcomer: Person, client_for: ClientFor) -> None:
    client, path = client_for("patient"), f"/check/{check_code('pc-ptsd-5')}/"
    told = {"person": str(newcomer.pk), "id": str(uuid.uuid4())}
    with time_machine.travel(AT, tick=False):
        assert "frightening" in client.get(f"{path}?form=1").content.decode()
        assert "q=1" in client.post(f"{path}?form=1", {**told, "item": "0", "value": "1"}).headers["Location"]
        for item in range(1, 6):
            answer = client.post(f"{path}?form=1", {**told, "item": str(item), "value": "1"})
        assert "done=1" in answer.headers["Location"]
    assert Response.objects.get().total == 5
    fill(newcomer, "phq-9", [0] * 9), fill(newcomer, "gad-7", [0] * 7), fill(newcomer, "audit-c", [0] * 3)
    assert due_at(newcomer, AT) == []
    assert due_at(newcomer, AT + timedelta(days=1)) == ["pcl-5"]


def test_a_long_measure_has_a_place_to_rest(newcomer: Person, client_for: ClientFor) -> None:
    client, path = client_for("patient"), f"/check/{check_code('pcl-5')}/"
    told = {"person": str(newcomer.pk), "id": str(uuid.uuid4()), "value": "1"}
    places = [client.post(f"{path}?form=1", {**told, "item": str(item)}).headers["Location"] for item in range(1, 11)]
    assert ["rest=1" in place for place in places] == [False] * 9 + [True]
    page = client.get(places[-1]).content.decode()
    assert "A good place to stop" in page
    assert "Go on now" in page


def test_an_event_restarts_the_clock_and_can_be_taken_away(known: Person, clinician: User) -> None:
    assert schedule_of(known, at=AT).next_core_on == date(2026, 11, 27)
    later = AT + timedelta(days=2)
    told = happened(known, clinician, "infusion", date(2026, 11, 22), at=later)
    assert Standing.objects.get(person=known).next_due_on == date(2026, 11, 29)
    record_event(person=known, told=told, by=clinician, at=later)
    assert len(schedule_of(known, at=later).events) == 1
    remove_event(person=known, event_id=told.id, by=clinician, at=later)
    assert Standing.objects.get(person=known).next_due_on == date(2026, 11, 27)
    bring_event_back(person=known, event_id=told.id, by=clinician, at=later)
    assert Standing.objects.get(person=known).next_due_on == date(2026, 11, 29)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Europe/London", "Pacific/Apia"])
def test_a_day_is_the_patients_day_over_the_change_of_clocks(known: Person, zone: str) -> None:
    known.time_zone = zone
    known.save()
    for start in (datetime(2027, 3, 26, 23, 30, tzinfo=UTC), datetime(2027, 10, 29, 11, 30, tzinfo=UTC)):
        for name, items in (("phq-9", [1] * 8 + [0]), ("gad-7", [1] * 7)):
            fill(known, name, items, at=start)
        first = start.astimezone(ZoneInfo(zone)).date()
        seen = set()
        for hours in range(140, 176, 5):
            at = start + timedelta(hours=hours)
            is_a_week = (at.astimezone(ZoneInfo(zone)).date() - first).days >= 7
            assert ("phq-9" in due_at(known, at)) == is_a_week
            seen.add(is_a_week)
        assert seen == {True, False}


@pytest.mark.parametrize(
    ("kind", "on", "sessions", "said"),
    [
        ("infusion", date(2026, 11, 21), 1, "has not come yet"),
        ("appointment", date(2026, 11, 19), 1, "This day is over"),
        ("medicine", date(2021, 1, 1), 1, "belongs to the history"),
        ("tms-sessions", date(2026, 11, 20), 0, "from 1 to 60"),
        ("holiday", date(2026, 11, 20), 1, "from the list"),
    ],
)
def test_events_that_cannot_be_are_refused(
    kind: str, on: date, sessions: int, said: str, known: Person, clinician: User
) -> None:
    with pytest.raises(EventRefusedError, match=said):
        happened(known, clinician, kind, on, sessions=sessions)
    assert not known.treatment_events.exists()


def test_the_page_of_the_clock(known: Person, client_for: ClientFor) -> None:
    client, page = client_for("clinician"), f"/clinic/people/{known.pk}/measures/clock/"
    with time_machine.travel(AT, tick=False):
        told = {"person": str(known.pk), "id": str(uuid.uuid4()), "kind": "infusion", "sessions": "1", "note": "first"}
        ahead = {**told, "day": "25", "month": "11", "year": "2026"}
        refused = client.post(page, ahead)
        assert refused.status_code == 400
        assert refused.content.decode().count("This day has not come yet. Write it down when it has happened.") == 2
        assert 'value="first"' in refused.content.decode(), "nothing that was typed is lost"
        assert client.post(page, {**told, "day": "20", "month": "11", "year": "2026"}).status_code == 302
        visit = {**told, "id": str(uuid.uuid4()), "kind": "appointment", "note": ""}
        assert client.post(page, {**visit, "day": "26", "month": "11", "year": "2026"}).status_code == 302
        shown = client.get(page).content.decode()
        assert client.post(page, {**told, "person": str(uuid.uuid4())}).status_code == 409
    assert "48 hours before the appointment on 26 November 2026" in shown
    assert "Ketamine or esketamine given" in shown


def test_someone_elses_event_is_not_there(known: Person, stranger: Person, clinician: User) -> None:
    told = happened(known, clinician, "infusion", AT.date())
    assert remove_event(person=stranger, event_id=told.id, by=clinician, at=AT) is None
    with pytest.raises(EventRefusedError):
        record_event(person=stranger, told=told, by=clinician, at=AT)
    assert known.treatment_events.filter(deleted_at=None).count() == 1


def test_before_an_appointment_the_phone_says_so(known: Person, clinician: User, client_for: ClientFor) -> None:
    happened(known, clinician, "appointment", date(2026, 11, 26))
    with time_machine.travel(AT + timedelta(days=3), tick=False):
        assert "/check/" not in client_for("patient").get("/today/").content.decode()
    with time_machine.travel(AT + timedelta(days=4), tick=False):
        assert "A check before you meet" in client_for("patient").get("/today/").content.decode()


def test_a_person_sets_the_pace_and_takes_a_break(known: Person, patient: User) -> None:
    choose_pace(person=known, every_days=14, by=patient, at=AT)
    assert schedule_of(known, at=AT).next_core_on == date(2026, 12, 4)
    pause_check(person=known, days=14, by=patient, at=AT)
    schedule = schedule_of(known, at=AT + timedelta(days=14))
    assert schedule.is_paused
    assert schedule.due == ()
    assert Standing.objects.get(person=known).next_due_on == date(2026, 12, 5)
    after = AT + timedelta(days=15)
    assert due_at(known, after) == ["phq-9", "gad-7"]
    with pytest.raises(PaceRefusedError, match="After your next check"):
        pause_check(person=known, days=7, by=patient, at=after)
    fill(known, "phq-9", [1] * 8 + [0], at=after)
    pause_check(person=known, days=7, by=patient, at=after)
    end_pause(person=known, by=patient, at=after)
    assert not schedule_of(known, at=after).is_paused


def test_with_an_open_risk_answer_nobody_is_asked_less(known: Person, patient: User) -> None:
    fill(known, "phq-9", [0] * 8 + [1], at=AT + timedelta(days=1))
    for act in (lambda: choose_pace(person=known, every_days=14, by=patient, at=AT),
                lambda: pause_check(person=known, days=7, by=patient, at=AT)):  # fmt: skip
        with pytest.raises(PaceRefusedError, match="hard thoughts"):
            act()


def test_a_clinician_can_ask_for_each_week(known: Person, patient: User, clinician: User) -> None:
    pause_check(person=known, days=14, by=patient, at=AT)
    choose_pace(person=known, every_days=14, by=patient, at=AT)
    allow_choice(person=known, may_choose=False, by=clinician, at=AT)
    assert schedule_of(known, at=AT).next_core_on == date(2026, 11, 27)
    with pytest.raises(PaceRefusedError, match="each week for now"):
        choose_pace(person=known, every_days=14, by=patient, at=AT)


def test_the_page_of_the_person_refuses_beside_the_choice(known: Person, client_for: ClientFor) -> None:
    client = client_for("patient")
    page = client.get("/me/").content.decode()
    assert "Break for 1 week" in page
    assert client.post("/me/pace/", {"person": str(known.pk), "do": "pause", "days": "7"}).status_code == 302
    assert "End the break now" in client.get("/me/").content.decode()
    assert client.post("/me/pace/", {"person": str(known.pk), "do": "resume"}).status_code == 302
    again = client.post("/me/pace/", {"person": str(known.pk), "do": "pause", "days": "14"})
    assert again.status_code == 422
    assert "After your next check" in again.content.decode()
    assert client.post("/me/pace/", {"person": str(known.pk), "do": "every", "days": "9"}).status_code == 422


def test_overdue_is_a_list_with_since_when_and_why(known: Person, patient: User, client_for: ClientFor) -> None:
    with time_machine.travel(AT + timedelta(days=10), tick=False):
        assert "Nothing is overdue" in client_for("clinician").get("/clinic/measures/").content.decode()
    with time_machine.travel(AT + timedelta(days=12), tick=False):
        page = client_for("clinician").get("/clinic/measures/?sort=name").content.decode()
    assert "PHQ-9, GAD-7" in page
    assert "27 November 2026" in page
    assert "Every 7 days, last answered on 20 November 2026" in page
    assert "On the phone" in page
    pause_check(person=known, days=14, by=patient, at=AT + timedelta(days=12))
    with time_machine.travel(AT + timedelta(days=12), tick=False):
        page = client_for("clinician").get("/clinic/measures/").content.decode()
    assert "Nothing is overdue" in page
    assert "The person chose a break until 16 December 2026" in page


def test_the_list_asks_as_many_questions_for_many_people_as_for_one(known: Person, clinician: User) -> None:
    def asked(people: list[Person]) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert len(schedules(people, at=AT)) == len(people)
        return len(seen)

    others = [Person.objects.create(given_name="Test", family_name=str(number)) for number in range(20)]
    for other in others:
        happened(other, clinician, "medicine", AT.date())
    assert asked([known]) == asked([known, *others]) <= 5


def test_under_18_the_pages_say_why(known: Person, client_for: ClientFor) -> None:
    known.birth_date = date(2010, 1, 1)
    known.save()
    with time_machine.travel(AT + timedelta(days=30), tick=False):
        today = client_for("patient").get("/today/").content.decode()
        assert "/check/" not in today
        assert "made for people of 18 and over" in today
        check = client_for("patient").get(f"/check/{check_code('phq-9')}/").content.decode()
        assert "These questions are for people of 18 and over" in check
        clinic = client_for("clinician")
        assert "made for adults and are not used under 18" in clinic.get("/clinic/measures/").content.decode()
        assert "made for adults" in clinic.get(f"/clinic/people/{known.pk}/measures/clock/").content.decode()
    assert Standing.objects.get(person=known).need < 9
