"""The reasons of a judged trial in sentences for a clinician, each with its code and source."""

from functools import lru_cache

from solstice.content.provenance import Cited
from solstice.content.treatment_model import Treatments
from solstice.kernel import Reason, Source, Span
from solstice.ledger.amounts import amount
from solstice.ledger.course_reasons import course_reasons
from solstice.ledger.need import Need
from solstice.ledger.result import JudgedTrial
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth
from solstice.ledger.weigh import HELPED


def judged(case: Case, treatments: Treatments) -> JudgedTrial:
    """The trial as shown: judgement and reasons."""
    trial, need, weighed = case.trial, case.need, case.weighed
    above = need.dose_max is not None and weighed.dose.high != float("inf") and weighed.dose.high > need.dose_max
    return JudgedTrial(
        index=case.index,
        kind=trial.kind,
        agent=trial.agent or trial.agent_class or trial.kind,
        name=need.name,
        role=need.role,
        adequate=weighed.verdict.adequate,
        adequate_strict=weighed.verdict.adequate_strict,
        failed=weighed.verdict.failed,
        failed_strict=weighed.verdict.failed_strict,
        in_episode=weighed.in_episode,
        is_asked_about=weighed.is_asked_about,
        is_above_label_maximum=above,
        assumptions=weighed.assumptions,
        reasons=tuple(_reasons(case, treatments, above=above)),
    )


def _reasons(case: Case, treatments: Treatments, *, above: bool) -> list[Reason]:
    reasons: list[Reason] = []
    match case.need.role:
        case "course":
            reasons += course_reasons(case, treatments)
        case "never":
            text = f"{case.need.name}: recorded, not counted ({case.need.text})"
            reasons.append(Reason("does_not_count", text, _some(case.need.source)))
        case "unlisted":
            reasons += _unlisted_reasons(case, treatments)
        case "medicine" | "augmentation":
            reasons += _medicine_reasons(case, treatments)
    if above:
        text = f"{amount(case.weighed.dose)} {case.need.unit} is above the label maximum of {case.need.dose_max:g}"
        reasons.append(Reason("above_label_maximum", text, _some(case.need.source)))
    return reasons + _outcome_reasons(case) + _episode_reasons(case)


def _some(source: Source | None) -> tuple[Source, ...]:
    return () if source is None else (source,)


@lru_cache(maxsize=64)
def _source(treatments: Treatments, name: str) -> tuple[Source, ...]:
    adequacy = treatments.adequacy
    cited: dict[str, Cited] = {
        "weeks": adequacy.duration.source,
        "strict": adequacy.duration.strict_source,
        "adherence": adequacy.adherence.source,
    }
    found = cited.get(name) or adequacy.assumptions[name].source
    return (adequacy.source(found),)


def _medicine_reasons(case: Case, treatments: Treatments) -> list[Reason]:
    weighed = case.weighed
    if "under_18" in weighed.codes:
        return [Reason("under_18", "Adult thresholds are not applied under 18; a specialist enters the judgement")]
    trial, need = case.trial, case.need
    weeks = (weighed.weeks, weighed.weeks_ok, "weeks_from_dates" in weighed.assumptions)
    is_told = (trial.weeks_at_dose is not None, trial.started is not None)
    reasons = [_dose_reason(case), *_class_reason(case), _weeks_reason(treatments, need, weeks, is_told)]
    if weighed.weeks_ok is True and weighed.weeks_strict_ok is not True:
        reasons.append(_strict_reason(treatments, need.weeks_strict, weighed.weeks_strict_ok))
    if "stated_by_record" in weighed.assumptions:
        text = "The record calls dose and duration adequate without giving them; believed and marked"
        reasons.append(Reason("stated_by_record", text, _source(treatments, "stated_by_record")))
    if "stated_inadequate" in weighed.codes:
        reasons.append(Reason("stated_by_record", "The record calls this trial inadequate"))
    if "intolerance_before_adequacy" in weighed.codes:
        known = (
            "" if "intolerance_presumed_early" not in weighed.assumptions else " (dose or weeks not recorded: presumed)"
        )
        text = f"Stopped for side effects before it was adequate{known}: intolerance, not a failed trial"
        reasons.append(Reason("intolerance_before_adequacy", text, _source(treatments, "intolerance_presumed_early")))
    return reasons + _adherence_reasons(case, treatments)


def _dose_reason(case: Case) -> Reason:
    weighed, need, trial = case.weighed, case.need, case.trial
    if need.level_decides or (trial.serum_level is not None and need.level_min is not None):
        return _level_reason(case)
    return _of_dose(need, weighed.dose, weighed.dose_ok, trial.dose is not None)


@lru_cache(maxsize=8192)
def _of_dose(need: Need, told: Span, dose_ok: Truth, is_told: bool) -> Reason:
    """The same few doses of the same few medicines."""
    source = _some(need.source)
    if need.dose is None:
        return Reason("dose_unknown", "No minimum dose is known for this agent", source)
    minimum, dose = amount(need.dose), amount(told)
    match dose_ok:
        case True if not is_told:
            code, text = "dose_stated", f"Dose not given (minimum {minimum} {need.unit})"
        case True:
            code, text = "dose_adequate", f"{dose} {need.unit} reaches the minimum of {minimum}"
        case False if is_told:
            text = f"{dose} {need.unit} is below the minimum of {minimum}{_lower_reading(need, told)}"
            code = "dose_below_minimum"
        case None if is_told:
            code, text = "dose_unknown", f"Dose {dose} {need.unit} may or may not reach {minimum}"
        case _:
            code, text = "dose_unknown", f"Dose not known (minimum {minimum} {need.unit})"
    return Reason(code, text, source)


def _lower_reading(need: Need, told: Span) -> str:
    reached = [one for one in need.alternatives if need.dose and one < need.dose.low and told.low >= one]
    return f"; it would count with the lower reading of {min(reached):g}" if reached else ""


def _level_reason(case: Case) -> Reason:
    need, level = case.need, case.trial.serum_level
    source = _some(need.source)
    if level is None:
        text = f"Serum level not known (minimum {need.level_min:g} {need.level_unit})"
        return Reason("level_unknown", text, source)
    if level >= (need.level_min or 0):
        return Reason("level_adequate", f"Serum level {level:g} {need.level_unit} reaches {need.level_min:g}", source)
    code = "level_too_low" if need.level_decides else "dose_below_minimum"
    return Reason(code, f"Serum level {level:g} {need.level_unit} is below {need.level_min:g}", source)


def _class_reason(case: Case) -> list[Reason]:
    if case.need.role != "medicine" or case.need.molecule is not None:
        return []
    known = f"Only the class is known ({case.trial.agent_class})" if case.trial.agent_class else "The name is not known"
    several = "" if case.trial.count is None else "; several agents are meant"
    return [Reason("class_only", f"{known}: it is to be asked for{several}")]


@lru_cache(maxsize=8192)
def _weeks_reason(
    treatments: Treatments, need: Need, weighed: tuple[Span, Truth, bool], is_told: tuple[bool, bool]
) -> Reason:
    """The same few weeks: `weighed` with whether they were presumed from dates, told as weeks, as a start."""
    (span, weeks_ok, is_presumed), (has_weeks, has_start) = weighed, is_told
    minimum, source, weeks = need.weeks, _source(treatments, "weeks"), amount(span)
    code, text = "duration_adequate", f"{weeks} weeks at dose reach the minimum of {minimum:g}"
    match weeks_ok:
        case True if is_presumed:
            allowance = treatments.adequacy.assumptions["weeks_from_dates"].titration_weeks
            text = f"By its dates {weeks} weeks; less {allowance:g} for slow titration it is {minimum:g} or more"
            source = _source(treatments, "weeks_from_dates")
        case True if span.high == float("inf") and span.low == 0:
            code, text = "weeks_stated", f"Weeks not given (minimum {minimum:g})"
        case True:
            pass
        case False:
            code, text = (
                "duration_too_short",
                f"{weeks} {'week' if weeks == '1' else 'weeks'}: shorter than {minimum:g}",
            )
        case None if has_start and not has_weeks:
            code = "weeks_unknown"
            text = f"The trial lasted {weeks} weeks by its dates; the weeks at or above the minimum dose are not known"
        case None if not has_weeks:
            code, text = "weeks_unknown", f"Weeks at dose not known (minimum {minimum:g})"
        case None:
            code, text = "weeks_unknown", f"{weeks} weeks at dose: it may or may not have been {minimum:g}"
    return Reason(code, text, source)


@lru_cache(maxsize=64)
def _strict_reason(treatments: Treatments, strict: float, is_reached: Truth) -> Reason:
    word = "not reached" if is_reached is False else "not shown"
    return Reason("strict_duration", f"The strict {strict:g} weeks are {word}", _source(treatments, "strict"))


def _adherence_reasons(case: Case, treatments: Treatments) -> list[Reason]:
    match case.weighed.adherence_ok:
        case True:
            return []
        case False:
            percent = treatments.adequacy.adherence.min_fraction * 100
            source = _source(treatments, "adherence")
            return [Reason("adherence", f"Fewer than {percent:g} % of doses were taken", source)]
        case None if "adherence_presumed" in case.weighed.assumptions:
            text = "Adherence is not confirmed: presumed, so the judgement is provisional"
            return [Reason("adherence_unknown", text, _source(treatments, "adherence_presumed"))]
        case None:
            return []


def _unlisted_reasons(case: Case, treatments: Treatments) -> list[Reason]:
    reasons = [Reason("not_in_library", "not in the library: recorded, not counted")]
    if "duration_too_short" in case.weighed.codes:
        weeks = treatments.adequacy.duration.weeks
        text = f"Shorter than {weeks:g} weeks, so not adequate whatever the agent"
        reasons.append(Reason("duration_too_short", text, _source(treatments, "weeks")))
        if case.trial.stopped_for == "side_effects":
            reasons.append(Reason("intolerance_before_adequacy", "Stopped for side effects: intolerance"))
    elif case.weighed.is_asked_about:
        reasons.append(Reason("asked_about", "To be asked about: what it is, at which dose and for how long"))
    return reasons


def _outcome_reasons(case: Case) -> list[Reason]:
    weighed = case.weighed
    if weighed.failing is None and weighed.verdict.adequate is not False:
        return [Reason("outcome_unknown", "The outcome is not known")]
    if weighed.failing is False and case.trial.kind == "tms" and case.trial.outcome not in HELPED:
        return [Reason("helped_in_part", "It helped by 25 % or more: by the rule for TMS not a failed course")]
    if weighed.failing is False:
        return [Reason("helped", "It helped enough (response or remission): not a failed trial")]
    return []


def _episode_reasons(case: Case) -> list[Reason]:
    match case.weighed.in_episode:
        case False:
            return [Reason("outside_episode", "Before the current episode: shown apart, not counted in staging")]
        case None:
            return [Reason("episode_unknown", "Whether it belongs to the current episode is not known")]
        case True:
            return []
