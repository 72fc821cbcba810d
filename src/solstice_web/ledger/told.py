"""A trial as typed into a form: parsed through the engine's own model, with the faults of each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from solstice.person.trial import Trial
from solstice_web.ledger.models import TrialRow

WORDS = {
    "missing": "give a value",
    "extra_forbidden": "this is not a fact of a trial; leave it out",
    "literal_error": "choose one of {expected}",
    "float_type": "write a number",
    "int_type": "write a whole number",
    "bool_type": "answer yes or no",
    "string_type": "write text",
    "string_too_long": "write at most {max_length} characters",
    "string_too_short": "write something or leave it empty",
    "greater_than_equal": "give {ge} or more",
    "less_than_equal": "give {le} or less",
    "finite_number": "give a finite number",
}
WHOLE = "__all__"
"""Faults that concern several fields together."""


class FactsRefusedError(ValueError):
    """The facts are not a trial; `errors` maps each field to what would be right."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__(", ".join(sorted(self.errors)))


@dataclass(frozen=True, slots=True)
class Told:
    """What someone said about one treatment; `facts` holds person-file keys, unknown ones absent or None."""

    facts: Mapping[str, Any]
    note: str = ""
    told_by: str = TrialRow.Teller.CLINICIAN
    checked: bool = False
    checked_against: str = ""
    checked_note: str = ""
    trial: Trial = field(init=False)

    def __post_init__(self) -> None:
        if self.told_by not in TrialRow.Teller.values:
            raise FactsRefusedError({"told_by": [f"choose one of {', '.join(TrialRow.Teller.values)}"]})
        if self.checked_against not in {"", *TrialRow.Against.values}:
            raise FactsRefusedError({"checked_against": [f"choose one of {', '.join(TrialRow.Against.values)}"]})
        object.__setattr__(self, "trial", read_trial({**self.facts, "note": self.note or None}))

    def stored(self) -> dict[str, Any]:
        """The known facts in the words of a person file, without the note."""
        return self.trial.model_dump(mode="json", exclude_none=True, exclude={"note", "checked"})


def read_trial(facts: Mapping[str, Any]) -> Trial:
    """Parse facts. Raises FactsRefusedError with the faults of every field at once."""
    given = {key: value for key, value in facts.items() if value is not None}
    try:
        return Trial.model_validate(given)
    except ValidationError as error:
        errors: dict[str, list[str]] = {}
        for fault in error.errors(include_url=False, include_input=False):
            name = str(fault["loc"][0]) if fault["loc"] else _place(fault["msg"])
            words = _words(fault["type"], fault["msg"], fault.get("ctx", {}))
            if words not in errors.setdefault(name, []):
                errors[name].append(words)
        raise FactsRefusedError(errors) from None


BEFORE_BIRTH = "this lies before the person was born; check the year"


def impossible_dates(trial: Trial, today: date, born: date | None) -> dict[str, list[str]]:
    """Faults of dates that have not come yet, or lie before the birth, by field."""
    faults = {}
    if trial.started is not None and trial.started.earliest > today:
        faults["started"] = ["this lies in the future; check the year"]
    if trial.ended is not None and trial.ended.earliest > today:
        faults["ended"] = ["this lies in the future; leave it empty while it goes on"]
    for name, told in (("started", trial.started), ("ended", trial.ended)):
        if born is not None and told is not None and told.latest < born:
            faults[name] = [BEFORE_BIRTH]
    return faults


def _place(message: str) -> str:
    """The field beside which a fault of several fields is said."""
    return "ended" if "ends before it starts" in message else WHOLE


def _words(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind in WORDS:
        return WORDS[kind].format(**context)
    return message.removeprefix("Value error, ")
