"""For whom an instrument is not used because of age, and what there is instead."""

from solstice.content.instrument_model import Instrument
from solstice.instruments.outcome import ADULT_AGE, Context
from solstice.instruments.score import why_not_for_age as outside_its_ages
from solstice.kernel import Refusal


def why_not_for_age(age: int | None) -> Refusal | None:
    """Why a battery for adults asks nothing; None from 18 on, and where the age is not known."""
    if age is None or age >= ADULT_AGE:
        return None
    text = f"The person is {age}. These questions and their cut-offs are made for adults and are not used under 18."
    return Refusal("under_18", text)


def why_not_for(instrument: Instrument, age: int | None) -> Refusal | None:
    """Why one instrument is not used for a person of this age.

    One that names its ages is used within them; one that names none is for adults.
    """
    if reason := outside_its_ages(instrument, Context(age=age)):
        return Refusal("outside_ages", f"{reason}.")
    if instrument.ages is not None or age is None or age >= ADULT_AGE:
        return None
    instead = f" For this age there is {instrument.under_18}." if instrument.under_18 else ""
    text = f"{instrument.short_name} and its cut-offs are made for adults; the person is {age}.{instead}"
    return Refusal("under_18", text)
