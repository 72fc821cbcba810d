"""Which treatments may go together or in which order, and how much a second one is credited with."""

from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.option_model import Option, Tag
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader
from solstice.content.single_file import read_single

Then = Literal["together", "in_order", "never"]


class Match(Frozen):
    """An option by its id, one of its tags, or its kind; any of them is enough."""

    options: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    kinds: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.options or self.tags or self.kinds):
            raise ValueError("this matches nothing; name options, tags or kinds")
        return self

    def holds(self, option: Option) -> bool:
        return (
            option.id in self.options
            or option.kind in self.kinds
            or bool(set(self.tags) & {str(tag) for tag in option.tags})
        )


class Pairing(Frozen):
    """`first` and `second` are tried both ways round, except `in_order`, where `first` comes first."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    first: Match
    second: Match
    then: Then
    needs: str | None = Field(default=None, description="mechanism that must be present for this person")
    reason: str = Field(min_length=10, description="one sentence for a clinician")
    plain: str = Field(min_length=10, description="the same for the person, reading grade 6 or less")
    source: Cited


class Credit(Frozen):
    """Share of its own effect that a second treatment is credited with, and how unsure that is (SD of the share)."""

    share: float = Field(ge=0, le=1)
    sd: float = Field(gt=0)
    reading: str
    source: Cited


class Combinations(ContentFile):
    """`content/evidence/combinations.yaml`: the first pairing that matches decides; without one nothing is combined."""

    credit: Credit
    pairings: tuple[Pairing, ...] = Field(min_length=1)


def read_combinations(reader: Reader) -> dict[str, Combinations]:
    """The combination rules; unknown options are faults."""
    name = "evidence/combinations.yaml"
    out = read_single(reader, name, Combinations)
    known = {option.stem for option in reader.files("options/*.yaml")}
    for found in out.values():
        for pairing in found.pairings:
            for option in sorted({*pairing.first.options, *pairing.second.options} - known):
                reader.fault(
                    reader.root / name, f"{pairing.id}: no option '{option}'", "add content/options or mend it"
                )
    return out
