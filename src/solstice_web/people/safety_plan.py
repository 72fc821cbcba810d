"""The parts of a safety plan, under Solstice's own plain headings.

The published form is licensed and is neither copied nor named here; see shared/clinical/safety.yaml.
"""

from collections.abc import Mapping

LONGEST_PART = 4000
PARTS: Mapping[str, str] = {
    "signs_that_I_am_getting_worse": "Signs that I am getting worse",
    "things_I_can_do_alone": "Things I can do on my own",
    "places_and_people_for_distraction": "Places and people that take my mind off it",
    "people_I_can_ask_for_help": "People I can ask for help",
    "professionals_and_lines": "Professionals and help lines",
    "making_my_space_safer": "Making my space safer",
    "reasons_that_matter": "Reasons that matter to me",
}


class PlanPartsError(ValueError):
    """The parts do not fit the plan; carries no text of the plan."""


def read_parts(told: Mapping[str, str]) -> dict[str, str]:
    """Check the parts. Raises PlanPartsError. A part that is absent is not known; an empty one is known to be empty."""
    for part, text in told.items():
        if part not in PARTS:
            raise PlanPartsError(f"{part[:40]!r} is no part of a safety plan; the parts are {', '.join(PARTS)}")
        if len(text) > LONGEST_PART:
            raise PlanPartsError(f"{part} is longer than {LONGEST_PART} characters; write it shorter")
    return dict(told)
