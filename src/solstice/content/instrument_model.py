"""An instrument as reviewed content: what it asks, how it is scored, what its totals mean, and who may show it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.instrument_facts import (
    Band,
    Bands,
    CourseStep,
    Crosswalk,
    Cutoff,
    Direction,
    ExpectedCourse,
    Levels,
    Licence,
    LicenceCode,
    Loinc,
    MadeFor,
    Missing,
    OwnLevels,
    ReliableChange,
    Remark,
    RiskItem,
    SmallestImportant,
    Subscale,
    Subscales,
    covers,
    items_of,
)
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen
from solstice.content.scoring_model import (
    WITHOUT_TOTAL,
    ActivityMinutes,
    Derived,
    DomainMaxima,
    Graded,
    ItemsAtLeast,
    MinutesBetween,
    Pattern,
    PercentOf,
    ResponseRule,
    ScoringRule,
    Skip,
    SumRule,
    SumWithOptionalItem,
    Threshold,
    WeightedTerms,
)

__all__ = [
    "Band",
    "CourseStep",
    "Cutoff",
    "Example",
    "ExamplesFile",
    "Instrument",
    "InstrumentFile",
    "InstrumentText",
    "LicenceCode",
    "Missing",
    "Option",
    "Subscale",
]

About = Literal[
    "activation", "activity", "alcohol", "alliance", "anxiety", "beliefs", "cognition", "depression", "dissociation",
    "drugs", "emotion", "expectation", "flexibility", "functioning", "mania", "mindfulness", "other", "pleasure",
    "quality_of_life", "relationships", "repetitive_thinking", "safety", "session", "side_effects", "sleep", "suicide",
    "support", "trauma", "wellbeing",
]  # fmt: skip
Use = Literal["outcome", "screen", "process", "safety", "diary", "test"]
Rater = Literal["self", "clinician"]


class Option(Frozen):
    value: int
    label: str


class ExtraItem(Frozen):
    """A question asked beside the items and never scored."""

    id: str
    text: str
    options: tuple[Option, ...] = Field(min_length=2)


class InstrumentText(ContentFile):
    """The words of an instrument in one language; `item_options` where each item has its own answers."""

    solstice: Literal["instrument-text/1"]
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")
    stem: str
    gate: ExtraItem | None = None
    items: tuple[str, ...] = Field(min_length=1)
    options: tuple[Option, ...] = ()
    item_options: tuple[tuple[Option, ...], ...] = ()
    extra_items: tuple[ExtraItem, ...] = ()
    notice: str
    note: str | None = None
    text_source: Cited

    @model_validator(mode="after")
    def _each_item_has_answers(self) -> Self:
        if bool(self.options) == bool(self.item_options):
            raise ValueError("give either options for all items or item_options; not both and not neither")
        if self.item_options and len(self.item_options) != len(self.items):
            raise ValueError(f"{len(self.items)} items but {len(self.item_options)} item_options; give one each")
        return self

    def options_of(self, item: int) -> tuple[Option, ...]:
        """The answers of one item, counted from 1."""
        return self.item_options[item - 1] if self.item_options else self.options


class InstrumentFile(ContentFile):
    """The file instrument.yaml: everything about an instrument but its words. What a source does not give is absent."""

    solstice: Literal["instrument/1"]
    name: str
    short_name: str
    about: About
    private: bool = Field(default=False, description="for those who treat the person only; always so about trauma")
    use: Use
    rater: Rater
    items: int = Field(ge=1)
    item_names: tuple[str, ...] = ()
    levels: Levels | None = None
    own_levels: tuple[OwnLevels, ...] = ()
    reversed_items: tuple[int, ...] = ()
    skips: tuple[Skip, ...] = ()
    min: int | None = None
    max: int | None = None
    decimals: int = Field(default=0, ge=0, le=2)
    range_source: Cited | None = None
    direction: Direction = "higher_is_worse"
    recall: str | None = None
    minutes: str | None = None
    ages: MadeFor | None = None
    under_18: str | None = None
    scoring: ScoringRule
    missing: Missing
    bands: Bands | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    subscales: Subscales | None = None
    derived: tuple[Derived, ...] = ()
    reliable_change: ReliableChange | None = None
    smallest_important: SmallestImportant | None = None
    response: ResponseRule | None = None
    remission: Threshold | None = None
    relapse: Threshold | None = None
    expected_course: ExpectedCourse | None = None
    risk_item: RiskItem | None = None
    crosswalks: tuple[Crosswalk, ...] = ()
    remarks: tuple[Remark, ...] = ()
    requires: str | None = None
    loinc: Loinc | None = None
    licence: Licence

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        for what in _incoherences(self):
            raise ValueError(what)
        return self

    @property
    def has_total(self) -> bool:
        """Whether the scale has a total at all; `min` and `max` are absent where it has none."""
        return self.scoring.method not in WITHOUT_TOTAL

    def levels_of(self, item: int) -> Sequence[int]:
        """Every answer of one item, counted from 1; empty where single items are not entered."""
        own = next((own for own in self.own_levels if item in own.items), None)
        if own is not None:
            return own.levels
        return range(self.levels.min, self.levels.max + 1) if self.levels else ()

    def unit_of(self, item: int) -> str:
        return next((own.unit for own in self.own_levels if item in own.items), "points")


def _incoherences(file: InstrumentFile) -> Iterator[str]:
    yield from _range_faults(file)
    yield from _item_faults(file)
    if file.item_names and len(file.item_names) != file.items:
        yield f"{len(file.item_names)} item_names for {file.items} items; give one each, or none"
    if file.response and file.direction != "higher_is_worse":
        yield "response is defined for scales where higher is worse; remove it or change the direction"
    match file.scoring:
        case SumRule(weights=weights) if weights and (len(weights) != file.items or file.missing.prorate):
            yield "weights are one number an item, and a weighted sum is not prorated; correct one of them"
    unknown = _unknown_value(file)
    if unknown:
        yield f"the value '{unknown}' is not computed before it is used; put it above, under derived"


def _range_faults(file: InstrumentFile) -> Iterator[str]:
    if not file.has_total:
        if file.min is not None or file.max is not None or file.bands or file.cutoffs:
            yield f"{file.scoring.method} gives no total; remove min, max, bands and cutoffs"
        return
    if file.min is None or file.max is None:
        yield "min or max is missing; write the lowest and the highest total"
        return
    if file.min >= file.max:
        yield "min is not below max; swap them"
    possible = _possible(file)
    if possible and possible != (file.min, file.max):
        yield f"the answers add up to {possible[0]} to {possible[1]}, not {file.min} to {file.max}; correct one of them"
    if file.bands and not covers(file.bands.ranges, file.min, file.max, decimals=file.decimals):
        yield f"the bands leave gaps or overlap; cover {file.min} to {file.max} once, in order"


def _possible(file: InstrumentFile) -> tuple[int, int] | None:
    """The lowest and the highest total the answers of a plain sum can give; None for other rules."""
    if not isinstance(file.scoring, SumRule) or file.scoring.weights:
        return None
    ends = [
        sorted(file.scoring.recode.get(level, level) for level in file.levels_of(item))
        for item in range(1, file.items + 1)
    ]
    if not all(ends):
        return None
    return sum(end[0] for end in ends) * file.scoring.times, sum(end[-1] for end in ends) * file.scoring.times


def _item_faults(file: InstrumentFile) -> Iterator[str]:
    beyond = sorted(item for item in _items_named(file) if not 1 <= item <= file.items)
    if beyond:
        yield f"item {beyond[0]} does not exist; items are counted from 1 to {file.items}"
    asked = file.scoring.method not in {"total_only", "not_given"}
    if asked and not all(file.levels_of(item) for item in range(1, file.items + 1)):
        yield "levels are missing; write the lowest and highest answer of an item, or use total_only"


def _unknown_value(file: InstrumentFile) -> str | None:
    known: set[str] = set()
    for derived in file.derived:
        match derived.formula:
            case WeightedTerms(terms=terms):
                used = [term.value for term in terms if term.value]
            case PercentOf(value=value, of=of):
                used = [value, of]
            case MinutesBetween():
                used = []
        for name in [*used, *([derived.not_above] if derived.not_above else [])]:
            if name not in known:
                return name
        known.add(derived.id)
    return None


def _items_named(file: InstrumentFile) -> Iterator[int]:
    if file.risk_item:
        yield from (file.risk_item.item, *file.risk_item.also)
    yield from (*items_of(file.subscales), *file.reversed_items)
    yield from (item for own in file.own_levels for item in own.items)
    yield from (item for skip in file.skips for item in (*skip.items, *skip.when_items))
    counts: list[ItemsAtLeast] = [
        counted for pattern in file.patterns for rule in pattern.all_of for counted in rule.count
    ]
    yield from (item for counted in counts for item in counted.items)
    for derived in file.derived:
        match derived.formula:
            case MinutesBetween(from_item=start, to_item=end):
                yield from (start, end)
            case WeightedTerms(terms=terms):
                yield from (term.item for term in terms if term.item is not None)
            case PercentOf():
                pass
    yield from _items_of_rule(file.scoring)


def _items_of_rule(rule: ScoringRule) -> Iterator[int]:
    match rule:
        case DomainMaxima(domains=domains):
            for domain in domains:
                yield from (*domain.items, *(item for group in domain.either for item in group))
        case SumWithOptionalItem(optional_item=item):
            yield item
        case Graded(grades=grades):
            yield from (item for grade in grades for lines in grade.any_of for line in lines for item in line.items)
        case ActivityMinutes(parts=parts):
            yield from (item for part in parts for item in (part.days_item, part.minutes_item))
        case _:
            return


class ExampleContext(Frozen):
    age: int | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None
    gate: bool | None = None
    not_working: bool | None = None


class Expected(Frozen):
    """What an example must give; keys that are absent are not compared."""

    scored: bool = True
    total: int | float | None = None
    max: int | float | None = None
    band: str | None = None
    flags: tuple[str, ...] | None = None
    prorated: bool | None = None
    scores: Mapping[str, int | float | None] | None = None
    bands: Mapping[str, str | None] | None = None
    cutoffs: Mapping[str, bool | None] | None = None
    patterns: Mapping[str, bool | None] | None = None
    reason_has: str | None = None
    code: str | None = None
    note_has: str | None = None
    reliable: Literal["improved", "worse", "unchanged"] | None = None


class FromTo(Frozen):
    before: int | float
    after: int | float


class Example(Frozen):
    """A worked example: answers, a total, totals of parts, or a change between two totals."""

    items: tuple[int | None, ...] | None = None
    total: int | float | None = None
    subscales: Mapping[str, int | float] | None = None
    change: FromTo | None = None
    context: ExampleContext = ExampleContext()
    expect: Expected
    note: str | None = None

    @model_validator(mode="after")
    def _one_input(self) -> Self:
        given = [self.items is not None, self.total is not None or self.subscales is not None, self.change is not None]
        if sum(given) != 1:
            raise ValueError("an example needs one input; give items, total (with subscales) or change")
        return self


class ExamplesFile(Frozen):
    solstice: Literal["instrument-examples/1"]
    instrument: str
    examples: tuple[Example, ...] = Field(min_length=1)


class Instrument(InstrumentFile):
    """An instrument with its words and worked examples, as the engine uses it; `packs` names where words came from."""

    texts: Mapping[str, InstrumentText] = Field(default_factory=dict)
    packs: Mapping[str, str] = Field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    def text(self, language: str = "en") -> InstrumentText | None:
        """The words in a language; None where they are licensed or not translated."""
        return self.texts.get(language)

    @property
    def is_private(self) -> bool:
        return self.private or self.about == "trauma"

    @property
    def all_levels(self) -> Sequence[int]:
        """Every usual answer of an item; empty where single items are not entered or each has its own (`levels_of`)."""
        return range(self.levels.min, self.levels.max + 1) if self.levels else ()

    @property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest total of a scale that has one, for its picture."""
        return self.min or 0, self.max or 0

    @cached_property
    def part_ranges(self) -> Mapping[str, tuple[float, float] | None]:
        """The lowest and highest value of each subscale; None where it is not given and cannot be computed."""
        return {part.id: _part_range(self, part) for part in (self.subscales.parts if self.subscales else ())}


def _part_range(file: InstrumentFile, part: Subscale) -> tuple[float, float] | None:
    if part.min is not None and part.max is not None:
        return part.min, part.max
    levels = [file.levels_of(item) for item in part.items]
    if not levels and part.count and file.levels and not file.own_levels:
        levels = [range(file.levels.min, file.levels.max + 1)] * part.count
    if not levels or not all(levels):
        return None
    recode = file.scoring.recode if isinstance(file.scoring, SumRule) and not part.as_answered else {}
    ends = [sorted(recode.get(level, level) for level in each) for each in levels]
    low, high = sum(end[0] for end in ends), sum(end[-1] for end in ends)
    return (low / len(ends), high / len(ends)) if part.method == "mean" else (low, high)
