"""One treatment tried as a form: what its kind asks for, typed text into facts and back, faults beside fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.told import WHOLE, FactsRefusedError, Told
from solstice_web.measures.content import library
from solstice_web.workspace.amounts import amount_text, parse_amount

KINDS: Mapping[str, str] = {
    "medicine": "Antidepressant",
    "augmentation": "Medicine added to an antidepressant",
    "psychotherapy": "Psychotherapy",
    "tms": "Magnetic stimulation (TMS)",
    "ect": "ECT",
    "ketamine": "Ketamine",
    "esketamine": "Esketamine",
    "other": "Something else",
}
OUTCOMES: Mapping[str, str] = {
    "remission": "Remission",
    "response": "Response (better by half or more)",
    "partial_response": "Partial response",
    "no_response": "No response",
    "worse": "Worse",
    "unknown": "Not known",
}
ADHERENCE: Mapping[str, str] = {"good": "Good", "partial": "Partial", "poor": "Poor", "unknown": "Not known"}
STOPPED: Mapping[str, str] = {
    "inefficacy": "It did not help enough",
    "side_effects": "Side effects",
    "other": "Another reason",
    "continuing": "Not stopped: continuing",
}
IN_EPISODE: Mapping[str, str] = {"yes": "Yes", "no": "No, before it", "unknown": "Not known"}
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
LATERALITY: Mapping[str, str] = {
    "bilateral": "Bilateral",
    "unilateral": "Unilateral",
    "unilateral_high_dose": "Unilateral, high dose",
}
PRACTICE: Mapping[str, str] = {"most": "Most weeks", "some": "Some weeks", "little": "Little", "unknown": "Not known"}
TELLERS: Mapping[str, str] = dict(TrialRow.Teller.choices)

CHOICES: Mapping[str, Mapping[str, str]] = {
    "kind": KINDS,
    "outcome": OUTCOMES,
    "adherence": ADHERENCE,
    "stopped_for": STOPPED,
    "in_episode": IN_EPISODE,
    "stated_adequate": YES_NO,
    "accelerated_course_complete": YES_NO,
    "laterality": LATERALITY,
    "home_practice": PRACTICE,
}
"""The words of every choice of the form, by field."""
AMOUNTS = ("count", "dose", "weeks_at_dose", "sessions", "percent_motor_threshold")
NUMBERS = ("serum_level", "improvement_percent")
TEXTS = ("agent", "agent_class", "added_to", "protocol", "started", "ended")
FLAGS = ("stated_adequate", "accelerated_course_complete")
WORDS = ("adherence", "outcome", "stopped_for", "laterality", "home_practice")

ALWAYS = ("started", "ended", "outcome", "improvement_percent", "stopped_for", "in_episode", "stated_adequate")
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "medicine": ("agent", "agent_class", "count", "dose", "weeks_at_dose", "adherence", "serum_level"),
    "augmentation": ("agent", "agent_class", "added_to", "dose", "weeks_at_dose", "adherence", "serum_level"),
    "psychotherapy": ("agent", "sessions", "weeks_at_dose", "home_practice"),
    "tms": ("agent", "sessions", "percent_motor_threshold", "protocol", "accelerated_course_complete"),
    "ect": ("agent", "sessions", "laterality"),
    "ketamine": ("agent", "dose", "sessions", "weeks_at_dose"),
    "esketamine": ("agent", "dose", "sessions", "weeks_at_dose"),
    "other": ("agent", "dose", "weeks_at_dose", "sessions", "adherence"),
}
"""Fields that only some kinds ask for; what a kind does not ask for is not read from the form."""
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class TrialForm:
    """`values` as typed; `told` is None exactly when `errors` says why."""

    values: Mapping[str, str]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Told | None = None

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str | None:
        found = self.errors.get(name)
        return None if not found else _sentence("; ".join(found))

    @property
    def summary(self) -> list[dict[str, str]]:
        """What to put right, each line a link to its field."""
        lines = []
        for name in self.errors:
            line = {"text": f"{LABELS[name]}: {self.error(name)}" if name in LABELS else str(self.error(name))}
            lines.append(line if name == WHOLE else {**line, "href": f"#id_{name}"})
        return lines


def fields_of(kind: str) -> tuple[str, ...]:
    return OF_KIND.get(kind, ()) + ALWAYS


def read_trial_form(post: Mapping[str, str], *, today: date, earlier: Mapping[str, Any] | None = None) -> TrialForm:
    """Parse a form. `earlier` are the stored facts: what this kind's form does not show is kept from them."""
    values = {name: post.get(name, "").strip() for name in (*LABELS, "note", "checked")}
    errors: dict[str, list[str]] = {}
    kind = values["kind"]
    if kind not in KINDS:
        return TrialForm(values, {"kind": ["choose what kind of treatment it was"]})
    facts: dict[str, Any] = {"kind": kind}
    if earlier and earlier.get("kind") == kind:
        facts.update({name: value for name, value in earlier.items() if name not in fields_of(kind)})
    for name in fields_of(kind):
        try:
            facts[name] = _fact(name, values[name])
        except ValueError as fault:
            errors.setdefault(name, []).append(str(fault))
    told = _told(facts, values, errors)
    if told is not None and told.trial.started and told.trial.started.earliest > today:
        errors["started"] = ["this lies in the future; check the year"]
    if not errors and told is not None and _says_nothing(told):
        errors["agent"] = ["give a name or a class, or write in the note what is known"]
    return TrialForm(values, errors, None if errors else told)


def form_of(row: TrialRow) -> TrialForm:
    """A stored trial as its editor shows it."""
    return TrialForm({**typed(row.facts), "note": row.note, "told_by": row.told_by, "checked": _yes(row.checked)})


def typed(facts: Mapping[str, Any]) -> dict[str, str]:
    """Stored facts as they would be typed."""
    out = {"kind": str(facts.get("kind", "")), "in_episode": "yes"}
    for name in LABELS:
        value = facts.get(name)
        if value is None or name == "kind":
            continue
        if name in AMOUNTS:
            out[name] = amount_text(value)
        elif isinstance(value, bool):
            out[name] = _yes(value)
        elif name in ("agent", "added_to"):
            out[name] = name_of(str(value))
        else:
            out[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return out


def _told(facts: Mapping[str, Any], values: Mapping[str, str], errors: dict[str, list[str]]) -> Told | None:
    note = values["note"]
    if len(note) > LONGEST:
        errors["note"] = [f"write at most {LONGEST} characters"]
        return None
    known = {name: value for name, value in facts.items() if name not in errors}
    try:
        return Told(known, note=note, told_by=values["told_by"] or "clinician", checked=values["checked"] == "yes")
    except FactsRefusedError as refused:
        for name, faults in refused.errors.items():
            errors.setdefault(name, []).extend(faults)
        return None


def _fact(name: str, text: str) -> Any:
    """One typed answer as a fact; None for nothing typed."""
    if not text:
        return None
    if name in AMOUNTS:
        return parse_amount(text)
    if name in NUMBERS:
        return _number(text)
    if name in FLAGS:
        return _choice(text, {"yes": True, "no": False})
    if name == "in_episode":
        return _choice(text, {"yes": True, "no": False, "unknown": "unknown"})
    return id_of(text) if name in ("agent", "added_to") else text


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError("write a number") from None


def _choice(text: str, values: Mapping[str, Any]) -> Any:
    if text not in values:
        raise ValueError("choose one of the answers")
    return values[text]


def _says_nothing(told: Told) -> bool:
    trial = told.trial
    return trial.kind == "other" and not (trial.agent or trial.agent_class or told.note)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def id_of(text: str) -> str:
    """The library's id for a name it knows, else the words as typed."""
    treatments = library().treatments
    found = treatments.medicine(text) or treatments.augmentation(text)
    return found.id if found else text


def name_of(agent: str) -> str:
    treatments = library().treatments
    found = treatments.medicine(agent) or treatments.augmentation(agent)
    return found.name if found else agent


def agents() -> list[tuple[str, str]]:
    """Names of the library with their class, for the list under the field."""
    treatments = library().treatments
    known = {item.name: item.drug_class for item in treatments.medicines.values()}
    for agent in treatments.augmentations.values():
        known.setdefault(agent.name, "added to an antidepressant")
    return sorted(known.items())


def classes() -> list[str]:
    medicines = library().treatments.medicines.values()
    return sorted({item.thase_rush_class for item in medicines} | {item.drug_class for item in medicines} - {"other"})


LABELS: Mapping[str, str] = {
    "kind": "Kind of treatment",
    "agent": "Name",
    "agent_class": "Class, where the name is not known",
    "count": "How many are meant",
    "added_to": "Added to",
    "dose": "Highest dose held",
    "weeks_at_dose": "Weeks at that dose",
    "sessions": "Sessions",
    "percent_motor_threshold": "Intensity, % of motor threshold",
    "protocol": "Protocol",
    "accelerated_course_complete": "Accelerated course completed",
    "laterality": "Electrode placement",
    "home_practice": "Practice between sessions",
    "serum_level": "Serum level",
    "started": "Started",
    "ended": "Ended",
    "adherence": "Adherence",
    "outcome": "Outcome",
    "improvement_percent": "Improvement in percent",
    "stopped_for": "Stopped because",
    "in_episode": "In this episode",
    "stated_adequate": "The record calls it adequate",
    "told_by": "Who said it",
}
"""Every field but the note and the check, in the order of the form."""
