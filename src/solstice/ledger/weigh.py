"""Weigh one trial: is it adequate, did it fail, and what of that rests on a stated presumption."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from solstice.content.treatment_model import Treatments
from solstice.kernel import Span
from solstice.kernel.quick import quick
from solstice.ledger.course import weigh_course
from solstice.ledger.need import Need
from solstice.ledger.truth import Truth, all_of, both, reaches
from solstice.person import PartialDate, PersonFile, Trial, span_of

DAYS_A_WEEK = 7.0
HELPED = frozenset({"remission", "response"})
NOT_ENOUGH = frozenset({"partial_response", "no_response", "worse"})


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What a trial's judgement needs to know about the person."""

    at: date
    episode_started: PartialDate | None
    is_adult: bool
    oldest_age: int | None
    youngest_age: int | None


def circumstance_of(person: PersonFile) -> Circumstance:
    ages = person.age_years
    return Circumstance(
        at=person.at,
        episode_started=person.episode.started,
        is_adult=ages is None or ages[0] >= 18,
        oldest_age=ages[1] if ages else None,
        youngest_age=ages[0] if ages else None,
    )


class Verdict(NamedTuple):
    """Adequate and failed, by the default duration and by the strict one."""

    adequate: Truth
    adequate_strict: Truth
    failed: Truth
    failed_strict: Truth


class Weighed(NamedTuple):
    """`verdict` uses the presumptions named in `assumptions`; `bare` uses none of them."""

    verdict: Verdict
    bare: Verdict
    in_episode: Truth
    failing: Truth
    dose: Span
    weeks: Span
    dose_ok: Truth = None
    weeks_ok: Truth = None
    weeks_strict_ok: Truth = None
    adherence_ok: Truth = None
    is_asked_about: bool = False
    is_use_proven: bool = False
    at_label_max: Truth = None
    is_bilateral: Truth = None
    is_little: Truth = None
    has_lasted: Truth = None
    assumptions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def verdict_of(adequate: Truth, strict: Truth, failing: Truth) -> Verdict:
    """Failed is what was adequate and helped too little."""
    return Verdict(adequate, strict, both(adequate, failing), both(strict, failing))


@quick
@dataclass(frozen=True, slots=True)
class _Told:
    """One trial with what is already clear about it."""

    trial: Trial
    circumstance: Circumstance
    treatments: Treatments
    failing: Truth
    in_episode: Truth

    def plain(self, verdict: Verdict, codes: tuple[str, ...]) -> Weighed:
        """A weighing without any presumption."""
        dose, weeks = span_of(self.trial.dose), span_of(self.trial.weeks_at_dose)
        is_little, lasted, known = self.is_little, self.has_lasted, (verdict, verdict, self.in_episode, self.failing)
        return Weighed(*known, dose, weeks, is_little=is_little, has_lasted=lasted, codes=codes)

    @property
    def is_little(self) -> Truth:
        return little_benefit(self.trial, self.treatments.staging.delphi.little_benefit_below_percent)

    @property
    def has_lasted(self) -> Truth:
        return has_lasted(self.trial, self.circumstance, self.treatments.staging.karolinska.min_days)


def weigh(trial: Trial, need: Need, circumstance: Circumstance, treatments: Treatments) -> Weighed:
    """Judge one trial. Source: fact file of adequacy rules; decisions in treatments/adequacy.yaml."""
    failing, in_episode = failing_of(trial, treatments), in_episode_of(trial, circumstance)
    told = _Told(trial, circumstance, treatments, failing, in_episode)
    match need.role:
        case "course":
            return _course(told)
        case "never":
            return told.plain(Verdict(None, None, False, False), ("does_not_count",))
        case "unlisted":
            return _unlisted(told)
        case "medicine" | "augmentation":
            weighed = _medicine(told, need)
            return weighed if circumstance.is_adult else _minor(weighed)


def _minor(weighed: Weighed) -> Weighed:
    failed = False if weighed.failing is False else None
    open_verdict = Verdict(None, None, failed, failed)
    return weighed._replace(verdict=open_verdict, bare=open_verdict, codes=("under_18",), assumptions=())


def _course(told: _Told) -> Weighed:
    trial, circumstance = told.trial, told.circumstance
    adequate, codes = weigh_course(trial, circumstance.youngest_age, circumstance.oldest_age, told.treatments)
    failed = all_of(adequate, told.failing)
    is_bilateral = None if trial.laterality is None else trial.laterality == "bilateral"
    weighed = told.plain(Verdict(adequate, adequate, failed, failed), codes)
    return weighed._replace(is_bilateral=is_bilateral, is_use_proven=True)


def _unlisted(told: _Told) -> Weighed:
    """Not counted; but a trial shorter than every rule is inadequate whatever the agent."""
    _, weeks = weeks_of(told.trial, told.circumstance, told.treatments)
    if weeks.high < told.treatments.adequacy.duration.weeks:
        return told.plain(Verdict(False, False, False, False), ("not_in_library", "duration_too_short"))
    failed = False if told.failing is False else None
    weighed = told.plain(Verdict(None, None, failed, failed), ("not_in_library",))
    return weighed._replace(is_asked_about=failed is None, weeks=weeks)


@dataclass(slots=True)
class _Notes:
    codes: list[str]
    assumptions: list[str]


def _medicine(told: _Told, need: Need) -> Weighed:
    trial, failing, treatments = told.trial, told.failing, told.treatments
    amount = span_of(trial.dose)
    dose, dose_bare, has_proof = _dose(trial, need, amount)
    assumed_weeks, weeks = weeks_of(trial, told.circumstance, treatments)
    long, long_strict = Span.exactly(need.weeks), Span.exactly(need.weeks_strict)
    weeks_ok, strict_ok = reaches(assumed_weeks, long), reaches(assumed_weeks, long_strict)
    weeks_bare, strict_bare = weeks_ok, strict_ok
    if weeks is not assumed_weeks:
        weeks_bare, strict_bare = reaches(weeks, long), reaches(weeks, long_strict)
    adherence = True if has_proof else adherence_of(trial, treatments)
    notes = _Notes([], [])
    if weeks_ok is not weeks_bare or strict_ok is not strict_bare:
        notes.assumptions.append("weeks_from_dates")
    dose_ok, weeks_ok = _believing_the_record(trial, dose, weeks_ok, notes)
    long_enough = _unless_stopped_early(trial, both(dose_ok, weeks_ok), notes)
    if adherence is None and long_enough is not False:
        notes.assumptions.append("adherence_presumed")
    adequate = both(long_enough, adherence is not False)
    bare = all_of(dose_bare, weeks_bare, adherence) if trial.stated_adequate is not False else False
    return Weighed(
        verdict=verdict_of(adequate, both(adequate, strict_ok), failing),
        bare=verdict_of(bare, both(bare, strict_bare), failing),
        in_episode=told.in_episode,
        failing=failing,
        dose=amount,
        weeks=weeks,
        dose_ok=dose_ok,
        weeks_ok=weeks_ok,
        weeks_strict_ok=strict_ok,
        adherence_ok=adherence,
        is_asked_about="intolerance_presumed_early" in notes.assumptions and False not in (failing, bare),
        is_use_proven=adherence is True,
        at_label_max=None if need.label_max is None else reaches(amount, need.label_max),
        is_little=told.is_little,
        has_lasted=told.has_lasted,
        assumptions=tuple(notes.assumptions),
        codes=tuple(notes.codes),
    )


def _unless_stopped_early(trial: Trial, long_enough: Truth, notes: _Notes) -> Truth:
    """Stopped for side effects: inadequate unless dose and weeks were enough, or are recorded as a range."""
    if trial.stopped_for != "side_effects" or long_enough is True:
        return long_enough
    if long_enough is None and not _is_amount_missing(trial):
        return None
    notes.codes.append("intolerance_before_adequacy")
    if long_enough is None:
        notes.assumptions.append("intolerance_presumed_early")
    return False


def _is_amount_missing(trial: Trial) -> bool:
    has_dose = trial.dose is not None or trial.serum_level is not None
    return not has_dose or (trial.weeks_at_dose is None and trial.started is None)


def _dose(trial: Trial, need: Need, amount: Span) -> tuple[Truth, Truth, bool]:
    """Whether the dose is enough, the same without the rule that an absent level decides nothing, and proof of use."""
    level = trial.serum_level
    if need.level_decides:
        enough = None if level is None or need.level_min is None else level >= need.level_min
        return enough, enough, level is not None
    enough = None if need.dose is None else reaches(amount, need.dose)
    if need.level_min is None:
        return enough, enough, False
    if level is not None and level >= need.level_min:
        return True, True, True
    return enough, (None if level is None and enough is False else enough), False


def _believing_the_record(trial: Trial, dose: Truth, weeks: Truth, notes: _Notes) -> tuple[Truth, Truth]:
    if trial.stated_adequate is None:
        return dose, weeks
    match trial.stated_adequate:
        case True if dose is not False and weeks is not False and None in (dose, weeks):
            notes.assumptions.append("stated_by_record")
            return True, True
        case False:
            notes.codes.append("stated_inadequate")
            return False, weeks
        case _:
            return dose, weeks


def adherence_of(trial: Trial, treatments: Treatments) -> Truth:
    """Whether enough doses were taken; `partial` means less than the share that counts."""
    if trial.adherence_fraction is not None:
        return trial.adherence_fraction >= treatments.adequacy.adherence.min_fraction
    match trial.adherence:
        case "good":
            return True
        case "partial" | "poor":
            return False
        case _:
            return None


def failing_of(trial: Trial, treatments: Treatments) -> Truth:
    """Whether the benefit was too small (below response). Stopped for inefficacy says so by itself.

    A course of TMS fails only with less improvement than its own rule names.
    """
    if trial.kind == "tms":
        return little_benefit(trial, treatments.stimulation.tms.failed_below_percent)
    if trial.outcome in NOT_ENOUGH:
        return True
    if trial.outcome in HELPED:
        return False
    if trial.improvement_percent is not None:
        return trial.improvement_percent < treatments.adequacy.outcome.helped_from_percent
    return True if trial.stopped_for == "inefficacy" else None


def little_benefit(trial: Trial, below_percent: float) -> Truth:
    """Whether the improvement was smaller than that; partial response is not, and "inefficacy" alone does not say."""
    if trial.outcome in {"no_response", "worse"}:
        return True
    if trial.outcome in HELPED or trial.outcome == "partial_response":
        return False
    return None if trial.improvement_percent is None else trial.improvement_percent < below_percent


def has_lasted(trial: Trial, circumstance: Circumstance, days: float) -> Truth:
    """Whether the treatment lasted that many days at any dose; weeks at dose bound its length from below only."""
    if span_of(trial.weeks_at_dose).low * DAYS_A_WEEK >= days:
        return True
    bounds = length_of(trial, circumstance)
    return None if bounds is None else reaches(bounds, Span.exactly(days))


def length_of(trial: Trial, circumstance: Circumstance) -> Span | None:
    """Days from start to end by the dates; None where one of them is not told."""
    if trial.started is None:
        return None
    if trial.ended is not None:
        first_end, last_end = min(trial.ended.earliest, circumstance.at), min(trial.ended.latest, circumstance.at)
    elif trial.stopped_for == "continuing":
        first_end = last_end = circumstance.at
    else:
        return None
    is_open = trial.started.earliest == date.min
    longest = float("inf") if is_open else max(0, (last_end - trial.started.earliest).days)
    return Span.between(max(0, (first_end - trial.started.latest).days), longest)


def outcome_class(percent: float, treatments: Treatments) -> str:
    """Name of an improvement in per cent."""
    rule = treatments.adequacy.outcome
    if percent < 0:
        return "worse"
    if percent < rule.partial_from_percent:
        return "no_response"
    return "partial_response" if percent < rule.helped_from_percent else "response"


def in_episode_of(trial: Trial, circumstance: Circumstance) -> Truth:
    """Absent means this episode, unless the dates say that it ended before the episode began."""
    match trial.in_episode:
        case None:
            start = circumstance.episode_started
            return not (start is not None and trial.ended is not None and trial.ended.latest < start.earliest)
        case "unknown":
            return None
        case bool() as said:
            return said


def weeks_of(trial: Trial, circumstance: Circumstance, treatments: Treatments) -> tuple[Span, Span]:
    """Weeks at dose: with slow titration presumed to be over, and without any presumption."""
    if trial.weeks_at_dose is not None or trial.started is None:
        weeks = span_of(trial.weeks_at_dose)
        return weeks, weeks
    days = length_of(trial, circumstance)
    if days is None:
        return span_of(None), span_of(None)
    longest, shortest = days.high / DAYS_A_WEEK, days.low / DAYS_A_WEEK
    titration = treatments.adequacy.assumptions["weeks_from_dates"].titration_weeks or 0
    return Span.between(max(0.0, shortest - titration), longest), Span.between(0, longest)
