"""Everything a person told or was told, as one JSON object they may take with them."""

from datetime import datetime
from typing import Any

from solstice_web.courses.models import AgreedTask, Course, Entry
from solstice_web.formulations.queries import own_picture_versions
from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.people.queries import safety_plan_versions
from solstice_web.plans.queries import decisions_for


def my_data(person: Person, *, at: datetime) -> dict[str, Any]:
    """The person's own record; entries they removed are in it as long as they can be brought back."""
    return {
        "solstice": "my-data/1",
        "made_at": at.isoformat(),
        "me": {
            "given_name": person.given_name,
            "family_name": person.family_name,
            "birth_date": person.birth_date.isoformat() if person.birth_date else None,
            "language": person.language,
            "time_zone": person.time_zone,
        },
        "checks": [_check(row) for row in Response.objects.filter(person=person).order_by("recorded_at")],
        "entries": [_entry(row) for row in Entry.objects.filter(person=person).order_by("recorded_at")],
        "tasks": [_task(row) for row in AgreedTask.objects.filter(person=person).order_by("set_at")],
        "courses": [
            {"what": row.therapy, "started_on": row.started_on.isoformat(), "state": row.state}
            for row in Course.objects.filter(person=person).order_by("started_on")
        ],
        "decisions": [
            {"option": row.option, "decision": row.decision, "reason": row.reason, "at": row.at.isoformat()}
            for row in decisions_for(person)
        ],
        "safety_plans": [
            {"revision": row.revision, "saved_at": row.saved_at.isoformat(), "parts": row.parts}
            for row in safety_plan_versions(person)
        ],
        "pictures": [
            {"revision": row.revision, "saved_at": row.saved_at.isoformat(), "words": row.told}
            for row in own_picture_versions(person)
        ],
    }


def _check(row: Response) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "instrument": row.instrument,
        "day": row.local_date.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "state": row.status,
        "items": row.items,
        "preferred_not_to_say": row.declined,
        "total": row.total,
    }


def _entry(row: Entry) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "content": row.content,
        "day": row.local_date.isoformat(),
        "time_zone": row.time_zone,
        "recorded_at": row.recorded_at.isoformat(),
        "energy": row.energy,
        "seconds": row.dose_seconds,
        "answers": row.answers,
        "state": row.state,
        "removed_at": row.deleted_at.isoformat() if row.deleted_at else None,
    }


def _task(row: AgreedTask) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "plan": row.plan,
        "confidence": row.confidence,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "state": row.state,
        "outcome": row.outcome,
        "set_at": row.set_at.isoformat(),
    }
