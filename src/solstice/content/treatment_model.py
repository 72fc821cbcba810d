"""What the clinic knows about treatments tried before: doses, weeks, courses and staging models."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import Field

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import ContentError, Fault, Frozen, Reader
from solstice.content.staging_model import StagingFile, ThaseRushClass
from solstice.content.treatment_names import NamesFile


class Atc(Frozen):
    code: str
    source: Cited


class DoseRange(Frozen):
    min: float
    max: float
    source: Cited


class AdequateDose(Frozen):
    """Lowest daily dose that counts; `alternatives` are other readings a clinic may set."""

    dose: float = Field(gt=0)
    alternatives: tuple[float, ...] = ()
    weeks: float
    weeks_strict: float
    confidence: Literal["high", "medium", "low"]
    basis: str
    source: Cited


class LabelMaximum(Frozen):
    dose: float
    source: Cited


class PlasmaLevel(Frozen):
    min: float
    max: float
    unit: str
    of: str
    source: Cited


class Medicine(Frozen):
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    molecule: str
    near: str | None = Field(default=None, description="the molecule it is the racemate or the active half of")
    thase_rush_class: ThaseRushClass
    drug_class: str
    atc: Atc
    route: str
    unit: str
    usual_dose: DoseRange | None = None
    adequate: AdequateDose
    label_max: LabelMaximum
    plasma_level: PlasmaLevel | None = None
    counts: bool = True
    notes: tuple[str, ...] = ()


class Decision(Frozen):
    text: str
    source: Cited


class MedicinesFile(ContentFile):
    class_decisions: Decision
    medicines: tuple[Medicine, ...]


class SerumLevel(Frozen):
    min: float
    max: float
    unit: str


class Augmentation(Frozen):
    """An agent added to an antidepressant; judged by `serum` where that is given, else by `dose`."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    atc: Atc
    unit: str
    dose: float | None = None
    dose_max: float | None = None
    serum: SerumLevel | None = None
    weeks: float
    counts: bool = True
    basis: str
    source: Cited
    notes: tuple[str, ...] = ()


class Combination(Frozen):
    text: str
    weeks: float
    source: Cited


class AugmentationFile(ContentFile):
    combination: Combination
    agents: tuple[Augmentation, ...]


class TmsProtocol(Frozen):
    id: str
    side: Literal["left", "right"] | None = None
    pulses: tuple[int, ...]
    minutes: float | None = None
    sessions_per_day: int | None = None
    days: int | None = None


class Course(Frozen):
    rule: str
    usual: str | None = None
    source: Cited


class TmsCourse(Course):
    sessions: float
    percent_motor_threshold: float
    failed_below_percent: float
    protocols: tuple[TmsProtocol, ...]


class EctCourse(Course):
    sessions_bilateral: float
    sessions_unilateral: float


class KetamineCourse(Course):
    sessions: float
    dose: float
    unit: str


class EsketamineCourse(KetamineCourse):
    sessions_if_stopped_for_inefficacy: float
    dose_from_65: float


class PsychotherapyCourse(Course):
    """`recognised` are the kinds that count, in the form names are compared in; of another kind nothing is said."""

    sessions: float
    recognised: tuple[str, ...] = Field(min_length=1)


class NeverCounted(Frozen):
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    text: str
    source: Cited


class StimulationFile(ContentFile):
    tms: TmsCourse
    ect: EctCourse
    ketamine: KetamineCourse
    esketamine: EsketamineCourse
    psychotherapy: PsychotherapyCourse
    never_counted: tuple[NeverCounted, ...]


class DurationRule(Frozen):
    weeks: float
    weeks_strict: float
    source: Cited
    strict_source: Cited


class AdherenceRule(Frozen):
    min_fraction: float
    source: Cited


class OutcomeRule(Frozen):
    helped_from_percent: float
    partial_from_percent: float
    source: Cited


class Assumption(Decision):
    titration_weeks: float | None = None


class AdequacyFile(ContentFile):
    label: str
    label_note: str
    duration: DurationRule
    adherence: AdherenceRule
    outcome: OutcomeRule
    assumptions: dict[str, Assumption]
    rules: dict[str, str | Cited]
    examples: tuple[dict[str, Any], ...]


@lru_cache(maxsize=8192)
def slug(name: str) -> str:
    """The form in which names are compared: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


@dataclass(frozen=True, eq=False)
class Treatments:
    """All treatment knowledge, found by name; `thresholds` are minimum doses the clinic set instead of the default.

    `table_note` says whose licensed table judges, and what it leaves out; empty without one.
    """

    medicines_file: MedicinesFile
    augmentation_file: AugmentationFile
    stimulation: StimulationFile
    adequacy: AdequacyFile
    staging: StagingFile
    names: NamesFile
    thresholds: Mapping[str, float] = field(default_factory=dict)
    table_note: str = ""

    @cached_property
    def medicines(self) -> Mapping[str, Medicine]:
        return {medicine.id: medicine for medicine in self.medicines_file.medicines}

    @cached_property
    def augmentations(self) -> Mapping[str, Augmentation]:
        return {agent.id: agent for agent in self.augmentation_file.agents}

    @cached_property
    def _medicine_names(self) -> Mapping[str, Medicine]:
        return {name: item for item in self.medicines.values() for name in self.names_of(item)}

    @cached_property
    def _augmentation_names(self) -> Mapping[str, Augmentation]:
        return {name: item for item in self.augmentations.values() for name in self.names_of(item)}

    @cached_property
    def _never_counted_names(self) -> Mapping[str, NeverCounted]:
        return {name: item for item in self.stimulation.never_counted for name in _names(item)}

    def names_of(self, item: "Medicine | Augmentation") -> set[str]:
        """Every name that means this agent and no other: id, name, aliases, other generic names, brands."""
        more = (*self.names.other_names.get(item.id, ()), *self.names.brands.get(item.id, ()))
        return _names(item) | {slug(name) for name in more}

    def medicine(self, name: str | None) -> Medicine | None:
        """The antidepressant of that id, name, alias or brand, whatever its spelling of case and spaces."""
        return None if name is None else self._medicine_names.get(slug(name))

    def augmentation(self, name: str | None) -> Augmentation | None:
        return None if name is None else self._augmentation_names.get(slug(name))

    def never_counted(self, name: str | None) -> NeverCounted | None:
        return None if name is None else self._never_counted_names.get(slug(name))

    def of_class(self, name: str | None) -> tuple[Medicine, ...]:
        """Every counted antidepressant of a class; all of them where the class is not known."""
        counted = tuple(item for item in self.medicines.values() if item.counts)
        if name is None:
            return counted
        wanted = slug(_CLASS_WORDS.get(slug(name), name))
        return tuple(item for item in counted if wanted in {slug(item.thase_rush_class), slug(item.drug_class)})

    def minimum_dose(self, medicine: Medicine) -> float:
        return self.thresholds.get(medicine.id, medicine.adequate.dose)

    def with_thresholds(self, thresholds: Mapping[str, float]) -> "Treatments":
        """The same knowledge with other minimum doses. Raises ValueError unless the file lists that reading."""
        for name, dose in thresholds.items():
            medicine = self.medicines.get(name)
            if medicine is None:
                raise ValueError(f"'{name}' is not an antidepressant of the library; see treatments/medicines.yaml")
            readings = (medicine.adequate.dose, *medicine.adequate.alternatives)
            if dose not in readings:
                known = ", ".join(f"{reading:g}" for reading in sorted(readings))
                raise ValueError(f"{dose:g} is not a reading of the minimum dose of {name}; known are {known}")
        return replace(self, thresholds=dict(thresholds))


_CLASS_WORDS = {
    "tricyclic": "TCA",
    "tricyclics": "TCA",
    "tca": "TCA",
    "monoamine-oxidase-inhibitor": "MAOI",
    "ssris": "SSRI",
    "snris": "SNRI",
    "tcas": "TCA",
    "maois": "MAOI",
}


def _names(item: Medicine | Augmentation | NeverCounted) -> set[str]:
    return {slug(name) for name in (item.id, item.name, *item.aliases)}


FILES: Mapping[str, type[ContentFile]] = {
    "medicines": MedicinesFile,
    "augmentation": AugmentationFile,
    "stimulation": StimulationFile,
    "adequacy": AdequacyFile,
    "staging": StagingFile,
    "names": NamesFile,
}


def read_treatments(reader: Reader) -> dict[str, ContentFile]:
    """The files of `treatments/` by name; a missing one is a fault, unless the folder has no such section."""
    found: dict[str, ContentFile] = {}
    if not (reader.root / "treatments").is_dir():
        return found
    for name, model in FILES.items():
        path = reader.root / "treatments" / f"{name}.yaml"
        if not path.is_file():
            reader.fault(path, "this file is missing", "restore it from the release")
            continue
        item = reader.model(path, model)
        if item is not None:
            found[name] = item
            for twice in _twice(item):
                reader.fault(path, f"'{twice}' names two entries", "keep each id, name and alias once")
    _check_names(reader, found)
    return found


COURSE_IDS = frozenset({"tms", "ect", "ketamine", "esketamine"})


def _check_names(reader: Reader, found: Mapping[str, ContentFile]) -> None:
    """A brand of an agent that is not there, and a name that would mean two agents."""
    names, path = found.get("names"), reader.root / "treatments" / "names.yaml"
    if not isinstance(names, NamesFile):
        return
    owners: dict[str, str] = {}
    for file in found.values():
        owners |= {name: entry.id for entry in _agents_of(file) for name in _names(entry)}
    known = {*owners.values(), *COURSE_IDS}
    for block in (names.brands, names.other_names):
        for agent, told in block.items():
            if agent not in known:
                line = reader.line_with(path, f"  {agent}:")
                reader.fault(path, f"'{agent}' is no agent of the library", "name an id of the library", line=line)
            for name in told:
                owner = owners.setdefault(slug(name), agent)
                if owner != agent:
                    line = reader.line_with(path, f"  {agent}:")
                    reader.fault(path, f"'{name}' already means {owner}", "list each name once", line=line)


def _agents_of(item: ContentFile) -> tuple[Medicine | Augmentation, ...]:
    match item:
        case MedicinesFile():
            return item.medicines
        case AugmentationFile():
            return item.agents
        case _:
            return ()


def _twice(item: ContentFile) -> list[str]:
    names = [name for entry in _agents_of(item) for name in _names(entry)]
    return sorted({name for name in names if names.count(name) > 1})


def treatments_from(files: Mapping[str, ContentFile]) -> Treatments:
    """Join the files read by `read_treatments`."""
    match [files.get(name) for name in FILES]:
        case [
            MedicinesFile() as m,
            AugmentationFile() as a,
            StimulationFile() as s,
            AdequacyFile() as r,
            StagingFile() as g,
            NamesFile() as n,
        ]:
            return Treatments(m, a, s, r, g, n)
        case _:
            raise ContentError(
                [Fault("treatments", 1, "the treatment files are not whole", "run solstice content check")]
            )
