"""How answers become a total: a closed set of rules, as structure."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from solstice.content.provenance import Cited
from solstice.content.read import Frozen


class SumRule(Frozen):
    """The total is the sum of all items.

    `recode` turns an answer into points (one that is not named keeps its value), `weights` gives one factor an item,
    `times` multiplies the whole sum, as in a scale from 0 to 100.
    """

    method: Literal["sum"]
    recode: Mapping[int, int] = Field(default_factory=dict)
    weights: tuple[float, ...] = ()
    times: int = Field(default=1, ge=1)
    source: Cited


class MeanRule(Frozen):
    """The total is the mean of all items, half rounded up to the decimals of the instrument."""

    method: Literal["mean"]
    source: Cited


class GatedSum(Frozen):
    """A question before the items: No gives 0, Yes gives the sum."""

    method: Literal["gated_sum"]
    source: Cited


class SumWithOptionalItem(Frozen):
    """A sum from which one item is left out where it does not apply; the maximum shrinks with it."""

    method: Literal["sum_with_optional_item"]
    optional_item: int = Field(ge=1)
    when: Literal["not_working"]
    source: Cited


class PointsFor(Frozen):
    """So many points for a value from `min` to `max`."""

    min: int
    max: int
    points: int


class Domain(Frozen):
    """One domain: the highest (or the sum) of its items; `points` turns that value into points by bands.

    `either` lists groups of which one item is answered, the other left.
    """

    id: str
    items: tuple[int, ...] = Field(min_length=1)
    either: tuple[tuple[int, ...], ...] = ()
    take: Literal["highest", "sum"] = "highest"
    points: tuple[PointsFor, ...] = ()


class DomainMaxima(Frozen):
    """The total is the sum over the domains, each the highest of its items unless it says otherwise."""

    method: Literal["domain_maxima"]
    domains: tuple[Domain, ...] = Field(min_length=1)
    source: Cited


class TotalOnly(Frozen):
    """The software takes the total a trained rater or a licensed form gives; single items are not entered here."""

    method: Literal["total_only"]
    source: Cited


class ItemsAtLeast(Frozen):
    """The items of the list whose answer is `at_least` or more."""

    items: tuple[int, ...] = Field(min_length=1)
    at_least: int


class Grade(Frozen):
    """A grade that holds when, in one of the lists, every line has at least one such item."""

    label: str
    any_of: tuple[tuple[ItemsAtLeast, ...], ...] = Field(min_length=1)


class Graded(Frozen):
    """No total: the first grade that holds, the gravest first; `otherwise` when none does."""

    method: Literal["graded"]
    grades: tuple[Grade, ...] = Field(min_length=1)
    otherwise: str
    source: Cited


class Profile(Frozen):
    """No total: only parts of the scale and values computed from its items."""

    method: Literal["profile"]
    source: Cited


class ActivityPart(Frozen):
    """One kind of activity: its items for days a week and minutes a day, and its metabolic equivalent."""

    id: str
    days_item: int
    minutes_item: int
    met: float = Field(gt=0)


class ActivityNeed(Frozen):
    """Holds when the parts reach so many days, of at least so many minutes each, and all parts so many MET minutes."""

    parts: tuple[str, ...] = Field(min_length=1)
    days: int
    minutes: int = 0
    met_minutes: int = 0


class ActivityCategory(Frozen):
    label: str
    any_of: tuple[ActivityNeed, ...] = Field(min_length=1)


class ActivityMinutes(Frozen):
    """Minutes of activity a week weighted by their effort (MET minutes), and the first category that holds."""

    method: Literal["activity_minutes"]
    parts: tuple[ActivityPart, ...] = Field(min_length=1)
    shortest_bout: int
    most_a_day: int
    exclude_above: int
    categories: tuple[ActivityCategory, ...] = Field(min_length=1)
    otherwise: str
    source: Cited


class RuleNotGiven(Frozen):
    """Answers are kept, nothing is computed: our sources give no rule that may be used."""

    method: Literal["not_given"]
    why: str
    source: Cited


ScoringRule = Annotated[
    SumRule
    | MeanRule
    | GatedSum
    | SumWithOptionalItem
    | DomainMaxima
    | TotalOnly
    | Graded
    | Profile
    | ActivityMinutes
    | RuleNotGiven,
    Field(discriminator="method"),
]

WITHOUT_TOTAL = frozenset({"graded", "profile", "activity_minutes", "not_given"})
"""Methods that give no total: nothing is added up, so nothing is drawn as a series."""


class Skip(Frozen):
    """Items that are not asked, by the form's own rule, when the sum of other items is low; they count as 0."""

    items: tuple[int, ...] = Field(min_length=1)
    when_items: tuple[int, ...] = Field(min_length=1)
    at_most: int


class MinutesBetween(Frozen):
    """Minutes from one time of the clock to another, over midnight where need be."""

    kind: Literal["minutes_between"]
    from_item: int
    to_item: int


class Term(Frozen):
    """One item, or one value computed before, with its factor."""

    item: int | None = None
    value: str | None = None
    times: float = 1

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.item is None) == (self.value is None):
            raise ValueError("a term is one thing; write either item or value")
        return self


class WeightedTerms(Frozen):
    """A sum of items and earlier values, each with its factor (a negative one takes away)."""

    kind: Literal["weighted"]
    terms: tuple[Term, ...] = Field(min_length=1)


class PercentOf(Frozen):
    """One earlier value as percent of another, capped at `at_most`."""

    kind: Literal["percent_of"]
    value: str
    of: str
    at_most: float | None = None


Formula = Annotated[MinutesBetween | WeightedTerms | PercentOf, Field(discriminator="kind")]


class Derived(Frozen):
    """A value computed from items. Below `at_least` or above `not_above` the answers do not fit together: no value."""

    id: str
    name: str
    unit: str | None = None
    decimals: int = Field(default=0, ge=0, le=2)
    formula: Formula
    at_least: float | None = None
    not_above: str | None = None
    source: Cited


class CountRule(Frozen):
    """Holds when the counted items number `at_least`, and no more than `at_most` where that is given."""

    count: tuple[ItemsAtLeast, ...] = Field(min_length=1)
    at_least: int = Field(ge=0)
    at_most: int | None = None


class Pattern(Frozen):
    """A pattern of answers, for instance a diagnostic algorithm: every rule must hold. Never a diagnosis."""

    id: str
    meaning: str
    all_of: tuple[CountRule, ...] = Field(min_length=1)
    source: Cited


class PercentDrop(Frozen):
    kind: Literal["percent"]
    at_least: float = Field(gt=0, le=100)
    source: Cited


class PointDrop(Frozen):
    kind: Literal["points"]
    at_least: float = Field(gt=0)
    source: Cited


ResponseRule = Annotated[PercentDrop | PointDrop, Field(discriminator="kind")]


class Threshold(Frozen):
    """A total that counts: `at_least` or `at_most`, whichever the source gives."""

    at_least: int | None = None
    at_most: int | None = None
    source: Cited

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a threshold has one side; write either at_least or at_most")
        return self

    def met_by(self, total: float) -> bool:
        return total >= self.at_least if self.at_least is not None else total <= (self.at_most or 0)
