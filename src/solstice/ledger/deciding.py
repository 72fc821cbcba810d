"""Which missing fact would narrow the answers most: found by trying the possible answers, not written by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from solstice.content.staging_model import StagingFile
from solstice.content.treatment_model import Treatments
from solstice.kernel import Span
from solstice.ledger import ask
from solstice.ledger.ask import Asked
from solstice.ledger.counted import Counted, count
from solstice.ledger.course import is_accelerated_whole, is_recognised
from solstice.ledger.definitions import delphi_truth, karolinska_truth, modalities_span
from solstice.ledger.result import DecidingQuestion, Narrowing
from solstice.ledger.staging import (
    Standing,
    does_maudsley_apply,
    maudsley_width,
    severity_between,
    standing_of,
    width_of_standing,
    widths_apart,
)
from solstice.ledger.tally import Case
from solstice.ledger.telling import told
from solstice.ledger.truth import all_of, reaches
from solstice.ledger.weigh import Circumstance, Verdict, Weighed, circumstance_of, weigh
from solstice.ledger.widths import Part, Rest, Rules, Widths, is_separable, part_of, rest_of, rules_of, widths_with
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


@dataclass(frozen=True, slots=True)
class _Question:
    """One missing fact, and how wide each answer is after each way of telling it."""

    path: str
    trial: int | None
    asked: Asked
    afters: tuple[Widths, ...]


@dataclass
class _Asker:
    """The history as it is told, and what was already computed for the worlds around it."""

    cases: tuple[Case, ...]
    person: PersonFile
    standing: Standing
    circumstance: Circumstance
    treatments: Treatments
    counted: Counted
    seen: dict[tuple[Any, ...], Widths] = field(default_factory=dict)
    rests: dict[int, Rest] = field(default_factory=dict)

    @cached_property
    def before(self) -> Widths:
        return widths_counted(self.counted, self.standing, self.treatments.staging)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What each trial adds by itself."""
        return tuple([part_of(case, case.weighed, self.cases) for case in self.cases])

    @cached_property
    def is_separable(self) -> bool:
        """Whether the trials can be summed up; an unnamed agent makes all be counted anew each time."""
        return is_separable(self.cases)

    @cached_property
    def is_dose_shared(self) -> bool:
        """Whether the dose of one trial matters to another: some antidepressant was added to another."""
        return any(case.is_combined for case in self.cases)

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.treatments)

    @cached_property
    def episode(self) -> float:
        return width_of_standing(self.standing, self.treatments.staging.maudsley)

    def without(self, index: int) -> Widths:
        """The widths as if the trial did not count."""
        if self.is_dose_shared or not self.is_separable:
            return self._counted((*self.cases[:index], *self.cases[index + 1 :]), (index,))
        return widths_with(self._rest(index), None, self.episode, self.rules)

    def told(self, index: int, field: str, value: Any) -> Widths:
        """The widths with one fact of one trial told."""
        case = self.cases[index]
        weighed = told(case, field, value, lasting_days=self.treatments.staging.karolinska.min_days)
        if weighed is None:
            trial = case.trial.model_copy(update={field: value})
            weighed = weigh(trial, case.need, self.circumstance, self.treatments)
        return self.with_weighed(case, weighed)

    def with_weighed(self, case: Case, weighed: Weighed) -> Widths:
        """The widths with another weighing of one trial."""
        index, part = case.index, part_of(case, weighed, self.cases)
        is_dose_told = self.is_dose_shared and weighed.dose_ok is not case.weighed.dose_ok
        if part == self.parts[index] and not is_dose_told:
            return self.before
        if is_dose_told or not self.is_separable:
            one = Case(index, case.trial, case.need, weighed)
            key = (index, part, weighed.dose_ok)
            return self._counted((*self.cases[:index], one, *self.cases[index + 1 :]), key)
        return widths_with(self._rest(index), part, self.episode, self.rules)

    def _rest(self, index: int) -> Rest:
        if index not in self.rests:
            self.rests[index] = rest_of((*self.parts[:index], *self.parts[index + 1 :]))
        return self.rests[index]

    def _counted(self, cases: tuple[Case, ...], key: tuple[Any, ...]) -> Widths:
        if key not in self.seen:
            self.seen[key] = widths_counted(count(cases, bare=False), self.standing, self.treatments.staging)
        return self.seen[key]

    def at(self, standing: Standing) -> Widths:
        """The same trials in an episode told more exactly: only the Maudsley range changes, by what was learnt."""
        if not does_maudsley_apply(self.counted):
            return self.before
        narrower = self.episode - width_of_standing(standing, self.treatments.staging.maudsley)
        return {**self.before, "maudsley": self.before["maudsley"] - narrower}


def widths_counted(counted: Counted, standing: Standing, staging: StagingFile) -> Widths:
    """How wide each answer is, counted from all trials together."""
    return {
        **widths_apart(counted, staging),
        "maudsley": maudsley_width(counted, standing, staging.maudsley),
        "delphi": float(delphi_truth(counted, staging) is None),
        "karolinska": float(karolinska_truth(counted, staging) is None),
        "multi_therapy": modalities_span(counted).width,
    }


def deciding_questions(
    cases: Sequence[Case], person: PersonFile, treatments: Treatments, *, counted: Counted
) -> tuple[DecidingQuestion, ...]:
    """The missing facts whose answers narrow something, the most useful first.

    Useful is what shrinks the answers most on the mean over the answers tried, each taken to be as likely (expected,
    not worst case; the worst case stands beside it in `narrows`).
    """
    standing = standing_of(person, treatments.staging)
    asker = _Asker(tuple(cases), person, standing, circumstance_of(person), treatments, counted)
    before = {name: width for name, width in asker.before.items() if width}
    if not before:
        return ()
    found: list[DecidingQuestion] = []
    for question in _questions(asker):
        if all(after is asker.before for after in question.afters):
            continue
        narrows = tuple([item for name, width in before.items() if (item := _narrowing(name, width, question.afters))])
        if narrows:
            gain = sum([(item.before - item.mean_after) / SCALE[item.answer] for item in narrows])
            found.append(_found(question, narrows, round(gain, 6)))
    return tuple(sorted(found, key=lambda item: -item.gain))


def _found(question: _Question, narrows: tuple[Narrowing, ...], gain: float) -> DecidingQuestion:
    asked = question.asked
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


def _narrowing(name: str, before: float, afters: Sequence[Widths]) -> Narrowing | None:
    after = [widths[name] for widths in afters]
    mean = sum(after) / len(after)
    return Narrowing(name, before, mean, max(after)) if mean < before else None


def decides(model: str, questions: Sequence[DecidingQuestion]) -> str | None:
    """The question that narrows one answer most."""
    best: tuple[float, str] | None = None
    for question in questions:
        for item in question.narrows:
            if item.answer == model and (best is None or item.before - item.mean_after > best[0]):
                best = (item.before - item.mean_after, question.text)
    return None if best is None else best[1]


# ------------------------------------------------------------------------------------------------- what can be asked


def _questions(asker: _Asker) -> Iterator[_Question]:
    for index, case in enumerate(asker.cases):
        if case.weighed.in_episode is False:
            continue
        if case.weighed.in_episode is None:
            yield _asked(asker, index, ask.of_episode(case), [True, False])
        match case.need.role:
            case "medicine" | "augmentation":
                yield from _medicine_questions(asker, index, case)
            case "course":
                yield from _course_questions(asker, index, case)
            case "unlisted" if case.weighed.is_asked_about:
                yield _dropped_or_counted(asker, index, ask.of_unlisted(case))
            case _:
                pass
    yield from _episode_questions(asker)


def _asked(asker: _Asker, index: int, asked: Asked, values: Sequence[Any]) -> _Question:
    afters = tuple([asker.told(index, asked.field, value) for value in dict.fromkeys(values)])
    return _Question(f"trials.{index}.{asked.field}", index, asked, afters)


def _dropped_or_counted(asker: _Asker, index: int, asked: Asked) -> _Question:
    """A question whose answers are 'it does not count' and, as far as the ranges go, 'still open'."""
    return _Question(f"trials.{index}.{asked.field}", index, asked, (asker.without(index), asker.before))


def _medicine_questions(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    weighed, need, trial = case.weighed, case.need, case.trial
    if weighed.is_asked_about:
        yield _dropped_or_counted(asker, index, ask.of_early_stop(case))
        return
    if weighed.verdict.adequate is False or "under_18" in weighed.codes:
        return
    if need.level_decides and trial.serum_level is None and need.level_min is not None:
        yield _asked(asker, index, ask.of_level(case), [0.0, need.level_min])
    elif weighed.dose_ok is None and need.dose is not None:
        values = _within(span_of(trial.dose), (0.0, need.dose.high, need.dose_max or need.dose.high))
        yield _asked(asker, index, ask.of_dose(case), values)
    if weighed.weeks_ok is None or weighed.weeks_strict_ok is None:
        values = _within(weighed.weeks, (0.0, need.weeks, need.weeks_strict))
        yield _asked(asker, index, ask.of_weeks(case), values)
    yield from _outcome_question(asker, index, case)
    if weighed.adherence_ok is None and (need.role == "augmentation" or trial.added_to is not None):
        yield _asked(asker, index, ask.of_adherence(case), ["good", "poor"])


def _outcome_question(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    """By half or more, in part, or not at all: what is known already is not asked again."""
    weighed = case.weighed
    if weighed.failing is None:
        yield _asked(asker, index, ask.of_outcome(case), ["no_response", "partial_response", "response"])
    elif weighed.failing is True and weighed.is_little is None:
        yield _asked(asker, index, ask.of_outcome(case), ["no_response", "partial_response"])


def _within(bounds: Span, wanted: Sequence[float]) -> list[float]:
    return [min(max(value, bounds.low), bounds.high) for value in wanted]


def _course_questions(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    if case.weighed.failing is False:
        return
    yield from _outcome_question(asker, index, case)
    if case.weighed.verdict.adequate is None:
        yield from _course_facts(asker, index, case)
    if case.trial.kind in {"ect", "tms"} and case.weighed.has_lasted is None:
        yield _lasted(asker, index, case)


def _course_facts(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    trial, rules = case.trial, asker.treatments.stimulation
    if trial.kind == "ect" and trial.laterality is None:
        yield _asked(asker, index, ask.of_laterality(), ["bilateral", "unilateral_high_dose"])
    sessions = span_of(trial.sessions)
    if not sessions.is_known:
        steps = {
            "tms": (0.0, rules.tms.sessions),
            "ect": (0.0, rules.ect.sessions_bilateral, rules.ect.sessions_unilateral),
            "ketamine": (0.0, rules.ketamine.sessions),
            "esketamine": (0.0, rules.esketamine.sessions_if_stopped_for_inefficacy, rules.esketamine.sessions),
            "psychotherapy": (0.0, rules.psychotherapy.sessions),
        }[trial.kind]
        yield _asked(asker, index, ask.of_sessions(case, asker.treatments), _within(sessions, steps))
    match trial.kind:
        case "tms":
            yield from _tms_questions(asker, index, case)
        case "ketamine" | "esketamine":
            yield from _ketamine_questions(asker, index, case)
        case "psychotherapy" if not is_recognised(trial, asker.treatments):
            yield _which_therapy(asker, index, case)
        case _:
            pass


def _tms_questions(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    trial, rule = case.trial, asker.treatments.stimulation.tms
    strength = span_of(trial.percent_motor_threshold)
    if not strength.is_known:
        values = _within(strength, (0.0, rule.percent_motor_threshold))
        yield _asked(asker, index, ask.of_strength(asker.treatments), values)
    if is_accelerated_whole(trial, asker.treatments) is None:
        yield _asked(asker, index, ask.of_protocol(), [True, False])


def _ketamine_questions(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    trial, rules = case.trial, asker.treatments.stimulation
    dose = span_of(trial.dose)
    if not dose.is_known:
        steps = (0.0, rules.ketamine.dose)
        if trial.kind == "esketamine":
            steps = (0.0, rules.esketamine.dose)
        yield _asked(asker, index, ask.of_course_dose(case, asker.treatments), _within(dose, steps))
    if trial.kind == "esketamine" and trial.stopped_for is None:
        yield _asked(asker, index, ask.of_stop(case), ["inefficacy", "other"])


def _which_therapy(asker: _Asker, index: int, case: Case) -> _Question:
    """A kind that counts, or one that does not: names have too many answers to try."""
    needed = Span.exactly(asker.treatments.stimulation.psychotherapy.sessions)
    whole = reaches(span_of(case.trial.sessions), needed)
    afters = []
    for adequate in (whole, False):
        failed = all_of(adequate, case.weighed.failing)
        verdict = Verdict(adequate, adequate, failed, failed)
        afters.append(asker.with_weighed(case, case.weighed._replace(verdict=verdict, bare=verdict)))
    return _Question(f"trials.{index}.agent", index, ask.of_therapy(case), tuple(afters))


def _lasted(asker: _Asker, index: int, case: Case) -> _Question:
    """Dates have too many answers to try: what they would decide is tried instead."""
    afters = [asker.with_weighed(case, case.weighed._replace(has_lasted=lasted)) for lasted in (True, False)]
    return _Question(f"trials.{index}.started", index, ask.of_dates(case), tuple(afters))


def _episode_questions(asker: _Asker) -> Iterator[_Question]:
    model, months, severity = asker.treatments.staging.maudsley, asker.standing.months, asker.standing.severity
    if not months.is_known:
        ends = [step.up_to for step in model.duration_months if step.up_to is not None]
        values = dict.fromkeys(_within(months, [*ends, ends[-1] + 1]))
        yield _told(asker, ask.OF_START, [Standing(Span.exactly(value), severity) for value in values])
    if severity.is_known:
        return
    episode = asker.person.episode
    low = episode.severity or episode.severity_at_least or SEVERITIES[0]
    high = episode.severity or episode.severity_at_most or SEVERITIES[-1]
    if episode.severity is None:
        levels = SEVERITIES[SEVERITIES.index(low) : SEVERITIES.index(high) + 1]
        scores = [severity_between(level, level, episode.psychosis, model) for level in levels]
        yield _told(asker, ask.OF_SEVERITY, [Standing(months, score) for score in scores])
    if episode.psychosis is None:
        scores = [severity_between(low, high, said, model) for said in (True, False)]
        yield _told(asker, ask.OF_PSYCHOSIS, [Standing(months, score) for score in scores])


def _told(asker: _Asker, asked: Asked, standings: Sequence[Standing]) -> _Question:
    return _Question(f"episode.{asked.field}", None, asked, tuple([asker.at(standing) for standing in standings]))
