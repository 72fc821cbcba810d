"""Answers to instruments, saved tap by tap, and their scores; what moves the clock of the next ones."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField, EncryptedTextField


class Response(models.Model):
    """One filling-in of one instrument by or for one person; its id is made where it is filled in."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", "in progress"
        COMPLETE = "complete", "complete"
        ABANDONED = "abandoned", "put aside"
        WITHDRAWN = "withdrawn", "taken back"

    class Source(models.TextChoices):
        PORTAL = "portal", "the person, in the portal"
        CLINIC = "clinic", "the clinic"
        IMPORT = "import", "another system"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="responses")
    instrument = models.CharField(max_length=40)
    instrument_version = models.CharField(max_length=20)
    language = models.CharField(max_length=35, default="en")
    status = models.CharField(max_length=12, choices=Status, default=Status.IN_PROGRESS)
    items = models.JSONField(default=list, help_text="one value for each item; null = not answered")
    gate = models.BooleanField(null=True, help_text="the answer to the question before the items; null = none or open")
    declined = models.JSONField(
        default=list, help_text="item numbers, from 1 (0: the question before), answered with 'prefer not to say'"
    )
    taps = models.JSONField(default=dict, help_text="item number → instant of its latest answer")
    total = models.FloatField(null=True, help_text="null = not scored; the reason stands in `score`")
    band = models.CharField(max_length=60, blank=True)
    score = models.JSONField(null=True, help_text="the engine's answer with flags, or why it is not scored")
    content_version = models.CharField(max_length=12, blank=True)
    recorded_at = models.DateTimeField(help_text="when the person last answered or finished")
    received_at = models.DateTimeField(help_text="when the server first heard of it")
    local_date = models.DateField(help_text="the day on the person's own calendar")
    time_zone = models.CharField(max_length=64)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="responses_entered"
    )
    source = models.CharField(max_length=8, choices=Source, default=Source.PORTAL)
    rater = models.CharField(max_length=120, blank=True)
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="responses_rated"
    )
    revision = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "instrument": Privacy.CLINICAL,
        "instrument_version": Privacy.HARMLESS,
        "language": Privacy.HARMLESS,
        "status": Privacy.HARMLESS,
        "items": Privacy.CLINICAL,
        "gate": Privacy.CLINICAL,
        "declined": Privacy.CLINICAL,
        "taps": Privacy.CLINICAL,
        "total": Privacy.CLINICAL,
        "band": Privacy.CLINICAL,
        "score": Privacy.CLINICAL,
        "content_version": Privacy.HARMLESS,
        "recorded_at": Privacy.CLINICAL,
        "received_at": Privacy.CLINICAL,
        "local_date": Privacy.CLINICAL,
        "time_zone": Privacy.IDENTIFYING,
        "entered_by": Privacy.IDENTIFYING,
        "source": Privacy.HARMLESS,
        "rater": Privacy.IDENTIFYING,
        "rated_by": Privacy.IDENTIFYING,
        "revision": Privacy.HARMLESS,
        "withdrawn_at": Privacy.HARMLESS,
    }

    class Meta:
        indexes = [
            models.Index(fields=["person", "instrument", "local_date"], name="response_series"),
            models.Index(fields=["person", "status"], name="response_open"),
        ]

    def __str__(self) -> str:
        return f"response {self.id}"

    @property
    def is_complete(self) -> bool:
        return self.status == self.Status.COMPLETE


class ResponseVersion(models.Model):
    """A rating as it stood after one save; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="versions")
    revision = models.PositiveIntegerField()
    content = EncryptedJSONField(help_text="total, day, rater, and whether it was taken back")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rating_versions")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "response": Privacy.CLINICAL,
        "revision": Privacy.HARMLESS,
        "content": Privacy.FREE_TEXT,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "revision"], name="one_version_for_each_rating_save")
        ]

    def __str__(self) -> str:
        return f"version {self.revision} of response {self.response_id}"


class TreatmentEvent(models.Model):
    """Something that happened in treatment, or an appointment to come; `kind` is an event of the battery."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="treatment_events")
    kind = models.CharField(max_length=20)
    on = models.DateField(help_text="the day on the person's own calendar")
    sessions = models.PositiveSmallIntegerField(default=1)
    note = EncryptedTextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="events_recorded")
    deleted_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "kind": Privacy.CLINICAL,
        "on": Privacy.CLINICAL,
        "sessions": Privacy.CLINICAL,
        "note": Privacy.FREE_TEXT,
        "recorded_at": Privacy.HARMLESS,
        "recorded_by": Privacy.IDENTIFYING,
        "deleted_at": Privacy.HARMLESS,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "on"], name="event_of_person")]

    def __str__(self) -> str:
        return f"event {self.id}"


class CheckPace(models.Model):
    """How often the check comes, as the person chose it within what the clinician allows; no row is the usual pace."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="check_pace")
    may_choose = models.BooleanField(default=True)
    every_days = models.PositiveSmallIntegerField(null=True, help_text="null = the rhythm of the battery")
    paused_until = models.DateField(null=True, help_text="the last day of the latest pause, on the person's calendar")
    chosen_at = models.DateTimeField()

    privacy: ClassVar[dict[str, Privacy]] = {
        "person": Privacy.IDENTIFYING,
        "may_choose": Privacy.CLINICAL,
        "every_days": Privacy.CLINICAL,
        "paused_until": Privacy.CLINICAL,
        "chosen_at": Privacy.HARMLESS,
    }

    def __str__(self) -> str:
        return f"pace of {self.person_id}"
