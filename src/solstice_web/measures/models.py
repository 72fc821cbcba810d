"""Answers to instruments, saved tap by tap, and their scores."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy


class Response(models.Model):
    """One filling-in of one instrument by or for one person; its id is made where it is filled in."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", "in progress"
        COMPLETE = "complete", "complete"
        ABANDONED = "abandoned", "put aside"

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
    declined = models.JSONField(default=list, help_text="item numbers, from 1, answered with 'prefer not to say'")
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

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "instrument": Privacy.CLINICAL,
        "instrument_version": Privacy.HARMLESS,
        "language": Privacy.HARMLESS,
        "status": Privacy.HARMLESS,
        "items": Privacy.CLINICAL,
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
