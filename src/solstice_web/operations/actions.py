"""Acknowledge that the clinic runs on a restored backup."""

from datetime import datetime

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.operations.models import Restore


@transaction.atomic
def acknowledge_restore(*, restore: Restore, by: User, at: datetime) -> None:
    """An administrator has looked at what may be missing: no page speaks of it any more. The first counts.

    Earlier restores go with it: what they left open is part of what was brought back.
    """
    waiting = Restore.objects.filter(acknowledged_at=None, restored_at__lte=restore.restored_at)
    if waiting.update(acknowledged_at=at, acknowledged_by=by):
        record(action="restore.acknowledge", by=by, at=at, detail={"taken_at": restore.taken_at.isoformat()})
