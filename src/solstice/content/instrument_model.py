"""An instrument as reviewed content: what it asks, how it is scored, what its totals mean, and who may show it."""

from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen
from solstice.content.scoring_model import (
    DomainMaxima,
    Pattern,
    ResponseRule,
    ScoringRule,
    SumWithOptionalItem,
    Threshold,
)

Direction = Literal["higher_is_worse", "higher_is_better"]
LicenceCode = Literal[
    "public_domain", "free_no_permission", "free_noncommercial", "registration", "copyright", "unknown"
]


class Levels(Frozen):
    """The answers an item can have: every whole number from `min` to `max`."""

    min: int
    max: int


class Band(Frozen):
    label: str
    min: int
    max: int


class Bands(Frozen):
    """Named ranges of the total; adult ranges are not applied under 18."""

    adults_only: bool = True
    ranges: tuple[Band, ...] = Field(min_length=1)
    source: Cited


class Cutoff(Frozen):
    """A total from which a screen counts as positive; never a diagnosis."""

    id: str
    use: str
    at_least: int
    sex: Literal["female", "male"] | None = None
    adults_only: bool = True
    sensitivity: str | None = None
    specificity: str | None = None
    source: Cited


class Subscale(Frozen):
    """A part of the scale, summed; it is never prorated."""

    id: str
    name: str
    items: tuple[int, ...] = Field(min_length=1)


class Subscales(Frozen):
    parts: tuple[Subscale, ...] = Field(min_length=1)
    source: Cited


class Missing(Frozen):
    """Whether a total may be prorated (mean of the answered items times their number, half rounded up)."""

    prorate: bool
    at_most_share: float = Field(default=0.2, ge=0, le=0.5)
    why: str


class ReliableChange(Frozen):
    """The smallest change that is more than measurement error; `alternatives` are other published values."""

    value: float = Field(gt=0)
    alternatives: tuple[float, ...] = ()
    note: str | None = None
    source: Cited


class SmallestImportant(Frozen):
    """The smallest change people notice, as a value or a range, in points or in percent of the first total."""

    low: float
    high: float
    unit: Literal["points", "percent"] = "points"
    note: str | None = None
    source: Cited


class RiskItem(Frozen):
    """The item that must be read by a person. It is never prorated, and no total is shown while it is unanswered."""

    item: int = Field(ge=1)
    about: Literal["suicide", "risk_taking"]
    flag_at: int = Field(ge=1)
    source: Cited


class CourseStep(Frozen):
    """From this week after the first total on, a smaller drop than this counts as off track."""

    from_week: int = Field(ge=1)
    percent: float = Field(gt=0, le=100)
    do: str


class ExpectedCourse(Frozen):
    steps: tuple[CourseStep, ...] = Field(min_length=1)
    source: Cited


class Loinc(Frozen):
    panel: str | None = None
    total: str | None = None
    items: tuple[str, ...] = ()
    difficulty: str | None = None
    answers: tuple[str, ...] = ()
    source: Cited


class Licence(Frozen):
    code: LicenceCode
    bundle_text: bool
    holder: str | None = None
    basis: str
    source: Cited


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
    """The file instrument.yaml: everything about an instrument but its words."""

    solstice: Literal["instrument/1"]
    name: str
    short_name: str
    about: Literal["depression", "anxiety", "trauma", "alcohol", "functioning", "sleep", "alliance"]
    use: Literal["outcome", "screen", "process"]
    rater: Literal["self", "clinician"]
    items: int = Field(ge=1)
    levels: Levels | None = None
    min: int
    max: int
    range_source: Cited | None = None
    direction: Direction = "higher_is_worse"
    recall: str
    minutes: str | None = None
    scoring: ScoringRule
    missing: Missing
    bands: Bands | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    subscales: Subscales | None = None
    reliable_change: ReliableChange | None = None
    smallest_important: SmallestImportant | None = None
    response: ResponseRule | None = None
    remission: Threshold | None = None
    relapse: Threshold | None = None
    expected_course: ExpectedCourse | None = None
    risk_item: RiskItem | None = None
    requires: str | None = None
    loinc: Loinc | None = None
    licence: Licence

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        for what in _incoherences(self):
            raise ValueError(what)
        return self


def _incoherences(file: InstrumentFile) -> Iterator[str]:
    if file.min >= file.max:
        yield "min is not below max; swap them"
    if file.levels is None and file.scoring.method != "total_only":
        yield "levels are missing; write the lowest and highest answer of an item, or use total_only"
    if file.bands and not _covers(file.bands.ranges, file.min, file.max):
        yield f"the bands leave gaps or overlap; cover {file.min} to {file.max} once, in order"
    beyond = sorted(item for item in _items_named(file) if not 1 <= item <= file.items)
    if beyond:
        yield f"item {beyond[0]} does not exist; items are counted from 1 to {file.items}"
    if file.response and file.direction != "higher_is_worse":
        yield "response is defined for scales where higher is worse; remove it or change the direction"


def _covers(ranges: tuple[Band, ...], low: int, high: int) -> bool:
    expected = low
    for band in ranges:
        if band.min != expected or band.max < band.min:
            return False
        expected = band.max + 1
    return expected == high + 1


def _items_named(file: InstrumentFile) -> Iterator[int]:
    if file.risk_item:
        yield file.risk_item.item
    for part in file.subscales.parts if file.subscales else ():
        yield from part.items
    for pattern in file.patterns:
        for rule in pattern.all_of:
            for counted in rule.count:
                yield from counted.items
    match file.scoring:
        case DomainMaxima(domains=domains):
            for domain in domains:
                yield from (*domain.items, *(item for group in domain.either for item in group))
        case SumWithOptionalItem(optional_item=item):
            yield item
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
    total: int | None = None
    max: int | None = None
    band: str | None = None
    flags: tuple[str, ...] | None = None
    prorated: bool | None = None
    scores: Mapping[str, int | None] | None = None
    cutoffs: Mapping[str, bool | None] | None = None
    patterns: Mapping[str, bool | None] | None = None
    reason_has: str | None = None
    reliable: Literal["improved", "worse", "unchanged"] | None = None


class FromTo(Frozen):
    before: int
    after: int


class Example(Frozen):
    """A worked example: answers, a total, or a change between two totals."""

    items: tuple[int | None, ...] | None = None
    total: int | None = None
    change: FromTo | None = None
    context: ExampleContext = ExampleContext()
    expect: Expected
    note: str | None = None

    @model_validator(mode="after")
    def _one_input(self) -> Self:
        if sum(given is not None for given in (self.items, self.total, self.change)) != 1:
            raise ValueError("an example needs one input; give items, total or change")
        return self


class ExamplesFile(Frozen):
    solstice: Literal["instrument-examples/1"]
    instrument: str
    examples: tuple[Example, ...] = Field(min_length=1)


class Instrument(InstrumentFile):
    """An instrument with its words and worked examples, as the engine uses it."""

    texts: Mapping[str, InstrumentText] = Field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    def text(self, language: str = "en") -> InstrumentText | None:
        """The words in a language; None where they are licensed or not translated."""
        return self.texts.get(language)

    @property
    def all_levels(self) -> range:
        """Every answer an item can have; empty where single items are not entered."""
        return range(self.levels.min, self.levels.max + 1) if self.levels else range(0)
