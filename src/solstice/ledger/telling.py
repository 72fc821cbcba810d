"""What one more fact makes of a trial that is weighed already: the short way to the worlds around a history.

`told` gives the weighing that `weigh.weigh` would give, as far as the counts with presumptions go, or None where the
fact reaches further than one of the truths: then the trial is weighed anew.
"""

from typing import Any

from solstice.kernel import Span
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth, both, reaches
from solstice.ledger.weigh import DAYS_A_WEEK, Weighed, verdict_of

OUTCOMES: dict[str, tuple[Truth, Truth]] = {
    "no_response": (True, True),
    "partial_response": (True, False),
    "response": (False, False),
}
"""For each outcome: whether the benefit was too small, and whether it was little."""


def told(case: Case, field: str, value: Any, *, lasting_days: float) -> Weighed | None:
    """The weighing with the field told, or None."""
    weighed = case.weighed
    match field:
        case "in_episode":
            return weighed._replace(in_episode=value)
        case "outcome":
            return _with_outcome(case, OUTCOMES[value])
        case "adherence":
            return _with_adherence(case, good=value == "good")
        case "dose" if _is_plain(case) and case.trial.serum_level is None and case.need.dose is not None:
            dose = Span.exactly(value)
            most = case.need.label_max
            at_max = None if most is None else reaches(dose, most)
            truths = (reaches(dose, case.need.dose), weighed.weeks_ok, weighed.weeks_strict_ok, weighed.adherence_ok)
            return _judged(weighed, truths, at_label_max=at_max, has_lasted=weighed.has_lasted)
        case "weeks_at_dose" if _is_plain(case) and case.trial.started is None:
            lasted = True if value * DAYS_A_WEEK >= lasting_days else None
            enough, strict = value >= case.need.weeks, value >= case.need.weeks_strict
            truths = (weighed.dose_ok, enough, strict, weighed.adherence_ok)
            return _judged(weighed, truths, at_label_max=weighed.at_label_max, has_lasted=lasted)
        case _:
            return None


def _is_plain(case: Case) -> bool:
    """A medicine whose adequacy is its dose, its weeks and its adherence, and nothing else."""
    trial = case.trial
    is_medicine = case.need.role in {"medicine", "augmentation"} and not case.need.level_decides
    return is_medicine and trial.stated_adequate is None and trial.stopped_for != "side_effects"


def _with_outcome(case: Case, outcome: tuple[Truth, Truth]) -> Weighed:
    failing, is_little = outcome
    weighed = case.weighed
    if case.trial.kind == "tms":
        failing = is_little
    verdict = verdict_of(weighed.verdict.adequate, weighed.verdict.adequate_strict, failing)
    return weighed._replace(failing=failing, is_little=is_little, verdict=verdict)


def _with_adherence(case: Case, *, good: bool) -> Weighed | None:
    if not _is_plain(case):
        return None
    weighed = case.weighed
    truths = (weighed.dose_ok, weighed.weeks_ok, weighed.weeks_strict_ok, good)
    told = _judged(weighed, truths, at_label_max=weighed.at_label_max, has_lasted=weighed.has_lasted)
    return told._replace(is_use_proven=good)


def _judged(
    weighed: Weighed, truths: tuple[Truth, Truth, Truth, Truth], *, at_label_max: Truth, has_lasted: Truth
) -> Weighed:
    """The weighing with dose, weeks, strict weeks and adherence told, and the verdict that follows.

    Written out in full, because `_replace` takes twice as long and this is the innermost step of all.
    """
    dose, weeks, strict, adherence = truths
    adequate = both(both(dose, weeks), adherence is not False)
    return Weighed(
        verdict_of(adequate, both(adequate, strict), weighed.failing),
        weighed.bare,
        weighed.in_episode,
        weighed.failing,
        weighed.dose,
        weighed.weeks,
        dose,
        weeks,
        strict,
        adherence,
        weighed.is_asked_about,
        weighed.is_use_proven,
        at_label_max,
        weighed.is_bilateral,
        weighed.is_little,
        has_lasted,
        weighed.assumptions,
        weighed.codes,
    )
