"""Published effects and moderators: what is known about treatments, with its certainty, in SD units."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from solstice.content.constraint_model import Condition
from solstice.content.option_model import Certainty
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader
from solstice.content.single_file import read_single

Population = Literal["trd", "chronic", "recurrent", "depression"]
Comparator = Literal["usual_care", "sham_or_placebo", "active", "option", "mixed"]
Pair = tuple[float, float]


class Counts(Frozen):
    """Responders and people in the option's arm, then in the comparator's."""

    events: Pair
    n: Pair


class Percentages(Frozen):
    percent: Pair
    n: Pair


class Points(Frozen):
    """A difference on a scale, positive where the option is better, and the SD it is divided by."""

    points: float
    interval: Pair
    sd: float = Field(gt=0)
    sd_source: Cited


class Standardised(Frozen):
    """A standardised mean difference, positive where the option is better, with its 95 % interval or its SE."""

    g: float
    interval: Pair | None = None
    se: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_measure_of_doubt(self) -> Self:
        if (self.interval is None) == (self.se is None):
            raise ValueError("the effect needs its doubt once; write either interval or se")
        return self


def _figure(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else type(value).model_fields
    return next((kind for kind in ("events", "percent", "points", "g") if kind in keys), None)


Figure = Annotated[
    Annotated[Counts, Tag("events")]
    | Annotated[Percentages, Tag("percent")]
    | Annotated[Points, Tag("points")]
    | Annotated[Standardised, Tag("g")],
    Discriminator(
        _figure,
        custom_error_type="not_a_figure",
        custom_error_message="A figure has one of the keys events, percent, points, g",
    ),
]


class Effect(Frozen):
    """One published comparison. `against` names the other option where `comparator: option`."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    option: str
    study: str
    figure: Figure
    outcome: str
    population: Population
    comparator: Comparator
    against: str | None = None
    certainty: Certainty
    speaks: Literal["for", "against"] = "for"
    reading: str = Field(min_length=10, description="one sentence a clinician can check against the source")
    source: Cited

    @model_validator(mode="after")
    def _against_matches(self) -> Self:
        if (self.comparator == "option") != (self.against is not None):
            raise ValueError("comparator and against disagree; `comparator: option` goes with `against: <option id>`")
        return self


class Background(Frozen):
    """A study that is shown and never ranked: it says something else than how well one option works in SD units."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    study: str
    topic: str
    people: str
    options: tuple[str, ...] = ()
    finding: str = Field(min_length=10, description="one sentence a clinician can check against the source")
    certainty: Certainty
    source: Cited


class Gap(Frozen):
    """Where no good trial exists, said plainly."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    what: str
    options: tuple[str, ...] = ()
    reading: str = Field(min_length=10)
    source: Cited


class Prior(Frozen):
    """What is assumed before any trial of the option itself."""

    mean: float
    sd: float = Field(gt=0)
    reading: str
    source: Cited


class Widening(Frozen):
    """SD units added (in squares) to a published SE for doubt that the SE does not hold."""

    certainty: dict[Certainty, float]
    population: dict[Population, float]
    comparator: dict[Comparator, float]
    source: Cited


class EvidenceTable(ContentFile):
    """`content/evidence/trials.yaml`."""

    conversion: str = Field(description="the formula by which percentages became SD units")
    widening: Widening
    priors: dict[Literal["psychotherapy", "somatic", "adjunct", "unguided"], Prior]
    effects: tuple[Effect, ...]
    background: tuple[Background, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @model_validator(mode="after")
    def _an_id_is_there_once(self) -> Self:
        ids = [*(one.id for one in self.effects), *(one.id for one in self.background), *(one.id for one in self.gaps)]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"the id '{twice[0]}' is there twice; each study of the table has one of its own")
        return self


class Moderator(Frozen):
    """A characteristic of the person that may move options by a little; `values` are SD units an option."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    when: Condition
    values: dict[str, float]
    reading: str
    certainty: Certainty
    source: Cited


class StepValues(Frozen):
    weak: float
    moderate: float
    strong: float
    source: Cited


class TriedValues(Frozen):
    adequate_without_help: float = Field(le=0)
    unclear_without_help: float = Field(le=0)
    helped_before: float = Field(ge=0)
    source: Cited


class PreferenceValues(Frozen):
    like: float = Field(ge=0)
    avoid: float = Field(le=0)
    too_many_hours: float = Field(le=0)
    travel_limited: float = Field(le=0)
    travel_none: float = Field(le=0)
    weighs: float = Field(le=0, description="for a burden at its greatest that matters most to the person")
    cap: float = Field(gt=0)
    source: Cited


class EqualRule(Frozen):
    """Options count as about equal when their means lie in each other's interval and differ by at most `margin`."""

    margin: float = Field(gt=0)
    source: Cited


class Moderators(ContentFile):
    """`content/evidence/moderators.yaml`."""

    cap: float = Field(gt=0, le=1, description="share of the evidence by which the person's part may move an option")
    cap_source: Cited
    mechanism_match: StepValues
    tried: TriedValues
    preference: PreferenceValues
    about_equal: EqualRule
    moderators: tuple[Moderator, ...]


def read_evidence(reader: Reader) -> dict[str, EvidenceTable]:
    """The table of published effects; unknown options and circular comparisons are faults."""
    path = reader.root / "evidence/trials.yaml"
    out = read_single(reader, "evidence/trials.yaml", EvidenceTable)
    known = {option.stem for option in reader.files("options/*.yaml")}
    for table in out.values():
        for effect in table.effects:
            for option in sorted({effect.option, effect.against or effect.option} - known):
                reader.fault(path, f"{effect.id}: no option '{option}'", "add content/options or mend the id")
        named = {one.id: one.options for one in table.background} | {one.id: one.options for one in table.gaps}
        for name, options in named.items():
            for option in sorted(set(options) - known):
                reader.fault(path, f"{name}: no option '{option}'", "add content/options or mend the id")
        for option in sorted(circular(table)):
            reader.fault(path, f"'{option}' is compared with itself in a circle", "leave one comparison out")
    return out


def circular(table: EvidenceTable) -> set[str]:
    """Options whose comparisons lead back to themselves."""
    against: dict[str, set[str]] = {}
    for effect in table.effects:
        if effect.against is not None:
            against.setdefault(effect.option, set()).add(effect.against)

    def reached(option: str, seen: frozenset[str]) -> frozenset[str]:
        for other in sorted(against.get(option, set()) - seen):
            seen = reached(other, seen | {other})
        return seen

    return {option for option in against if option in reached(option, frozenset())}


def read_moderators(reader: Reader) -> dict[str, Moderators]:
    path = reader.root / "evidence/moderators.yaml"
    out = read_single(reader, "evidence/moderators.yaml", Moderators)
    known = {option.stem for option in reader.files("options/*.yaml")}
    for found in out.values():
        for moderator in found.moderators:
            for option in sorted(set(moderator.values) - known):
                reader.fault(path, f"{moderator.id}: no option '{option}'", "add content/options or mend the id")
    return out
