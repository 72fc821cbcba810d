"""Every write of every action is in the audit trail: the number of events grows, and says who and about whom."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from tests.web.whole_record import write_whole_record

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
DONE_IN_A_WHOLE_RECORD = {
    "plan.accept", "course.started", "session.recorded", "measure.begun", "measure.finished", "alert.raised",
    "alert.acknowledged", "alert.acted", "task.set", "task.partly", "entry.saved", "course.paused",
    "interview.save", "interview.gate", "picture.change", "own_picture.save",
    "ledger.trial_added", "ledger.trial_deleted", "ledger.trial_told", "ledger.trial_checked", "facts.save", "letter.issued",
    "safety_plan.save", "break_glass.open",
    "team_task.added", "team_task.done", "checklist.answered", "label.signed", "label.withdrawn", "question.set_aside",
}  # fmt: skip
WRITTEN_BESIDE = {"progress.Standing", "audit.Event", "people.Person", "accounts.User", "people.CareTeamMember"}
"""Derived rows, the trail itself, and rows the fixtures made."""


def test_a_whole_record_leaves_an_event_of_every_kind(person: Person, clinician: User) -> None:
    before = Event.objects.count()
    write_whole_record("word", person=person, clinician=clinician, at=datetime.now(UTC))
    made = Event.objects.filter(person=person.pk)
    assert set(made.values_list("action", flat=True)) == DONE_IN_A_WHOLE_RECORD
    rows = sum(
        model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("solstice_web.")
        and model._meta.label not in WRITTEN_BESIDE
        and not model._meta.label.endswith("Version")
    )
    assert Event.objects.count() - before >= rows
    assert not made.filter(person__isnull=True).exists()


def test_no_event_holds_a_word_of_what_was_written(person: Person, clinician: User) -> None:
    write_whole_record("kestrelword", person=person, clinician=clinician, at=datetime.now(UTC))
    for event in Event.objects.all().values():
        assert "kestrelword" not in str(event)
