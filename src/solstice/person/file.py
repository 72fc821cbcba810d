"""The person file as a model, and its reader for YAML and JSON."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from solstice.content.read import (
    ContentError,
    Document,
    Fault,
    Frozen,
    MisplacedError,
    parse_json,
    parse_yaml,
    validate,
)
from solstice.kernel.day import day_in_words
from solstice.person.interview import Interview
from solstice.person.partial_date import PartialDateField
from solstice.person.trial import AtLeastAtMost, Trial

Severity = Literal["subsyndromal", "mild", "moderate", "severe"]
SEVERITIES: tuple[Severity, ...] = ("subsyndromal", "mild", "moderate", "severe")
Slug = str


class About(Frozen):
    birth_year: int | None = Field(default=None, ge=1890, le=2200)
    age: int | None = Field(default=None, ge=0, le=120)
    sex: Literal["female", "male", "other", "unknown"] | None = None
    language: str | None = Field(default=None, max_length=35)

    @model_validator(mode="after")
    def _age_once(self) -> Self:
        if self.birth_year is not None and self.age is not None:
            raise ValueError("both birth_year and age are given; keep one of them")
        return self


class Episode(Frozen):
    started: PartialDateField | None = None
    months: float | None = Field(default=None, ge=0, le=1200)
    previous_episodes: int | None = Field(default=None, ge=0, le=200)
    severity: Severity | None = None
    severity_at_least: Severity | None = Field(default=None, description="where the clinician can only bound it")
    severity_at_most: Severity | None = None
    psychosis: bool | None = None

    @model_validator(mode="after")
    def _start_once(self) -> Self:
        if self.started is not None and self.months is not None:
            raise ValueError("both started and months are given; keep one of them")
        return self

    @model_validator(mode="after")
    def _severity_once(self) -> Self:
        low, high = self.severity_at_least, self.severity_at_most
        if self.severity is not None and (low or high):
            raise ValueError("both severity and its bounds are given; keep severity, or the bounds")
        if low and high and SEVERITIES.index(low) > SEVERITIES.index(high):
            raise ValueError("severity_at_least is above severity_at_most; swap them")
        return self


class Facts(Frozen):
    """Clinician-set facts; an absent one is unknown and is asked about where it would matter."""

    bipolarity: bool | None = None
    pregnancy: bool | None = None
    seizure_history: bool | None = None
    metal_in_head: bool | None = None
    dissociation: Literal["none", "some", "severe"] | None = None
    suicide_risk: Literal["low", "moderate", "high"] | None = None
    active_mania: bool | None = None
    substance_use_severe: bool | None = None
    unsafe_home: bool | None = None
    medically_unstable: bool | None = None
    safety_critical_job: bool | None = None
    personality_disorder: bool | None = None
    childhood_trauma: bool | None = None
    interpersonal_trigger: bool | None = None
    bereavement: bool | None = None
    living_alone: bool | None = None
    unemployed: bool | None = None


class Answers(Frozen):
    """One filled-in instrument: `items` (null = unanswered) or, for licensed scales, a `total`."""

    instrument: Slug
    on: date
    items: tuple[int | None, ...] | None = None
    total: float | None = None
    rater: str | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if (self.items is None) == (self.total is None):
            raise ValueError("give either items or total; not both and not neither")
        return self


Weight = Annotated[int, Field(ge=0, le=3)]


class Weights(Frozen):
    """How much each burden matters to the person: 0 not at all, 1 a little, 2 quite, 3 most; absent: not asked."""

    speed: Weight | None = Field(default=None, description="how soon it can be known whether it helps")
    time: Weight | None = Field(default=None, description="hours it takes in all")
    side_effects: Weight | None = None
    travel: Weight | None = None


class Preferences(Frozen):
    likes: tuple[Slug, ...] = ()
    avoids: tuple[Slug, ...] = ()
    hours_per_week: float | None = Field(default=None, ge=0, le=80)
    travel: Literal["none", "limited", "free"] | None = None
    weights: Weights = Weights()


class Offer(Frozen):
    """What the clinic can give; `waiting_weeks` until a first appointment, `full` has no place at all at present."""

    therapies: tuple[Slug, ...] | None = None
    waiting_weeks: dict[Slug, Annotated[float, Field(ge=0, le=520)]] = Field(default_factory=dict)
    full: tuple[Slug, ...] = ()


NOBODY, NO_EPISODE, NO_FACTS, NO_PREFERENCES, NO_OFFER = About(), Episode(), Facts(), Preferences(), Offer()
"""What stands where nothing is told: frozen, so that all files share them; a plain default is copied each time."""


class PersonFile(Frozen):
    """Format person/1; see `solstice schema person`."""

    solstice: Literal["person/1"]
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")
    at: date
    person: About = Field(default_factory=lambda: NOBODY)
    episode: Episode = Field(default_factory=lambda: NO_EPISODE)
    conditions: tuple[Slug, ...] | None = None
    family_history: tuple[Slug, ...] | None = None
    facts: Facts = Field(default_factory=lambda: NO_FACTS)
    pseudo_resistance: dict[str, Literal["open", "ruled_out", "present"]] = Field(
        default_factory=dict, description="answers of a clinician to the pseudo-resistance questions"
    )
    trials: tuple[Trial, ...] = ()
    answers: tuple[Answers, ...] = ()
    preferences: Preferences = Field(default_factory=lambda: NO_PREFERENCES)
    offer: Offer = Field(default_factory=lambda: NO_OFFER)
    interview: Interview | None = Field(default=None, description="absent: nobody was interviewed yet")

    @model_validator(mode="after")
    def _nothing_after_the_day_asked(self) -> Self:
        asked = day_in_words(self.at)
        for index, answer in enumerate(self.answers):
            if answer.on > self.at:
                what = f"the date {day_in_words(answer.on)} is after `at` ({asked}); check the year"
                raise MisplacedError(("answers", index, "on"), what)
        for index, trial in enumerate(self.trials):
            if trial.started is not None and trial.started.earliest > self.at:
                what = f"{trial.started.in_words()} is after `at` ({asked}); check the year"
                raise MisplacedError(("trials", index, "started"), what)
        started = self.episode.started
        if started is not None and started.earliest > self.at:
            what = f"{started.in_words()} is after `at` ({asked}); check the year"
            raise MisplacedError(("episode", "started"), what)
        late = self.interview.late_by(self.at) if self.interview else None
        if late is not None:
            what = f"{late[1].in_words()} is after `at` ({asked}); check the year"
            raise MisplacedError(("interview", *late[0]), what)
        return self

    @property
    def age_years(self) -> tuple[int, int] | None:
        """Youngest and oldest possible age on the day asked; None when unknown."""
        if self.person.age is not None:
            return self.person.age, self.person.age
        if self.person.birth_year is not None:
            oldest = self.at.year - self.person.birth_year
            return max(0, oldest - 1), oldest
        return None


def parse_person(text: str, path: str = "person file") -> PersonFile:
    """Read YAML or JSON text. Raises ContentError with every fault, each with its line."""
    if not text.lstrip().startswith("{"):
        return person_from(parse_yaml(text, path))
    return _at_once(text) or person_from(parse_json(text, path))


def _at_once(text: str) -> PersonFile | None:
    """The person of JSON that was parsed once; None where only the long way can tell what is wrong, if anything.

    No key stands twice where the text has no more colons than the model was told keys: each key brings its own colon,
    and a colon in a string, or in a part that is not looked at here, only sends the file the long way.
    """
    try:
        person = PersonFile.model_validate_json(text)
    except ValidationError:
        return None
    trials = person.trials
    amounts = [amount for one in trials for amount in (one.dose, one.weeks_at_dose) if type(amount) is AtLeastAtMost]
    parts = (person, person.person, person.episode, person.facts, *trials, *amounts, *person.answers)
    return person if sum([len(part.model_fields_set) for part in parts]) == text.count(":") else None


def person_from(document: Document) -> PersonFile:
    if not isinstance(document.data, dict):
        raise ContentError([Fault(document.path, 1, "this holds no person", "start with `solstice: person/1`")])
    return validate(document, PersonFile)


def read_person(path: Path) -> PersonFile:
    """Read a person file from disk. Raises ContentError, also where the file cannot be read."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - Path.open costs as much again as the reading
            text = file.readall().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ContentError([Fault(str(path), 1, f"cannot be read ({reason})", "name a YAML or JSON file")]) from None
    return parse_person(text, str(path))
