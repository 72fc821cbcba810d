"""What was asked, the picture drawn from it, and the person's own words; every save is a version, none is changed."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedJSONField

KEPT_WITH_EACH: dict[str, Privacy] = {
    "id": Privacy.HARMLESS,
    "person": Privacy.IDENTIFYING,
    "revision": Privacy.HARMLESS,
    "saved_at": Privacy.CLINICAL,
    "saved_by": Privacy.IDENTIFYING,
}


class _Version(models.Model):
    """One save, whole; the latest revision is what holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="%(class)ss")
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class InterviewVersion(_Version):
    """`told` has the sections of the person file's interview, all but what happened."""

    told = EncryptedJSONField()
    privacy: ClassVar[dict[str, Privacy]] = {**KEPT_WITH_EACH, "told": Privacy.FREE_TEXT}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "revision"], name="formulations_interview_once")
        ]


class GateVersion(_Version):
    """Whether something happened that still weighs: the answer and its day only; for those who treat (hazard H63)."""

    told = EncryptedJSONField()
    privacy: ClassVar[dict[str, Privacy]] = {**KEPT_WITH_EACH, "told": Privacy.FREE_TEXT}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "revision"], name="formulations_gate_once")
        ]


class PictureVersion(_Version):
    """The clinician's picture: `told` is a list of items, in order; `change` says what was done last."""

    told = EncryptedJSONField()
    change = models.CharField(max_length=10)
    privacy: ClassVar[dict[str, Privacy]] = {
        **KEPT_WITH_EACH,
        "told": Privacy.FREE_TEXT,
        "change": Privacy.HARMLESS,
    }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "revision"], name="formulations_picture_once")
        ]


class OwnPictureVersion(_Version):
    """The picture in the person's own words; written by that person alone."""

    told = EncryptedJSONField()
    privacy: ClassVar[dict[str, Privacy]] = {**KEPT_WITH_EACH, "told": Privacy.FREE_TEXT}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "revision"], name="formulations_own_picture_once")
        ]
