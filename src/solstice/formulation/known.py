"""What is known about one person as conditions ask for it: facts, latest answers, bounds where answers are missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from solstice.content.constraint_model import FactName, FactWords, NumberName
from solstice.content.library import Library
from solstice.content.mechanism_model import AnswerRange
from solstice.kernel import Span
from solstice.person import Answers, Interview, PersonFile, Trial

DAYS_A_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest answers to one instrument; `is_stale` answers can still raise concern, but no longer clear it."""

    answers: Answers
    range: AnswerRange | None
    is_stale: bool

    @property
    def on(self) -> date:
        return self.answers.on

    @property
    def name(self) -> str:
        return self.range.name if self.range else self.answers.instrument.upper()

    def total(self) -> Span | None:
        """Every total that is possible with the answers given; None where nothing bounds it."""
        if self.answers.total is not None:
            return Span.exactly(self.answers.total)
        items = self.answers.items or ()
        given = sum(item for item in items if item is not None)
        gaps = sum(item is None for item in items) + max(0, (self.range.items if self.range else 0) - len(items))
        if gaps and self.range is None:
            return None
        return Span(given, given + gaps * (self.range.item_max if self.range else 0))

    def item(self, number: int) -> int | None:
        items = self.answers.items or ()
        return items[number - 1] if number <= len(items) else None

    def item_label(self, number: int) -> str:
        label = self.range.labels.get(str(number)) if self.range else None
        return f"{self.name} item {number}" + (f" ({label})" if label else "")


@dataclass(frozen=True, slots=True)
class Known:
    """A person as conditions see them."""

    facts: Mapping[FactName, bool | str | None]
    latest: Mapping[str, Latest]
    numbers: Mapping[NumberName, Span | None]
    listed: frozenset[str]
    fact_words: Mapping[FactName, FactWords]
    condition_words: Mapping[str, FactWords]
    ranges: Mapping[str, AnswerRange]
    at: date
    interview: Interview
    family: frozenset[str]
    trials: tuple[Trial, ...]
    topic_questions: Mapping[str, str]
    check_months: Mapping[str, int | None]

    def with_failed_trials(self, count: Span | None) -> "Known":
        """The same with what the ledger found; the formulation does not know it, since siblings do not import."""
        return replace(self, numbers={**self.numbers, "adequate-failed-trials": count})

    def instrument_name(self, instrument: str) -> str:
        found = self.ranges.get(instrument)
        return found.name if found else instrument.upper()


def known_about(person: PersonFile, library: Library) -> Known:
    """Collect what conditions may ask of this person."""
    constraints, mechanisms = library.constraints, library.mechanisms
    facts: dict[FactName, bool | str | None] = {
        name: getattr(person.facts, name) for name in constraints.facts if name not in {"psychosis", "severity"}
    }
    facts["psychosis"] = person.episode.psychosis
    facts["severity"] = person.episode.severity
    oldest = person.at - timedelta(days=constraints.stale_after_days)
    latest = {
        instrument: Latest(answers, mechanisms.instruments.get(instrument), answers.on < oldest)
        for instrument, answers in latest_answers(person).items()
    }
    age = person.age_years
    numbers: dict[NumberName, Span | None] = {
        "age": Span(age[0], age[1]) if age else None,
        "previous-episodes": _exactly(person.episode.previous_episodes),
        "episode-months": episode_months(person),
        "adequate-failed-trials": None,
    }
    return Known(
        facts,
        latest,
        numbers,
        frozenset(person.conditions or ()),
        constraints.facts,
        constraints.conditions,
        mechanisms.instruments,
        person.at,
        person.interview or Interview(),
        frozenset(person.family_history or ()),
        person.trials,
        {one.asked.topic: one.asked.question for one in library.factors.factors if one.asked},
        {check.topic: check.again_after_months for check in library.factors.checks},
    )


def latest_answers(person: PersonFile) -> dict[str, Answers]:
    """The latest answers of each instrument; of two on one day, the graver, so that order in the file says nothing."""
    out: dict[str, Answers] = {}
    for answers in sorted(person.answers, key=_recency):
        out[answers.instrument] = answers
    return out


def _recency(answers: Answers) -> tuple[date, float, str]:
    given = [item for item in answers.items or () if item is not None]
    return answers.on, float(answers.total if answers.total is not None else sum(given)), repr(answers.items)


def _exactly(value: int | None) -> Span | None:
    return None if value is None else Span.exactly(value)


def episode_months(person: PersonFile) -> Span | None:
    """Shortest and longest possible length of the episode on the day asked."""
    episode = person.episode
    if episode.months is not None:
        return Span.exactly(episode.months)
    if episode.started is None:
        return None
    latest = min(episode.started.latest, person.at)
    return Span((person.at - latest).days / DAYS_A_MONTH, (person.at - episode.started.earliest).days / DAYS_A_MONTH)
