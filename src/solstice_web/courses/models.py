"""A therapy under way: sessions, agreed tasks, and what the person did between them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.plans.models import Decision
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField, EncryptedTextField


class Course(models.Model):
    """One person's way through one therapy; the version of the content it began with is kept."""

    class State(models.TextChoices):
        ACTIVE = "active", "under way"
        PAUSED = "paused", "paused"
        FINISHED = "finished", "finished"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="courses")
    therapy = models.CharField(max_length=80)
    therapy_version = models.CharField(max_length=20)
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="courses_led")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="courses")
    started_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    paused_reason = EncryptedTextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "therapy": Privacy.CLINICAL,
        "therapy_version": Privacy.HARMLESS,
        "clinician": Privacy.IDENTIFYING,
        "decision": Privacy.CLINICAL,
        "started_on": Privacy.CLINICAL,
        "state": Privacy.CLINICAL,
        "paused_reason": Privacy.FREE_TEXT,
        "revision": Privacy.HARMLESS,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "therapy"], condition=~models.Q(state="finished"), name="one_course_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"course {self.id}"


class SessionRecord(models.Model):
    """One session as held: agenda, measures shown, tasks set, notes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    agenda = models.JSONField(default=dict, help_text="agenda item id → done | skipped | later")
    notes = EncryptedTextField(blank=True)
    measures_shown = models.JSONField(default=list, help_text="ids of the responses looked at")
    alliance = models.SmallIntegerField(null=True, help_text="the person's rating of the session, 0 to 10")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sessions_saved")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "course": Privacy.IDENTIFYING,
        "number": Privacy.CLINICAL,
        "held_on": Privacy.CLINICAL,
        "agenda": Privacy.CLINICAL,
        "notes": Privacy.FREE_TEXT,
        "measures_shown": Privacy.CLINICAL,
        "alliance": Privacy.CLINICAL,
        "revision": Privacy.HARMLESS,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_record_for_each_session")]

    def __str__(self) -> str:
        return f"session {self.number} of course {self.course_id}"


class SessionVersion(models.Model):
    """A session record as it stood after one save; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(SessionRecord, on_delete=models.PROTECT, related_name="versions")
    revision = models.PositiveIntegerField()
    content = EncryptedJSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="session_versions")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "session": Privacy.IDENTIFYING,
        "revision": Privacy.HARMLESS,
        "content": Privacy.FREE_TEXT,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "revision"], name="one_version_for_each_session_save")
        ]

    def __str__(self) -> str:
        return f"version {self.revision} of session {self.session_id}"


class AgreedTask(models.Model):
    """What person and clinician agreed to try before the next session; `plan` holds the words they agreed on."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "done"
        PARTLY = "partly", "partly done"
        NOT_DONE = "not_done", "not done this time"
        NOT_APPLICABLE = "not_applicable", "no longer fits"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agreed_tasks")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="tasks")
    session = models.ForeignKey(SessionRecord, on_delete=models.PROTECT, null=True, related_name="tasks")
    content = models.CharField(max_length=120, blank=True, help_text="id of the practice or worksheet, if one is meant")
    plan = EncryptedJSONField(help_text="task, why, when, where, how_long, obstacle, if_obstacle")
    confidence = models.SmallIntegerField(null=True, help_text="how sure the person is to manage it, 0 to 10")
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=14, choices=State, default=State.OPEN)
    outcome = EncryptedTextField(blank=True, help_text="what came of it, in the person's words")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tasks_set")
    set_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "course": Privacy.CLINICAL,
        "session": Privacy.CLINICAL,
        "content": Privacy.CLINICAL,
        "plan": Privacy.FREE_TEXT,
        "confidence": Privacy.CLINICAL,
        "due_on": Privacy.CLINICAL,
        "state": Privacy.CLINICAL,
        "outcome": Privacy.FREE_TEXT,
        "set_by": Privacy.IDENTIFYING,
        "set_at": Privacy.CLINICAL,
        "closed_at": Privacy.CLINICAL,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "state"], name="task_of_person")]

    def __str__(self) -> str:
        return f"task {self.id}"


class Entry(models.Model):
    """One thing a person did or told between sessions; its id is made on the phone."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", "a practice"
        WORKSHEET = "worksheet", "a worksheet"
        MOOD = "mood", "how it is"
        ENERGY = "energy", "energy today"
        REST = "rest", "rest"

    class State(models.TextChoices):
        BEGUN = "begun", "begun"
        DONE = "done", "done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entries")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    content = models.CharField(max_length=120, blank=True, help_text="id of the practice or worksheet")
    dose_seconds = models.PositiveIntegerField(null=True)
    energy = models.SmallIntegerField(null=True, help_text="0 (none) to 10 (full)")
    answers = EncryptedJSONField(default=dict)
    state = models.CharField(max_length=5, choices=State, default=State.DONE)
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    local_date = models.DateField(help_text="the day on the person's own calendar")
    time_zone = models.CharField(max_length=64)
    deleted_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "course": Privacy.CLINICAL,
        "kind": Privacy.CLINICAL,
        "content": Privacy.CLINICAL,
        "dose_seconds": Privacy.CLINICAL,
        "energy": Privacy.CLINICAL,
        "answers": Privacy.FREE_TEXT,
        "state": Privacy.HARMLESS,
        "revision": Privacy.HARMLESS,
        "recorded_at": Privacy.CLINICAL,
        "received_at": Privacy.CLINICAL,
        "local_date": Privacy.CLINICAL,
        "time_zone": Privacy.IDENTIFYING,
        "deleted_at": Privacy.HARMLESS,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "local_date"], name="entry_of_person")]

    def __str__(self) -> str:
        return f"entry {self.id}"
