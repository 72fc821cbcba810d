"""Which rows of a Metapsy-standard trial table speak for which option: an explicit mapping, held as content."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.evidence_model import EvidenceTable, Population
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader
from solstice.content.single_file import read_single

FILE = "evidence/metapsy.yaml"
Cells = Mapping[str, str | None]


class Where(Frozen):
    """Holds where each named column has one of these values; a column that the file lacks holds never."""

    where: dict[str, tuple[str, ...]] = Field(min_length=1)

    def holds(self, cells: Cells) -> bool:
        return all((cells.get(column) or "").casefold() in values for column, values in self.where.items())


class ArmOption(Where):
    option: str
    reading: str = Field(min_length=10)
    source: Cited


class Unlike(Where):
    """Rows that speak for no option, and why."""

    because: str = Field(min_length=10)


class Keep(Frozen):
    """Of rows that speak for an option those that count; a file without the column keeps all."""

    column: str
    only: tuple[str, ...] = ()
    not_: tuple[str, ...] = Field(default=(), alias="not")
    because: str = Field(min_length=10)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.only) == bool(self.not_):
            raise ValueError("the values are not clear; write either `only` or `not`")
        return self

    def keeps(self, cells: Cells) -> bool:
        if self.column not in cells:
            return True
        value = (cells[self.column] or "").casefold()
        return value in self.only if self.only else value not in self.not_


class Rating(Frozen):
    """When a pooled effect loses a step of certainty."""

    low_risk_share: float = Field(gt=0, lt=1)
    few_studies: int = Field(gt=1)
    enough_for_egger: int = Field(gt=2)
    egger_p: float = Field(gt=0, lt=1)
    reading: str
    source: Cited


class Overlap(Frozen):
    """What a curated effect shares with such files: the names its study has there, or it pools them itself."""

    effect: str
    studies: tuple[str, ...] = ()
    pooled: Literal[True] | None = None
    source: Cited

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.studies) == bool(self.pooled):
            raise ValueError("the overlap is not clear; write either `studies` or `pooled: true`")
        return self


class TrialMap(ContentFile):
    """`content/evidence/metapsy.yaml`."""

    arms: tuple[ArmOption, ...] = Field(min_length=1)
    unlike: tuple[Unlike, ...]
    keep: tuple[Keep, ...]
    populations: dict[str, Population]
    rating: Rating
    overlaps: tuple[Overlap, ...]

    def overlap(self, effect: str) -> Overlap:
        """Every curated effect of a mapped option has one; the reader sees to it."""
        return next(one for one in self.overlaps if one.effect == effect)


def read_trial_map(reader: Reader) -> dict[str, TrialMap]:
    """The mapping; an unknown option, and a curated effect without a word on what it shares, are faults."""
    path = reader.root / FILE
    out = read_single(reader, FILE, TrialMap)
    known = {option.stem for option in reader.files("options/*.yaml")}
    table = reader.model(reader.root / "evidence/trials.yaml", EvidenceTable)
    effects = {one.id: one.option for one in table.effects} if table else {}
    for found in out.values():
        mapped = {arm.option for arm in found.arms}
        said = {one.effect for one in found.overlaps}
        for option in sorted(mapped - known):
            reader.fault(path, f"no option '{option}'", "add content/options or mend the id")
        for effect in sorted(said - set(effects)):
            reader.fault(path, f"no effect '{effect}'", "name an effect of evidence/trials.yaml")
        for effect in sorted(name for name, option in effects.items() if option in mapped and name not in said):
            reader.fault(path, f"nothing is said on what '{effect}' shares", "add it under `overlaps`")
    return out
