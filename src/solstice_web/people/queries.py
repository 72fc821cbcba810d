"""Questions about people: their latest facts and plan, and the versions before."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from solstice_web.people.models import EmergencyAccess, FactsVersion, Person, SafetyPlanVersion
from solstice_web.people.teams import treated_by
from solstice_web.storage.once import once


@once
def current_facts(person: Person) -> FactsVersion | None:
    return FactsVersion.objects.filter(person=person).order_by("-revision").first()


def facts_versions(person: Person) -> QuerySet[FactsVersion]:
    return FactsVersion.objects.filter(person=person).select_related("saved_by").order_by("-revision")


def current_safety_plan(person: Person) -> SafetyPlanVersion | None:
    return SafetyPlanVersion.objects.filter(person=person).order_by("-revision").first()


def safety_plan_edition(person: Person) -> UUID | None:
    """Which version of the safety plan holds, without opening it."""
    return SafetyPlanVersion.objects.filter(person=person).order_by("-revision").values_list("pk", flat=True).first()


def safety_plan_versions(person: Person) -> QuerySet[SafetyPlanVersion]:
    return SafetyPlanVersion.objects.filter(person=person).select_related("saved_by").order_by("-revision")


def emergency_access(user: UUID, person: UUID, *, at: datetime) -> EmergencyAccess | None:
    """The open emergency access of this clinician to this record, if any."""
    return EmergencyAccess.objects.filter(user_id=user, person_id=person, since__lte=at, until__gt=at).first()


def opened_by(user: UUID, *, at: datetime) -> QuerySet[EmergencyAccess]:
    """What this clinician has open now by emergency access, the first to end first."""
    found = EmergencyAccess.objects.filter(user_id=user, since__lte=at, until__gt=at)
    return found.select_related("person").order_by("until")


def emergencies_of(person: Person) -> QuerySet[EmergencyAccess]:
    """Every emergency access to one record, the latest first."""
    return EmergencyAccess.objects.filter(person=person).select_related("user", "seen_by").order_by("-since")


def unseen_emergencies(user: UUID, *, at: datetime) -> QuerySet[EmergencyAccess]:
    """Emergency accesses to the people whom `user` treats that nobody of those who treat has seen yet."""
    found = EmergencyAccess.objects.filter(seen_at__isnull=True, person__in=treated_by(user, at=at))
    return found.exclude(user_id=user).select_related("person", "user").order_by("-since")


def latest_emergencies() -> QuerySet[EmergencyAccess]:
    """Every emergency access of the clinic, the latest first."""
    return EmergencyAccess.objects.select_related("user", "seen_by").order_by("-since")
