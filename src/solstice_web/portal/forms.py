"""The forms of the portal for browsers without script; each carries the id that makes it count once."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from solstice.content.therapy_model import Worksheet, WorksheetField
from solstice_web.people.safety_plan import LONGEST_PART, PARTS
from solstice_web.portal.energy import LEVELS

OUTCOMES = ("done", "partly", "not_done", "not_applicable")
LONGEST_ANSWER = 4000
TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")


class Once(forms.Form):
    """`id` is made when the page is, so that a form sent twice is saved once."""

    id = forms.UUIDField(widget=forms.HiddenInput)


class EnergyForm(Once):
    level = forms.TypedChoiceField(choices=[(level, str(level)) for level in LEVELS], coerce=int)


class StepForm(Once):
    dose = forms.TypedChoiceField(choices=[(level, str(level)) for level in LEVELS], coerce=int)
    outcome = forms.ChoiceField(choices=[(outcome, outcome) for outcome in OUTCOMES])
    after = forms.IntegerField(min_value=0, max_value=10, required=False)


class TaskForm(forms.Form):
    task = forms.UUIDField()
    state = forms.ChoiceField(choices=[(outcome, outcome) for outcome in OUTCOMES])


class EntryForm(forms.Form):
    entry_id = forms.UUIDField()


class AnswerForm(Once):
    """`value` absent means "I'd rather not say" when `declined` is sent, and no answer at all otherwise."""

    item = forms.IntegerField(min_value=0, max_value=200)
    value = forms.IntegerField(min_value=-1000, max_value=1000, required=False)
    declined = forms.BooleanField(required=False)


class ZoneForm(forms.Form):
    time_zone = forms.ChoiceField(choices=[(name, name) for name in sorted(available_timezones()) if "/" in name])


class PaceForm(forms.Form):
    """How often the check comes (`every`), a break from it (`pause`), or the end of a break (`resume`)."""

    do = forms.ChoiceField(choices=[("every", "every"), ("pause", "pause"), ("resume", "resume")])
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=31,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Pick one of the choices."),
    )

    def clean_days(self) -> int:
        return self.cleaned_data["days"] or 0


class SafetyPlanForm(forms.Form):
    """One field a part; `told` leaves out what was never written."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, label in PARTS.items():
            self.fields[part] = forms.CharField(
                label=label, required=False, max_length=LONGEST_PART, widget=forms.Textarea(attrs={"rows": 3})
            )

    @property
    def told(self) -> dict[str, str]:
        return {part: self.cleaned_data[part].replace("\r\n", "\n") for part in PARTS}


class WorksheetForm(Once):
    """The fields of one worksheet, each by its own kind; `answers` holds what was answered."""

    def __init__(self, sheet: Worksheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for field in sheet.fields:
            self.fields[field.id] = field_of(field)

    @property
    def answers(self) -> dict[str, Any]:
        names = [field.id for field in self.sheet.fields]
        return {name: value for name in names if (value := self.cleaned_data[name]) not in ("", None, [])}


def field_of(field: WorksheetField) -> forms.Field:
    """No question of a worksheet must be answered: what is left open is left open."""
    made = _by_kind(field)
    made.label, made.required = field.ask, False
    return made


def _by_kind(field: WorksheetField) -> forms.Field:
    made: forms.Field
    match field.kind:
        case "short_text" | "long_text" | "activity":
            made = forms.CharField(max_length=LONGEST_ANSWER)
        case "scale_0_10":
            made = forms.IntegerField(min_value=0, max_value=10)
        case "scale_0_100":
            made = forms.IntegerField(min_value=0, max_value=100)
        case "choice":
            made = forms.ChoiceField(choices=_choices(field))
        case "choices":
            made = forms.MultipleChoiceField(choices=_choices(field))
        case "yes_no":
            made = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
        case "time":
            made = forms.CharField(validators=[_is_time])
        case "date":
            made = forms.CharField(validators=[_is_date])
    return made


def _choices(field: WorksheetField) -> list[tuple[str, str]]:
    return [(option.value, option.label) for option in field.options]


def _is_time(told: str) -> None:
    if not TIME.fullmatch(told):
        raise ValidationError("Write the time like 14:30.")


def _is_date(told: str) -> None:
    try:
        datetime.fromisoformat(told)
    except ValueError:
        raise ValidationError("Pick a day.") from None
