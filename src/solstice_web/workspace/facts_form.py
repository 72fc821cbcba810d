"""The form of the clinician-set facts: each is yes, no or not known; what is not known stays out of the record."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from solstice.person import SEVERITIES, PartialDate
from solstice_web.measures.content import library
from solstice_web.workspace.clock import clinic_today

NOT_KNOWN = ""
THREE = (("yes", "Yes"), ("no", "No"), (NOT_KNOWN, "Not known"))
SEVERITY = (("subsyndromal", "Below threshold"), ("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe"))
TRAVEL = (("free", "Can travel"), ("limited", "Travel is hard"), ("none", "Cannot travel"))
ASKED = (("yes", "Yes, asked"), (NOT_KNOWN, "Not asked yet"))

SAFETY_FACTS = {
    "bipolarity": "There was a manic or hypomanic episode at any time",
    "active_mania": "There are signs of mania now",
    "substance_use_severe": "Use of alcohol or drugs is severe",
    "unsafe_home": "The person is not safe at home",
    "medically_unstable": "A medical condition is unstable",
    "pregnancy": "The person is pregnant",
    "seizure_history": "There was a seizure at any time",
    "metal_in_head": "There is metal or an implant in or near the head",
    "safety_critical_job": "The person drives or does other work where sleepiness is dangerous",
}
LIFE_FACTS = {
    "personality_disorder": "A personality disorder is diagnosed",
    "childhood_trauma": "There was trauma or loss in childhood",
    "interpersonal_trigger": "A conflict or change with others started this episode",
    "bereavement": "Someone close has died",
    "living_alone": "The person lives alone",
    "unemployed": "The person is without work",
}
GRADED = {
    "suicide_risk": (
        "Suicide risk, as you judge it today",
        (("low", "Low"), ("moderate", "Moderate"), ("high", "High")),
    ),
    "dissociation": ("Dissociation", (("none", "None"), ("some", "Some"), ("severe", "Severe"))),
}
LONGEST_LIST = 2000
SEVERITY_BOUNDS = ("severity_at_least", "severity_at_most")
PREFERENCE_WORDS = {
    "activity": "Doing things",
    "anaesthetic": "Treatment under anaesthetic",
    "group": "Groups",
    "ketamine-family": "Ketamine and esketamine",
    "long-course": "A long course",
    "memory-risk": "A risk for memory",
    "needs-escort": "Needing someone to come along",
    "psychological": "Psychological treatment",
    "short-course": "A short course",
    "sleep": "Work on sleep",
    "somatic": "Treatment of the body",
    "specialist": "Going to a specialist unit",
    "stimulation": "Brain stimulation",
    "thoughts": "Work on thoughts",
    "training": "Training tasks",
    "trauma-processing": "Work on traumatic memories",
    "unguided": "Working alone, unguided",
}


def three(label: str) -> forms.ChoiceField:
    """A fact that is true, false or not known; the statement is said so that "yes" is what the record calls true."""
    return forms.ChoiceField(label=label, choices=THREE, required=False)


def graded(label: str, choices: tuple[tuple[str, str], ...]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=(*choices, (NOT_KNOWN, "Not known")), required=False)


class FactsForm(forms.Form):
    """`told(before)` gives the whole facts to save: sections of other pages are kept as they were.

    `latest` is the person's own day: an episode of tomorrow would make every page that reads the person fail.
    """

    revision = forms.IntegerField(min_value=0)
    started = forms.CharField(label="This episode began", max_length=40, required=False)
    months = forms.FloatField(label="Or: it has lasted, in months", min_value=0, max_value=1200, required=False)
    previous_episodes = forms.IntegerField(label="Episodes before this one", min_value=0, max_value=200, required=False)
    severity = graded("Severity of this episode, as you judge it", SEVERITY)
    severity_at_least = graded("Or, where it can only be bounded: at least", SEVERITY)
    severity_at_most = graded("And at most", SEVERITY)
    psychosis = three("There are psychotic symptoms in this episode")
    conditions_asked = forms.ChoiceField(label="Were other illnesses asked about?", choices=ASKED, required=False)
    conditions = forms.MultipleChoiceField(label="Illnesses that change what can be offered", required=False)
    other_conditions = forms.CharField(label="Other illnesses, one a line", max_length=LONGEST_LIST, required=False)
    family_asked = forms.ChoiceField(label="Was family history asked about?", choices=ASKED, required=False)
    family_history = forms.CharField(label="In the family, one a line", max_length=LONGEST_LIST, required=False)
    likes = forms.MultipleChoiceField(label="Likes", required=False)
    avoids = forms.MultipleChoiceField(label="Would rather avoid", required=False)
    hours_per_week = forms.FloatField(
        label="Hours a week the person can give", min_value=0, max_value=80, required=False
    )
    travel = graded("Travel", TRAVEL)

    def __init__(self, *args: Any, latest: date | None = None, keeps_back: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest or clinic_today()
        self.hidden = library().private.facts if keeps_back else frozenset[str]()
        for name, label in {**SAFETY_FACTS, **LIFE_FACTS}.items():
            if name not in self.hidden:
                self.fields[name] = three(label)
        for name, (label, choices) in GRADED.items():
            self.fields[name] = graded(label, choices)
        words = library().constraints.conditions
        self.fields["conditions"].choices = [(slug, known.name.capitalize()) for slug, known in words.items()]  # type: ignore[attr-defined] # a choice field
        for name in ("likes", "avoids"):
            self.fields[name].choices = preference_words()  # type: ignore[attr-defined] # a choice field

    def clean_started(self) -> str:
        told: str = self.cleaned_data["started"].strip()
        if told:
            try:
                began = PartialDate.parse(told)
            except ValueError:
                raise forms.ValidationError("Write a year, a month or a day: 2023, 2023-04 or 2023-04-17.") from None
            if began.earliest > self.latest:
                raise forms.ValidationError("This has not come yet. Check the year.")
        return told

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("started") and told.get("months") is not None:
            self.add_error("months", "Give the beginning or the months, not both.")
        if told.get("severity") and any(told.get(name) for name in SEVERITY_BOUNDS):
            self.add_error("severity", "Give the severity or its bounds, not both.")
        low, high = (told.get(name) for name in SEVERITY_BOUNDS)
        if low and high and SEVERITIES.index(low) > SEVERITIES.index(high):
            self.add_error("severity_at_most", "This is below “at least”; swap the two.")
        both = set(told.get("likes", [])) & set(told.get("avoids", []))
        if both:
            self.add_error("avoids", f"{words_of(min(both))} is both liked and avoided; choose one.")
        if told.get("conditions") or told.get("other_conditions"):
            told["conditions_asked"] = "yes"
        if told.get("family_history"):
            told["family_asked"] = "yes"
        return told

    def told(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Everything to save, on top of what was saved before."""
        data = self.cleaned_data
        episode = {**before.get("episode", {})}
        for name in ("started", "months", "previous_episodes", "severity"):
            _put(episode, name, data[name])
        if data["severity"]:
            for name in SEVERITY_BOUNDS:
                episode.pop(name, None)
        for name in SEVERITY_BOUNDS:
            if name in self.data:  # a page that does not show the bounds leaves them as they are
                _put(episode, name, data[name])
        _put(episode, "psychosis", _truth(data["psychosis"]))
        facts: dict[str, Any] = {}
        for name in self.yes_or_no:
            _put(facts, name, _truth(data[name]))
        for name in GRADED:
            _put(facts, name, data[name])
        whole = {**before, "episode": episode, "facts": facts, "preferences": self._preferences(before)}
        _put(
            whole,
            "conditions",
            self._listed("conditions_asked", [*data["conditions"], *_lines(data["other_conditions"])]),
        )
        _put(whole, "family_history", self._listed("family_asked", _lines(data["family_history"])))
        return whole

    @property
    def yes_or_no(self) -> tuple[str, ...]:
        """The facts this form asks, without those that are kept from its reader."""
        return tuple(name for name in (*SAFETY_FACTS, *LIFE_FACTS) if name not in self.hidden)

    def _listed(self, asked: str, found: list[str]) -> list[str] | None:
        return found if self.cleaned_data[asked] else None

    def _preferences(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """What the form does not offer (the id of one option) is kept as it was."""
        offered = {tag for tag, _ in preference_words()}
        kept: dict[str, Any] = {}
        for name in ("likes", "avoids"):
            others = [word for word in before.get("preferences", {}).get(name, ()) if word not in offered]
            _put(kept, name, [*self.cleaned_data[name], *others] or None)
        _put(kept, "hours_per_week", self.cleaned_data["hours_per_week"])
        _put(kept, "travel", self.cleaned_data["travel"])
        # what matters is asked on a page of its own
        _put(kept, "weights", before.get("preferences", {}).get("weights"))
        return kept


def from_record(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the form starts with."""
    episode, known, likes = facts.get("episode", {}), facts.get("facts", {}), facts.get("preferences", {})
    words = library().constraints.conditions
    listed = facts.get("conditions")
    family = facts.get("family_history")
    start: dict[str, Any] = {
        name: episode.get(name, "") for name in ("started", "months", "previous_episodes", "severity", *SEVERITY_BOUNDS)
    }
    start["psychosis"] = _yes_no(episode.get("psychosis"))
    start |= {name: _yes_no(known.get(name)) for name in (*SAFETY_FACTS, *LIFE_FACTS)}
    start |= {name: known.get(name, "") for name in GRADED}
    start |= {name: likes.get(name, []) for name in ("likes", "avoids")}
    hours = likes.get("hours_per_week")
    start |= {"hours_per_week": "" if hours is None else f"{hours:g}", "travel": likes.get("travel", "")}
    start |= {
        "conditions_asked": "" if listed is None else "yes",
        "conditions": [slug for slug in listed or () if slug in words],
        "other_conditions": "\n".join(slug for slug in listed or () if slug not in words),
        "family_asked": "" if family is None else "yes",
        "family_history": "\n".join(family or ()),
    }
    return start


def in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    """Each fact as one reads it, by the form's names: what the 409 page compares."""
    form = FactsForm()
    start = from_record(facts)
    return {name: _value_in_words(form.fields[name], start[name]) for name in start}


def label_of(name: str) -> str:
    return str(FactsForm().fields[name].label)


def _value_in_words(field: forms.Field, value: Any) -> str:
    choices = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type] # pairs
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value) or "none named"
    if value == "" and not choices:
        return "not known"
    return str(choices.get(value, value))


def preference_words() -> list[tuple[str, str]]:
    """What a person can like or avoid: the tags options carry, in plain order."""
    tags = sorted({tag for option in library().options.values() for tag in option.tags})
    return [(tag, words_of(tag)) for tag in tags]


def words_of(tag: str) -> str:
    return PREFERENCE_WORDS.get(tag) or tag.replace("-", " ").capitalize()


def _put(into: dict[str, Any], name: str, value: Any) -> None:
    """Absent is unknown: an empty answer takes the name out."""
    if value is None or value == "":
        into.pop(name, None)
    else:
        into[name] = value


def _truth(told: str) -> bool | None:
    return {"yes": True, "no": False}.get(told)


def _yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no"}.get(value, NOT_KNOWN) if value is not None else NOT_KNOWN


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
