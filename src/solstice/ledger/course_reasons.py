"""The reasons of a course that is counted in sessions: what was told, what is needed, what is only recorded."""

from collections.abc import Iterator

from solstice.content.treatment_model import Course, Treatments
from solstice.kernel import Reason, Source
from solstice.ledger.amounts import amount
from solstice.ledger.course import protocol_of
from solstice.ledger.tally import Case
from solstice.person import Trial, span_of

TEXTS = {
    "ended_by_remission": "The course ended because of remission: whole, and a success",
    "accelerated_course": "A whole accelerated course",
    "accelerated_unknown": "Whether it was a whole accelerated course is not known",
    "sessions_unknown": "The number of sessions is not known",
    "sessions_not_exact": "{sessions} sessions: the number is not known exactly",
    "too_few_sessions": "{sessions} sessions: fewer than a whole course",
    "dose_unknown": "The dose is not known",
    "dose_not_exact": "{dose} {unit}: some sessions may have been below the minimum dose",
    "dose_below_minimum": "{dose} {unit}: the dose is below the minimum",
    "intensity_unknown": "The intensity (% of motor threshold) is not known",
    "intensity_too_low": "{strength} % of the motor threshold: the intensity is below the minimum",
    "laterality_unknown": "The electrode placement is not known",
    "therapy_not_named": "Which psychotherapy it was is not known; talks of any kind are not counted unseen",
    "therapy_not_listed": "“{agent}” is not among the kinds of psychotherapy that count; whether it does is not known",
    "stimulus_dose_unknown": "Unilateral; whether it was high-dose is not known",
}
PRACTICE = {"most": "most of it was done", "some": "some of it was done", "little": "little of it was done"}


def course_reasons(case: Case, treatments: Treatments) -> list[Reason]:
    """What decides, with its numbers and the rule; then what is recorded and decides nothing."""
    course = _course(case.trial.kind, treatments)
    source = (treatments.stimulation.source(course.source),)
    trial = case.trial
    if not case.weighed.codes:
        return [
            Reason("course_whole", f"A whole course ({course.rule})", source),
            *_recorded(trial, treatments, source),
        ]
    words = {
        "sessions": amount(span_of(trial.sessions)),
        "dose": amount(span_of(trial.dose)),
        "strength": amount(span_of(trial.percent_motor_threshold)),
        "agent": case.need.name,
        "unit": getattr(course, "unit", ""),
    }
    reasons = [Reason(code, f"{TEXTS[code].format(**words)} ({course.rule})", source) for code in case.weighed.codes]
    return [*reasons, *_recorded(trial, treatments, source)]


def _course(kind: str, treatments: Treatments) -> Course:
    rules = treatments.stimulation
    courses: dict[str, Course] = {
        "tms": rules.tms,
        "ect": rules.ect,
        "ketamine": rules.ketamine,
        "esketamine": rules.esketamine,
        "psychotherapy": rules.psychotherapy,
    }
    return courses[kind]


def _recorded(trial: Trial, treatments: Treatments, source: tuple[Source, ...]) -> Iterator[Reason]:
    """Facts that the rules name no figure for: shown, never counted."""
    if trial.kind == "psychotherapy" and trial.home_practice in PRACTICE:
        text = f"Home practice: {PRACTICE[trial.home_practice]}; recorded, the rule has no figure for it"
        yield Reason(f"home_practice_{trial.home_practice}", text, source)
    if trial.kind != "tms":
        return
    protocol = protocol_of(trial, treatments)
    if protocol is None:
        return
    if trial.pulses is not None and span_of(trial.pulses).high < min(protocol.pulses):
        told, usual = amount(span_of(trial.pulses)), min(protocol.pulses)
        text = (
            f"{told} pulses a session: the protocol {protocol.id} has {usual}; recorded, the rule has no figure for it"
        )
        yield Reason("pulses_below_protocol", text, source)
    if protocol.side is not None and trial.target in {"left", "right"} and trial.target != protocol.side:
        given = f"Given on the {trial.target}: the protocol {protocol.id} is for the {protocol.side}"
        yield Reason("target_differs", f"{given}; one of the two is wrong", source)
