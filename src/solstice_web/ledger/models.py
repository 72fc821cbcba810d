"""Treatments tried, as told, with every saved version kept and what the person themselves said about each."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField, EncryptedTextField


class TrialRow(models.Model):
    """One treatment tried; `facts` holds the keys of a person-file trial without its note.

    The facts are encrypted because some keys (agent, protocol) take any words a person types. `said` holds the person's
    own answers, question by question, in their words (see `ledger/said.py`); a clinician's edit never touches it.
    """

    class Teller(models.TextChoices):
        PATIENT = "patient", "the person"
        CLINICIAN = "clinician", "a clinician"
        RECORD = "record", "a record"

    class Against(models.TextChoices):
        RECORD = "record", "a record"
        PHARMACY = "pharmacy", "the pharmacy"
        PERSON = "person", "the person, asked again"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trial_rows")
    kind = models.CharField(max_length=20)
    facts = EncryptedJSONField()
    note = EncryptedTextField(blank=True)
    told_by = models.CharField(max_length=10, choices=Teller)
    tellers = models.JSONField(default=dict, help_text="facts someone else than `told_by` said, by fact")
    said = EncryptedJSONField(default=dict)
    checked = models.BooleanField(default=False, help_text="a clinician has checked it")
    checked_against = models.CharField(max_length=10, choices=Against, blank=True)
    checked_note = EncryptedTextField(blank=True, help_text="which record or list, and what it says")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reopened_at = models.DateTimeField(null=True, help_text="when the person changed what a clinician had written")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="trials_saved")
    deleted_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "kind": Privacy.CLINICAL,
        "facts": Privacy.FREE_TEXT,
        "note": Privacy.FREE_TEXT,
        "told_by": Privacy.HARMLESS,
        "tellers": Privacy.CLINICAL,
        "said": Privacy.FREE_TEXT,
        "checked": Privacy.HARMLESS,
        "checked_against": Privacy.HARMLESS,
        "checked_note": Privacy.FREE_TEXT,
        "checked_at": Privacy.HARMLESS,
        "checked_by": Privacy.IDENTIFYING,
        "reopened_at": Privacy.HARMLESS,
        "revision": Privacy.HARMLESS,
        "created_at": Privacy.HARMLESS,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
        "deleted_at": Privacy.HARMLESS,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "created_at"], name="trial_of_person")]

    def __str__(self) -> str:
        return f"trial {self.id}"


class LedgerVersion(models.Model):
    """A trial as it stood after one save; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    row = models.ForeignKey(TrialRow, on_delete=models.PROTECT, related_name="versions")
    revision = models.PositiveIntegerField()
    facts = EncryptedJSONField()
    note = EncryptedTextField(blank=True)
    told_by = models.CharField(max_length=10, choices=TrialRow.Teller)
    tellers = models.JSONField(default=dict, help_text="facts someone else than `told_by` said, by fact")
    said = EncryptedJSONField(default=dict)
    checked = models.BooleanField()
    checked_against = models.CharField(max_length=10, choices=TrialRow.Against, blank=True)
    checked_note = EncryptedTextField(blank=True)
    deleted = models.BooleanField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ledger_versions")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "row": Privacy.CLINICAL,
        "revision": Privacy.HARMLESS,
        "facts": Privacy.FREE_TEXT,
        "note": Privacy.FREE_TEXT,
        "told_by": Privacy.HARMLESS,
        "tellers": Privacy.CLINICAL,
        "said": Privacy.FREE_TEXT,
        "checked": Privacy.HARMLESS,
        "checked_against": Privacy.HARMLESS,
        "checked_note": Privacy.FREE_TEXT,
        "deleted": Privacy.HARMLESS,
        "saved_at": Privacy.HARMLESS,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["row", "revision"], name="one_version_for_each_save")]

    def __str__(self) -> str:
        return f"version {self.revision} of trial {self.row_id}"
