"""Issue a letter: kept as it went out, and on the audit trail."""

import uuid
from datetime import datetime

from django.db import transaction

from solstice.letter import Letter, Purpose
from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.letters.models import IssuedLetter
from solstice_web.people.models import Person


class NoLetterError(LookupError):
    """The id made by the form belongs to a letter about someone else."""


@transaction.atomic
def issue_letter(
    *, person: Person, letter_id: uuid.UUID, purpose: Purpose, letter: Letter, by: User, at: datetime
) -> IssuedLetter:
    """Keep a letter. `letter_id` is made by the form: sent twice it is one letter. Raises NoLetterError."""
    issued, is_new = IssuedLetter.objects.select_for_update().get_or_create(
        pk=letter_id,
        defaults={
            "person": person,
            "purpose": purpose,
            "body": letter.to_json(),
            "issued_at": at,
            "issued_by": by,
        },
    )
    if issued.person_id != person.pk:
        raise NoLetterError(str(letter_id))
    if is_new:
        record(action="letter.issued", by=by, at=at, person=person, subject=str(issued.pk), detail={"purpose": purpose})
    return issued
