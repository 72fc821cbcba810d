"""The audit trail: rows that are added and never changed."""

from typing import ClassVar

from django.db import models

from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedTextField


class Event(models.Model):
    """Who did what, to which record, when and why; each row carries the hash of the one before.

    Ids are kept as plain values, not as foreign keys: the trail outlives what it speaks about.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(help_text="when it was done, as the action says")
    written_at = models.DateTimeField(help_text="the server's clock at the append; never goes back along the chain")
    actor = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    person = models.UUIDField(null=True)
    subject = models.CharField(max_length=120)
    reason = models.CharField(max_length=40)
    detail = models.TextField()
    key = models.CharField(max_length=12)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)
    privacy: ClassVar[dict[str, Privacy]] = {
        "seq": Privacy.HARMLESS,
        "at": Privacy.HARMLESS,
        "written_at": Privacy.HARMLESS,
        "actor": Privacy.IDENTIFYING,
        "action": Privacy.CLINICAL,
        "person": Privacy.IDENTIFYING,
        "subject": Privacy.CLINICAL,
        "reason": Privacy.CLINICAL,
        "detail": Privacy.CLINICAL,
        "key": Privacy.HARMLESS,
        "prev_hash": Privacy.HARMLESS,
        "hash": Privacy.HARMLESS,
    }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "seq"]),
            models.Index(fields=["actor", "seq"]),
        ]

    def __str__(self) -> str:
        return str(self.seq)


class RetiredKey(models.Model):
    """A key that once sealed events, as ciphertext under the current key."""

    name = models.CharField(max_length=12, primary_key=True)
    secret = EncryptedTextField()
    privacy: ClassVar[dict[str, Privacy]] = {"name": Privacy.HARMLESS, "secret": Privacy.FREE_TEXT}

    def __str__(self) -> str:
        return self.name
