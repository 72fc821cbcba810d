"""Those in care, and who cares for them."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField, EncryptedTextField


class Sex(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class EthnicGroup(models.TextChoices):
    """As people describe themselves; used only to look whether care is fair, never for a plan."""

    ASIAN = "asian", "Asian"
    BLACK = "black", "Black"
    MIXED = "mixed", "Mixed or several"
    WHITE = "white", "White"
    OTHER = "other", "Another group"
    UNSAID = "unsaid", "Rather not say"


class Person(models.Model):
    """One person in care; everything about them hangs on this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    language = models.CharField(max_length=35, default="en")
    ethnic_group = models.CharField(max_length=8, choices=EthnicGroup, blank=True, help_text="empty: not asked")
    time_zone = models.CharField(max_length=64, default="Europe/London")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="person")
    invented = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "given_name": Privacy.IDENTIFYING,
        "family_name": Privacy.IDENTIFYING,
        "birth_date": Privacy.IDENTIFYING,
        "sex": Privacy.CLINICAL,
        "language": Privacy.CLINICAL,
        "ethnic_group": Privacy.CLINICAL,
        "time_zone": Privacy.CLINICAL,
        "user": Privacy.IDENTIFYING,
        "invented": Privacy.HARMLESS,
        "created_at": Privacy.HARMLESS,
    }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["family_name", "given_name"])]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class CareTeamMember(models.Model):
    """From when to when a member of staff cares for a person; an open end means now."""

    class Part(models.TextChoices):
        LEAD = "lead", "Lead clinician"
        PRESCRIBER = "prescriber", "Prescriber"
        THERAPIST = "therapist", "Therapist"
        COVER = "cover", "Cover"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="care_team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="caseload")
    role = models.CharField(max_length=20, choices=Part.choices, default=Part.LEAD)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "user": Privacy.IDENTIFYING,
        "role": Privacy.CLINICAL,
        "since": Privacy.CLINICAL,
        "ended_at": Privacy.CLINICAL,
    }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "ended_at", "person"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "user"],
                condition=models.Q(ended_at__isnull=True),
                name="people_careteam_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FactsVersion(models.Model):
    """What clinicians know about a person, whole, at each save; the latest version is what holds.

    `facts` has the sections of the person file (episode, facts, conditions, preferences, …) as read_facts checked them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="facts_versions")
    revision = models.PositiveIntegerField()
    facts = EncryptedJSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "revision": Privacy.HARMLESS,
        "facts": Privacy.FREE_TEXT,
        "saved_at": Privacy.CLINICAL,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "revision"], name="people_facts_one_a_revision")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SafetyPlanVersion(models.Model):
    """A person's safety plan at each save, in their own words; the latest version is what holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="safety_plan_versions")
    revision = models.PositiveIntegerField()
    parts = EncryptedJSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "revision": Privacy.HARMLESS,
        "parts": Privacy.FREE_TEXT,
        "saved_at": Privacy.CLINICAL,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "revision"], name="people_plan_one_a_revision")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class EmergencyAccess(models.Model):
    """A clinician opened a record without being on the care team: why, until when, and who of the team saw it.

    `until` is when it ends: moved forward where someone ended it by hand, at `ended_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="emergency_access")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "user": Privacy.IDENTIFYING,
        "reason": Privacy.FREE_TEXT,
        "since": Privacy.CLINICAL,
        "until": Privacy.CLINICAL,
        "ended_at": Privacy.CLINICAL,
        "seen_at": Privacy.CLINICAL,
        "seen_by": Privacy.IDENTIFYING,
    }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "person", "until"]),
            models.Index(fields=["person"], condition=models.Q(seen_at__isnull=True), name="people_emergency_unseen"),
            models.Index(fields=["-since"], name="people_emergency_latest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def is_open(self, at: datetime) -> bool:
        """Whether it opens the record at `at`."""
        return self.since <= at < self.until
