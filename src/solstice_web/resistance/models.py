"""Answers to the checklist with their grounds, the signed label, and questions that nobody can answer."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField, EncryptedTextField
from solstice_web.tasks.models import Task


class ItemAnswer(models.Model):
    """What a clinician said to one item of the checklist; each save is a version, never changed.

    An empty `state` leaves the item to the facts. `despite` says why the label may stand although the item is present.
    `facts_state` and `facts_why` are what the facts alone said when it was answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="item_answers")
    item = models.CharField(max_length=40)
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=9, blank=True)
    ground = EncryptedTextField(blank=True)
    despite = EncryptedTextField(blank=True)
    facts_state = models.CharField(max_length=9)
    facts_why = EncryptedTextField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="answers")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "item": Privacy.CLINICAL,
        "revision": Privacy.HARMLESS,
        "state": Privacy.CLINICAL,
        "ground": Privacy.FREE_TEXT,
        "despite": Privacy.FREE_TEXT,
        "facts_state": Privacy.CLINICAL,
        "facts_why": Privacy.FREE_TEXT,
        "task": Privacy.CLINICAL,
        "saved_at": Privacy.CLINICAL,
        "saved_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "item", "revision"], name="item_answer_once")]

    def __str__(self) -> str:
        return f"answer {self.id}"


class SignedLabel(models.Model):
    """The label as a clinician signed it, with the whole checklist it rests on; a new signature is a new row.

    `out_of_date_since` is set by the first later fact that changes the answer, and stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signed_labels")
    basis = EncryptedJSONField(help_text="the answer, the trials it rests on, and each item as it stood")
    content_version = models.CharField(max_length=12)
    ledger_revision = models.PositiveIntegerField(help_text="how many saves of trials there were")
    facts_revision = models.PositiveIntegerField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    out_of_date_since = models.DateTimeField(null=True)
    changes = EncryptedJSONField(null=True, help_text="what was different then, in words")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = EncryptedTextField(blank=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "basis": Privacy.FREE_TEXT,
        "content_version": Privacy.HARMLESS,
        "ledger_revision": Privacy.HARMLESS,
        "facts_revision": Privacy.HARMLESS,
        "signed_at": Privacy.CLINICAL,
        "signed_by": Privacy.IDENTIFYING,
        "out_of_date_since": Privacy.CLINICAL,
        "changes": Privacy.FREE_TEXT,
        "withdrawn_at": Privacy.CLINICAL,
        "withdrawn_by": Privacy.IDENTIFYING,
        "withdrawn_reason": Privacy.FREE_TEXT,
    }

    class Meta:
        indexes = [models.Index(fields=["person", "-signed_at"], name="label_of_person")]

    def __str__(self) -> str:
        return f"label {self.id}"


class SetAside(models.Model):
    """A deciding question that nobody can answer; it is not asked again until it is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="set_aside")
    target = models.CharField(max_length=40, help_text="the id of a trial, or the word episode")
    key = models.CharField(max_length=40)
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "target": Privacy.HARMLESS,
        "key": Privacy.CLINICAL,
        "since": Privacy.CLINICAL,
        "by": Privacy.IDENTIFYING,
        "lifted_at": Privacy.CLINICAL,
        "lifted_by": Privacy.IDENTIFYING,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "target", "key"], condition=models.Q(lifted_at__isnull=True), name="set_aside_once"
            )
        ]

    def __str__(self) -> str:
        return f"question set aside {self.id}"
