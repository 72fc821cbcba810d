"""Letters of one person, what a writer used last, and the letter that would go out now."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from solstice.ledger import Ledger, assess
from solstice.letter import Checklist, Letter, Parties, Purpose, Wording, compose
from solstice.person.private import without_private
from solstice_web.accounts.models import User
from solstice_web.letters.models import IssuedLetter
from solstice_web.measures.content import library
from solstice_web.people.models import Person
from solstice_web.people.person_file import person_file
from solstice_web.people.zones import zone_of
from solstice_web.resistance.queries import label_of


def drafted(
    person: Person, *, purpose: Purpose, parties: Parties, wording: Wording | None = None, at: datetime
) -> Letter:
    """The letter from the facts as they stand now; nothing is stored. What is private is in no letter (hazard H73)."""
    facts, content = person_file(person, at), library()
    ledger = assess(facts, content)
    return compose(
        without_private(facts, content.private),
        ledger,
        content,
        purpose=purpose,
        parties=parties,
        checklist=checklist_for(person, ledger, at=at),
        wording=wording,
    )


def checklist_for(person: Person, ledger: Ledger, *, at: datetime) -> Checklist:
    """How the checklist against pseudo-resistance stands: signed, signed but out of date, or not signed."""
    label = label_of(person, at=at, ledger=ledger)
    if label is None:
        return Checklist()
    signed = label.at.astimezone(zone_of(settings.SOLSTICE_TIME_ZONE)).date()
    return Checklist("out_of_date" if label.state == "out_of_date" else "signed", label.by, signed)


def letters_of(person: Person) -> QuerySet[IssuedLetter]:
    """The latest first."""
    return IssuedLetter.objects.filter(person=person).select_related("issued_by").order_by("-issued_at")


def letter_of(person: Person, letter_id: UUID) -> IssuedLetter | None:
    return letters_of(person).filter(pk=letter_id).first()


def last_written_by(user: User) -> IssuedLetter | None:
    """Where the sender's address and role of the next letter come from."""
    return IssuedLetter.objects.filter(issued_by=user).order_by("-issued_at").first()
