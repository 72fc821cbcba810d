"""Add people, their care teams, facts and safety plans; every save of facts and plans leaves a version."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from solstice_web.accounts.models import Role, User
from solstice_web.audit.trail import record
from solstice_web.measures.content import library
from solstice_web.people.facts import read_facts, stored
from solstice_web.people.models import CareTeamMember, EmergencyAccess, FactsVersion, Person, SafetyPlanVersion
from solstice_web.people.private import merged_facts, readable_facts
from solstice_web.people.queries import current_facts, current_safety_plan, emergency_access
from solstice_web.people.safety_plan import read_parts
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of

Version = TypeVar("Version")
EMERGENCY_ACCESS = timedelta(hours=4)
SHORTEST_REASON = 15
MOST_ALIKE = 10


class NotStaffError(ValueError):
    """Only clinicians join a care team."""


class ReasonMissingError(ValueError):
    """Opening a record in an emergency needs a reason in words."""


@transaction.atomic
def add_person(*, person_id: UUID, about: Mapping[str, Any], by: User, at: datetime) -> Person:
    """Add someone to the clinic, with `by` as lead when a clinician. Sent twice with one id it is added once."""
    person, created = Person.objects.get_or_create(pk=person_id, defaults={**about, "created_at": at})
    if created:
        record(action="person.add", by=by, at=at, person=person)
        if by.role == Role.CLINICIAN:
            join_care_team(person=person, user=by, role=CareTeamMember.Part.LEAD, by=by, at=at)
    return person


@transaction.atomic
def join_care_team(*, person: Person, user: User, role: str, by: User, at: datetime) -> CareTeamMember:
    """Put a clinician on the care team; one who is on it stays as they are."""
    if user.role != Role.CLINICIAN:
        raise NotStaffError("only clinicians join a care team")
    member, created = CareTeamMember.objects.get_or_create(
        person=person, user=user, ended_at=None, defaults={"role": role, "since": at}
    )
    if created:
        record(action="care_team.join", by=by, at=at, person=person, detail={"user": user.pk, "role": role})
    return member


@transaction.atomic
def leave_care_team(*, person: Person, user: User, by: User, at: datetime) -> None:
    """End a membership; the record is out of reach from the next request on."""
    if CareTeamMember.objects.filter(person=person, user=user, ended_at=None).update(ended_at=at):
        record(action="care_team.leave", by=by, at=at, person=person, detail={"user": user.pk})


class FutureFactError(ValueError):
    """A fact is dated after the day it was told: the person file could not be read with it."""


def save_facts(*, person: Person, told: Mapping[str, Any], revision: int, by: User, at: datetime) -> FactsVersion:
    """Save all facts, based on `revision` (0 for the first save).

    What is kept from the one who saves stays as it was. Raises StaleEditError, ValidationError, and FutureFactError
    where the episode has not begun.
    """
    earlier = current_facts(person)
    private = library().private
    known = read_facts(merged_facts(person, told, earlier.facts if earlier else {}, private))
    today = at.astimezone(zone_of(person.time_zone)).date()
    if known.episode.started is not None and known.episode.started.earliest > today:
        raise FutureFactError(f"the episode starts {known.episode.started}, in the future; check the year")
    facts = stored(known)

    def insert() -> FactsVersion:
        version = FactsVersion.objects.create(
            person=person, revision=revision + 1, facts=facts, saved_at=at, saved_by=by
        )
        record(action="facts.save", by=by, at=at, person=person, detail={"revision": version.revision})
        return version

    version = _insert_next(insert, revision=revision, current=lambda: _revision(current_facts(person)))
    if version is not None:
        return version
    latest = current_facts(person)
    theirs = readable_facts(person, latest.facts if latest else {}, private)
    raise StaleEditError(current=theirs, yours=readable_facts(person, facts, private), revision=_revision(latest))


def save_safety_plan(
    *, person: Person, told: Mapping[str, str], revision: int, by: User, at: datetime
) -> SafetyPlanVersion:
    """Save the whole plan, based on `revision` (0 for the first). Raises StaleEditError and PlanPartsError."""
    parts = read_parts(told)

    def insert() -> SafetyPlanVersion:
        version = SafetyPlanVersion.objects.create(
            person=person, revision=revision + 1, parts=parts, saved_at=at, saved_by=by
        )
        record(action="safety_plan.save", by=by, at=at, person=person, detail={"revision": version.revision})
        return version

    version = _insert_next(insert, revision=revision, current=lambda: _revision(current_safety_plan(person)))
    if version is not None:
        return version
    latest = current_safety_plan(person)
    raise StaleEditError(current=latest.parts if latest else {}, yours=parts, revision=_revision(latest))


def _revision(version: FactsVersion | SafetyPlanVersion | None) -> int:
    return version.revision if version else 0


def _insert_next(insert: Callable[[], Version], *, revision: int, current: Callable[[], int]) -> Version | None:
    """Insert when `revision` is still the latest; None when another save came first, however close."""
    try:
        with transaction.atomic():
            return insert() if current() == revision else None
    except IntegrityError:
        if current() == revision:
            raise
        return None


@transaction.atomic
def open_in_emergency(*, person: Person, reason: str, by: User, at: datetime) -> EmergencyAccess:
    """Give a clinician four hours with a record of someone not on their caseload. Raises ReasonMissingError.

    While it is open for them, asking again changes nothing: the hours do not begin anew.
    """
    if by.role != Role.CLINICIAN:
        raise NotStaffError("only clinicians open a record in an emergency")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissingError(f"say why in at least {SHORTEST_REASON} characters")
    opened = emergency_access(by.pk, person.pk, at=at)
    if opened is not None:
        return opened
    access = EmergencyAccess.objects.create(
        person=person, user=by, reason=reason.strip(), since=at, until=at + EMERGENCY_ACCESS
    )
    record(
        action="break_glass.open",
        by=by,
        at=at,
        person=person,
        reason="emergency",
        detail={"access": access.pk, "until": access.until.isoformat()},
    )
    return access


@transaction.atomic
def look_in_emergency(*, given_name: str, family_name: str, birth_date: date, by: User, at: datetime) -> list[Person]:
    """Whom someone may mean: the same family name and birth date (the same full name where no birth date is known).

    The look itself is in the trail, with the person where there is one.
    """
    if by.role != Role.CLINICIAN:
        raise NotStaffError("only clinicians open a record in an emergency")
    undated = Q(birth_date__isnull=True, given_name__iexact=given_name.strip())
    named = Person.objects.filter(family_name__iexact=family_name.strip())
    found = list(named.filter(Q(birth_date=birth_date) | undated).order_by("given_name", "id")[:MOST_ALIKE])
    only = found[0] if len(found) == 1 else None
    record(action="break_glass.look", by=by, at=at, person=only, reason="emergency", detail={"found": len(found)})
    return found


@transaction.atomic
def end_emergency(*, access: EmergencyAccess, by: User, at: datetime) -> None:
    """End it before its time: the record is out of reach from the next request on. Ended already: nothing changes."""
    if EmergencyAccess.objects.filter(pk=access.pk, until__gt=at).update(until=at, ended_at=at):
        record(action="break_glass.end", by=by, at=at, person=access.person_id, detail={"access": access.pk})


@transaction.atomic
def see_emergency(*, access: EmergencyAccess, by: User, at: datetime) -> None:
    """Someone of those who treat has seen it; the first counts."""
    if EmergencyAccess.objects.filter(pk=access.pk, seen_at__isnull=True).update(seen_at=at, seen_by=by):
        record(action="break_glass.seen", by=by, at=at, person=access.person_id, detail={"access": access.pk})


WHAT_MATTERS = ("speed", "time", "side_effects", "travel")
MOST_TRIES = 5


def save_what_matters(
    *, person: Person, weights: Mapping[str, int | None], by: User, at: datetime
) -> FactsVersion | None:
    """Keep how much each burden matters to the person (0 to 3; None takes the answer back); all else stays as it is.

    Several may save at once: only these answers are put in, so nothing of theirs is lost. None where nothing changed.
    Raises ValidationError for a weight that is none.
    """
    for _ in range(MOST_TRIES):
        latest = current_facts(person)
        before = dict(latest.facts) if latest else {}
        preferences = dict(before.get("preferences", {}))
        known = {name: value for name in WHAT_MATTERS if (value := weights.get(name)) is not None}
        told = {**before, "preferences": {**preferences, "weights": known}}
        if stored(read_facts(told)) == before:
            return None
        try:
            return save_facts(person=person, told=told, revision=_revision(latest), by=by, at=at)
        except StaleEditError:
            continue
    raise StaleEditError(current=before, yours=told, revision=_revision(current_facts(person)))
