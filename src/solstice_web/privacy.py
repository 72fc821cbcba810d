"""How private a field is: every model names each of its concrete fields once."""

from enum import StrEnum


class Privacy(StrEnum):
    IDENTIFYING = "identifying"
    """Says who someone is: names, addresses, birth date."""
    CLINICAL = "clinical"
    """Says something about a person's health: scores, dates, doses, decisions."""
    FREE_TEXT = "free text"
    """Someone's own words, trauma facts, safety plans: encrypted at field level, always."""
    HARMLESS = "harmless"
    """Says nothing about a person on its own: keys, versions, states of the software."""
