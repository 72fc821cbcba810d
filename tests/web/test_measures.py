"""Measures are saved tap by tap, exactly once, on the patient's day, and every risk answer is one alert."""

import itertools
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from solstice_web.accounts.models import User
from solstice_web.alerts.models import Alert, Level
from solstice_web.audit.models import Event
from solstice_web.measures.actions import (
    Filled,
    MeasureRefusedError,
    Saved,
    Sheet,
    Tap,
    abandon_response,
    complete_response,
    import_answers,
    record_answers,
    record_total,
    save_answer,
)
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment, why_not_a_moment
from solstice_web.measures.schedule import schedule_of
from solstice_web.people.models import Person
from solstice_web.progress.models import Need, Standing

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def moment(at: datetime = AT, zone: str = "Europe/Tallinn") -> Moment:
    return Moment.at(at, zone)


def tap(person: Person, sheet: Sheet, item: int, value: int | None, at: datetime = AT) -> Saved:
    return save_answer(person=person, sheet=sheet, tap=Tap(item, value), moment=moment(at), by=person.user, at=at)


def fill(person: Person, items: list[int | None], at: datetime = AT, declined: frozenset[int] = frozenset()) -> Saved:
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), items, moment(at), declined)
    return record_answers(person=person, filled=filled, by=person.user, at=at)


def test_taps_make_one_response_that_scores_when_finished(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    for item in range(1, 10):
        assert tap(person, sheet, item, 1 if item < 9 else 0, AT + timedelta(seconds=item)).changed
    done = complete_response(
        person=person,
        response_id=sheet.id,
        moment=moment(AT + timedelta(minutes=1)),
        by=person.user,
        at=AT + timedelta(minutes=1),
    )
    response = Response.objects.get()
    assert response.id == sheet.id
    assert (response.total, response.band, response.status) == (8, "mild", "complete")
    assert response.content_version
    assert done.help_now is False
    assert not Alert.objects.exists()


def test_the_same_tap_twice_changes_nothing(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    assert tap(person, sheet, 1, 2).changed
    events = Event.objects.count()
    assert not tap(person, sheet, 1, 2).changed
    assert Response.objects.get().items[0] == 2
    assert Event.objects.count() == events


def test_taps_in_the_wrong_order_end_with_the_latest(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    tap(person, sheet, 4, 3, AT + timedelta(seconds=20))
    assert not tap(person, sheet, 4, 1, AT + timedelta(seconds=5)).changed
    assert Response.objects.get().items[3] == 3


def test_a_missing_item_is_not_zero(person: Person) -> None:
    saved = fill(person, [3, 3, 3, None, None, 3, 3, 3, 0])
    response = saved.response
    assert response.total is None
    assert response.score is not None
    assert "unanswered" in str(response.score["reason"])


@pytest.mark.parametrize(("value", "level"), [(1, Level.DAY_QUEUE), (2, Level.TODAY), (3, Level.NOW)])
def test_a_risk_answer_is_an_alert_before_the_measure_is_finished(person: Person, value: int, level: Level) -> None:
    saved = tap(person, Sheet(uuid.uuid4(), "phq-9"), 9, value)
    alert = Alert.objects.get()
    assert (alert.level, alert.state, alert.response_id) == (level, "open", saved.response.id)
    assert alert.act_by > AT
    assert saved.help_now
    assert Standing.objects.get(person=person).need <= Need.ALERT_QUEUE


def test_a_higher_answer_lifts_the_same_alert_and_a_lower_one_does_not_lower_it(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    tap(person, sheet, 9, 1, AT)
    tap(person, sheet, 9, 3, AT + timedelta(seconds=1))
    tap(person, sheet, 9, 0, AT + timedelta(seconds=2))
    complete_response(
        person=person,
        response_id=sheet.id,
        moment=moment(AT + timedelta(seconds=3)),
        by=None,
        at=AT + timedelta(seconds=3),
    )
    alert = Alert.objects.get()
    assert alert.level == Level.NOW
    assert alert.revision == 2


def test_every_way_of_skipping_or_answering_the_risk_item_is_followed_up(person: Person) -> None:
    """Hazard H01 in short: every value of item 9 with every set of other blanks is one alert, or 0 and none."""
    patterns = list(itertools.product([None, 2], repeat=4))
    for index, (risk, others) in enumerate(itertools.product([None, 0, 1, 2, 3], patterns)):
        saved = fill(person, [*others, 1, 1, 1, 1, risk], AT + timedelta(minutes=index))
        assert saved.response.alerts.count() == (0 if risk == 0 else 1), (risk, others)
        if risk is None:
            assert saved.response.total is None
    assert Alert.objects.count() == 4 * len(patterns)


def test_prefer_not_to_say_is_kept_and_followed_up(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    tap(person, sheet, 9, None)
    assert not Alert.objects.exists()
    response = complete_response(person=person, response_id=sheet.id, moment=moment(), by=None, at=AT).response
    assert response.declined == [9]
    assert Alert.objects.get().level == Level.DAY_QUEUE


def test_a_measure_put_aside_with_the_risk_item_open_is_followed_up(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    tap(person, sheet, 1, 3)
    abandon_response(person=person, response_id=sheet.id, by=person.user, at=AT)
    abandon_response(person=person, response_id=sheet.id, by=person.user, at=AT)
    assert Response.objects.get().status == "abandoned"
    assert Alert.objects.get().level == Level.DAY_QUEUE


def test_a_tap_made_before_the_end_but_sent_later_is_merged_and_scored_again(person: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    for item in range(1, 9):
        tap(person, sheet, item, 2, AT + timedelta(seconds=item))
    end = AT + timedelta(minutes=2)
    complete_response(person=person, response_id=sheet.id, moment=moment(end), by=None, at=end)
    assert Response.objects.get().total is None
    late = save_answer(
        person=person,
        sheet=sheet,
        tap=Tap(9, 2),
        moment=moment(AT + timedelta(seconds=9)),
        by=None,
        at=end + timedelta(hours=1),
    )
    assert late.changed
    assert Response.objects.get().total == 18
    assert Alert.objects.get().level == Level.TODAY


def test_a_tap_made_after_the_end_is_refused_but_its_risk_counts(person: Person) -> None:
    saved = fill(person, [1] * 8 + [0])
    later = AT + timedelta(hours=3)
    sheet = Sheet(saved.response.id, "phq-9")
    with pytest.raises(MeasureRefusedError, match="finished"):
        tap(person, sheet, 1, 3, later)
    again = tap(person, sheet, 9, 3, later)
    assert again.help_now
    assert Response.objects.get().items[8] == 0
    assert Alert.objects.get().level == Level.NOW


def test_a_finished_measure_sent_again_counts_once(person: Person) -> None:
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), [1] * 8 + [2], moment())
    first = record_answers(person=person, filled=filled, by=None, at=AT)
    again = record_answers(person=person, filled=filled, by=None, at=AT + timedelta(hours=1))
    assert (first.changed, again.changed, again.help_now) == (True, False, True)
    assert (Response.objects.count(), Alert.objects.count()) == (1, 1)


def test_an_id_of_someone_else_is_refused_without_a_trace(person: Person, stranger: Person) -> None:
    sheet = Sheet(uuid.uuid4(), "phq-9")
    tap(person, sheet, 1, 1)
    events = Event.objects.count()
    with pytest.raises(MeasureRefusedError) as refused:
        tap(stranger, sheet, 2, 1)
    assert str(person.id) not in str(refused.value)
    assert Response.objects.get().items[1] is None
    assert Event.objects.count() == events


@pytest.mark.parametrize(("item", "value"), [(0, 1), (10, 1), (1, 4), (1, -1)])
def test_answers_that_do_not_exist_are_refused(person: Person, item: int, value: int) -> None:
    with pytest.raises(MeasureRefusedError):
        tap(person, Sheet(uuid.uuid4(), "phq-9"), item, value)
    assert not Response.objects.exists()


def test_an_unknown_measure_is_refused(person: Person) -> None:
    with pytest.raises(MeasureRefusedError, match="not known"):
        tap(person, Sheet(uuid.uuid4(), "phq-99"), 1, 1)


def test_a_clinician_records_the_total_of_a_licensed_scale(person: Person, clinician: User) -> None:
    sheet = Sheet(uuid.uuid4(), "madrs", source="clinic", rater="Dr Example")
    record_total(person=person, sheet=sheet, total=31, moment=moment(), by=clinician, at=AT)
    response = Response.objects.get()
    assert (response.total, response.rater, response.entered_by) == (31, "Dr Example", clinician)
    with pytest.raises(MeasureRefusedError):
        record_total(person=person, sheet=Sheet(uuid.uuid4(), "madrs"), total=61, moment=moment(), by=clinician, at=AT)


def test_an_import_is_all_or_nothing(person: Person) -> None:
    good = Filled(Sheet(uuid.uuid4(), "phq-9", source="import"), [0] * 9, moment())
    bad = Filled(Sheet(uuid.uuid4(), "phq-9", source="import"), [0] * 8, moment())
    with pytest.raises(MeasureRefusedError):
        import_answers(person=person, measures=[good, bad], by=None, at=AT)
    assert not Response.objects.exists()


def test_what_is_due_is_a_list_and_overdue_is_said(person: Person) -> None:
    person.created_at = AT - timedelta(days=30)
    fill(person, [1] * 8 + [0], AT)
    assert [one.instrument for one in schedule_of(person, at=AT).due] == ["gad-7"]
    later = schedule_of(person, at=AT + timedelta(days=7))
    assert {one.instrument for one in later.due} == {"phq-9", "gad-7"}
    assert [one.instrument for one in later.overdue] == ["gad-7"]
    assert len(schedule_of(person, at=AT + timedelta(days=11)).overdue) == 2


ZONES = [
    "Pacific/Kiritimati", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Australia/Sydney", "Australia/Eucla",
    "Asia/Tokyo", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Europe/Tallinn", "Europe/London", "Africa/Lagos",
    "Atlantic/Azores", "America/St_Johns", "America/Sao_Paulo", "America/New_York", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "Pacific/Marquesas", "Pacific/Niue",
]  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("utc_hour", [0, 23])
def test_a_day_is_the_patients_day(person: Person, zone: str, utc_hour: int) -> None:
    """44 clocks and zones: the stored day is the one on the person's wall, whatever the server's day is."""
    at = datetime(2026, 3, 29, utc_hour, 30, tzinfo=UTC)
    on_the_wall = at.astimezone(ZoneInfo(zone)).date()
    told = Moment(at, on_the_wall, zone)
    assert why_not_a_moment(told) is None
    filled = Filled(Sheet(uuid.uuid4(), "gad-7"), [1] * 7, told)
    response = record_answers(person=person, filled=filled, by=None, at=at + timedelta(hours=20)).response
    response.refresh_from_db()
    assert (response.local_date, response.time_zone) == (on_the_wall, zone)


def test_a_phone_without_a_clock_is_stored_at_its_arrival(person: Person) -> None:
    told = Moment(datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1), "Europe/Tallinn")
    saved = record_answers(person=person, filled=Filled(Sheet(uuid.uuid4(), "gad-7"), [0] * 7, told), by=None, at=AT)
    assert (saved.response.local_date, saved.response.recorded_at) == (date(2026, 11, 20), AT)


@pytest.mark.django_db(transaction=True)
def test_eighty_parallel_replays_are_one_response_and_one_alert(person: Person) -> None:
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), [2] * 9, moment())
    changed: list[bool] = []
    failed: list[BaseException] = []

    def send() -> None:
        try:
            changed.extend(record_answers(person=person, filled=filled, by=None, at=AT).changed for _ in range(10))
        except BaseException as error:  # noqa: BLE001 - shown by the assert below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (len(changed), sum(changed)) == (80, 1)
    assert (Response.objects.count(), Alert.objects.count()) == (1, 1)


def test_hundreds_of_risk_answers_are_hundreds_of_alerts(person: Person) -> None:
    measures = [
        Filled(
            Sheet(uuid.uuid4(), "phq-9", source="import"),
            [0] * 8 + [1 + index % 3],
            moment(AT - timedelta(days=index % 300)),
        )
        for index in range(300)
    ]
    import_answers(person=person, measures=measures, by=None, at=AT)
    import_answers(person=person, measures=measures, by=None, at=AT)
    assert Alert.objects.count() == 300
    assert Alert.objects.values("response").distinct().count() == 300
