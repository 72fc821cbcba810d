"""Questions about care teams: who reaches whose record."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from solstice_web.accounts.models import User
from solstice_web.people.models import CareTeamMember, EmergencyAccess, Person


def reachable_by(user: UUID, *, at: datetime) -> QuerySet[Person]:
    """People this clinician may open now: on their care team, or opened in an emergency."""
    on_team = CareTeamMember.objects.filter(person=OuterRef("pk"), user_id=user, since__lte=at)
    opened = EmergencyAccess.objects.filter(person=OuterRef("pk"), user_id=user, since__lte=at, until__gt=at)
    return Person.objects.filter(Exists(on_team.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))) | Exists(opened))


TREATING = (CareTeamMember.Part.LEAD, CareTeamMember.Part.PRESCRIBER, CareTeamMember.Part.THERAPIST)
"""Parts on a care team that treat; cover stands in and reads."""


def treated_by(user: UUID, *, at: datetime) -> QuerySet[Person]:
    """People whom this clinician treats now."""
    members = memberships(user, at=at).filter(role__in=TREATING)
    return Person.objects.filter(pk__in=members.values("person_id"))


def ids_treated_by(user: UUID, *, at: datetime) -> frozenset[UUID]:
    """Ids of the people whom this clinician treats now."""
    members = memberships(user, at=at).filter(role__in=TREATING)
    return frozenset(members.values_list("person_id", flat=True))


def memberships(user: UUID, *, at: datetime) -> QuerySet[CareTeamMember]:
    """Where this clinician is on a care team now."""
    members = CareTeamMember.objects.filter(user_id=user, since__lte=at)
    return members.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))


def caseload(user: UUID, *, at: datetime) -> QuerySet[Person]:
    """People on whose care team this clinician is now."""
    return Person.objects.filter(pk__in=memberships(user, at=at).values("person_id"))


def names_of_teams(people: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Names of the present care team of each person, the lead first."""
    members = CareTeamMember.objects.filter(person__in=list(people), ended_at__isnull=True).select_related("user")
    names: dict[UUID, list[str]] = {}
    for member in sorted(members, key=lambda one: (one.role != CareTeamMember.Part.LEAD, one.since)):
        names.setdefault(member.person_id, []).append(member.user.name or member.user.email)
    return names


def team_of(person: Person) -> list[User]:
    """The present care team of one person, the lead first."""
    members = CareTeamMember.objects.filter(person=person, ended_at__isnull=True).select_related("user")
    ordered = sorted(members, key=lambda one: (one.role != CareTeamMember.Part.LEAD, one.since))
    return [member.user for member in ordered]
