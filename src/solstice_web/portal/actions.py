"""What a person changes about themselves in the portal."""

from datetime import datetime

from django.db import transaction

from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.people.models import EthnicGroup, Person


@transaction.atomic
def choose_time_zone(*, person: Person, time_zone: str, by: User, at: datetime) -> Person:
    """From now on a day of this person is a day in `time_zone`; days already told stay as they are."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.time_zone == time_zone:
        return locked
    locked.time_zone = time_zone
    locked.save(update_fields=["time_zone"])
    record(action="person.time_zone", by=by, at=at, person=locked, subject=str(locked.pk))
    return locked


@transaction.atomic
def describe_myself(*, person: Person, ethnic_group: str, by: User, at: datetime) -> Person:
    """How the person describes themselves; empty takes it back. Raises ValueError for what is not on the list."""
    if ethnic_group and ethnic_group not in EthnicGroup.values:
        raise ValueError(f"'{ethnic_group}' is not on the list")
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.ethnic_group != ethnic_group:
        locked.ethnic_group = ethnic_group
        locked.save(update_fields=["ethnic_group"])
        record(action="person.describe", by=by, at=at, person=locked, subject=str(locked.pk))
    return locked
