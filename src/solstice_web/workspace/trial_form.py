"""One treatment tried as a form: what its kind asks for, typed text into facts and back, faults beside fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from solstice.person import Trial
from solstice_web.ledger.dates import NotADateError, date_text, keeps, read_date
from solstice_web.ledger.doubts import Doubt, doubts_of
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import KIND_NAMES, id_of, match_of, name_of, suggested
from solstice_web.ledger.told import WHOLE, FactsRefusedError, Told, impossible_dates, read_trial
from solstice_web.measures.content import library
from solstice_web.workspace.amounts import amount_text, parse_amount

KINDS: Mapping[str, str] = KIND_NAMES
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
CHECKED: Mapping[str, str] = {
    "no": "Not checked yet",
    **{key: words.capitalize() for key, words in TrialRow.Against.choices},
}
TARGET: Mapping[str, str] = {"left": "Left", "right": "Right", "both": "Both sides", "other": "Somewhere else"}
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
    "target": TARGET,
    "home_practice": PRACTICE,
}
"""The words of every choice of the form, by field."""
AMOUNTS = ("count", "dose", "weeks_at_dose", "sessions", "percent_motor_threshold", "pulses")
NUMBERS = ("serum_level", "improvement_percent")
DATES = ("started", "ended")
FLAGS = ("stated_adequate", "accelerated_course_complete")
WORDS = ("adherence", "outcome", "stopped_for", "laterality", "target", "home_practice")

ALWAYS = ("started", "ended", "outcome", "improvement_percent", "stopped_for", "in_episode", "stated_adequate")
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "medicine": ("agent", "agent_class", "count", "added_to", "dose", "weeks_at_dose", "adherence", "serum_level"),
    "augmentation": ("agent", "agent_class", "added_to", "dose", "weeks_at_dose", "adherence", "serum_level"),
    "psychotherapy": ("agent", "sessions", "weeks_at_dose", "home_practice"),
    "tms": (
        "agent",
        "sessions",
        "percent_motor_threshold",
        "protocol",
        "target",
        "pulses",
        "accelerated_course_complete",
    ),
    "ect": ("agent", "sessions", "laterality"),
    "ketamine": ("agent", "dose", "sessions", "weeks_at_dose"),
    "esketamine": ("agent", "dose", "sessions", "weeks_at_dose"),
    "other": ("agent", "dose", "weeks_at_dose", "sessions", "adherence"),
}
"""Fields that only some kinds ask for; what a kind does not ask for is not read from the form."""
LONGEST = 5000
LONGEST_NAME = 120
WITHOUT_AGENT = ("tms", "ect", "ketamine", "esketamine")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a form is read beside: the person's own day, zone and birth, what is stored, and the other treatments."""

    today: date
    zone: ZoneInfo
    earlier: Mapping[str, Any] = field(default_factory=dict)
    others: Sequence[Trial] = ()
    born: date | None = None


@dataclass(frozen=True, slots=True)
class TrialForm:
    """`values` as typed; `told` is None exactly when `errors` says why. `doubts` are asked about before saving."""

    values: Mapping[str, str]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Told | None = None
    doubts: tuple[Doubt, ...] = ()

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str | None:
        found = [
            *self.errors.get(name, ()),
            *(doubt_words(one, self.value) for one in self.doubts if one.field == name),
        ]
        return None if not found else _sentence("; ".join(found))

    @property
    def near(self) -> list[dict[str, str]]:
        """Names that may be meant where the library does not know the one typed."""
        is_asked = any(doubt.code == "unlisted" for doubt in self.doubts)
        return suggested(self.value("agent"), self.value("kind")) if is_asked else []

    @property
    def accepts(self) -> str:
        """What "save as it stands" accepts."""
        return " ".join(doubt.code for doubt in self.doubts)

    @property
    def summary(self) -> list[dict[str, str]]:
        """What to put right, each line a link to its field."""
        lines = []
        for name in dict.fromkeys((*self.errors, *(doubt.field for doubt in self.doubts))):
            label = LABELS.get(name) or ABOUT_THE_CHECK.get(name)
            line = {"text": f"{label}: {self.error(name)}" if label else str(self.error(name))}
            lines.append(line if name == WHOLE else {**line, "href": f"#id_{name}"})
        return lines


def doubt_words(doubt: Doubt, value: Any) -> str:
    """A doubt as a clinician reads it beside the field."""
    match doubt.code:
        case "dose":
            if not doubt.unit:
                return f"{value('dose')} a day is very much for any medicine; check number and unit"
            limit = f"{doubt.limit:g} {doubt.unit}"
            return (
                f"{value('dose')} is far above what {doubt.name} is given at ({limit} at most); check number and unit"
            )
        case "unlisted":
            return f"“{doubt.name}” is not in the library: it is recorded and asked about, and does not count"
        case "twice":
            return f"{doubt.name} is on the list already; save it again only if it was given a second time"


def fields_of(kind: str) -> tuple[str, ...]:
    return OF_KIND.get(kind, ()) + ALWAYS


def read_trial_form(post: Mapping[str, str], *, beside: Circumstances) -> TrialForm:
    """Parse a form. Of stored facts, what this kind's form does not show is kept."""
    values = {name: post.get(name, "").strip() for name in (*LABELS, "note", "checked", "checked_note")}
    if post.get("use"):
        values["agent"] = post["use"].strip()
    values["kind"] = kind = values["kind"] or _kind_of(values["agent"])
    if kind not in KINDS:
        return TrialForm(values, {"kind": ["choose what kind of treatment it was"]})
    facts, errors = _facts(values, kind, beside)
    told = _told(facts, values, errors)
    for name, faults in _impossible_dates(facts, beside).items():
        errors.setdefault(name, []).extend(faults)
    if not errors and told is not None and _says_nothing(told):
        errors["agent"] = ["give a name or a class, or write in the note what is known"]
    if errors or told is None:
        return TrialForm(values, errors)
    accepted = post.get("sure", post.get("sure_another", "")).split()
    doubts = tuple(doubt for doubt in _new_doubts(told, beside) if doubt.code not in accepted)
    return TrialForm(values, {}, told, doubts)


def _impossible_dates(facts: Mapping[str, Any], beside: Circumstances) -> dict[str, list[str]]:
    """Dates in the future and before birth, each looked at by itself, so that they are said beside other faults."""
    found: dict[str, list[str]] = {}
    for name in DATES:
        try:
            alone = read_trial({"kind": facts["kind"], name: facts.get(name)})
        except FactsRefusedError:
            continue  # said beside the field already
        found |= impossible_dates(alone, beside.today, beside.born)
    return found


def _new_doubts(told: Told, beside: Circumstances) -> tuple[Doubt, ...]:
    """What to ask about; of a stored treatment only what this save would change."""
    stored = told.stored()
    changed = {name for name in ("dose", "agent", "kind") if stored.get(name) != beside.earlier.get(name)}
    found = doubts_of(told.trial, beside.others)
    return tuple(doubt for doubt in found if doubt.field in changed or "kind" in changed)


def _kind_of(name: str) -> str:
    """The kind that a known name says by itself."""
    found = match_of(name) if name else None
    return str(found.facts.get("kind", "")) if found else ""


def _facts(values: Mapping[str, str], kind: str, beside: Circumstances) -> tuple[dict[str, Any], dict[str, list[str]]]:
    facts: dict[str, Any] = {"kind": kind}
    errors: dict[str, list[str]] = {}
    if beside.earlier.get("kind") == kind:
        facts.update({name: value for name, value in beside.earlier.items() if name not in fields_of(kind)})
    for name in fields_of(kind):
        try:
            facts[name] = _date(name, values[name], beside) if name in DATES else _fact(name, values[name], kind)
        except ValueError as fault:
            errors.setdefault(name, []).append(str(fault))
    if kind in ("medicine", "augmentation") and not values["agent_class"] and not errors:
        found = match_of(values["agent"], kind) if values["agent"] else None
        if found is not None and found.kind in ("class", "several"):  # "an SSRI" is a class, not a name
            facts |= {"agent": None, **found.facts, "kind": kind}
    return facts, errors


def _date(name: str, text: str, beside: Circumstances) -> Any:
    if not text:
        return None
    if keeps(text, beside.earlier.get(name)):
        return beside.earlier[name]
    try:
        return read_date(text, today=beside.today, zone=beside.zone)
    except NotADateError as fault:
        raise ValueError(str(fault)) from None


def form_of(row: TrialRow) -> TrialForm:
    """A stored trial as its editor shows it."""
    check = row.checked_against or "record" if row.checked else "no"
    more = {"note": row.note, "told_by": row.told_by, "checked": check, "checked_note": row.checked_note}
    return TrialForm({**typed(row.facts), **more})


def typed(facts: Mapping[str, Any]) -> dict[str, str]:
    """Stored facts as they would be typed."""
    out = {"kind": str(facts.get("kind", "")), "in_episode": "yes"}
    for name in LABELS:
        value = facts.get(name)
        if value is None or name == "kind":
            continue
        if name in AMOUNTS:
            out[name] = amount_text(value)
        elif name in DATES:
            out[name] = date_text(value)
        elif isinstance(value, bool):
            out[name] = _yes(value)
        elif name in ("agent", "added_to"):
            out[name] = name_of(str(value))
        else:
            out[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return out


def _told(facts: Mapping[str, Any], values: Mapping[str, str], errors: dict[str, list[str]]) -> Told | None:
    for name in ("note", "checked_note"):
        if len(values[name]) > LONGEST:
            errors[name] = [f"write at most {LONGEST} characters; these are {len(values[name])}"]
    against = {"no": "", "yes": "record"}.get(values["checked"], values["checked"])
    if against not in ("", *CHECKED):
        errors["checked"] = ["choose one of the answers"]
    known = {name: value for name, value in facts.items() if name not in errors}
    try:
        told = Told(known, note=values["note"][:LONGEST], told_by=values["told_by"] or "clinician")
        if "checked" in errors or not against:
            return told
        return replace(told, checked=True, checked_against=against, checked_note=values["checked_note"][:LONGEST])
    except FactsRefusedError as refused:
        for name, faults in refused.errors.items():
            errors.setdefault(name, []).extend(faults)
        return None


def _fact(name: str, text: str, kind: str) -> Any:
    """One typed answer as a fact; None for nothing typed."""
    if not text:
        return None
    read = READERS.get(name)
    if read is not None:
        return read(text)
    if name == "agent":
        return _agent(text, kind)
    return id_of(text) if name == "added_to" else text


def _agent(text: str, kind: str) -> str | None:
    """The id of a name; "ECT" as the name of an ECT says nothing beyond its kind."""
    if len(text) > LONGEST_NAME:
        raise ValueError(f"write at most {LONGEST_NAME} characters; these are {len(text)}")
    found = match_of(text, kind) if kind in WITHOUT_AGENT else None
    return None if found is not None and found.kind == kind else id_of(text, kind)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError("write a number") from None


def _choice(text: str, values: Mapping[str, Any]) -> Any:
    if text not in values:
        raise ValueError("choose one of the answers")
    return values[text]


def _flag(text: str) -> Any:
    return _choice(text, {"yes": True, "no": False})


def _episode(text: str) -> Any:
    return _choice(text, {"yes": True, "no": False, "unknown": "unknown"})


READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(AMOUNTS, parse_amount),
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(FLAGS, _flag),
    "in_episode": _episode,
}
"""How each field is read that is no plain text, name or date."""


def _says_nothing(told: Told) -> bool:
    trial = told.trial
    return trial.kind == "other" and not (trial.agent or trial.agent_class or told.note)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


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
    "target": "Target",
    "pulses": "Pulses a session",
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
ABOUT_THE_CHECK: Mapping[str, str] = {
    "note": "Note",
    "checked": "Checked against",
    "checked_note": "Which one, and what it says",
}
"""Those fields, as the page calls them."""
