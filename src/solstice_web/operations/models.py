"""What happened to the installation itself."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.privacy import Privacy


class Restore(models.Model):
    """A backup was brought back: what was entered between `taken_at` and `restored_at` is missing (H26).

    `lost` and `alerts` tell what the database held past the backup when it was overwritten; null: nobody knows.
    """

    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    lost = models.JSONField(null=True, help_text="how many events the trail had past the backup, by action")
    alerts = models.JSONField(null=True, help_text="the risk answers among them: id of the person, instant")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "taken_at": Privacy.HARMLESS,
        "restored_at": Privacy.HARMLESS,
        "lost": Privacy.HARMLESS,
        "alerts": Privacy.IDENTIFYING,
        "acknowledged_at": Privacy.HARMLESS,
        "acknowledged_by": Privacy.IDENTIFYING,
    }

    def __str__(self) -> str:
        return str(self.pk)
