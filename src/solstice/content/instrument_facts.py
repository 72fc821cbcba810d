"""What an instrument's file states piece by piece: answers, bands, cut-offs, parts, change, risk, codes, licence."""

from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.provenance import Cited
from solstice.content.read import Frozen

Direction = Literal["higher_is_worse", "higher_is_better"]
LicenceCode = Literal[
    "public_domain", "free_no_permission", "free_noncommercial", "registration", "copyright", "unknown"
]
Sex = Literal["female", "male"]


class Levels(Frozen):
    """The answers an item can have: every whole number from `min` to `max`."""

    min: int
    max: int


class OwnLevels(Frozen):
    """Items whose answers differ from the usual ones: a range or single `values`; `clock` is minutes after midnight."""

    items: tuple[int, ...] = Field(min_length=1)
    min: int | None = None
    max: int | None = None
    values: tuple[int, ...] = ()
    unit: Literal["points", "minutes", "clock", "days", "percent"] = "points"

    @model_validator(mode="after")
    def _range_or_values(self) -> Self:
        if (self.min is None) != (self.max is None) or (self.min is None) == (not self.values):
            raise ValueError("say which answers there are; write min and max, or values")
        return self

    @property
    def levels(self) -> Sequence[int]:
        return self.values or range(self.min or 0, (self.max or 0) + 1)


class AgeRange(Frozen):
    """The ages in years for which something is made, both included; an absent end is not given."""

    youngest: int | None = None
    oldest: int | None = None

    def has(self, age: int) -> bool:
        return (self.youngest is None or age >= self.youngest) and (self.oldest is None or age <= self.oldest)

    @property
    def words(self) -> str:
        match self.youngest, self.oldest:
            case None, None:
                return "any age"
            case None, oldest:
                return f"up to {oldest} years"
            case youngest, None:
                return f"{youngest} years and older"
            case youngest, oldest:
                return f"{youngest} to {oldest} years"


class MadeFor(AgeRange):
    """The ages an instrument is made for; it is not scored outside them."""

    source: Cited


class Band(Frozen):
    label: str
    min: int | float
    max: int | float


class Bands(Frozen):
    """Named ranges of the total; adult ranges are not applied under 18."""

    adults_only: bool = True
    ranges: tuple[Band, ...] = Field(min_length=1)
    source: Cited


class Cutoff(Frozen):
    """A total from which (`at_least`) or down to which (`at_most`) a screen counts as positive; never a diagnosis."""

    id: str
    use: str
    at_least: int | float | None = None
    at_most: int | float | None = None
    sex: Sex | None = None
    ages: AgeRange | None = None
    adults_only: bool = True
    sensitivity: str | None = None
    specificity: str | None = None
    source: Cited

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a cut-off has one side; write either at_least or at_most")
        return self

    def met_by(self, total: float) -> bool:
        return total >= self.at_least if self.at_least is not None else total <= (self.at_most or 0)

    @property
    def words(self) -> str:
        return f"{self.at_least} or more" if self.at_least is not None else f"{self.at_most} or less"


class Missing(Frozen):
    """Whether a total may be prorated (mean of the answered items times their number, half rounded up)."""

    prorate: bool
    at_most_share: float = Field(default=0.2, ge=0, le=0.5)
    why: str


class Subscale(Frozen):
    """A part of the scale, summed or averaged; it is prorated only where its own `missing` allows it.

    `items` are absent where the source does not name them: the part is then entered as a total. `as_answered` leaves
    reversing and recoding out. `min` and `max` are computed where they are absent and the items are known.
    """

    id: str
    name: str
    items: tuple[int, ...] = ()
    count: int | None = None
    method: Literal["sum", "mean"] = "sum"
    as_answered: bool = False
    min: int | float | None = None
    max: int | float | None = None
    bands: Bands | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    missing: Missing | None = None
    note: str | None = None

    @property
    def size(self) -> int | None:
        return len(self.items) or self.count


class Subscales(Frozen):
    parts: tuple[Subscale, ...] = Field(min_length=1)
    source: Cited


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
    """The item that must be read by a person. It is never prorated, and no total is shown while it is unanswered.

    `also` are further items that raise the same flag.
    """

    item: int = Field(ge=1)
    also: tuple[int, ...] = ()
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


class CrosswalkRow(Frozen):
    """One total of this scale and the totals of the other it corresponds to."""

    total: int
    low: int
    high: int


class Crosswalk(Frozen):
    """A published table from this scale to another; totals between its rows are not interpolated."""

    to: str
    rows: tuple[CrosswalkRow, ...] = Field(min_length=1)
    source: Cited

    def at(self, total: float) -> tuple[int, int] | None:
        return next(((row.low, row.high) for row in self.rows if row.total == total), None)


class Remark(Frozen):
    """A fact about the use of the instrument that no rule holds."""

    text: str
    source: Cited


class Loinc(Frozen):
    panel: str | None = None
    total: str | None = None
    items: tuple[str, ...] = ()
    difficulty: str | None = None
    answers: tuple[str, ...] = ()
    source: Cited


class Licence(Frozen):
    """Who may show the words. `pack` says that a separate pack of the words exists, under its own licence."""

    code: LicenceCode
    bundle_text: bool
    pack: bool = False
    holder: str | None = None
    basis: str
    source: Cited


def covers(ranges: tuple[Band, ...], low: float, high: float, *, decimals: int) -> bool:
    """Whether the bands follow each other from `low` to `high` in steps of the last decimal."""
    step = 10.0**-decimals
    edges: list[float] = [low]
    for band in ranges:
        if abs(band.min - edges[-1]) > step / 100 or band.max < band.min:
            return False
        edges.append(band.max + step)
    return abs(edges[-1] - step - high) <= step / 100


def items_of(subscales: Subscales | None) -> Iterator[int]:
    for part in subscales.parts if subscales else ():
        yield from part.items
