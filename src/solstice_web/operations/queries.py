"""Questions about the installation."""

from solstice_web.operations.models import Restore


def open_restore() -> Restore | None:
    """The latest restore that no administrator has acknowledged: every page says that data may be missing."""
    return Restore.objects.filter(acknowledged_at=None).order_by("-restored_at").first()
