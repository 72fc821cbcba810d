"""Questions about people: their latest facts and plan, and the versions before."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from solstice_web.people.models import EmergencyAccess, FactsVersion, Person, SafetyPlanVersion
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
