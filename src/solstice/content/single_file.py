"""Read a section that is one file: it must be there, and its id is the file's name."""

from typing import TypeVar

from solstice.content.provenance import ContentFile
from solstice.content.read import Reader

Item = TypeVar("Item", bound=ContentFile)


def read_single(reader: Reader, name: str, model: type[Item]) -> dict[str, Item]:
    """The file `name` below the content folder by its id; absence and a wrong id are faults."""
    path = reader.root / name
    if not path.is_file():
        reader.fault(path, "the file is missing", "a content folder has it; see docs/authoring.md")
        return {}
    found = reader.model(path, model)
    if found is None:
        return {}
    if found.id != path.stem:
        reader.fault(path, f"the id is '{found.id}'", f"name it like the file: '{path.stem}'")
    return {found.id: found}
