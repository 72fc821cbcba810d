"""What happened to the installation itself."""

from typing import ClassVar

from django.db import models

from solstice_web.privacy import Privacy


class Restore(models.Model):
    """A backup was brought back: what was entered between `taken_at` and `restored_at` is missing (H26)."""

    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "taken_at": Privacy.HARMLESS,
        "restored_at": Privacy.HARMLESS,
        "acknowledged_at": Privacy.HARMLESS,
    }

    def __str__(self) -> str:
        return str(self.pk)
