"""A letter as it went out: never changed, so that the record shows what the recipient read."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField


class IssuedLetter(models.Model):
    """`body` is the whole letter (names, history, stages) as `solstice.letter.Letter.to_json` gives it."""

    class Purpose(models.TextChoices):
        REFERRAL = "referral", "Referral"
        PRIOR_AUTHORISATION = "prior_authorisation", "Request for authorisation"
        SUMMARY = "summary", "Summary for the record"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="letters")
    purpose = models.CharField(max_length=20, choices=Purpose)
    body = EncryptedJSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "purpose": Privacy.CLINICAL,
        "body": Privacy.FREE_TEXT,
        "issued_at": Privacy.CLINICAL,
        "issued_by": Privacy.IDENTIFYING,
    }

    class Meta:
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="letter_of_person"),
            models.Index(fields=["issued_by", "-issued_at"], name="letter_of_writer"),
        ]

    def __str__(self) -> str:
        return f"letter {self.id}"
