"""After every save of a trial or of facts, in its own transaction, a signed label is looked at again."""

from typing import Any

from django.db.models.signals import post_save

from solstice_web.ledger.models import LedgerVersion
from solstice_web.people.models import FactsVersion
from solstice_web.resistance.actions import refresh_label


def connect() -> None:
    """Each way to change the history leaves a version; none of them has to know of the label."""
    post_save.connect(_trial_saved, sender=LedgerVersion, dispatch_uid="label-trial")
    post_save.connect(_facts_saved, sender=FactsVersion, dispatch_uid="label-facts")


def _trial_saved(instance: LedgerVersion, *, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw:
        refresh_label(person=instance.row.person, by=instance.saved_by, at=instance.saved_at)


def _facts_saved(instance: FactsVersion, *, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw:
        refresh_label(person=instance.person, by=instance.saved_by, at=instance.saved_at)
