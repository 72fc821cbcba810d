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

    class Why(models.TextChoices):
        """What weighed most; counted for the service where the decision differs from the list."""

        PREFERENCE = "preference", "What the person wants"
        BURDEN = "burden", "Time, travel or what it asks"
        HARM = "harm", "Side effects or risk"
        TRIED = "tried", "What was tried before"
        ACCESS = "access", "Waiting time or no place"
        JUDGEMENT = "judgement", "Clinical judgement sees it differently"
        DATA = "data", "A fact here is wrong or missing"
        OTHER = "other", "Something else"

    class Agreed(models.TextChoices):
        PERSON = "person", "The person"
        CLINICIAN = "clinician", "The clinician"
        PRESCRIBER = "prescriber", "The prescriber"
        FAMILY = "family", "Someone close to the person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    option = models.CharField(max_length=80)
    decision = models.CharField(max_length=6, choices=Kind)
    reason = EncryptedTextField()
    why = models.CharField(max_length=12, choices=Why, blank=True, help_text="empty where nobody said")
    agreed = models.BooleanField(null=True, help_text="agreed with the person; null where nobody said")
    agreed_by = models.JSONField(default=list, help_text="who agreed, as codes of Agreed")
    seen = models.CharField(max_length=10, default="plan", help_text="the page it was decided on: plan or together")
    side_by_side = models.JSONField(default=list, help_text="ids of the options shown beside each other, in order")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    plan_json = EncryptedJSONField(help_text="the whole plan as shown")
    alternatives = models.JSONField(default=list, help_text="ids of the other options shown, best first")
    inputs_hash = models.CharField(max_length=64)
    content_version = models.CharField(max_length=12)
    model_version = models.CharField(max_length=60)
    chosen = EncryptedJSONField(
        null=True, help_text="of the option decided on, as shown: benefit, time to judge, and what was forecast"
    )

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "option": Privacy.CLINICAL,
        "decision": Privacy.CLINICAL,
        "reason": Privacy.FREE_TEXT,
        "why": Privacy.CLINICAL,
        "agreed": Privacy.CLINICAL,
        "agreed_by": Privacy.CLINICAL,
        "seen": Privacy.HARMLESS,
        "side_by_side": Privacy.CLINICAL,
        "by": Privacy.IDENTIFYING,
        "at": Privacy.CLINICAL,
        "plan_json": Privacy.FREE_TEXT,
        "alternatives": Privacy.CLINICAL,
        "inputs_hash": Privacy.HARMLESS,
        "content_version": Privacy.HARMLESS,
        "model_version": Privacy.HARMLESS,
        "chosen": Privacy.FREE_TEXT,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="decision_of_person")]

    def __str__(self) -> str:
        return f"decision {self.id}"


class ClinicOffer(models.Model):
    """What this clinic can give; the latest row counts, earlier ones are kept. Without a row everything is offered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    therapies = models.JSONField(default=list, help_text="ids of the options the clinic gives")
    waiting_weeks = models.JSONField(default=dict, help_text="weeks until a first appointment, by option id")
    full = models.JSONField(default=list, help_text="ids of options without a place at present")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="offers")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "therapies": Privacy.HARMLESS,
        "waiting_weeks": Privacy.HARMLESS,
        "full": Privacy.HARMLESS,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        indexes = [models.Index(fields=["-saved_at"], name="offer_latest")]

    def __str__(self) -> str:
        return f"offer {self.id}"


class SigningKey(models.Model):
    """The key with which this clinic signs what it shares; made once, never shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    private = EncryptedTextField(help_text="Ed25519, hexadecimal")
    public = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "private": Privacy.FREE_TEXT,
        "public": Privacy.HARMLESS,
        "made_at": Privacy.HARMLESS,
    }

    def __str__(self) -> str:
        return f"signing key {self.public[:8]}"


class SharedExport(models.Model):
    """A file of sums that left this clinic; the file itself is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hash = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True, help_text="hash of the export before; empty for the first")
    treatments = models.PositiveSmallIntegerField()
    noise = models.JSONField(null=True, help_text="epsilon and delta; null without noise")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "hash": Privacy.HARMLESS,
        "previous": Privacy.HARMLESS,
        "treatments": Privacy.HARMLESS,
        "noise": Privacy.HARMLESS,
        "at": Privacy.HARMLESS,
        "by": Privacy.IDENTIFYING,
    }

    class Meta:
        indexes = [models.Index(fields=["-at"], name="export_latest")]

    def __str__(self) -> str:
        return f"export {self.hash[:8]}"


class OtherClinic(models.Model):
    """Sums of another clinic that count here until they are taken back; sums only, no person's row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, help_text="the clinic, as it is named beside every plan")
    content = EncryptedTextField(help_text="the file as it was given")
    hash = models.CharField(max_length=64)
    public_key = models.CharField(max_length=64)
    outcomes = models.FloatField(help_text="how many, to rounding where noise was added")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sums_added")
    removed_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "name": Privacy.HARMLESS,
        "content": Privacy.FREE_TEXT,
        "hash": Privacy.HARMLESS,
        "public_key": Privacy.HARMLESS,
        "outcomes": Privacy.HARMLESS,
        "added_at": Privacy.HARMLESS,
        "added_by": Privacy.IDENTIFYING,
        "removed_at": Privacy.HARMLESS,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hash"], condition=models.Q(removed_at__isnull=True), name="sums_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"sums {self.hash[:8]}"
