"""Everything the clinic knows, by id; each section is read when it is first asked for."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from solstice.content.provenance import ContentFile, unknown_refs, uses_memory
from solstice.content.read import ContentError, Fault, Reader

if TYPE_CHECKING:
    from solstice.content.battery_model import BatteryFile
    from solstice.content.combination_model import Combinations
    from solstice.content.constraint_model import Constraints
    from solstice.content.evidence_model import EvidenceTable, Moderators
    from solstice.content.instrument_read import Instruments
    from solstice.content.mechanism_model import Factors, Mechanisms
    from solstice.content.option_model import Option
    from solstice.content.packs import Pack
    from solstice.content.private import Private
    from solstice.content.safety_model import CrisisLines, SafetyRules
    from solstice.content.therapy_model import Therapy
    from solstice.content.treatment_model import Treatments
    from solstice.content.trial_map_model import TrialMap
    from solstice.content.works_on import Work

BUNDLED = Path(__file__).parent
INSTRUMENT_FILE = "instrument.yaml"
Item = TypeVar("Item", bound=ContentFile)


class Library:
    """The content folder as frozen models.

    A section that is not whole raises ContentError with all its faults when it is first read; `check` reads all.
    `packs` are laid over it: a licensed table of doses, the words of a licensed questionnaire.
    """

    def __init__(self, root: Path = BUNDLED, *, packs: "Sequence[Pack]" = ()) -> None:
        self.root = root
        self.packs = tuple(packs)
        self.files: dict[Path, ContentFile] = {}

    def _section(self, read: Callable[[Reader], dict[str, Item]]) -> Mapping[str, Item]:
        reader = Reader(self.root)
        items = read(reader)
        self._keep(reader)
        return MappingProxyType(items)

    def _keep(self, reader: Reader) -> None:
        """Remember what was read; raise ContentError with every fault, those of provenance too."""
        files = {path: file for path, file in reader.read.items() if isinstance(file, ContentFile)}
        self.files.update(files)
        for path, file in files.items():
            for text, what, right in provenance_faults(file):
                reader.fault(path, what, right, line=reader.line_with(path, text))
        if reader.faults:
            raise ContentError(reader.faults)

    @cached_property
    def instruments(self) -> "Instruments":
        """Each is read when it is first asked for, so that one command does not pay for all."""
        from solstice.content.instrument_read import Instruments

        return Instruments(self.root, self._keep, packs=self.packs)

    @cached_property
    def safety(self) -> "Mapping[str, SafetyRules]":
        from solstice.content.safety_model import read_safety

        return self._section(read_safety)

    @cached_property
    def crisis_lines(self) -> "Mapping[str, CrisisLines]":
        from solstice.content.safety_model import read_crisis_lines

        return self._section(read_crisis_lines)

    @cached_property
    def options(self) -> "Mapping[str, Option]":
        from solstice.content.option_model import read_options

        return self._section(read_options)

    @cached_property
    def evidence(self) -> "EvidenceTable":
        from solstice.content.evidence_model import read_evidence

        return self._section(read_evidence)["trials"]

    @cached_property
    def trial_map(self) -> "TrialMap":
        """How a trial table in the Metapsy standard speaks for options."""
        from solstice.content.trial_map_model import read_trial_map

        return self._section(read_trial_map)["metapsy"]

    def with_evidence(self, table: "EvidenceTable") -> "Library":
        """The same content with another table of effects; this library is left as it is."""
        other = Library(self.root, packs=self.packs)
        other.__dict__.update(self.__dict__ | {"evidence": table})
        return other

    @cached_property
    def moderators(self) -> "Moderators":
        from solstice.content.evidence_model import read_moderators

        return self._section(read_moderators)["moderators"]

    @cached_property
    def combinations(self) -> "Combinations":
        from solstice.content.combination_model import read_combinations

        return self._section(read_combinations)["combinations"]

    @cached_property
    def mechanisms(self) -> "Mechanisms":
        from solstice.content.mechanism_model import read_mechanisms

        return self._section(read_mechanisms)["mechanisms"]

    @cached_property
    def factors(self) -> "Factors":
        from solstice.content.mechanism_model import read_factors

        return self._section(read_factors)["factors"]

    @cached_property
    def works_on(self) -> "Mapping[str, tuple[Work, ...]]":
        """What works on each mechanism, gathered from options and mechanisms."""
        from solstice.content.works_on import works_on

        return works_on(self)

    @cached_property
    def batteries(self) -> "Mapping[str, BatteryFile]":
        from solstice.content.battery_model import read_batteries

        return self._section(read_batteries)

    @cached_property
    def constraints(self) -> "Constraints":
        from solstice.content.constraint_model import read_constraints

        return self._section(read_constraints)["constraints"]

    @cached_property
    def private(self) -> "Private":
        """What only those who treat a person may see."""
        from solstice.content.private import private_of

        return private_of(self)

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over every content file and pack: stored with each answer the content gave."""
        digest = hashlib.sha256()
        for path in sorted([*self.root.rglob("*.yaml"), *self.root.rglob("*.md")]):
            digest.update(str(path.relative_to(self.root)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        for pack in self.packs:
            digest.update(pack.digest.encode())
        return digest.hexdigest()[:12]

    @cached_property
    def therapies(self) -> "Mapping[str, Therapy]":
        from solstice.content.therapy_reader import read_therapies

        return self._section(read_therapies)

    @cached_property
    def treatments(self) -> "Treatments":
        from solstice.content.treatment_model import read_treatments, treatments_from

        treatments = treatments_from(self._section(read_treatments))
        for pack in self.packs:
            if pack.table is not None:
                treatments = pack.table.over(treatments, pack)
        return treatments

    @property
    def has_instruments(self) -> bool:
        """Whether the root holds instruments, or is itself the folder of one, as an author writes it."""
        return (self.root / "instruments").is_dir() or (self.root / INSTRUMENT_FILE).is_file()

    def check(self, *, at: date | None = None) -> list[Fault]:
        """Every fault of every section, and of the release lock; an empty list means that the content is whole.

        A folder of a clinic's own may hold some sections only; the bundled one must hold all. With `at`, a file past
        its review date on that day is a fault too.
        """
        from solstice.content.lock import lock_faults

        faults: list[Fault] = []
        for name, where in SECTIONS.items():
            is_there = self.has_instruments if name == "instruments" else (self.root / where).exists()
            if self.root != BUNDLED and not is_there:
                continue
            try:
                section = getattr(self, name)
                faults.extend(section.faults() if name == "instruments" else ())
            except ContentError as error:
                faults.extend(error.faults)
        faults += lock_faults(self.root, self.files)
        if at is not None:
            faults += out_of_date(self.root, self.files, at)
        return sorted(set(faults))


SECTIONS: Mapping[str, str] = {
    "instruments": "instruments",
    "safety": "safety/signals.yaml",
    "crisis_lines": "safety",
    "therapies": "therapies",
    "treatments": "treatments",
    "options": "options",
    "evidence": "evidence/trials.yaml",
    "trial_map": "evidence/metapsy.yaml",
    "moderators": "evidence/moderators.yaml",
    "combinations": "evidence/combinations.yaml",
    "mechanisms": "formulation/mechanisms.yaml",
    "factors": "formulation/factors.yaml",
    "constraints": "safety/constraints.yaml",
    "batteries": "batteries",
}
"""Names of the cached properties of Library that read a section, and where the section lies."""


def out_of_date(root: Path, files: Mapping[Path, ContentFile], at: date) -> list[Fault]:
    """A fault for each file whose `review_by` has passed on the day `at`."""
    reader = Reader(root)
    return [
        Fault(
            reader.name_of(path),
            reader.line_with(path, "review_by"),
            f"the review date {file.review_by} has passed",
            "have it reviewed, then set a new version and a new review_by",
        )
        for path, file in files.items()
        if file.review_by < at
    ]


def provenance_faults(file: ContentFile) -> list[tuple[str, str, str]]:
    """What any content file can have wrong, each as (text of the line, what, right)."""
    faults = [
        (f"ref: {ref}", f"the source '{ref}' is not listed", "add it under `sources`") for ref in unknown_refs(file)
    ]
    if file.review == "signed" and uses_memory(file):
        faults.append(("verified: memory", "signed, but a value rests on memory", "keep `review: draft`"))
    return faults
