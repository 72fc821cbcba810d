"""The letter about what has been tried: for a referral, a request for authorisation, or the record."""

from solstice.letter.compose import compose
from solstice.letter.document import Checklist, Letter, Parties, Purpose, Wording, letter_from
from solstice.letter.paper import to_pdf
from solstice.letter.text import to_text

__all__ = ["Checklist", "Letter", "Parties", "Purpose", "Wording", "compose", "letter_from", "to_pdf", "to_text"]
