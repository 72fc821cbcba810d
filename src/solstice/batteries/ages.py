"""For whom a battery for adults asks nothing because of age."""

from solstice.instruments.ages import why_not_for
from solstice.instruments.outcome import ADULT_AGE
from solstice.kernel import Refusal

__all__ = ["why_not_for", "why_not_for_age"]


def why_not_for_age(age: int | None) -> Refusal | None:
    """Why a battery for adults asks nothing; None from 18 on, and where the age is not known."""
    if age is None or age >= ADULT_AGE:
        return None
    text = f"The person is {age}. These questions and their cut-offs are made for adults and are not used under 18."
    return Refusal("under_18", text)
