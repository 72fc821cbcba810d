"""What the pages about the time before say: faults beside a question, doubts, and the team's facts in plain words."""

from collections.abc import Iterator, Mapping
from typing import Any

from solstice_web.ledger.dates import date_text
from solstice_web.ledger.doubts import Doubt
from solstice_web.ledger.said import CHOICES, UNKNOWN
from solstice_web.ledger.said_words import ASKS

FAULTS: Mapping[str, str] = {
    "too_long": "That is too long for this line. Make it a bit shorter. Your words are still here.",
    "empty": "Write what you know, or tap the button below.",
    "choose": "Tap one of these. “I don't know” is fine too.",
    "number": "Write a number, like 50. Or say that you don't know.",
    "date": "We could not read this as a time. Write the month as a word, like May 2020.",
    "started": "This day has not come yet. Please check the year.",
    "before_birth": "This is before you were born. Please check the year.",
    "ended": "Your care team wrote that it ended before that. Please check the year.",
}
"""What to say beside a question, by the code of the fault or the field it is about."""

ELSE = "This does not fit with what is written already. Please check it."


def doubt_words(doubt: Doubt, typed: str) -> tuple[str, str]:
    """A doubt as a question, and the words of the button that says it is right."""
    if doubt.code == "twice":
        return f"{doubt.name} is on your list already. Did you have it more than once?", "Yes, more than once"
    number = typed.casefold().removesuffix("mg").strip()
    return f"{number} mg is a lot more than most people take. Is it right?", "Yes, it is right"


def team_lines(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the care team wrote, as far as the person would tell it too."""
    return tuple(_lines(facts))


def _lines(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if facts.get("started"):
        yield ASKS["when"].told, date_text(facts["started"])
    outcome = "response" if facts.get("outcome") == "remission" else facts.get("outcome")
    for question, name, value in (("helped", "outcome", outcome), ("stopped", "stopped_for", facts.get("stopped_for"))):
        for words, told in CHOICES[question].items():
            if words != UNKNOWN and value is not None and told.get(name) == value:
                yield ASKS[question].told, (ASKS[question].choices or {})[words]
