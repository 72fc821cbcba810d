"""A whole therapy as data: its head, sessions, worksheets, practices in four doses, words and worked examples."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen
from solstice.content.therapy_condition import CONTRA_FLAGS, ContraFlag, When
from solstice.content.therapy_text import PracticeBody, SessionBody, split_practice, split_session

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=2)]
Energy = Literal[0, 1, 2, 3]
DoneState = Literal["done", "partly", "not_done", "not_applicable"]

AgendaStep = Literal["check_in", "agree_agenda", "homework", "main", "summary", "next_task", "rating"]
SPINE: tuple[AgendaStep, ...] = ("check_in", "agree_agenda", "homework", "main", "summary", "next_task", "rating")
"""The order every session follows; only `main` may stand twice or more. Source: fact file, common_session_spine."""

FieldKind = Literal[
    "short_text",
    "long_text",
    "scale_0_10",
    "scale_0_100",
    "choice",
    "choices",
    "time",
    "date",
    "yes_no",
    "activity",
]


class Range(Frozen):
    low: int = Field(ge=0)
    high: int = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("low is above high; swap them")
        return self


class Structure(Frozen):
    sessions: Range
    minutes: Range
    frequency: Text
    homework_minutes_a_day: Range | None = None
    source: Cited


class Statement(Frozen):
    text: Text
    source: Cited


class Phase(Frozen):
    name: Text
    patient_name: Text
    first: int = Field(ge=1)
    last: int = Field(ge=1)


class Indication(Frozen):
    """For whom; `when` is what the software can check, absent where only a talk can tell."""

    text: Text
    when: When | None = None
    source: Cited


class Caution(Frozen):
    """Not for whom, or only with care: when, why (`text`), and what the clinician does instead (`do`)."""

    text: Text
    when: When
    do: Text
    source: Cited


class Pause(Frozen):
    """What an open contra flag stops, and what a clinician does about it."""

    flag: ContraFlag
    why: Text
    do: Text
    source: Cited


class Measure(Frozen):
    """An instrument of the library by id, or only a `name` where the text is licensed and not held here."""

    instrument: Slug | None = None
    name: Text | None = None
    role: Literal["outcome", "process", "alliance", "safety"]
    when: Text
    source: Cited

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if (self.instrument is None) == (self.name is None):
            raise ValueError("a measure is named twice or not at all; give either instrument or name")
        return self


class Fidelity(Frozen):
    tool: Text
    threshold: Text | None = None
    points: tuple[Text, ...] = Field(min_length=1)
    source: Cited


class AgendaItem(Frozen):
    step: AgendaStep
    minutes: int = Field(ge=1, le=60)
    do: Text


class Session(Frozen):
    """One session: `sessions/NN-slug.md`. The notes are for the clinician, `for_you` is the patient's text."""

    number: int = Field(ge=1)
    title: Text
    patient_title: Text
    minutes: int = Field(ge=10, le=120)
    agenda: tuple[AgendaItem, ...]
    worksheets: tuple[Name, ...] = ()
    practices: tuple[Slug, ...] = Field(min_length=1)
    measures: tuple[Slug, ...] = ()
    fidelity: tuple[Text, ...] = Field(min_length=1)
    source: Cited
    body: Annotated[SessionBody, BeforeValidator(split_session)]

    @property
    def notes(self) -> dict[str, str]:
        """Heading → Markdown for the clinician, in a fixed order; see NOTE_HEADINGS."""
        return dict(self.body.notes)

    @property
    def for_you(self) -> str:
        """Markdown for the patient."""
        return self.body.for_you

    @model_validator(mode="after")
    def _agenda_follows_the_spine(self) -> Self:
        steps = [item.step for item in self.agenda]
        once = [step for index, step in enumerate(steps) if step != "main" or steps[index - 1] != "main"]
        if tuple(once) != SPINE:
            raise ValueError(f"the agenda is {', '.join(steps)}; follow the spine {', '.join(SPINE)}")
        total = sum(item.minutes for item in self.agenda)
        if total != self.minutes:
            raise ValueError(f"the agenda adds up to {total} minutes; make it the session's {self.minutes}")
        return self


class Option(Frozen):
    value: Name
    label: Text


class WorksheetField(Frozen):
    """One question on one screen. `column` names the column of the paper form where several questions fill it."""

    id: Name
    ask: Text
    kind: FieldKind
    optional: bool = False
    help: Text | None = None
    example: Text | None = None
    column: Name | None = None
    low: Text | None = None
    high: Text | None = None
    options: tuple[Option, ...] = ()

    @model_validator(mode="after")
    def _kind_has_its_parts(self) -> Self:
        is_choice, is_scale = self.kind in {"choice", "choices"}, self.kind.startswith("scale_")
        if is_choice != bool(self.options):
            raise ValueError("options and kind disagree; options belong to choice and choices, and they need them")
        if is_scale != (self.low is not None and self.high is not None):
            raise ValueError("low, high and kind disagree; a scale needs words for both ends, other kinds none")
        return self


class Worksheet(Frozen):
    """A form as guided small steps: `worksheets/<id>.yaml`. `repeats`: one entry is one row of many."""

    id: Name
    name: Text
    title: Text
    purpose: Text
    why: Text
    minutes: int = Field(ge=1, le=60)
    repeats: bool
    after: Text
    fields: tuple[WorksheetField, ...] = Field(min_length=1)
    source: Cited

    @model_validator(mode="after")
    def _each_field_once(self) -> Self:
        ids = [field.id for field in self.fields]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"the field '{twice[0]}' stands twice; give each field its own id")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the paper form, in order."""
        return tuple(dict.fromkeys(field.column or field.id for field in self.fields))


class AfterQuestion(Frozen):
    ask: Text
    low: Text
    high: Text


class Practice(Frozen):
    """One thing to do, in four doses: `practices/<id>.md`.

    `agreed_only`: offered as a task agreed with the clinician, and never by turn.
    """

    id: Slug
    title: Text
    why: Text
    kind: Literal["doing", "noticing", "thinking", "connecting", "resting"]
    agreed_only: bool = False
    worksheet: Name | None = None
    after: AfterQuestion | None = None
    body: Annotated[PracticeBody, BeforeValidator(split_practice)]

    @property
    def doses(self) -> "tuple[Dose, ...]":
        """From 20 seconds to 20 minutes; the index is the energy level that picks the dose."""
        return tuple(Dose(seconds=seconds, steps=steps) for seconds, steps in self.body.doses)


class Dose(Frozen):
    seconds: int
    steps: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.seconds} seconds" if self.seconds < 60 else f"{self.seconds // 60} minutes"


class Words(ContentFile):
    """What the portal says around every step, the same in all therapies: `therapies/words.yaml`."""

    solstice: Literal["therapy-words/1"]
    energy_question: Text
    energy_levels: tuple[Text, Text, Text, Text]
    stop: Text
    paused_title: Text
    paused: Text
    rest_offer: Text
    done_today: Text
    before_first_session: Text
    smaller: Text
    smallest: Text
    ready: Text
    not_known: Text
    done: Text
    partly: Text
    not_done: Text
    not_applicable: Text


class GivenSession(Frozen):
    number: int = Field(ge=1)
    on: date


class GivenTask(Frozen):
    id: Slug
    task: Text
    agreed_on: date
    practice: Slug | None = None
    seconds: int | None = Field(default=None, ge=1)
    state: DoneState | None = None


class GivenEntry(Frozen):
    on: date
    practice: Slug
    seconds: int = Field(ge=1)
    state: DoneState


class Given(Frozen):
    sessions: tuple[GivenSession, ...] = ()
    tasks: tuple[GivenTask, ...] = ()
    entries: tuple[GivenEntry, ...] = ()
    flags: tuple[ContraFlag, ...] = ()


class Expected(Frozen):
    kind: Literal["practice", "task", "rest", "paused"]
    practice: Slug | None = None
    seconds: int | None = None


class Example(Frozen):
    """One point of a worked course: what is known, and the step that follows."""

    name: Text
    given: Given
    energy: Energy
    at: date
    then: Expected


class Examples(Frozen):
    """`examples.yaml`."""

    examples: tuple[Example, ...] = Field(min_length=1)


class TherapyHead(ContentFile):
    """`therapy.yaml`: the head of the folder; its sources, version and review stand for every file below it."""

    solstice: Literal["therapy/1"]
    name: Text
    short_name: Text
    patient_name: Text
    patient_summary: Text
    mechanism: Statement
    adaptation: Statement | None = None
    structure: Structure
    phases: tuple[Phase, ...] = Field(min_length=1)
    indications: tuple[Indication, ...] = Field(min_length=1)
    cautions: tuple[Caution, ...]
    pauses: tuple[Pause, ...]
    formats: tuple[Literal["individual", "group", "guided_internet", "phone", "video"], ...] = Field(min_length=1)
    measures: tuple[Measure, ...] = Field(min_length=1)
    fidelity: Fidelity
    first_practice: Slug
    rest_practice: Slug
    own_task_practice: Slug

    @model_validator(mode="after")
    def _every_flag_pauses(self) -> Self:
        missing = sorted(set(CONTRA_FLAGS) - {pause.flag for pause in self.pauses})
        if missing:
            raise ValueError(f"no pause for {', '.join(missing)}; every contra flag needs one under `pauses`")
        return self


class Therapy(TherapyHead):
    """A whole therapy: the head with everything that stands in its folder."""

    words: Words
    sessions: tuple[Session, ...]
    worksheets: dict[str, Worksheet]
    practices: dict[str, Practice]
    examples: tuple[Example, ...]

    def session(self, number: int) -> Session:
        """The session with this number. Raises KeyError for one the therapy does not have."""
        for session in self.sessions:
            if session.number == number:
                return session
        raise KeyError(number)

    def phase_of(self, number: int) -> Phase:
        """The phase a session belongs to. Raises KeyError for a session the therapy does not have."""
        for phase in self.phases:
            if phase.first <= number <= phase.last:
                return phase
        raise KeyError(number)
