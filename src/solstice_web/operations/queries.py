"""Questions about the installation."""

from django.db.models import QuerySet

from solstice_web.operations.models import Restore


def open_restore() -> Restore | None:
    """The latest restore that no administrator has acknowledged: every page says that data may be missing."""
    return Restore.objects.filter(acknowledged_at=None).order_by("-restored_at").first()


def restores() -> QuerySet[Restore]:
    """Every restore, the latest first."""
    return Restore.objects.select_related("acknowledged_by").order_by("-restored_at")
