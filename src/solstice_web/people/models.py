"""Those in care, and who cares for them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from solstice_web.privacy import Privacy


class Sex(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class Person(models.Model):
    """One person in care; everything about them hangs on this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    language = models.CharField(max_length=35, default="en")
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
