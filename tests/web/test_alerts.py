"""A risk answer reaches a human: seen, acted on, escalated once, and never lost between two answers."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from solstice_web.accounts.models import User
from solstice_web.alerts.actions import Done, NoAlertError, StaleAlertError, acknowledge, escalate_due, record_action
from solstice_web.alerts.models import Alert, AlertAction, Level
from solstice_web.alerts.queries import alerts_of, escalated_alerts, open_alerts
from solstice_web.audit.models import Event
from solstice_web.measures.actions import Filled, Sheet, Tap, record_answers, save_answer
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.progress.models import Need, Standing

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def answer(person: Person, risk: int | None, at: datetime = AT, sheet: uuid.UUID | None = None) -> Alert:
    filled = Filled(Sheet(sheet or uuid.uuid4(), "phq-9"), [2] * 8 + [risk], Moment.at(at, "Europe/Tallinn"))
    return record_answers(person=person, filled=filled, by=None, at=at).response.alerts.get()


def done(what: str = "spoke", *, closes: bool = True, note: str = "") -> Done:
    return Done(uuid.uuid4(), what, note, closes)


def test_two_answers_are_two_alerts_and_one_line(person: Person, clinician: User) -> None:
    first, second = answer(person, 1), answer(person, 3, AT + timedelta(days=1))
    assert first.pk != second.pk
    (line,) = open_alerts(clinician)
    assert (line.alert, line.count, line.level, line.unseen) == (second, 2, Level.NOW, True)


def test_a_line_is_only_for_the_care_team(person: Person, stranger: Person, clinician: User) -> None:
    answer(stranger, 3)
    assert open_alerts(clinician) == ()
    assert len(alerts_of(stranger)) == 1


def test_the_unseen_come_first_then_the_level_then_the_time(person: Person, clinician: User, stranger: Person) -> None:
    stranger.care_team.create(user=clinician)
    seen = answer(person, 3)
    acknowledge(person=person, alert_id=seen.pk, revision=1, by=clinician, at=AT)
    unseen = answer(stranger, 1, AT + timedelta(minutes=5))
    assert [line.alert for line in open_alerts(clinician)] == [unseen, seen]


def test_acknowledged_acted_on_and_closed(person: Person, clinician: User) -> None:
    alert = answer(person, 2)
    told = done(note="Reached by phone.")
    for _ in range(2):
        record_action(person=person, alert_id=alert.pk, revision=1, done=told, by=clinician, at=AT)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.done_at) == ("done", clinician, AT)
    assert AlertAction.objects.get().note == "Reached by phone."
    assert open_alerts(clinician) == ()
    assert Standing.objects.get(person=person).need > Need.FOLLOW_UP
    assert list(Event.objects.filter(action__startswith="alert.").values_list("action", flat=True).order_by("seq")) == [
        "alert.raised",
        "alert.acknowledged",
        "alert.acted",
        "alert.closed",
    ]


def test_a_seen_alert_stays_on_the_caseload_as_follow_up(person: Person, clinician: User) -> None:
    alert = answer(person, 2)
    acknowledge(person=person, alert_id=alert.pk, revision=1, by=clinician, at=AT)
    assert Standing.objects.get(person=person).need == Need.FOLLOW_UP


def test_a_higher_answer_after_the_page_was_read_is_not_acknowledged_unseen(person: Person, clinician: User) -> None:
    sheet = uuid.uuid4()
    for seconds, value in ((0, 1), (5, 3)):
        at = AT + timedelta(seconds=seconds)
        tap = Tap(9, value)
        save_answer(person=person, sheet=Sheet(sheet, "phq-9"), tap=tap, moment=Moment.at(at, "UTC"), by=None, at=at)
    alert = Alert.objects.get()
    with pytest.raises(StaleAlertError):
        acknowledge(person=person, alert_id=alert.pk, revision=1, by=clinician, at=AT)
    assert Alert.objects.get().state == "open"


def test_a_higher_answer_opens_a_seen_alert_again(person: Person, clinician: User) -> None:
    sheet = uuid.uuid4()
    alert = answer(person, 1, sheet=sheet)
    acknowledge(person=person, alert_id=alert.pk, revision=1, by=clinician, at=AT)
    later = AT + timedelta(minutes=1)
    tap = Tap(9, 3)
    save_answer(person=person, sheet=Sheet(sheet, "phq-9"), tap=tap, moment=Moment.at(later, "UTC"), by=None, at=later)
    alert.refresh_from_db()
    assert (alert.state, alert.level, alert.acknowledged_at) == ("open", Level.NOW, None)


def test_closing_leaves_an_answer_that_came_meanwhile_unseen(person: Person, clinician: User) -> None:
    first = answer(person, 2)
    second = answer(person, 2, AT + timedelta(minutes=1))
    record_action(person=person, alert_id=first.pk, revision=1, done=done(), by=clinician, at=AT + timedelta(minutes=2))
    second.refresh_from_db()
    assert second.state == "open"
    assert len(open_alerts(clinician)) == 1


def test_after_the_end_of_an_episode_a_new_answer_begins_another(person: Person, clinician: User) -> None:
    first = answer(person, 1)
    record_action(person=person, alert_id=first.pk, revision=1, done=done(), by=clinician, at=AT)
    assert answer(person, 1, AT + timedelta(days=7)).episode != first.episode


@pytest.mark.parametrize("value", [1, 2, 3])
def test_an_unseen_alert_is_escalated_once(person: Person, value: int) -> None:
    alert = answer(person, value)
    assert escalate_due(at=alert.act_by - timedelta(seconds=1)) == ()
    assert escalate_due(at=alert.act_by) == (alert,)
    assert escalate_due(at=alert.act_by + timedelta(days=1)) == ()
    assert Event.objects.filter(action="alert.escalated").count() == 1
    assert [line.alert for line in escalated_alerts()] == [alert]


def test_the_day_queue_waits_for_the_next_working_day(person: Person) -> None:
    friday = answer(person, 1)
    assert friday.act_by == datetime(2026, 11, 23, 17, 0, tzinfo=ZoneInfo(person.time_zone))


def test_a_seen_alert_is_not_escalated(person: Person, clinician: User) -> None:
    alert = answer(person, 3)
    acknowledge(person=person, alert_id=alert.pk, revision=1, by=clinician, at=AT)
    assert escalate_due(at=AT + timedelta(days=9)) == ()


def test_another_persons_alert_is_not_there(person: Person, stranger: Person, clinician: User) -> None:
    alert = answer(stranger, 2)
    with pytest.raises(NoAlertError):
        acknowledge(person=person, alert_id=alert.pk, revision=1, by=clinician, at=AT)


@pytest.mark.parametrize(
    ("what", "note", "closes"), [("forgot", "", False), ("not_needed", " ", True), ("tried", "no answer", True)]
)
def test_what_was_done_must_make_sense(what: str, note: str, closes: bool) -> None:
    with pytest.raises(ValueError, match=r"one of|why no contact|not been reached"):
        done(what, note=note, closes=closes)


def test_a_planned_end_of_care_hides_nothing_before_its_day(person: Person, clinician: User) -> None:
    answer(person, 2)
    person.care_team.update(ended_at=timezone.now() + timedelta(days=3))
    assert len(open_alerts(clinician)) == 1
    person.care_team.update(ended_at=timezone.now() - timedelta(seconds=1))
    assert open_alerts(clinician) == ()
