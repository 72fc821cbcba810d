"""What was decided about an option, with the plan exactly as it was shown."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField, EncryptedTextField


class Decision(models.Model):
    """A clinician's decision on one option, and the alternatives that stood beside it."""

    class Kind(models.TextChoices):
        ACCEPT = "accept", "accepted"
        CHANGE = "change", "changed"
        REJECT = "reject", "not now"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    option = models.CharField(max_length=80)
    decision = models.CharField(max_length=6, choices=Kind)
    reason = EncryptedTextField()
    agreed = models.BooleanField(null=True, help_text="agreed with the person; null where nobody said")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    plan_json = EncryptedJSONField(help_text="the whole plan as shown")
    alternatives = models.JSONField(default=list, help_text="ids of the other options shown, best first")
    inputs_hash = models.CharField(max_length=64)
    content_version = models.CharField(max_length=12)
    model_version = models.CharField(max_length=40)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "option": Privacy.CLINICAL,
        "decision": Privacy.CLINICAL,
        "reason": Privacy.FREE_TEXT,
        "agreed": Privacy.CLINICAL,
        "by": Privacy.IDENTIFYING,
        "at": Privacy.CLINICAL,
        "plan_json": Privacy.FREE_TEXT,
        "alternatives": Privacy.CLINICAL,
        "inputs_hash": Privacy.HARMLESS,
        "content_version": Privacy.HARMLESS,
        "model_version": Privacy.HARMLESS,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="decision_of_person")]

    def __str__(self) -> str:
        return f"decision {self.id}"


class ClinicOffer(models.Model):
    """What this clinic can give; the latest row counts, earlier ones are kept. Without a row everything is offered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    therapies = models.JSONField(default=list, help_text="ids of the options the clinic gives")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="offers")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "therapies": Privacy.HARMLESS,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        indexes = [models.Index(fields=["-saved_at"], name="offer_latest")]

    def __str__(self) -> str:
        return f"offer {self.id}"
