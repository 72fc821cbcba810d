"""What someone of the care team is to do for a person, by a day; not what the person practises (see courses)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedTextField


class Task(models.Model):
    """One task with an owner and a day; `title` and `outcome` are shown inside the record only.

    `subject` says what it is about in a short code of the part that made it, for example `checklist.medical`.
    """

    class Kind(models.TextChoices):
        BLOOD_TEST = "blood_test", "Blood test"
        SERUM_LEVEL = "serum_level", "Serum level"
        SLEEP_STUDY = "sleep_study", "Sleep study"
        REVIEW = "review", "Diagnostic review"
        RECORDS = "records", "Records request"
        MEDICAL_CHECK = "medical_check", "Medical check"
        MEASURE = "measure", "Measure"
        CONTACT = "contact", "Contact"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "done"
        CANCELLED = "cancelled", "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="team_tasks")
    kind = models.CharField(max_length=20, choices=Kind)
    title = EncryptedTextField()
    subject = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_tasks")
    due_on = models.DateField(help_text="a day of the clinic")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    outcome = EncryptedTextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "kind": Privacy.CLINICAL,
        "title": Privacy.FREE_TEXT,
        "subject": Privacy.CLINICAL,
        "owner": Privacy.IDENTIFYING,
        "due_on": Privacy.CLINICAL,
        "state": Privacy.CLINICAL,
        "outcome": Privacy.FREE_TEXT,
        "revision": Privacy.HARMLESS,
        "set_at": Privacy.CLINICAL,
        "set_by": Privacy.IDENTIFYING,
        "closed_at": Privacy.CLINICAL,
        "closed_by": Privacy.IDENTIFYING,
    }

    class Meta:
        indexes = [
            models.Index(fields=["person", "state", "due_on"], name="team_task_of_person"),
            models.Index(fields=["owner", "state", "due_on"], name="team_task_of_owner"),
        ]

    def __str__(self) -> str:
        return f"task {self.id}"
