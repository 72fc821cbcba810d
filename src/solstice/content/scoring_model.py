"""How answers become a total: a closed set of rules, as structure."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from solstice.content.provenance import Cited
from solstice.content.read import Frozen


class SumRule(Frozen):
    """The total is the sum of all items."""

    method: Literal["sum"]
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


class Domain(Frozen):
    """One domain: the highest of its items. `either` lists groups of which one item is answered, the other left."""

    id: str
    items: tuple[int, ...] = Field(min_length=1)
    either: tuple[tuple[int, ...], ...] = ()


class DomainMaxima(Frozen):
    """The total is the sum of the highest item of each domain."""

    method: Literal["domain_maxima"]
    domains: tuple[Domain, ...] = Field(min_length=1)
    source: Cited


class TotalOnly(Frozen):
    """The software takes the total a trained rater or a licensed form gives; single items are not entered here."""

    method: Literal["total_only"]
    source: Cited


ScoringRule = Annotated[
    SumRule | GatedSum | SumWithOptionalItem | DomainMaxima | TotalOnly, Field(discriminator="method")
]


class ItemsAtLeast(Frozen):
    """Counts the items of the list whose answer is `at_least` or more."""

    items: tuple[int, ...] = Field(min_length=1)
    at_least: int


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
