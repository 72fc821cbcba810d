"""Everything the clinic knows, by id; each section is read when it is first asked for."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from solstice.content.provenance import ContentFile, unknown_refs, uses_memory
from solstice.content.read import ContentError, Fault, Reader
from solstice.content.treatment_model import Treatments, read_treatments, treatments_from

BUNDLED = Path(__file__).parent
Item = TypeVar("Item", bound=ContentFile)


class Library:
    """The content folder as frozen models.

    A section that is not whole raises ContentError with all its faults when it is first read; `check` reads all.
    """

    def __init__(self, root: Path = BUNDLED) -> None:
        self.root = root

    def _section(self, read: Callable[[Reader], dict[str, Item]]) -> Mapping[str, Item]:
        reader = Reader(self.root)
        items = read(reader)
        reader.faults.extend(provenance_faults(items.values()))
        if reader.faults:
            raise ContentError(reader.faults)
        return MappingProxyType(items)

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over every content file: stored with each answer the content gave."""
        digest = hashlib.sha256()
        for path in sorted([*self.root.rglob("*.yaml"), *self.root.rglob("*.md")]):
            digest.update(str(path.relative_to(self.root)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:12]

    @cached_property
    def treatments(self) -> Treatments:
        return treatments_from(self._section(read_treatments))

    def check(self) -> list[Fault]:
        """Every fault of every section; an empty list means that the content is whole."""
        faults: list[Fault] = []
        for name in SECTIONS:
            try:
                getattr(self, name)
            except ContentError as error:
                faults.extend(error.faults)
        return sorted(set(faults))


SECTIONS: tuple[str, ...] = ("treatments",)
"""Names of the cached properties of Library that read a section."""


def provenance_faults(items: Iterable[ContentFile]) -> list[Fault]:
    """Faults every content file can have: a source that is not listed, a memory fact in a signed file."""
    faults: list[Fault] = []
    for item in items:
        faults += [
            Fault(item.id, 1, f"the source '{ref}' is not listed", "add it under `sources`")
            for ref in unknown_refs(item)
        ]
        if item.review == "signed" and uses_memory(item):
            faults.append(Fault(item.id, 1, "signed, but a value rests on memory", "keep `review: draft`"))
    return faults
