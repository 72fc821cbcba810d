"""Questions about care teams."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from solstice_web.people.models import CareTeamMember


def is_on_care_team(user: UUID, person: UUID, *, at: datetime) -> bool:
    """Whether this member of staff cares for this person at this moment."""
    return (
        CareTeamMember.objects.filter(user_id=user, person_id=person, since__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .exists()
    )
