"""One inhabitant who has begun to tell what they had before: one entry whole, two open, and a checked one changed."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from solstice_web.accounts.models import User
from solstice_web.ledger.actions import add_trial, tell
from solstice_web.ledger.queries import rows_for
from solstice_web.ledger.told import Told
from solstice_web.people.models import Person

TELLER = 22
"""The place of Sorrel Firstday-Demo among the inhabitants."""

EMAIL = "sorrel@demo.example"
TOLD: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "medicine",
        {
            "name": "Effexor",
            "when": "spring 2022",
            "long": "to_2_months",
            "dose": "75",
            "days": "some",
            "helped": "some",
            "stopped": "side_effects",
            "now": "yes",
        },
    ),
    ("psychotherapy", {"name": "unknown", "when": "after the flat in Tartu"}),
    ("medicine", {"name": "several"}),
)


def tell_half(*, by: User, space: uuid.UUID, at: datetime) -> None:
    """Let the person whose account `by` is tell a part of their history, minute by minute, until `at`."""
    person = Person.objects.get(user=by)
    moment = at - timedelta(minutes=40)
    for number, (kind, answers) in enumerate(TOLD):
        moment += timedelta(minutes=1)
        told = Told({"kind": kind, "in_episode": "unknown"}, told_by="patient")
        row = add_trial(person=person, row_id=uuid.uuid5(space, f"told/{number}"), told=told, by=by, at=moment)
        for question, words in answers.items():
            moment += timedelta(minutes=1)
            row = tell(
                person=person,
                row_id=row.pk,
                revision=row.revision,
                question=question,
                words=words,
                by=by,
                at=moment,
            )
    checked = rows_for(person).filter(checked=True).first()
    if checked is not None:
        tell(
            person=person,
            row_id=checked.pk,
            revision=checked.revision,
            question="dose",
            words="20",
            by=by,
            at=at,
        )
