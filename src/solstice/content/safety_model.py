"""What the clinic does about risk, as reviewed content: levels, escalation, red flags, the help card, crisis lines."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader

if TYPE_CHECKING:
    from solstice.content.instrument_model import Instrument
    from solstice.content.library import Library

ActWithin = Literal["now", "same_day", "day_queue", "no_action"]
Urgency = Literal["high", "moderate", "low", "none"]

CRISIS_LINE_VALID_FOR = timedelta(days=90)


class Level(Frozen):
    """Who must act, by when, and what the software does meanwhile; a named person decides everything else."""

    id: str
    who: str
    act_within: ActWithin
    urgency: Urgency
    ask_structured: bool = Field(description="ask the structured questions in the same session")
    show_help: bool
    block_unguided: bool = False
    text: str
    source: Cited


class ItemRule(Frozen):
    """The level each answer of a risk item raises; `unanswered` is a task, never silence."""

    instrument: str
    item: int = Field(ge=1)
    answers: Mapping[int, str]
    unanswered: str
    source: Cited


def is_unheard(instrument: "Instrument", library: "Library") -> bool:
    """Whether a question about suicide in it would be answered without any rule telling a person (hazard H55)."""
    risk = instrument.risk_item
    if risk is None or risk.about != "suicide" or not instrument.levels_of(risk.item):
        return False
    heard = {rule.item for rule in library.safety["signals"].items if rule.instrument == instrument.id}
    return not {risk.item, *risk.also} <= heard


class Escalation(Frozen):
    """What happens when nobody has acknowledged: after so many minutes, or on the next working day."""

    urgency: Literal["high", "moderate", "low"]
    minutes: int | None = Field(default=None, ge=1)
    next_working_day: bool = False
    to: str

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.minutes is None) != self.next_working_day:
            raise ValueError("an escalation has one time; give either minutes or next_working_day: true")
        return self


class RedFlag(Frozen):
    id: str
    look_for: str
    do: str
    act_within: Literal["emergency", "now", "same_day", "local_policy"]
    source: Cited


class HelpCard(Frozen):
    """What a person sees when help may be needed: fixed text, approved by people, never generated."""

    language: str
    title: str
    lines: tuple[str, ...] = Field(min_length=1)
    not_monitored: str
    call: str
    link_text: str


class SafetyRules(ContentFile):
    solstice: Literal["safety/1"]
    levels: tuple[Level, ...] = Field(min_length=1)
    items: tuple[ItemRule, ...] = Field(min_length=1)
    escalation: tuple[Escalation, ...]
    escalation_source: Cited
    red_flags: tuple[RedFlag, ...]
    help_cards: tuple[HelpCard, ...] = Field(min_length=1)
    limits: str
    limits_source: Cited

    @model_validator(mode="after")
    def _levels_exist(self) -> Self:
        known = {level.id for level in self.levels}
        for rule in self.items:
            unknown = sorted({*rule.answers.values(), rule.unanswered} - known)
            if unknown:
                raise ValueError(
                    f"the level '{unknown[0]}' does not exist; known levels are {', '.join(sorted(known))}"
                )
        missing = {level.urgency for level in self.levels} - {step.urgency for step in self.escalation} - {"none"}
        if missing:
            raise ValueError(f"no escalation for urgency {min(missing)}; add it: no alert may wait for ever")
        return self

    def level(self, name: str) -> Level:
        return next(level for level in self.levels if level.id == name)

    def escalation_of(self, urgency: Urgency) -> Escalation | None:
        return next((step for step in self.escalation if step.urgency == urgency), None)

    def help_card(self, language: str = "en") -> HelpCard:
        """The card in the language, or in the first language there is: help is never withheld for a language."""
        return next((card for card in self.help_cards if card.language == language), self.help_cards[0])


class CrisisLine(Frozen):
    country: str = Field(pattern=r"^[A-Z]{2}$")
    region: str | None = None
    name: str
    phone: str | None = None
    text: str | None = None
    chat_url: str | None = None
    hours: str
    languages: tuple[str, ...] = ()
    age: str | None = None
    last_checked: date | None = None
    checked_by: str | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.phone or self.text or self.chat_url):
            raise ValueError("the line cannot be reached; give phone, text or chat_url")
        if (self.last_checked is None) != (self.checked_by is None):
            raise ValueError("a check has a day and a person; give last_checked and checked_by, or neither")
        return self

    def is_checked(self, at: date) -> bool:
        """Whether somebody called it in the last 90 days."""
        return self.last_checked is not None and self.last_checked <= at <= self.last_checked + CRISIS_LINE_VALID_FOR


class CrisisLines(ContentFile):
    """Lines of help. `example` files are for the demo only: a clinic brings its own, checked by a named person."""

    solstice: Literal["crisis-lines/1"]
    use: Literal["example", "clinic"]
    lines: tuple[CrisisLine, ...]

    def for_country(self, country: str) -> tuple[CrisisLine, ...]:
        return tuple(line for line in self.lines if line.country == country)

    def why_not_live(self, at: date) -> str | None:
        """Why a clinic may not go live with these lines; None when it may."""
        if self.use == "example":
            return "these are example lines from memory: put in your own, and check each by calling it"
        if not self.lines:
            return "no crisis line is configured"
        old = next((line.name for line in self.lines if not line.is_checked(at)), None)
        return f"the line '{old}' was not checked in the last 90 days" if old else None


def read_safety(reader: Reader) -> dict[str, SafetyRules]:
    """The safety rules (one file); faults are noted in the reader."""
    return {
        rules.id: rules for path in reader.files("safety/signals.yaml") if (rules := reader.model(path, SafetyRules))
    }


def read_crisis_lines(reader: Reader) -> dict[str, CrisisLines]:
    """Crisis-line files by id; faults are noted in the reader."""
    return dict(_crisis_lines(reader))


def _crisis_lines(reader: Reader) -> Iterator[tuple[str, CrisisLines]]:
    for path in reader.files("safety/crisis-lines*.yaml"):
        lines = reader.model(path, CrisisLines)
        if lines is not None:
            yield lines.id, lines
