"""The words of a missing fact: one sentence for the clinician, one for the person themselves."""

from dataclasses import dataclass

from solstice.content.treatment_model import Treatments
from solstice.kernel.quick import quick
from solstice.ledger.amounts import amount
from solstice.ledger.tally import Case

COURSE_NAMES = {"tms": "TMS", "ect": "ECT", "ketamine": "ketamine", "esketamine": "esketamine"}
PLAIN_COURSES = {
    "tms": "magnetic treatment (TMS)",
    "ect": "ECT",
    "ketamine": "the ketamine drip",
    "esketamine": "the ketamine spray",
    "psychotherapy": "talking therapy",
}


@quick
@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about one field; `is_for_clinician` where only a clinician can tell."""

    field: str
    text: str
    plain: str
    unit: str = ""
    is_for_clinician: bool = False


def called(case: Case) -> str:
    """How the trial is called in a sentence for a clinician."""
    return COURSE_NAMES.get(case.trial.kind) or case.need.name


def plainly(case: Case) -> str:
    if case.trial.kind == "psychotherapy" and case.trial.agent:
        return f"the therapy ({case.need.name})"
    return PLAIN_COURSES.get(case.trial.kind) or case.need.name


def of_episode(case: Case) -> Asked:
    text = f"{called(case)}: was this tried in the current episode?"
    return Asked("in_episode", text, f"Did you have {plainly(case)} since this low time began?")


def of_outcome(case: Case) -> Asked:
    if case.weighed.failing is True:
        text = f"Outcome of {called(case)}: no benefit, or a part (25 % or more)?"
    else:
        text = f"Outcome of {called(case)}: did it help by half or more?"
    return Asked("outcome", text, f"How much did {plainly(case)} help you?")


def of_dose(case: Case) -> Asked:
    need, name = case.need, case.need.name
    least = "" if need.dose is None else f" ({amount(need.dose)} {need.unit} or more counts)"
    text = f"Dose of {name}: what was the highest dose held{least}?"
    return Asked("dose", text, f"What was the most {name} you took each day for some weeks?", need.unit)


def of_level(case: Case) -> Asked:
    need = case.need
    text = f"Serum level of {need.name}: was it {need.level_min:g} {need.level_unit} or more?"
    plain = f"Did a blood test show your {need.name} level? What was it?"
    return Asked("serum_level", text, plain, need.level_unit)


def of_weeks(case: Case) -> Asked:
    need = case.need
    text = f"Weeks of {need.name} at or above the minimum dose: {need.weeks:g}, or strictly {need.weeks_strict:g}?"
    return Asked("weeks_at_dose", text, f"How many weeks did you take {need.name} at the full dose?", "weeks")


def of_early_stop(case: Case) -> Asked:
    name = case.need.name
    text = f"{name}, stopped for side effects: for how long, and at which dose?"
    return Asked("weeks_at_dose", text, f"How long did you take {name}, and how much of it?", "weeks")


def of_adherence(case: Case) -> Asked:
    name = case.need.name
    text = f"Adherence to {name}: were 80 % of doses or more taken?"
    return Asked("adherence", text, f"Did you take {name} on most days?")


def of_unlisted(case: Case) -> Asked:
    what = "an augmentation" if case.trial.kind == "augmentation" else "an antidepressant"
    name = case.need.name
    return Asked("agent", f"Does {name} count as {what}?", f"What is {name}? Is the name right?")


def of_sessions(case: Case, treatments: Treatments) -> Asked:
    rules = treatments.stimulation
    ect = rules.ect
    needed = {
        "tms": f"{rules.tms.sessions:g} or more",
        "ect": f"{ect.sessions_bilateral:g} bilateral, or {ect.sessions_unilateral:g} high-dose unilateral, or more",
        "ketamine": f"{rules.ketamine.sessions:g} or more",
        "esketamine": f"{rules.esketamine.sessions:g} or more",
        "psychotherapy": f"{rules.psychotherapy.sessions:g} or more",
    }[case.trial.kind]
    text = f"Number of {called(case)} sessions: {needed}?"
    return Asked("sessions", text, f"How many times did you have {plainly(case)}?", "sessions")


def of_therapy(case: Case) -> Asked:
    text = "Psychotherapy: which therapy was it?"
    if case.trial.agent is not None:
        kinds = "CBT, IPT, behavioural activation, …"
        text = f"{case.need.name}: which therapy was it, one of the established kinds ({kinds})?"
    return Asked("agent", text, "Which kind of talking therapy was it? A name, or what you did there, will do.")


def of_laterality() -> Asked:
    text = "Electrode placement of ECT: bilateral or unilateral (high-dose)?"
    return Asked("laterality", text, "Was ECT given on one side of the head, or on both?")


def of_strength(treatments: Treatments) -> Asked:
    least = treatments.stimulation.tms.percent_motor_threshold
    text = f"Intensity of TMS: {least:g} % of the motor threshold or more?"
    return Asked("percent_motor_threshold", text, "How strong was the TMS? Your clinic can tell you.", "%")


def of_protocol() -> Asked:
    text = "Protocol of TMS: a whole accelerated course, or another protocol?"
    return Asked("accelerated_course_complete", text, "Did you have TMS many times each day, for five days?")


def of_course_dose(case: Case, treatments: Treatments) -> Asked:
    rule = treatments.stimulation.ketamine if case.trial.kind == "ketamine" else treatments.stimulation.esketamine
    text = f"Dose of {called(case)}: {rule.dose:g} {rule.unit} or more?"
    return Asked(
        "dose", text, f"How much did you get each time with {plainly(case)}? Your clinic can tell you.", rule.unit
    )


def of_stop(case: Case) -> Asked:
    text = f"{called(case)}: was it stopped because it did not help?"
    return Asked("stopped_for", text, f"Why did {plainly(case)} stop?")


def of_dates(case: Case) -> Asked:
    text = f"Dates of {called(case)}: did it last 28 days or more?"
    return Asked("started", text, f"When did {plainly(case)} start, and when did it end?")


OF_START = Asked(
    "started",
    "Start of the current episode: when did it begin?",
    "When did this low time begin? A month or a year will do.",
)
OF_SEVERITY = Asked(
    "severity",
    "Severity of the episode, set by a clinician?",
    "How hard is it right now? Your clinician writes this down.",
    is_for_clinician=True,
)
OF_PSYCHOSIS = Asked(
    "psychosis",
    "Psychotic features, set by a clinician: present or absent?",
    "Your clinician will ask about things that you hear or see and others do not.",
    is_for_clinician=True,
)
