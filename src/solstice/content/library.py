"""Everything the clinic knows, by id; each section is read when it is first asked for."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from solstice.content.instrument_model import Instrument
from solstice.content.instrument_read import read_instruments
from solstice.content.provenance import ContentFile, unknown_refs, uses_memory
from solstice.content.read import ContentError, Fault, Reader
from solstice.content.safety_model import CrisisLines, SafetyRules, read_crisis_lines, read_safety

BUNDLED = Path(__file__).parent
Item = TypeVar("Item", bound=ContentFile)


class Library:
    """The content folder as frozen models.

    A section that is not whole raises ContentError with all its faults when it is first read; `check` reads all.
    """

    def __init__(self, root: Path = BUNDLED) -> None:
        self.root = root
        self.files: dict[Path, ContentFile] = {}

    def _section(self, read: Callable[[Reader], dict[str, Item]]) -> Mapping[str, Item]:
        reader = Reader(self.root)
        items = read(reader)
        files = {path: file for path, file in reader.read.items() if isinstance(file, ContentFile)}
        self.files.update(files)
        for path, file in files.items():
            for text, what, right in provenance_faults(file):
                reader.fault(path, what, right, line=reader.line_with(path, text))
        if reader.faults:
            raise ContentError(reader.faults)
        return MappingProxyType(items)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        return self._section(read_instruments)

    @cached_property
    def safety(self) -> Mapping[str, SafetyRules]:
        return self._section(read_safety)

    @cached_property
    def crisis_lines(self) -> Mapping[str, CrisisLines]:
        return self._section(read_crisis_lines)

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over every content file: stored with each answer the content gave."""
        digest = hashlib.sha256()
        for path in sorted([*self.root.rglob("*.yaml"), *self.root.rglob("*.md")]):
            digest.update(str(path.relative_to(self.root)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:12]

    def check(self) -> list[Fault]:
        """Every fault of every section; an empty list means that the content is whole."""
        faults: list[Fault] = []
        for name in SECTIONS:
            try:
                getattr(self, name)
            except ContentError as error:
                faults.extend(error.faults)
        return sorted(set(faults))


SECTIONS: tuple[str, ...] = ("instruments",)
"""Names of the cached properties of Library that read a section."""


def provenance_faults(file: ContentFile) -> list[tuple[str, str, str]]:
    """What any content file can have wrong, each as (text of the line, what, right)."""
    faults = [
        (f"ref: {ref}", f"the source '{ref}' is not listed", "add it under `sources`") for ref in unknown_refs(file)
    ]
    if file.review == "signed" and uses_memory(file):
        faults.append(("verified: memory", "signed, but a value rests on memory", "keep `review: draft`"))
    return faults
