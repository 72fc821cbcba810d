"""Which missing fact would narrow the answers most: found by trying the possible answers, not written by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from solstice.content.treatment_model import Treatments
from solstice.kernel import Span
from solstice.ledger import ask
from solstice.ledger.adds import Adds, adds_of, union
from solstice.ledger.ask import Asked
from solstice.ledger.counted import Counted, Sums, sums_of
from solstice.ledger.course import is_accelerated_whole, is_recognised
from solstice.ledger.question import DecidingQuestion, Narrowing
from solstice.ledger.staging import (
    Standing,
    does_maudsley_apply,
    severity_between,
    standing_of,
    width_of_standing,
)
from solstice.ledger.tally import Case, case_of
from solstice.ledger.telling import told
from solstice.ledger.truth import all_of, reaches
from solstice.ledger.weigh import Circumstance, Verdict, Weighed, circumstance_of, weigh
from solstice.ledger.widths import Widths, widths_of
from solstice.person import SEVERITIES, PersonFile, span_of

SCALE: Mapping[str, float] = {
    "regulatory_trd": 1,
    "maudsley": 12,
    "thase_rush_strict": 5,
    "thase_rush_lenient": 5,
    "european": 6,
    "mgh_s": 10,
    "delphi": 4,
    "karolinska": 4,
    "multi_therapy": 12,
}
"""What a width is divided by: the whole range of the answer, four times that for the definitions nobody decides by."""


Words = Callable[[], Asked]
"""The words of a question, which are put together only when it is asked."""


class _Question(NamedTuple):
    """One missing fact, how to put it in words, and how wide each answer is after each way of telling it."""

    path: str
    trial: int | None
    asked: Words
    afters: tuple[Widths, ...]


@dataclass
class _Asker:
    """The history as it is told, and what was already computed for the worlds around it."""

    cases: tuple[Case, ...]
    person: PersonFile
    standing: Standing
    circumstance: Circumstance
    treatments: Treatments
    sums: Sums
    does_maudsley_apply: bool
    seen: dict[Adds, Widths] = field(default_factory=dict)
    rests: dict[int, Adds] = field(default_factory=dict)

    @cached_property
    def before(self) -> Widths:
        return self._widths(self.sums.total)

    @cached_property
    def is_dose_shared(self) -> bool:
        """Whether the dose of one trial matters to another: some antidepressant was added to another."""
        return any(case.is_combined for case in self.cases)

    @cached_property
    def episode(self) -> float:
        return width_of_standing(self.standing, self.treatments.staging.maudsley)

    def without(self, index: int) -> Widths:
        """The widths as if the trial did not count."""
        if self.is_dose_shared:
            return self._anew((*self.cases[:index], *self.cases[index + 1 :]))
        return self._widths(self._rest(index))

    def told(self, case: Case, field: str, value: Any) -> Widths:
        """The widths with one fact of one trial told."""
        weighed = told(case, field, value, lasting_days=self.treatments.staging.karolinska.min_days)
        if weighed is None:
            trial = case.trial.model_copy(update={field: value})
            weighed = weigh(trial, case.need, self.circumstance, self.treatments)
        return self.with_weighed(case, weighed)

    def with_weighed(self, case: Case, weighed: Weighed) -> Widths:
        """The widths with another weighing of one trial."""
        index = case.index
        if self.is_dose_shared and weighed.dose_ok is not case.weighed.dose_ok:
            one = case_of(index, case.trial, case.need, weighed)
            return self._anew((*self.cases[:index], one, *self.cases[index + 1 :]))
        added = adds_of(case, weighed, self.cases, self.sums.legend, bare=False)
        if added == self.sums.each[index]:
            return self.before
        rest = self._rest(index)
        return self._widths(Adds(rest.sure | added.sure, rest.possible | added.possible))

    def _rest(self, index: int) -> Adds:
        """What all trials but one add."""
        if index not in self.rests:
            each = self.sums.each
            self.rests[index] = union((*each[:index], *each[index + 1 :]))
        return self.rests[index]

    def _anew(self, cases: tuple[Case, ...]) -> Widths:
        return self._widths(sums_of(cases, self.sums.legend, bare=False).total)

    def _widths(self, total: Adds) -> Widths:
        if total not in self.seen:
            self.seen[total] = widths_of(total, self.sums.legend, self.episode, self.treatments)
        return self.seen[total]

    def at(self, standing: Standing) -> Widths:
        """The same trials in an episode told more exactly: only the Maudsley range changes, by what was learnt."""
        narrower = self.episode - width_of_standing(standing, self.treatments.staging.maudsley)
        return (
            self.before._replace(maudsley=self.before.maudsley - narrower) if self.does_maudsley_apply else self.before
        )


def deciding_questions(
    cases: Sequence[Case], person: PersonFile, treatments: Treatments, *, sums: Sums, counted: Counted
) -> tuple[DecidingQuestion, ...]:
    """The missing facts whose answers narrow something, the most useful first; `sums` and `counted` are of the cases.

    Useful is what shrinks the answers most on the mean over the answers tried, each taken to be as likely (expected,
    not worst case; the worst case stands beside it in `narrows`).
    """
    standing, circumstance = standing_of(person, treatments.staging), circumstance_of(person)
    asker = _Asker(tuple(cases), person, standing, circumstance, treatments, sums, does_maudsley_apply(counted))
    if not any(asker.before):
        return ()
    found: list[DecidingQuestion] = []
    for question in _questions(asker):
        narrows = _narrows(asker.before, question.afters)
        if narrows:
            gain = sum([(item.before - item.mean_after) / SCALE[item.answer] for item in narrows])
            found.append(_found(question, narrows, round(gain, 6)))
    return tuple(sorted(found, key=lambda item: -item.gain))


def _narrows(before: Widths, afters: Sequence[Widths]) -> tuple[Narrowing, ...]:
    if all([after is before for after in afters]):  # noqa: C419 - a list is quicker than a generator for two or three
        return ()
    found: list[Narrowing] = []
    for place, width in enumerate(before):
        if width:
            after = [one[place] for one in afters]
            mean = sum(after) / len(after)
            if mean < width:
                found.append(Narrowing(Widths._fields[place], width, mean, max(after)))
    return tuple(found)


def _found(question: _Question, narrows: tuple[Narrowing, ...], gain: float) -> DecidingQuestion:
    asked = question.asked()
    return DecidingQuestion(
        question.path,
        asked.text,
        narrows,
        gain,
        trial=question.trial,
        field=asked.field,
        plain=asked.plain,
        unit=asked.unit,
        is_for_clinician=asked.is_for_clinician,
    )


def decides(questions: Sequence[DecidingQuestion]) -> dict[str, str]:
    """For each answer the question that narrows it most, the first of equals."""
    best: dict[str, tuple[float, str]] = {}
    for question in questions:
        for item in question.narrows:
            narrower = item.before - item.mean_after
            if item.answer not in best or narrower > best[item.answer][0]:
                best[item.answer] = (narrower, question.text)
    return {answer: text for answer, (_, text) in best.items()}


# ------------------------------------------------------------------------------------------------- what can be asked


def _questions(asker: _Asker) -> Iterator[_Question]:
    for case in asker.cases:
        if case.weighed.in_episode is False:
            continue
        if case.weighed.in_episode is None:
            yield _asked(asker, case, partial(ask.of_episode, case), in_episode=[True, False])
        match case.need.role:
            case "medicine" | "augmentation":
                yield from _medicine_questions(asker, case)
            case "course":
                yield from _course_questions(asker, case)
            case "unlisted" if case.weighed.is_asked_about:
                yield _dropped_or_counted(asker, case, "agent", partial(ask.of_unlisted, case))
            case _:
                pass
    yield from _episode_questions(asker)


def _asked(asker: _Asker, case: Case, words: Words, **answers: Sequence[Any]) -> _Question:
    """The question about the one field that is named, with the answers to try."""
    ((name, values),) = answers.items()
    afters = tuple([asker.told(case, name, value) for value in dict.fromkeys(values)])
    return _Question(f"trials.{case.index}.{name}", case.index, words, afters)


def _dropped_or_counted(asker: _Asker, case: Case, name: str, words: Words) -> _Question:
    """A question whose answers are 'it does not count' and, as far as the ranges go, 'still open'."""
    return _Question(f"trials.{case.index}.{name}", case.index, words, (asker.without(case.index), asker.before))


def _medicine_questions(asker: _Asker, case: Case) -> Iterator[_Question]:
    weighed, need, trial = case.weighed, case.need, case.trial
    if weighed.is_asked_about:
        yield _dropped_or_counted(asker, case, "weeks_at_dose", partial(ask.of_early_stop, case))
        return
    if weighed.verdict.adequate is False or "under_18" in weighed.codes:
        return
    if need.level_decides and trial.serum_level is None and need.level_min is not None:
        yield _asked(asker, case, partial(ask.of_level, case), serum_level=[0.0, need.level_min])
    elif weighed.dose_ok is None and need.dose is not None:
        values = _within(span_of(trial.dose), (0.0, need.dose.high, need.dose_max or need.dose.high))
        yield _asked(asker, case, partial(ask.of_dose, case), dose=values)
    if weighed.weeks_ok is None or weighed.weeks_strict_ok is None:
        values = _within(weighed.weeks, (0.0, need.weeks, need.weeks_strict))
        yield _asked(asker, case, partial(ask.of_weeks, case), weeks_at_dose=values)
    yield from _outcome_question(asker, case)
    if weighed.adherence_ok is None and (need.role == "augmentation" or trial.added_to is not None):
        yield _asked(asker, case, partial(ask.of_adherence, case), adherence=["good", "poor"])


def _outcome_question(asker: _Asker, case: Case) -> Iterator[_Question]:
    """By half or more, in part, or not at all: what is known already is not asked again."""
    weighed = case.weighed
    if weighed.failing is None:
        yield _asked(
            asker, case, partial(ask.of_outcome, case), outcome=["no_response", "partial_response", "response"]
        )
    elif weighed.failing is True and weighed.is_little is None:
        yield _asked(asker, case, partial(ask.of_outcome, case), outcome=["no_response", "partial_response"])


def _within(bounds: Span, wanted: Sequence[float]) -> list[float]:
    return [min(max(value, bounds.low), bounds.high) for value in wanted]


def _course_questions(asker: _Asker, case: Case) -> Iterator[_Question]:
    if case.weighed.failing is False:
        return
    yield from _outcome_question(asker, case)
    if case.weighed.verdict.adequate is None:
        yield from _course_facts(asker, case)
    if case.trial.kind in {"ect", "tms"} and case.weighed.has_lasted is None:
        yield _lasted(asker, case)


def _course_facts(asker: _Asker, case: Case) -> Iterator[_Question]:
    trial, rules = case.trial, asker.treatments.stimulation
    if trial.kind == "ect" and trial.laterality is None:
        yield _asked(asker, case, ask.of_laterality, laterality=["bilateral", "unilateral_high_dose"])
    sessions = span_of(trial.sessions)
    if not sessions.is_known:
        steps = {
            "tms": (0.0, rules.tms.sessions),
            "ect": (0.0, rules.ect.sessions_bilateral, rules.ect.sessions_unilateral),
            "ketamine": (0.0, rules.ketamine.sessions),
            "esketamine": (0.0, rules.esketamine.sessions_if_stopped_for_inefficacy, rules.esketamine.sessions),
            "psychotherapy": (0.0, rules.psychotherapy.sessions),
        }[trial.kind]
        yield _asked(asker, case, partial(ask.of_sessions, case, asker.treatments), sessions=_within(sessions, steps))
    match trial.kind:
        case "tms":
            yield from _tms_questions(asker, case)
        case "ketamine" | "esketamine":
            yield from _ketamine_questions(asker, case)
        case "psychotherapy" if not is_recognised(trial, asker.treatments):
            yield _which_therapy(asker, case)
        case _:
            pass


def _tms_questions(asker: _Asker, case: Case) -> Iterator[_Question]:
    trial, rule = case.trial, asker.treatments.stimulation.tms
    strength = span_of(trial.percent_motor_threshold)
    if not strength.is_known:
        values = _within(strength, (0.0, rule.percent_motor_threshold))
        yield _asked(asker, case, partial(ask.of_strength, asker.treatments), percent_motor_threshold=values)
    if is_accelerated_whole(trial, asker.treatments) is None:
        yield _asked(asker, case, ask.of_protocol, accelerated_course_complete=[True, False])


def _ketamine_questions(asker: _Asker, case: Case) -> Iterator[_Question]:
    trial, rules = case.trial, asker.treatments.stimulation
    dose = span_of(trial.dose)
    if not dose.is_known:
        steps = (0.0, rules.ketamine.dose)
        if trial.kind == "esketamine":
            steps = (0.0, rules.esketamine.dose)
        yield _asked(asker, case, partial(ask.of_course_dose, case, asker.treatments), dose=_within(dose, steps))
    if trial.kind == "esketamine" and trial.stopped_for is None:
        yield _asked(asker, case, partial(ask.of_stop, case), stopped_for=["inefficacy", "other"])


def _which_therapy(asker: _Asker, case: Case) -> _Question:
    """A kind that counts, or one that does not: names have too many answers to try."""
    needed = Span.exactly(asker.treatments.stimulation.psychotherapy.sessions)
    whole = reaches(span_of(case.trial.sessions), needed)
    afters = []
    for adequate in (whole, False):
        failed = all_of(adequate, case.weighed.failing)
        verdict = Verdict(adequate, adequate, failed, failed)
        afters.append(asker.with_weighed(case, case.weighed._replace(verdict=verdict, bare=verdict)))
    return _Question(f"trials.{case.index}.agent", case.index, partial(ask.of_therapy, case), tuple(afters))


def _lasted(asker: _Asker, case: Case) -> _Question:
    """Dates have too many answers to try: what they would decide is tried instead."""
    afters = [asker.with_weighed(case, case.weighed._replace(has_lasted=lasted)) for lasted in (True, False)]
    return _Question(f"trials.{case.index}.started", case.index, partial(ask.of_dates, case), tuple(afters))


def _episode_questions(asker: _Asker) -> Iterator[_Question]:
    model, months, severity = asker.treatments.staging.maudsley, asker.standing.months, asker.standing.severity
    if not months.is_known:
        ends = [step.up_to for step in model.duration_months if step.up_to is not None]
        values = dict.fromkeys(_within(months, [*ends, ends[-1] + 1]))
        yield _standing(asker, ask.OF_START, [Standing(Span.exactly(value), severity) for value in values])
    if severity.is_known:
        return
    episode = asker.person.episode
    low = episode.severity or episode.severity_at_least or SEVERITIES[0]
    high = episode.severity or episode.severity_at_most or SEVERITIES[-1]
    if episode.severity is None:
        levels = SEVERITIES[SEVERITIES.index(low) : SEVERITIES.index(high) + 1]
        scores = [severity_between(level, level, episode.psychosis, model) for level in levels]
        yield _standing(asker, ask.OF_SEVERITY, [Standing(months, score) for score in scores])
    if episode.psychosis is None:
        scores = [severity_between(low, high, said, model) for said in (True, False)]
        yield _standing(asker, ask.OF_PSYCHOSIS, [Standing(months, score) for score in scores])


def _standing(asker: _Asker, asked: Asked, standings: Sequence[Standing]) -> _Question:
    afters = tuple([asker.at(standing) for standing in standings])
    return _Question(f"episode.{asked.field}", None, lambda: asked, afters)
