"""The form of a rated total: which scale, how many points, when, and by whom."""

from datetime import date
from typing import Any

from django import forms

from solstice.batteries import why_not_for
from solstice.content.instrument_model import Instrument
from solstice_web.accounts.models import User
from solstice_web.measures.content import library
from solstice_web.measures.context import age_on
from solstice_web.measures.models import Response
from solstice_web.measures.ratings.actions import Rating
from solstice_web.people.models import Person
from solstice_web.people.teams import team_of
from solstice_web.workspace.new_person import read_day

SOMEONE_ELSE = "someone else, named below"


class RatingForm(forms.Form):
    """A total of a scale whose items Solstice does not show; `id` makes one sent twice count once."""

    id = forms.UUIDField(required=False)
    revision = forms.IntegerField(required=False, min_value=1)
    instrument = forms.ChoiceField(
        label="Scale",
        error_messages={"required": "Choose the scale.", "invalid_choice": "Choose a scale from the list."},
    )
    total = forms.FloatField(
        label="Total", error_messages={"required": "Write the total.", "invalid": "Write the total as a number."}
    )
    day = forms.CharField(required=False)
    month = forms.CharField(required=False)
    year = forms.CharField(required=False)
    rated_by = forms.ChoiceField(
        label="Rated by", required=False, error_messages={"invalid_choice": "Choose someone from the care team."}
    )
    rater = forms.CharField(label="Name of someone outside the care team", max_length=120, required=False)

    def __init__(self, *args: Any, person: Person, latest: date, scale: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.latest = person, latest
        self.team = {str(user.pk): user for user in team_of(person)}
        scales = [one for one in scales_by_total() if not scale or one[0] == scale]
        self.fields["instrument"].choices = [("", "Choose a scale"), *scales]  # type: ignore[attr-defined] # a choice field
        names = [(key, name_of(user)) for key, user in self.team.items()]
        self.fields["rated_by"].choices = [("", SOMEONE_ELSE), *names]  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            told["on"] = read_day(told, latest=self.latest)
        except forms.ValidationError as fault:
            self.add_error("day", fault)
        self._check_total(told)
        if not told.get("rated_by") and not told.get("rater") and "rated_by" not in self.errors:
            self.add_error("rater", "Choose who rated, or write the name.")
        return told

    def _check_total(self, told: dict[str, Any]) -> None:
        instrument = library().instruments.get(told.get("instrument", ""))
        if instrument is None:
            return
        total = told.get("total")
        if total is not None and not _fits(instrument, total):
            kind = "number" if instrument.decimals else "whole number"
            self.add_error("total", f"Write a {kind} from {instrument.min} to {instrument.max}.")
        born, on = self.person.birth_date, told.get("on")
        refusal = why_not_for(instrument, age_on(born, on)) if born and on else None
        if refusal:
            self.add_error("instrument", refusal.text)

    @property
    def rating(self) -> Rating:
        told = self.cleaned_data
        user = self.team.get(told["rated_by"])
        return Rating(told["total"], told["on"], name_of(user) if user else told["rater"], user)


def _fits(instrument: Instrument, total: float) -> bool:
    low, high = instrument.ends
    return low <= total <= high and round(total, instrument.decimals) == total


def name_of(user: User) -> str:
    return user.name or user.email


def start_of(response: Response) -> dict[str, Any]:
    """What the form holds when a rating is opened again."""
    on = response.local_date
    return {
        "instrument": response.instrument,
        "total": f"{response.total:g}" if response.total is not None else "",
        "day": on.day,
        "month": on.month,
        "year": on.year,
        "rated_by": str(response.rated_by_id or ""),
        "rater": "" if response.rated_by_id else response.rater,
        "revision": response.revision,
    }


def scales_by_total() -> list[tuple[str, str]]:
    """Scales rated by a clinician first, then those whose items are not shown here.

    A self-report with items is answered item by item, so that risk is not missed.
    """
    known = library().instruments.items()
    found = [(name, one) for name, one in known if one.has_total and (one.rater != "self" or one.text("en") is None)]
    found.sort(key=lambda entry: (entry[1].rater == "self", entry[1].short_name))
    return [(name, f"{one.short_name} ({one.min} to {one.max})") for name, one in found]
