"""Review a series against the expected course: on track or not, response, remission, reliable change, relapse."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from solstice.content.instrument_model import CourseStep, Instrument
from solstice.instruments import Change, reliable_change, remission, response
from solstice.instruments.ages import Ages, why_not_judged, why_unsure
from solstice.instruments.change import percent_improvement
from solstice.kernel import Refusal
from solstice.progress.outcome import Baseline, Review, ReviewError, State
from solstice.progress.sentences import clinician_sentences, patient_sentence
from solstice.progress.series import Point, Series
from solstice.progress.sudden_gains import sudden_gains

OLD_AFTER = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class _Course:
    """A series with its baseline and current total; there is at least one total."""

    instrument: Instrument
    series: Series
    baseline: Baseline

    @property
    def following(self) -> tuple[tuple[date, float], ...]:
        """Totals after the baseline."""
        return tuple((on, total) for on, total in self.series.scored if on > self.baseline.on)

    @property
    def current(self) -> tuple[date, float]:
        return self.following[-1] if self.following else (self.baseline.on, self.baseline.total)

    @property
    def days(self) -> int:
        return (self.current[0] - self.baseline.on).days

    @property
    def percent(self) -> Fraction | None:
        return percent_improvement(self.instrument, self.baseline.total, self.current[1])

    @property
    def since_last(self) -> Change | None:
        totals = [self.baseline.total, *(total for _, total in self.following)]
        return reliable_change(self.instrument, totals[-2], totals[-1]) if len(totals) > 1 else None

    @property
    def change(self) -> Change | None:
        return reliable_change(self.instrument, self.baseline.total, self.current[1]) if self.following else None

    def step(self) -> CourseStep | None:
        """The step of the expected course that applies now; None before the first."""
        course = self.instrument.expected_course
        steps = [step for step in (course.steps if course else ()) if step.from_week * 7 <= self.days]
        return max(steps, key=lambda step: step.from_week, default=None)


def review(
    series: Iterable[Point],
    *,
    instrument: Instrument,
    at: date,
    baseline_on: date | None = None,
    ages: Ages | None = None,
) -> Review:
    """Review the totals known on the day `at`; later points change nothing.

    `ages` are the youngest and oldest age the person may have on that day; None where it is not known. Adult cut-offs
    are refused for someone surely under 18 (and those of a scale for the young above its ages), with the reason.

    Baseline: the total of the day `baseline_on` where a clinician has set one, else the first total there is; the rule
    is part of the result. Raises ReviewError for screens and process measures, and for a baseline day without total.
    """
    if instrument.expected_course is None:
        raise ReviewError(f"{instrument.id}: this is a {instrument.use} measure without an expected course")
    known = Series.until(series, at)
    baseline = _baseline(known, baseline_on)
    if baseline is None:
        return _empty(instrument, known, at)
    return _reviewed(_Course(instrument, known, baseline), at, ages)


def _reviewed(course: _Course, at: date, ages: Ages | None) -> Review:
    instrument, known, baseline = course.instrument, course.series, course.baseline
    refused = why_not_judged(instrument, ages)
    state, rule, do = _state(course) if refused is None else _for_another_age(course, refused)
    on, total = course.current
    minimum = instrument.reliable_change.value if instrument.reliable_change and refused is None else None
    return Review(
        instrument=instrument.id,
        version=instrument.version,
        at=at,
        state=state,
        baseline=baseline,
        current_on=on,
        current=total,
        weeks=round(course.days / 7, 1),
        measured=len(known.scored),
        gaps=known.gaps,
        is_old=at - on > OLD_AFTER,
        change=course.change,
        since_last=course.since_last,
        percent=None if course.percent is None or not course.following else round(float(course.percent), 1),
        response=response(instrument, baseline.total, total) if course.following and refused is None else None,
        remission=remission(instrument, total) if refused is None else None,
        sudden_gains=sudden_gains(known.points, at_least=minimum) if minimum is not None else (),
        rule=rule,
        do=do,
        patient=patient_sentence(instrument, known, state=state, at=at),
        clinician=clinician_sentences(instrument, known, baseline=baseline, rule=rule, at=at, refused=refused),
        refused=refused,
        age_note=why_unsure(instrument, ages) if refused is None else None,
    )


def _for_another_age(course: _Course, refused: Refusal) -> tuple[State, str, str | None]:
    """Nothing is judged by cut-offs of another age; a reliable worsening is never hidden by that."""
    for change, since in ((course.change, "the baseline"), (course.since_last, "the total before")):
        if change is not None and change.verdict == "worse":
            rule = f"worse by {change.threshold:g} points or more than {since}; the number of points comes from adults"
            return "worse", rule, "look at it the same day; judge it clinically"
    return (
        "not_for_age",
        f"response, remission and the expected course are not judged: {refused.text.rstrip('.')}",
        None,
    )


def _baseline(series: Series, on: date | None) -> Baseline | None:
    if on is not None:
        total = next((total for day, total in series.scored if day == on), None)
        if total is None:
            raise ReviewError(f"there is no total on {on}; choose a day that has one as baseline")
        return Baseline(on, total, f"the total of {on}, set by a clinician")
    if not series.scored:
        return None
    day, total = series.scored[0]
    earlier = [gap for gap in series.gaps if gap < day]
    rule = "the first total; change it only by a recorded decision"
    if earlier:
        rule += f" (the measurement of {earlier[0]} has no total, so change before {day} is not seen)"
    return Baseline(day, total, rule)


def _state(course: _Course) -> tuple[State, str, str | None]:
    """The state, the rule that gave it, and what the expected course asks for."""
    if not course.following:
        return "too_early", "there is one total; change needs two", None
    worse = _worse(course)
    if worse is not None:
        return worse
    instrument, current = course.instrument, course.current[1]
    if remission(instrument, current) and instrument.remission:
        limit = instrument.remission
        return "remission", f"remission is {_threshold(limit.at_least, limit.at_most)}", None
    if response(instrument, course.baseline.total, current) and instrument.response:
        unit = "percent" if instrument.response.kind == "percent" else "points"
        return "response", f"response is a drop of {instrument.response.at_least:g} {unit} or more", None
    return _against_course(course)


def _threshold(at_least: int | None, at_most: int | None) -> str:
    return f"{at_least} or more" if at_least is not None else f"{at_most} or less"


def _worse(course: _Course) -> tuple[State, str, str | None] | None:
    """Reliable worsening since the baseline, since the last total, or since the best total after a response."""
    instrument, current = course.instrument, course.current[1]
    do = "alert the same day; full review"
    totals = [course.baseline.total, *(total for _, total in course.following[:-1])]
    well = [total for total in totals if _was_well(course, total)]
    if well:
        best = min(well)
        if reliable_change(instrument, best, current).verdict == "worse":
            return "relapse_signal", f"reliably worse than the best total ({best:g}), a response or remission", do
        back = instrument.relapse
        if back and any(remission(instrument, total) for total in well) and back.met_by(current):
            return "relapse_signal", f"{_threshold(back.at_least, back.at_most)} after a remission", do
    for change, since in ((course.change, "the baseline"), (course.since_last, "the total before")):
        if change is not None and change.verdict == "worse":
            return "worse", f"worse by {change.threshold:g} points or more than {since}", do
    return None


def _was_well(course: _Course, total: float) -> bool:
    return bool(remission(course.instrument, total) or response(course.instrument, course.baseline.total, total))


def _against_course(course: _Course) -> tuple[State, str, str | None]:
    step, percent = course.step(), course.percent
    if step is None:
        first = course.instrument.expected_course.steps[0].from_week if course.instrument.expected_course else 0
        return "too_early", f"the expected course is judged from week {first} on", None
    if percent is None:
        return "on_track", "the baseline is 0: an improvement in percent cannot be told", None
    rule = f"from week {step.from_week} on a drop below {step.percent:g} percent of the baseline is off track"
    if percent < Fraction(step.percent):
        return "off_track", rule, step.do
    return "on_track", rule, None


def _empty(instrument: Instrument, known: Series, at: date) -> Review:
    rule = "there is no total yet"
    return Review(
        instrument=instrument.id,
        version=instrument.version,
        at=at,
        state="no_data",
        baseline=None,
        current_on=None,
        current=None,
        weeks=None,
        measured=0,
        gaps=known.gaps,
        is_old=False,
        change=None,
        since_last=None,
        percent=None,
        response=None,
        remission=None,
        sudden_gains=(),
        rule=rule,
        do=None,
        patient=patient_sentence(instrument, known, state="no_data", at=at),
        clinician=clinician_sentences(instrument, known, baseline=None, rule=rule, at=at),
    )
