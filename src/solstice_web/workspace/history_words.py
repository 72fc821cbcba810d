"""The ledger in words for its pages: what was told, how it was judged, stages before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from solstice.kernel.number_words import HOW_MANY, number_words
from solstice.ledger import JudgedTrial, Ledger, Staged
from solstice.person import Trial
from solstice_web.ledger.dates import date_text
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.names import name_of
from solstice_web.ledger.queries import trial_of
from solstice_web.ledger.said import DISPUTED, differing
from solstice_web.ledger.said_words import answer_words
from solstice_web.ledger.said_words import told_lines as said_lines
from solstice_web.people.zones import zone_of
from solstice_web.workspace.amounts import amount_text
from solstice_web.workspace.clock import clinic_time, day
from solstice_web.workspace.trial_form import (
    ADHERENCE,
    CHOICES,
    KINDS,
    LABELS,
    LATERALITY,
    OUTCOMES,
    PRACTICE,
    STOPPED,
    TARGET,
    typed,
)

ADEQUATE = {True: ("Adequate", "good"), False: ("Not adequate", "plain"), None: ("Cannot tell", "unknown")}
FAILED = {True: "did not help enough", False: "not counted as failed", None: "whether it failed cannot be told"}
ANSWERS = {"yes": "Yes", "no": "No", "cannot_tell": "Cannot tell"}
MOST_NAMED = 3
MODEL_ORDER = ("maudsley", "thase_rush_strict", "thase_rush_lenient", "european", "mgh_s")
APART = {
    "side_effects": "Stopped for side effects before it was enough",
    "unlisted": "Not in the library: recorded, asked about, not counted",
    "never": "Recorded, not counted",
    "outside": "Outside this episode",
}
"""Groups shown apart from the trials that count, in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One trial as the page shows it; `group` is empty for those that count in this episode."""

    row: TrialRow
    name: str
    kind: str
    told: tuple[tuple[str, str], ...]
    judged: JudgedTrial
    adequate: str
    tag: str
    failed: str
    group: str
    who: str
    said: tuple["SaidLine", ...]
    to_check: str
    episode_unknown: bool


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One answer of the person in their words; `differs` where the record says something else now."""

    name: str
    words: str
    differs: bool


FIELD_OF: Mapping[str, str] = {
    "name": "agent", "sort": "agent_class", "number": "count", "when": "started", "long": "weeks_at_dose",
    "dose": "dose", "days": "adherence", "times": "sessions", "home": "home_practice", "sides": "laterality",
    "helped": "outcome", "stopped": "stopped_for", "now": "in_episode",
}  # fmt: skip
"""The field of the editor beside which an answer of the person stands."""


def said_of(row: TrialRow, zone: ZoneInfo) -> tuple[SaidLine, ...]:
    """Everything the person said about one treatment."""
    unlike = differing(row.said, row.facts, zone=zone)
    return tuple(SaidLine(name, words, key in unlike or key == DISPUTED) for key, name, words in said_lines(row.said))


def said_beside(row: TrialRow, zone: ZoneInfo) -> dict[str, str]:
    """By field of the editor, what the person said where the record says something else now."""
    unlike = differing(row.said, row.facts, zone=zone)
    return {FIELD_OF[key]: answer_words(key, row.said[key]) for key in unlike}


def _who(row: TrialRow) -> str:
    told = f"Told by {row.get_told_by_display()}"
    if others := teller_words(row.tellers):
        told += f" ({others})"
    if not row.checked:
        return f"{told}, not checked yet"
    against = f" against {row.get_checked_against_display()}" if row.checked_against else ""
    by = f" by {row.checked_by.name or row.checked_by.email}" if row.checked_by else ""
    on = f" on {day(clinic_time(row.checked_at).date())}" if row.checked_at else ""
    return f"{told}, checked{against}{by}{on}" + (f": {row.checked_note}" if row.checked_note else "")


def teller_words(tellers: Mapping[str, str]) -> str:
    """`dose by a clinician`: facts that someone else said than who told the whole; many of one are counted."""
    names, by = dict(TrialRow.Teller.choices), dict[str, list[str]]()
    for fact, who in tellers.items():
        if fact != "kind":
            by.setdefault(who, []).append(LABELS.get(fact, fact).lower())
    return "; ".join(
        f"{', '.join(facts) if len(facts) <= MOST_NAMED else f'{len(facts)} facts'} by {names.get(who, who)}"
        for who, facts in by.items()
    )


def _to_check(row: TrialRow) -> str:
    """Why somebody should check this one; empty where nothing is waiting."""
    if row.said.get(DISPUTED) == "yes":
        return "The person says that this is not right about them"
    if row.reopened_at is not None:
        return "The person changed what a clinician had written"
    return "Told by the person, not checked yet" if row.told_by == TrialRow.Teller.PATIENT and not row.checked else ""


def lines_of(rows: Sequence[TrialRow], ledger: Ledger) -> list[Line]:
    zone = zone_of(rows[0].person.time_zone) if rows else zone_of("")
    return [_line(row, judged, zone) for row, judged in zip(rows, ledger.trials, strict=True)]


def _line(row: TrialRow, judged: JudgedTrial, zone: ZoneInfo) -> Line:
    trial = trial_of(row)
    adequate, tag = ADEQUATE[judged.adequate]
    return Line(
        row=row,
        name=title_of(trial, judged),
        kind=KINDS[trial.kind],
        told=told_lines(trial),
        judged=judged,
        adequate=adequate,
        tag=tag,
        failed=FAILED[judged.failed],
        group=_group(judged),
        who=_who(row),
        said=said_of(row, zone),
        to_check=_to_check(row),
        episode_unknown=judged.in_episode is None,
    )


def title_of(trial: Trial, judged: JudgedTrial) -> str:
    name = judged.name if trial.agent or trial.agent_class or trial.kind == "medicine" else KINDS[trial.kind]
    if trial.agent and name == trial.agent:  # the engine knows names of medicines; the library those of therapies too
        name = name_of(trial.agent)
    named = f"{name[:1].upper()}{name[1:]}"
    return f"{named} added to {name_of(trial.added_to)}" if trial.added_to else named


def _group(judged: JudgedTrial) -> str:
    if judged.in_episode is False:
        return "outside"
    if any(reason.code == "intolerance_before_adequacy" for reason in judged.reasons):
        return "side_effects"
    return judged.role if judged.role in ("unlisted", "never") else ""


def told_lines(trial: Trial) -> tuple[tuple[str, str], ...]:
    """What was told, each part with its name; what nobody told says so where it matters."""
    medicine = trial.kind in ("medicine", "augmentation", "other")
    weeks, when = amount_text(trial.weeks_at_dose), _dates(trial)
    lines = (
        ("Dose", _with_unit(amount_text(trial.dose), _unit(trial)), medicine),
        ("Weeks", weeks or (when if medicine else ""), medicine),
        ("Sessions", amount_text(trial.sessions), not medicine),
        ("Placement", LATERALITY[trial.laterality].lower() if trial.laterality else "", False),
        ("Target", TARGET[trial.target].lower() if trial.target else "", False),
        ("Pulses a session", amount_text(trial.pulses), False),
        ("Level", "" if trial.serum_level is None else f"{trial.serum_level:g}", False),
        ("Adherence", ADHERENCE[trial.adherence or "unknown"].lower() if medicine else "", False),
        ("Practice between sessions", PRACTICE[trial.home_practice].lower() if trial.home_practice else "", False),
        ("Outcome", OUTCOMES[trial.outcome or "unknown"].lower(), False),
        ("Stopped because", STOPPED[trial.stopped_for].lower() if trial.stopped_for else "", False),
        ("How many", amount_text(trial.count), False),
        ("When", when if weeks or not medicine else "", False),
    )
    return tuple((name, text or "not known") for name, text, matters in lines if text or matters)


def _unit(trial: Trial) -> str:
    return {"ketamine": "mg per kg", "esketamine": "mg a session"}.get(trial.kind, "mg/day")


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if text else ""


def _dates(trial: Trial) -> str:
    if not trial.started and not trial.ended:
        return ""
    started = date_text(trial.started.written) if trial.started else "?"
    ended = date_text(trial.ended.written) if trial.ended else "now" if trial.stopped_for == "continuing" else "?"
    return f"{started} to {ended}"


# ------------------------------------------------------------------------------------------------------------ stages


@dataclass(frozen=True, slots=True)
class Stage:
    """One answer of the staging panel."""

    key: str
    name: str
    value: str
    labels: str
    detail: tuple[str, ...]
    decides: str
    is_known: bool
    is_refused: bool
    checked: str = ""
    """What it is by what was checked alone, where that is not the same."""


def stages_of(ledger: Ledger) -> list[Stage]:
    """The regulatory definition first, then each staging model."""
    regulatory = ledger.regulatory
    details = [f"{reason.text}." for reason in regulatory.reasons]
    if regulatory.strict_answer != regulatory.answer:
        details.append(f"With 6 weeks at dose instead of 4: {ANSWERS[regulatory.strict_answer].lower()}.")
    if regulatory.is_provisional:
        details.append("Provisional: it rests on a presumption named beside a trial.")
    first = Stage(
        key="regulatory_trd",
        name="Regulatory definition of treatment resistance",
        value=ANSWERS[regulatory.answer],
        labels="",
        detail=tuple(details),
        decides=regulatory.decides or "",
        is_known=regulatory.answer != "cannot_tell",
        is_refused=False,
    )
    stages = [first, *(_stage(key, ledger.staging[key]) for key in MODEL_ORDER if key in ledger.staging)]
    return [replace(stage, checked=_by_what_was_checked(stage.key, ledger)) for stage in stages]


def _by_what_was_checked(key: str, ledger: Ledger) -> str:
    checked = ledger.checked_only
    if checked is None:
        return ""
    if key not in ledger.staging:
        beside = checked.answer_beside(ledger.regulatory.answer)
        return ANSWERS[beside] if beside else ""
    span = checked.beside(key, ledger.staging[key].span)
    return "" if span is None else number_words(span, is_open=ledger.staging[key].is_open)


def _stage(key: str, staged: Staged) -> Stage:
    if staged.span is None:
        reason = staged.refused.text if staged.refused else ""
        return Stage(key, staged.name, "Not staged", "", (reason,), "", is_known=False, is_refused=True)
    details = []
    if len(staged.parts) > 1:
        parts = (f"{name.replace('_', ' ')} {number_words(part)}" for name, part in staged.parts.items())
        details.append(", ".join(parts).capitalize() + ".")
    if staged.is_conditional:
        details.append("Applies only if at least one of the open trials proves adequate and without enough benefit.")
    if staged.bare is not None and staged.bare != staged.span:
        details.append(f"Without any presumption: {number_words(staged.bare, is_open=staged.is_open)}.")
    details += [note if note.endswith(".") else f"{note}." for note in staged.notes]
    return Stage(
        key=key,
        name=staged.name,
        value=number_words(staged.span, is_open=staged.is_open),
        labels=HOW_MANY if staged.is_open else " to ".join(dict.fromkeys((*staged.labels[:1], *staged.labels[-1:]))),
        detail=tuple(details),
        decides=staged.decides or "",
        is_known=staged.span.is_known,
        is_refused=False,
    )


def disagreements(ledger: Ledger) -> list[str]:
    """Where the definitions and models say different things about the same history, and why that can be."""
    out: list[str] = []
    regulatory = ledger.regulatory
    strict, lenient = ledger.staging["thase_rush_strict"].span, ledger.staging["thase_rush_lenient"].span
    if strict is not None and lenient is not None and strict != lenient:
        out.append(
            f"Thase–Rush is {number_words(strict)} read strictly and {number_words(lenient)} read leniently: the "
            "strict reading counts fewer trials."
        )
    if regulatory.answer != regulatory.strict_answer:
        out.append("The regulatory answer depends on whether 4 or 6 weeks at dose are asked for.")
    maudsley = ledger.staging["maudsley"]
    if regulatory.answer == "yes" and maudsley.labels == ("mild",):
        out.append(
            "The regulatory definition is met while Maudsley says mild: Maudsley also weighs length and severity."
        )
    if regulatory.answer == "no" and maudsley.span is not None and maudsley.labels and "mild" not in maudsley.labels:
        out.append(
            "The regulatory definition is not met while Maudsley is above mild: Maudsley also weighs length and "
            "severity."
        )
    return out


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def changes(before: Ledger, after: Ledger) -> list[Change]:
    """Each answer of the panel before and after."""
    return [
        Change(old.name, _short(old), _short(new)) for old, new in zip(stages_of(before), stages_of(after), strict=True)
    ]


def _short(stage: Stage) -> str:
    return f"{stage.value} ({stage.labels})" if stage.labels else stage.value


def _shown(facts: Mapping[str, Any]) -> dict[str, str]:
    """Stored facts as text, choices in the words of the form."""
    return {name: CHOICES.get(name, {}).get(value, value) for name, value in typed(facts).items()}


def compared(current: Mapping[str, Any], yours: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Both texts of one trial, part by part, for the page that shows a stale edit."""
    theirs_typed, yours_typed = _shown(current), _shown(yours)
    rows = [
        (label, theirs_typed.get(name, ""), yours_typed.get(name, ""))
        for name, label in LABELS.items()
        if name != "told_by" and (name in theirs_typed or name in yours_typed)
    ]
    rows.append(("Note", str(current.get("note", "")), str(yours.get("note", ""))))
    tellers = dict(TrialRow.Teller.choices)
    rows.append(("Who said it", tellers.get(current.get("told_by", ""), ""), tellers.get(yours.get("told_by", ""), "")))
    words = {True: "yes", False: "no"}
    rows.append(("Checked", words[bool(current.get("checked"))], words[bool(yours.get("checked"))]))
    against = dict(TrialRow.Against.choices)
    for name, label, shown in (("checked_against", "Checked against", against), ("checked_note", "What it says", {})):
        theirs_now, yours_now = (str(shown.get(side.get(name, ""), side.get(name, ""))) for side in (current, yours))
        if theirs_now or yours_now:
            rows.append((label, theirs_now, yours_now))
    return rows
