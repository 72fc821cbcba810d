"""The form of one change to the picture: what is done, to which item, in which words."""

import re
from typing import Any, get_args

from django import forms

from solstice_web.formulations.picture import LONGEST_TEXT, Change, Doing

ITEM = re.compile(r"[a-z0-9-]{1,64}")
PLACE = re.compile(r"loop_([a-z0-9-]{1,64})")
TOO_LONG = f"Write at most {LONGEST_TEXT} characters."


class ChangeForm(forms.Form):
    """`change` is what the picture is asked to do; places in the loop come as `loop_<item>`."""

    revision = forms.IntegerField(min_value=0)
    do = forms.ChoiceField(choices=[(name, name) for name in (*get_args(Doing), "bring_back")])
    item = forms.RegexField(ITEM, required=False)
    part = forms.CharField(max_length=20, required=False)
    text = forms.CharField(max_length=LONGEST_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    reason = forms.CharField(max_length=LONGEST_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    sensitive = forms.BooleanField(required=False)
    version = forms.IntegerField(min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.loop: dict[str, int] = {}
        for name, value in self.data.items():
            found = PLACE.fullmatch(name)
            if found and value:
                if value not in {"1", "2", "3", "4", "5", "6"}:
                    raise forms.ValidationError("Give each part of the loop a place from 1 to 6.")
                self.loop[found[1]] = int(value)
        return told

    @property
    def first_error(self) -> tuple[str, str]:
        """The field and the words of the first thing to put right."""
        field, errors = next(iter(self.errors.items()))
        return field, str(errors[0])

    @property
    def change(self) -> Change:
        told = self.cleaned_data
        return Change(
            told["do"], told["item"], _one_kind_of_break(told["text"]), _one_kind_of_break(told["reason"]),
            part=told["part"], sensitive=told["sensitive"], loop=self.loop,
        )  # fmt: skip


def _one_kind_of_break(text: str) -> str:
    return text.replace("\r\n", "\n")
