"""An unseen alert is escalated though nobody opens a page; a clinic without checked lines of help serves nobody."""

import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from solstice.content.library import BUNDLED
from solstice_web.alerts.models import Alert
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.moment import Moment
from solstice_web.operations.doctor import check_content, check_crisis_lines
from solstice_web.operations.rounds import keep_rounds, make_round
from solstice_web.people.models import Person

EXAMPLE = BUNDLED / "safety" / "crisis-lines.example.yaml"


def unseen_alert(person: Person, *, hours_ago: int) -> Alert:
    at = timezone.now() - timedelta(hours=hours_ago)
    filled = Filled(Sheet(uuid.uuid4(), "phq-9"), [2] * 8 + [2], Moment.at(at, "Europe/Tallinn"))
    return record_answers(person=person, filled=filled, by=None, at=at).response.alerts.get()


@pytest.mark.django_db
def test_a_round_escalates_what_is_overdue_once_and_nothing_else(person: Person) -> None:
    late, fresh = unseen_alert(person, hours_ago=30), unseen_alert(person, hours_ago=0)
    assert [make_round(), make_round()] == [1, 0]
    late.refresh_from_db()
    fresh.refresh_from_db()
    assert late.escalated_at is not None
    assert fresh.escalated_at is None


@pytest.mark.django_db(transaction=True)
def test_the_background_thread_makes_rounds_by_itself(person: Person) -> None:
    late = unseen_alert(person, hours_ago=30)
    stop = threading.Event()
    thread = keep_rounds(seconds=0.05, stop=stop)
    for _ in range(200):
        late.refresh_from_db()
        if late.escalated_at:
            break
        stop.wait(0.05)
    stop.set()
    thread.join(timeout=10)
    assert late.escalated_at is not None
    assert not thread.is_alive()


def own_lines(path: Path, *, use: str = "clinic", checked: date | None = None) -> Path:
    day = checked or datetime.now(UTC).date()
    text = EXAMPLE.read_text(encoding="utf-8").replace("use: example", f"use: {use}")
    head = text.split("lines:")[0]
    line = f"  - {{country: EE, name: Own line, phone: '116 006', hours: always, languages: [et], last_checked: {day}, checked_by: Dr Ilex}}"
    path.write_text(f"{head}lines:\n{line}\n", encoding="utf-8")
    return path


def test_examples_are_refused_outside_the_demo(settings) -> None:
    settings.SOLSTICE_MODE, settings.SOLSTICE_CRISIS_LINES = "production", None
    found = check_crisis_lines()
    assert not found.is_ok
    assert "SOLSTICE_CRISIS_LINES" in found.text
    settings.SOLSTICE_MODE = "demo"
    assert check_crisis_lines().is_ok


def test_a_clinics_own_checked_lines_open_the_door(settings, tmp_path: Path) -> None:
    settings.SOLSTICE_MODE = "production"
    settings.SOLSTICE_CRISIS_LINES = own_lines(tmp_path / "lines.yaml")
    assert check_crisis_lines().is_ok, check_crisis_lines().text
    settings.SOLSTICE_CRISIS_LINES = own_lines(tmp_path / "old.yaml", checked=date(2026, 1, 1))
    assert "90 days" in check_crisis_lines().text
    (tmp_path / "broken.yaml").write_text("solstice: crisis-lines/1\n", encoding="utf-8")
    settings.SOLSTICE_CRISIS_LINES = tmp_path / "broken.yaml"
    assert "broken.yaml:1: " in check_crisis_lines().text


def test_the_doctor_reads_all_content() -> None:
    assert check_content().is_ok
    assert "version" in check_content().text
