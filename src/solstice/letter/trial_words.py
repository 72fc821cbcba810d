"""One treatment tried in the few words a table has room for: what was given, for how long, what came of it."""

from datetime import date

from solstice.person import PartialDate, Trial
from solstice.person.trial import Amount, AtLeastAtMost

NOT_KNOWN = "not known"
OUTCOMES = {
    "remission": "remission",
    "response": "response",
    "partial_response": "partial response",
    "no_response": "no response",
    "worse": "worse",
    "unknown": "outcome not known",
}
STOPPED = {
    "inefficacy": "stopped: not enough benefit",
    "side_effects": "stopped: side effects",
    "other": "stopped: another reason",
    "continuing": "continuing",
}
ADHERENCE = {"good": "taken as prescribed", "partial": "taken in part", "poor": "mostly not taken"}
PRACTICE = {"most": "home practice most weeks", "some": "home practice some weeks", "little": "little home practice"}
LATERALITY = {
    "bilateral": "bilateral",
    "unilateral": "unilateral",
    "unilateral_high_dose": "unilateral, high dose",
}
UNITS = {"ketamine": "mg/kg", "esketamine": "mg a session"}


def day_words(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def when_words(value: PartialDate) -> str:
    """17 April 2023, April 2023 or 2023; anything remembered in another way stays in its own words."""
    parts = value.text.split("-")
    if not all(part.isdigit() for part in parts):
        return value.text
    return {1: value.text, 2: f"{value.earliest:%B %Y}"}.get(len(parts), day_words(value.earliest))


def amount_words(amount: Amount | None) -> str:
    """150, at least 5, 5 to 8; empty where nothing is known."""
    match amount:
        case None:
            return ""
        case AtLeastAtMost(at_least=low, at_most=high) if low is not None and high is not None:
            return f"{low:g} to {high:g}"
        case AtLeastAtMost(at_least=low, at_most=high):
            return f"at least {low:g}" if low is not None else f"at most {high:g}"
        case _:
            return f"{amount:g}"


def given_words(trial: Trial) -> str:
    """The dose or the course. What is not known is said where the judgement needs it."""
    parts = [f"{amount_words(trial.count)} agents"] if trial.count is not None and trial.count != 1 else []
    if trial.kind in ("medicine", "augmentation") or trial.dose is not None:
        dose = amount_words(trial.dose)
        parts.append(f"{dose} {UNITS.get(trial.kind, 'mg/day')}" if dose else f"dose {NOT_KNOWN}")
    if trial.kind not in ("medicine", "augmentation", "other") or trial.sessions is not None:
        sessions = amount_words(trial.sessions)
        word = "session" if sessions == "1" else "sessions"
        parts.append(f"{sessions} {word}" if sessions else f"sessions {NOT_KNOWN}")
    if trial.kind == "ect":
        parts.append(LATERALITY[trial.laterality] if trial.laterality else f"placement {NOT_KNOWN}")
    if trial.percent_motor_threshold is not None:
        parts.append(f"{amount_words(trial.percent_motor_threshold)} % of motor threshold")
    if trial.protocol:
        parts.append(trial.protocol)
    if trial.serum_level is not None:
        parts.append(f"level {trial.serum_level:g}")
    return "; ".join(parts)


def duration_words(trial: Trial) -> str:
    weeks = amount_words(trial.weeks_at_dose)
    parts = [f"{weeks} {'week' if weeks == '1' else 'weeks'}"] if weeks else []
    if trial.started or trial.ended:
        parts.append(_from_to(trial))
    return "; ".join(parts) or NOT_KNOWN


def _from_to(trial: Trial) -> str:
    """Both ends; what is not known of them is said in words."""
    if trial.started is None:
        return f"until {when_words(trial.ended)}, start {NOT_KNOWN}" if trial.ended else ""
    if trial.ended is None and trial.stopped_for != "continuing":
        return f"from {when_words(trial.started)}, end {NOT_KNOWN}"
    return f"{when_words(trial.started)} – {when_words(trial.ended) if trial.ended else 'now'}"


def came_of_it_words(trial: Trial) -> str:
    """Adherence, outcome, and why it ended."""
    parts: list[str] = []
    if trial.kind in ("medicine", "augmentation"):
        parts.append(ADHERENCE.get(trial.adherence or "", f"adherence {NOT_KNOWN}"))
    if trial.kind == "psychotherapy" and trial.home_practice in PRACTICE:
        parts.append(PRACTICE[trial.home_practice])
    parts.append(OUTCOMES[trial.outcome or "unknown"])
    if trial.stopped_for:
        parts.append(STOPPED[trial.stopped_for])
    return "; ".join(parts)
