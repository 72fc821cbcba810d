"""Forms of the interview: short sections, everything may be skipped; skipped is not asked, never no."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from solstice.content.interview_topic import TOPICS
from solstice.person.partial_date import PartialDate
from solstice_web.measures.content import library

NOT_ASKED = ""
ANSWERS = (("yes", "Yes"), ("no", "No"), ("unknown", "Asked, not known"), (NOT_ASKED, "Not asked"))
DONE = (("yes", "Done"), ("no", "Never done"), ("unknown", "Asked, not known"), (NOT_ASKED, "Not asked"))
RESULTS = (("", "Choose"), ("normal", "Normal"), ("abnormal", "Abnormal"), ("not_known", "Result not known"))
GATE = (
    ("yes", "Yes"),
    ("no", "No"),
    ("prefers_not_to_say", "Prefers not to say"),
    ("not_asked", "Not asked"),
)
SECTIONS: Mapping[int, tuple[str, str]] = {
    1: ("onset", "What happened before"),
    2: ("family", "In the family"),
    3: ("checks", "Medical checks"),
    4: ("disorders", "Other conditions"),
    5: ("stress", "Strain and circumstances"),
    6: ("protective", "What holds"),
    7: ("gate", "Something that still weighs"),
}
"""Numbers stand in addresses, which tell a stranger nothing."""

NOTED = frozenset({"stress", "disorders"})
LONGEST_NOTE = 1000
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WORDED = re.compile(r"([a-z]{3,9})\.?,?\s+(\d{4})")
WHEN_HINT = "Write a year, a month or a day: 2026, 2026-03, March 2026 or 2026-03-17."


def read_when(told: str, *, latest: date) -> str:
    """A date as people say it, as the file keeps it. Raises ValidationError with what would be right."""
    text = told.strip()
    worded = WORDED.fullmatch(text.casefold())
    if worded and worded[1][:3] in MONTHS:
        text = f"{worded[2]}-{MONTHS.index(worded[1][:3]) + 1:02d}"
    try:
        found = PartialDate.parse(text)
    except ValueError:
        raise forms.ValidationError(WHEN_HINT) from None
    if found.earliest > latest:
        raise forms.ValidationError("This has not come yet. Check the year.")
    return text


class AnswersForm(forms.Form):
    """One section of yes, no, not known or not asked; `told(before, on)` keeps the date of what was not changed."""

    revision = forms.IntegerField(min_value=0)

    def __init__(self, section: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        for topic in TOPICS[section]:
            question = library().factors.question(f"{section}.{topic}")
            self.fields[topic] = forms.ChoiceField(label=question, choices=ANSWERS, required=False)
            if section in NOTED:
                self.fields[f"note_{topic}"] = forms.CharField(
                    label="Note",
                    required=False,
                    max_length=LONGEST_NOTE,
                    error_messages={"max_length": f"Write at most {LONGEST_NOTE} characters."},
                )

    @property
    def topics(self) -> tuple[str, ...]:
        return TOPICS[self.section]

    def clean(self) -> dict[str, Any]:
        """A note hangs on an answer: without one it would be lost, so that it is asked for."""
        told = super().clean() or {}
        for topic in self.topics:
            if told.get(f"note_{topic}", "").strip() and not told.get(topic) and topic not in self.errors:
                self.add_error(topic, "A note is given. Choose an answer to keep it with, or empty the note.")
        return told

    def told(self, before: Mapping[str, Any], *, on: date) -> dict[str, Any]:
        """The whole interview with this section as it was answered now."""
        answers: dict[str, Any] = {}
        for topic in self.topics:
            answer = self.cleaned_data[topic]
            if not answer:
                continue
            earlier = before.get(self.section, {}).get(topic, {})
            same = earlier.get("answer") == answer
            now: dict[str, Any] = {"answer": answer, "on": earlier.get("on") if same else on.isoformat()}
            note = self.cleaned_data.get(f"note_{topic}", "").strip()
            answers[topic] = {name: value for name, value in {**now, "note": note or None}.items() if value}
        return {**before, self.section: answers}


class ChecksForm(forms.Form):
    """Medical checks with when and what came out."""

    revision = forms.IntegerField(min_value=0)
    section = "checks"

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest
        for check in library().factors.checks:
            name = str(check.topic)
            self.fields[name] = forms.ChoiceField(label=check.question, choices=DONE, required=False)
            self.fields[f"when_{name}"] = forms.CharField(label="When", max_length=40, required=False)
            self.fields[f"result_{name}"] = forms.ChoiceField(label="Result", choices=RESULTS, required=False)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(str(check.topic) for check in library().factors.checks)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in self.topics:
            when, result = told.get(f"when_{name}", ""), told.get(f"result_{name}", "")
            if when:
                try:
                    told[f"when_{name}"] = read_when(when, latest=self.latest)
                except forms.ValidationError as fault:
                    self.add_error(f"when_{name}", fault)
            if (when or result) and told.get(name) in {"no", "unknown"}:
                self.add_error(name, "A date or a result is given. Choose “Done”, or empty both.")
            elif when or result:
                told[name] = "yes"
        return told

    def told(self, before: Mapping[str, Any], *, on: date) -> dict[str, Any]:  # noqa: ARG002 - checks carry their own dates
        """The whole interview with the checks as they were answered now."""
        checks: dict[str, Any] = {}
        for name in self.topics:
            data = self.cleaned_data
            if data[name]:
                found = {"done": data[name], "checked": data[f"when_{name}"], "result": data[f"result_{name}"]}
                checks[name] = {key: value for key, value in found.items() if value}
        return {**before, "checks": checks}


class GateForm(forms.Form):
    """The gate: an answer, never what happened; there is no field for words."""

    revision = forms.IntegerField(min_value=0)
    answer = forms.ChoiceField(choices=GATE)


SectionForm = AnswersForm | ChecksForm


def start_of(section: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a section's form starts with."""
    start: dict[str, Any] = {}
    for topic, found in told.get(section, {}).items():
        if section == "checks":
            start[topic] = found.get("done", "yes")
            start[f"when_{topic}"], start[f"result_{topic}"] = found.get("checked", ""), found.get("result", "")
        else:
            start[topic], start[f"note_{topic}"] = found["answer"], found.get("note", "")
    return start


def in_words(section: str, told: Mapping[str, Any]) -> dict[str, str]:
    """Each question of a section with its answer as one reads it: what the page with both texts compares."""
    start, choices = start_of(section, told), dict(DONE if section == "checks" else ANSWERS)
    topics = [str(check.topic) for check in library().factors.checks] if section == "checks" else TOPICS[section]
    words: dict[str, str] = {}
    for topic in topics:
        more = [start.get(f"{name}_{topic}", "") for name in ("when", "result", "note")]
        answer = choices[start.get(topic, NOT_ASKED)]
        words[topic] = "; ".join([answer, *(one.replace("_", " ") for one in more if one)])
    return words
