"""The release lock: what was released under a version never changes under that version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from solstice.content.provenance import ContentFile
from solstice.content.read import COMPILED_NAME, ContentError, Document, Fault, Frozen, parse_json, validate

LOCK_NAME = "released.json"


class ReleasedItem(Frozen):
    version: str
    sha256: str


class ReleasedFile(Frozen):
    """The file released.json: what was released, by the folder or file it stands in."""

    items: Mapping[str, ReleasedItem]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is released together: the folder named like its id, or a single file."""

    path: Path
    version: str
    head: Path


def units(root: Path, files: Mapping[Path, ContentFile]) -> dict[str, Unit]:
    """The releasable units among the files read, by their path below the root.

    A folder carries the version of its file whose id is the folder's name; files in it belong to it.
    """
    in_folders = [(path, file) for path, file in files.items() if path.parent.name == file.id]
    # of several files with the folder's id the first by name is its head: instrument.yaml before text.en.yaml
    folders = {path.parent: (path, file) for path, file in sorted(in_folders, key=lambda entry: entry[0], reverse=True)}
    found = {
        str(folder.relative_to(root)): Unit(folder, file.version, path) for folder, (path, file) in folders.items()
    }
    for path, file in files.items():
        if not any(parent in folders for parent in path.parents):
            found[str(path.relative_to(root))] = Unit(path, file.version, path)
    return dict(sorted(found.items()))


def digest(unit: Unit) -> str:
    """SHA-256 over names and bytes of every file of the unit."""
    whole = hashlib.sha256()
    paths = [path for path in sorted(unit.path.rglob("*")) if path.is_file()] if unit.path.is_dir() else [unit.path]
    for path in paths:
        if path.name != COMPILED_NAME and "__pycache__" not in path.parts:
            whole.update(str(path.relative_to(unit.path.parent)).encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def read_lock(root: Path) -> Mapping[str, ReleasedItem]:
    """What was released; empty before the first release. Raises ContentError."""
    path = root / LOCK_NAME
    if not path.is_file():
        return {}
    document: Document = parse_json(path.read_text(encoding="utf-8"), LOCK_NAME)
    return validate(document, ReleasedFile).items


def lock_faults(root: Path, files: Mapping[Path, ContentFile]) -> list[Fault]:
    """A fault for each released unit that changed under its version, or is gone."""
    try:
        released = read_lock(root)
    except ContentError as error:
        return list(error.faults)
    faults: list[Fault] = []
    present = units(root, files)
    for name, item in released.items():
        unit = present.get(name)
        if unit is None:
            if not (root / name).exists():
                faults.append(Fault(LOCK_NAME, 1, f"the released '{name}' is gone", "bring it back, or retire it"))
        elif unit.version == item.version and digest(unit) != item.sha256:
            faults.append(
                Fault(
                    str(unit.head.relative_to(root)),
                    _version_line(unit.head),
                    f"changed after version {item.version} was released",
                    "give it a new version, then run `solstice content release`",
                )
            )
    return faults


def _version_line(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if line.startswith("version:")), 1)


def release(root: Path, files: Mapping[Path, ContentFile]) -> list[str]:
    """Write the lock for every unit that is new or has a new version; returns their names.

    Raises ContentError where a released unit changed under its version: nothing is written then.
    """
    faults = lock_faults(root, files)
    if faults:
        raise ContentError(faults)
    before = read_lock(root)
    now = {name: ReleasedItem(version=unit.version, sha256=digest(unit)) for name, unit in units(root, files).items()}
    changed = [name for name, item in now.items() if before.get(name) != item]
    items = {name: item.model_dump() for name, item in sorted({**before, **now}.items())}
    (root / LOCK_NAME).write_text(json.dumps({"items": items}, indent=2) + "\n", encoding="utf-8")
    return changed
