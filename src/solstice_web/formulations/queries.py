"""The interview, the picture and the person's own words as they stand, and what the engine makes of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from solstice.formulation import Formulation, formulate
from solstice.formulation.checks import CheckState, checks_due
from solstice.person import Interview, TraumaGate
from solstice.person.file import PersonFile
from solstice_web.formulations.models import GateVersion, InterviewVersion, OwnPictureVersion, PictureVersion
from solstice_web.formulations.picture import Items, read_items
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.storage.once import once


@once
def current_interview(person: Person) -> InterviewVersion | None:
    return InterviewVersion.objects.filter(person=person).order_by("-revision").first()


def current_gate(person: Person) -> GateVersion | None:
    """Only for those who treat this person; no page, file or export of anyone else asks it (hazard H63)."""
    return GateVersion.objects.filter(person=person).order_by("-revision").first()


def current_picture(person: Person) -> PictureVersion | None:
    return PictureVersion.objects.filter(person=person).select_related("saved_by").order_by("-revision").first()


def picture_versions(person: Person) -> QuerySet[PictureVersion]:
    return PictureVersion.objects.filter(person=person).select_related("saved_by").order_by("-revision")


def current_own_picture(person: Person) -> OwnPictureVersion | None:
    return OwnPictureVersion.objects.filter(person=person).order_by("-revision").first()


def own_picture_versions(person: Person) -> QuerySet[OwnPictureVersion]:
    return OwnPictureVersion.objects.filter(person=person).order_by("-revision")


def interviews_for(person: Person) -> tuple[Interview, ...]:
    """The interview for the person file, without what happened; empty when nobody was interviewed."""
    version = current_interview(person)
    return () if version is None else (read_interview(version.told),)


def due_checks(person: Person, today: date) -> tuple[CheckState, ...]:
    """Medical checks that are surely due on the person's own day; one query."""
    version = current_interview(person)
    return () if version is None else checks_due(read_interview(version.told), today, library())


def read_interview(told: dict[str, Any]) -> Interview:
    """Check what was told. Raises pydantic's ValidationError naming each part that is not right."""
    return Interview.model_validate(told, strict=False)


def items_of(version: PictureVersion | None) -> Items:
    return read_items(version.told) if version else ()


@dataclass(frozen=True, slots=True)
class Formulated:
    """What the engine says, and the file it said it of."""

    found: Formulation
    facts: PersonFile


def formulated(person: Person, *, at: datetime, treating: bool) -> Formulated:
    """The formulation from the facts as they stand now; for someone who does not treat, without what is sensitive."""
    facts = person_file(person, at)
    if not treating:
        return Formulated(formulate(facts, library()).without_sensitive(), facts)
    facts = with_gate(facts, current_gate(person))
    return Formulated(formulate(facts, library()), facts)


def with_gate(facts: PersonFile, gate: GateVersion | None) -> PersonFile:
    """The file with the answer to the gate in it; such a file never leaves the page it was made for."""
    if gate is None:
        return facts
    answer = TraumaGate.model_validate(gate.told, strict=False)
    return facts.model_copy(
        update={"interview": (facts.interview or Interview()).model_copy(update={"trauma": answer})}
    )
