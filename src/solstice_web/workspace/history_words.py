"""The ledger in words for its pages: what was told, how it was judged, stages before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solstice.kernel import Span
from solstice.ledger import JudgedTrial, Ledger, Staged
from solstice.person import Trial
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.queries import trial_of
from solstice_web.workspace.amounts import amount_text
from solstice_web.workspace.trial_form import (
    ADHERENCE,
    CHOICES,
    KINDS,
    LABELS,
    LATERALITY,
    OUTCOMES,
    STOPPED,
    name_of,
    typed,
)

ADEQUATE = {True: ("Adequate", "good"), False: ("Not adequate", "plain"), None: ("Cannot tell", "unknown")}
FAILED = {True: "did not help enough", False: "not counted as failed", None: "whether it failed cannot be told"}
ANSWERS = {"yes": "Yes", "no": "No", "cannot_tell": "Cannot tell"}
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
    episode_unknown: bool


def lines_of(rows: Sequence[TrialRow], ledger: Ledger) -> list[Line]:
    return [_line(row, judged) for row, judged in zip(rows, ledger.trials, strict=True)]


def _line(row: TrialRow, judged: JudgedTrial) -> Line:
    trial = trial_of(row)
    adequate, tag = ADEQUATE[judged.adequate]
    checked = "checked" if row.checked else "not checked"
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
        who=f"Told by {row.get_told_by_display()}, {checked}",
        episode_unknown=judged.in_episode is None,
    )


def title_of(trial: Trial, judged: JudgedTrial) -> str:
    name = judged.name if trial.agent or trial.agent_class or trial.kind == "medicine" else KINDS[trial.kind]
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
    facts = trial.model_dump(mode="json", exclude_none=True)
    medicine = trial.kind in ("medicine", "augmentation", "other")
    out: list[tuple[str, str]] = []
    if medicine or trial.dose is not None:
        out.append(("Dose", _with_unit(amount_text(trial.dose), _unit(trial)) or "not known"))
    if medicine or trial.weeks_at_dose is not None:
        out.append(("Weeks", amount_text(trial.weeks_at_dose) or _dates(trial) or "not known"))
    if not medicine or trial.sessions is not None:
        out.append(("Sessions", amount_text(trial.sessions) or "not known"))
    if trial.laterality:
        out.append(("Placement", LATERALITY[trial.laterality].lower()))
    if trial.serum_level is not None:
        out.append(("Level", f"{trial.serum_level:g}"))
    if medicine:
        out.append(("Adherence", ADHERENCE[trial.adherence or "unknown"].lower()))
    out.append(("Outcome", OUTCOMES[trial.outcome or "unknown"].lower()))
    if trial.stopped_for:
        out.append(("Stopped because", STOPPED[trial.stopped_for].lower()))
    if trial.count is not None:
        out.append(("How many", amount_text(facts.get("count"))))
    if medicine and trial.weeks_at_dose is not None and _dates(trial):
        out.append(("When", _dates(trial)))
    return tuple(out)


def _unit(trial: Trial) -> str:
    return {"ketamine": "mg per kg", "esketamine": "mg a session"}.get(trial.kind, "mg/day")


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if text else ""


def _dates(trial: Trial) -> str:
    if not trial.started and not trial.ended:
        return ""
    return f"{trial.started or '?'} to {trial.ended or ('now' if trial.stopped_for == 'continuing' else '?')}"


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


def span_words(span: Span) -> str:
    return f"{span.low:g}" if span.is_known else f"{span.low:g} to {span.high:g}"


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
    return [first, *(_stage(key, ledger.staging[key]) for key in MODEL_ORDER if key in ledger.staging)]


def _stage(key: str, staged: Staged) -> Stage:
    if staged.span is None:
        reason = staged.refused.text if staged.refused else ""
        return Stage(key, staged.name, "Not staged", "", (reason,), "", is_known=False, is_refused=True)
    details = []
    if len(staged.parts) > 1:
        parts = (f"{name.replace('_', ' ')} {span_words(part)}" for name, part in staged.parts.items())
        details.append(", ".join(parts).capitalize() + ".")
    if staged.is_conditional:
        details.append("Applies only if at least one of the open trials proves adequate and without enough benefit.")
    if staged.bare is not None and staged.bare != staged.span:
        details.append(f"Without any presumption: {span_words(staged.bare)}.")
    details += [note if note.endswith(".") else f"{note}." for note in staged.notes]
    return Stage(
        key=key,
        name=staged.name,
        value=span_words(staged.span),
        labels=" to ".join(dict.fromkeys((staged.labels[0], staged.labels[-1]))) if staged.labels else "",
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
            f"Thase–Rush is {span_words(strict)} read strictly and {span_words(lenient)} read leniently: the strict "
            "reading counts fewer trials."
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
    return rows
