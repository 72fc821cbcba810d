"""Which messages of a phone's outbox have been saved, so that one sent twice is saved once."""

import uuid
from typing import ClassVar

from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy


class Receipt(models.Model):
    """One saved message; written in the same transaction as what the message asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    help_now = models.BooleanField(default=False, help_text="the answer told the phone to show help at once")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "kind": Privacy.HARMLESS,
        "received_at": Privacy.HARMLESS,
        "help_now": Privacy.CLINICAL,
    }

    def __str__(self) -> str:
        return f"receipt {self.id}"
