"""For whom an instrument is not used because of age, and what there is instead."""

from solstice.content.instrument_model import Instrument
from solstice.instruments.outcome import ADULT_AGE, Context
from solstice.instruments.score import why_not_for_age as outside_its_ages
from solstice.kernel import Refusal

Ages = tuple[int, int]
"""The youngest and the oldest age a person may have."""


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


def why_not_judged(instrument: Instrument, ages: Ages | None) -> Refusal | None:
    """Why its cut-offs do not judge a person who is surely of no age they were made for; None where they may."""
    if ages is None:
        return None
    refused = [why_not_for(instrument, age) for age in range(ages[0], ages[1] + 1)]
    return refused[0] if all(refused) else None


def why_unsure(instrument: Instrument, ages: Ages | None) -> str | None:
    """What is said beside a judgement that holds for some of the ages the person may have; None where it holds."""
    made = "for adults"
    if instrument.ages is not None:
        made = f"for ages {instrument.ages.youngest} to {instrument.ages.oldest}"
    if ages is None:
        return f"The age is not known. These cut-offs are made {made}; for another age they say nothing."
    if any(why_not_for(instrument, age) for age in range(ages[0], ages[1] + 1)):
        return f"The person is {ages[0]} to {ages[1]}. These cut-offs are made {made}; check the age before using them."
    return None
