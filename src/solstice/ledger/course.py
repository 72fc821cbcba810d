"""Weigh a course that is counted in sessions: TMS, ECT, ketamine, esketamine, psychotherapy."""

from functools import lru_cache

from solstice.content.treatment_model import TmsProtocol, Treatments, slug
from solstice.kernel import Span
from solstice.ledger.truth import Truth, all_of, any_of, reaches
from solstice.person import Trial, span_of

Codes = tuple[str, ...]


def weigh_course(
    trial: Trial, youngest_age: int | None, oldest_age: int | None, treatments: Treatments
) -> tuple[Truth, Codes]:
    """Whether the course was whole, with the codes of what is short or missing."""
    if trial.outcome == "remission" and trial.kind != "psychotherapy":
        return True, ("ended_by_remission",)
    sessions = span_of(trial.sessions)
    rules = treatments.stimulation
    match trial.kind:
        case "tms":
            return _tms(trial, sessions, treatments)
        case "ect":
            return _ect(trial, sessions, treatments)
        case "ketamine":
            enough = reaches(sessions, Span.exactly(rules.ketamine.sessions))
            dose = reaches(span_of(trial.dose), Span.exactly(rules.ketamine.dose))
            return all_of(enough, dose), (*_sessions_codes(enough, trial), *_dose_codes(dose, trial))
        case "esketamine":
            return _esketamine(trial, sessions, (youngest_age, oldest_age), treatments)
        case _:
            return _psychotherapy(trial, sessions, treatments)


def _psychotherapy(trial: Trial, sessions: Span, treatments: Treatments) -> tuple[Truth, Codes]:
    """Enough sessions of a kind that counts; too few are too few whatever it was."""
    enough = reaches(sessions, Span.exactly(treatments.stimulation.psychotherapy.sessions))
    codes = _sessions_codes(enough, trial)
    if enough is False or is_recognised(trial, treatments):
        return enough, codes
    return None, (*codes, "therapy_not_named" if trial.agent is None else "therapy_not_listed")


def is_recognised(trial: Trial, treatments: Treatments) -> bool:
    """Whether it is a named kind of psychotherapy that counts; without a name, or with another, that is not known."""
    return trial.agent is not None and slug(trial.agent) in treatments.stimulation.psychotherapy.recognised


def _sessions_codes(enough: Truth, trial: Trial) -> Codes:
    match enough:
        case True:
            return ()
        case False:
            return ("too_few_sessions",)
        case None:
            return ("sessions_unknown",) if trial.sessions is None else ("sessions_not_exact",)


def _dose_codes(enough: Truth, trial: Trial) -> Codes:
    match enough:
        case True:
            return ()
        case False:
            return ("dose_below_minimum",)
        case None:
            return ("dose_unknown",) if trial.dose is None else ("dose_not_exact",)


def _tms(trial: Trial, sessions: Span, treatments: Treatments) -> tuple[Truth, Codes]:
    """Enough sessions at enough intensity, or a whole accelerated course, which may have been given at less."""
    rule = treatments.stimulation.tms
    accelerated = is_accelerated_whole(trial, treatments)
    if accelerated is True:
        return True, ("accelerated_course",)
    enough = reaches(sessions, Span.exactly(rule.sessions))
    strength = reaches(span_of(trial.percent_motor_threshold), Span.exactly(rule.percent_motor_threshold))
    codes = _sessions_codes(enough, trial)
    if strength is False:
        codes = (*codes, "intensity_too_low")
    elif strength is None:
        codes = (*codes, "intensity_unknown")
    if accelerated is None and codes:
        codes = (*codes, "accelerated_unknown")
    return any_of(accelerated, all_of(enough, strength)), codes


def is_accelerated_whole(trial: Trial, treatments: Treatments) -> Truth:
    """Whether it was a whole accelerated course; with fewer sessions than such a course has it was none."""
    if trial.accelerated_course_complete is not None:
        return trial.accelerated_course_complete
    protocol = protocol_of(trial, treatments)
    needed = accelerated_sessions(treatments)
    if not needed or (protocol is not None and not protocol.days):
        return False
    enough = reaches(span_of(trial.sessions), Span.exactly(needed))
    return enough if protocol is not None or enough is False else None


@lru_cache(maxsize=8)
def accelerated_sessions(treatments: Treatments) -> int:
    """How many sessions a whole accelerated course has; 0 where the library has no such protocol."""
    return min(
        (
            one.sessions_per_day * one.days
            for one in treatments.stimulation.tms.protocols
            if one.sessions_per_day and one.days
        ),
        default=0,
    )


def protocol_of(trial: Trial, treatments: Treatments) -> TmsProtocol | None:
    """The library's protocol of that name."""
    name = slug(trial.protocol or "")
    return next((one for one in treatments.stimulation.tms.protocols if one.id == name), None)


def _ect(trial: Trial, sessions: Span, treatments: Treatments) -> tuple[Truth, Codes]:
    """A low-dose unilateral course is never known to be whole; the unknown placement could be any of the three."""
    rule = treatments.stimulation.ect
    bilateral = reaches(sessions, Span.exactly(rule.sessions_bilateral))
    unilateral = reaches(sessions, Span.exactly(rule.sessions_unilateral))
    low_dose = None if unilateral is not False else False
    match trial.laterality:
        case "bilateral":
            return bilateral, _sessions_codes(bilateral, trial)
        case "unilateral_high_dose":
            return unilateral, _sessions_codes(unilateral, trial)
        case "unilateral":
            return low_dose, _sessions_codes(unilateral, trial) or ("stimulus_dose_unknown",)
        case None:
            whole = False if bilateral is False else None
            return whole, _sessions_codes(bilateral, trial) or ("laterality_unknown",)


def _esketamine(
    trial: Trial, sessions: Span, ages: tuple[int | None, int | None], treatments: Treatments
) -> tuple[Truth, Codes]:
    rule = treatments.stimulation.esketamine
    youngest, oldest = ages
    whole = reaches(sessions, Span.exactly(rule.sessions))
    shorter = reaches(sessions, Span.exactly(rule.sessions_if_stopped_for_inefficacy))
    stopped = None if trial.stopped_for is None else trial.stopped_for == "inefficacy"
    enough = any_of(whole, all_of(shorter, stopped))
    from_65 = (
        None if youngest is None or oldest is None else (True if youngest >= 65 else False if oldest < 65 else None)
    )
    dose = span_of(trial.dose)
    dose_enough = any_of(
        reaches(dose, Span.exactly(rule.dose)), all_of(reaches(dose, Span.exactly(rule.dose_from_65)), from_65)
    )
    return all_of(enough, dose_enough), (*_sessions_codes(enough, trial), *_dose_codes(dose_enough, trial))
