"""Which missing fact would narrow the answers most: found by trying the possible answers, not written by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from solstice.content.treatment_model import Treatments
from solstice.kernel import Span
from solstice.ledger.counted import count
from solstice.ledger.explain import amount
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
from solstice.ledger.weigh import Circumstance, weigh
from solstice.person import SEVERITIES, PersonFile, Trial, span_of

SCALE: Mapping[str, float] = {
    "regulatory_trd": 1,
    "maudsley": 12,
    "thase_rush_strict": 5,
    "thase_rush_lenient": 5,
    "european": 6,
    "mgh_s": 10,
}
"""What a width is divided by, so that one point of each answer weighs alike."""

Widths = Mapping[str, float]
World = tuple[tuple[Case, ...], Standing]


@dataclass(frozen=True, slots=True)
class _Question:
    """One missing fact and the worlds its answers lead to."""

    path: str
    text: str
    worlds: tuple[World, ...]


@dataclass
class _Asker:
    """The history as it is told, and what was already computed for the worlds around it."""

    cases: tuple[Case, ...]
    person: PersonFile
    standing: Standing
    circumstance: Circumstance
    treatments: Treatments
    seen: dict[tuple[Any, ...], Widths] = field(default_factory=dict)

    def widths(self, cases: tuple[Case, ...], standing: Standing) -> Widths:
        """How wide each answer is; trials that look alike to every model are counted once."""
        if standing is not self.standing:
            return self._at_another_standing(standing)
        doses = tuple([case.weighed.dose_ok for case in cases]) if self.is_dose_shared else None
        key = (tuple([_footprint(case) for case in cases]), doses)
        if key not in self.seen:
            counted, staging = count(cases, bare=False), self.treatments.staging
            here = maudsley_width(counted, standing, staging.maudsley)
            self.seen[key] = {**widths_apart(counted, staging), "maudsley": here}
        return self.seen[key]

    def _at_another_standing(self, standing: Standing) -> Widths:
        """The same trials in an episode told more exactly: only the Maudsley range changes, by what was learnt."""
        told, model = self.widths(self.cases, self.standing), self.treatments.staging.maudsley
        if not self.does_maudsley_apply:
            return told
        narrower = width_of_standing(self.standing, model) - width_of_standing(standing, model)
        return {**told, "maudsley": told["maudsley"] - narrower}

    @cached_property
    def does_maudsley_apply(self) -> bool:
        return does_maudsley_apply(count(self.cases, bare=False))

    @cached_property
    def is_dose_shared(self) -> bool:
        """Whether a trial's dose matters to another one: some agent was added to another."""
        return any(case.is_combined for case in self.cases)

    def world(self, index: int, update: Mapping[str, Any]) -> World:
        """The same history with one trial told more exactly."""
        case = self.cases[index]
        trial = case.trial.model_copy(update=dict(update))
        told = Case(index, trial, case.need, weigh(trial, case.need, self.circumstance, self.treatments))
        return (*self.cases[:index], told, *self.cases[index + 1 :]), self.standing


def _footprint(case: Case) -> tuple[Any, ...]:
    """What the widths depend on in a trial of this history, so that worlds that look alike are computed once."""
    weighed = case.weighed
    verdict = weighed.verdict
    return (
        case.index,
        verdict.adequate,
        verdict.failed,
        verdict.failed_strict,
        weighed.in_episode,
        weighed.is_asked_about,
        weighed.is_use_proven,
        weighed.at_label_max if verdict.failed_strict is not False else None,
        weighed.is_bilateral,
    )


def deciding_questions(
    cases: Sequence[Case], person: PersonFile, circumstance: Circumstance, treatments: Treatments
) -> tuple[DecidingQuestion, ...]:
    """The missing facts whose answers narrow something, the most useful first."""
    standing = standing_of(person, treatments.staging)
    asker = _Asker(tuple(cases), person, standing, circumstance, treatments)
    before = asker.widths(asker.cases, standing)
    if not any(before.values()):
        return ()
    found: list[DecidingQuestion] = []
    for question in _questions(asker):
        afters = [asker.widths(*world) for world in question.worlds]
        narrows = tuple(item for name, width in before.items() if (item := _narrowing(name, width, afters)))
        if narrows:
            gain = sum((item.before - item.mean_after) / SCALE[item.answer] for item in narrows)
            found.append(DecidingQuestion(question.path, question.text, narrows, round(gain, 6)))
    return tuple(sorted(found, key=lambda item: -item.gain))


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
            text = f"{case.need.name}: was this tried in the current episode?"
            yield _asked(asker, index, "in_episode", (text, [True, False]))
        match case.need.role:
            case "medicine" | "augmentation":
                yield from _medicine_questions(asker, index, case)
            case "course":
                yield from _course_questions(asker, index, case)
            case "unlisted" if case.weighed.is_asked_about:
                what = "an augmentation" if case.trial.kind == "augmentation" else "an antidepressant"
                yield _dropped_or_counted(asker, index, case, ("agent", f"Does {case.need.name} count as {what}?"))
            case _:
                pass
    yield from _episode_questions(asker)


def _asked(asker: _Asker, index: int, key: str, asked: tuple[str, Sequence[Any]]) -> _Question:
    text, values = asked
    return _Question(
        f"trials.{index}.{key}", text, tuple(asker.world(index, {key: value}) for value in dict.fromkeys(values))
    )


def _dropped_or_counted(asker: _Asker, index: int, case: Case, asked: tuple[str, str]) -> _Question:
    """A question whose answers are 'it does not count' and, as far as the ranges go, 'still open'."""
    key, text = asked
    without = tuple(other for other in asker.cases if other is not case)
    return _Question(f"trials.{index}.{key}", text, ((without, asker.standing), (asker.cases, asker.standing)))


def _medicine_questions(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    weighed, need, trial = case.weighed, case.need, case.trial
    if weighed.is_asked_about:
        text = f"{need.name}, stopped for side effects: for how long, and at which dose?"
        yield _dropped_or_counted(asker, index, case, ("weeks_at_dose", text))
        return
    if weighed.verdict.adequate is False or "under_18" in weighed.codes:
        return
    if need.level_decides and trial.serum_level is None and need.level_min is not None:
        text = f"Serum level of {need.name}: was it {need.level_min:g} {need.level_unit} or more?"
        yield _asked(asker, index, "serum_level", (text, [0.0, need.level_min]))
    elif weighed.dose_ok is None and need.dose is not None:
        text = f"Dose of {need.name}: what was the highest dose held ({amount(need.dose)} {need.unit} or more counts)?"
        values = _within(span_of(trial.dose), (0.0, need.dose.high, need.dose_max or need.dose.high))
        yield _asked(asker, index, "dose", (text, values))
    if weighed.weeks_ok is None or weighed.weeks_strict_ok is None:
        text = f"Weeks of {need.name} at or above the minimum dose: {need.weeks:g}, or strictly {need.weeks_strict:g}?"
        values = _within(weighed.weeks, (0.0, need.weeks, need.weeks_strict))
        yield _asked(asker, index, "weeks_at_dose", (text, values))
    if weighed.failing is None:
        text = f"Outcome of {need.name}: did it help by half or more?"
        yield _asked(asker, index, "outcome", (text, ["no_response", "response"]))
    if weighed.adherence_ok is None and (need.role == "augmentation" or trial.added_to is not None):
        text = f"Adherence to {need.name}: were 80 % of doses or more taken?"
        yield _asked(asker, index, "adherence", (text, ["good", "poor"]))


def _within(bounds: Span, wanted: Sequence[float]) -> list[float]:
    return [min(max(value, bounds.low), bounds.high) for value in wanted]


def _course_questions(asker: _Asker, index: int, case: Case) -> Iterator[_Question]:
    trial: Trial = case.trial
    if trial.kind != "ect" or case.weighed.verdict.failed is not None:
        return
    if case.weighed.failing is None:
        yield _asked(
            asker, index, "outcome", ("Outcome of ECT: did it help by half or more?", ["no_response", "response"])
        )
    if trial.laterality is None:
        text = "Electrode placement of ECT: bilateral or unilateral (high-dose)?"
        yield _asked(asker, index, "laterality", (text, ["bilateral", "unilateral_high_dose"]))
    sessions = span_of(trial.sessions)
    if not sessions.is_known:
        text = "Number of ECT sessions: 6 bilateral, or 8 high-dose unilateral, or more?"
        yield _asked(asker, index, "sessions", (text, _within(sessions, (0.0, 6.0, 8.0))))


def _episode_questions(asker: _Asker) -> Iterator[_Question]:
    model, months, severity = asker.treatments.staging.maudsley, asker.standing.months, asker.standing.severity
    if not months.is_known:
        ends = [step.up_to for step in model.duration_months if step.up_to is not None]
        values = dict.fromkeys(_within(months, [*ends, ends[-1] + 1]))
        text = "Start of the current episode: when did it begin?"
        yield _told(asker, "started", text, [Standing(Span.exactly(value), severity) for value in values])
    if severity.is_known:
        return
    episode = asker.person.episode
    low = episode.severity or episode.severity_at_least or SEVERITIES[0]
    high = episode.severity or episode.severity_at_most or SEVERITIES[-1]
    if episode.severity is None:
        levels = SEVERITIES[SEVERITIES.index(low) : SEVERITIES.index(high) + 1]
        scores = [severity_between(level, level, episode.psychosis, model) for level in levels]
        text = "Severity of the episode, set by a clinician?"
        yield _told(asker, "severity", text, [Standing(months, score) for score in scores])
    if episode.psychosis is None:
        scores = [severity_between(low, high, said, model) for said in (True, False)]
        text = "Psychotic features, set by a clinician: present or absent?"
        yield _told(asker, "psychosis", text, [Standing(months, score) for score in scores])


def _told(asker: _Asker, key: str, text: str, standings: Sequence[Standing]) -> _Question:
    return _Question(f"episode.{key}", text, tuple((asker.cases, standing) for standing in standings))
