"""The folder in which a clinic keeps its packs: add, list and remove; never inside the package."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from solstice.content.library import BUNDLED, Library
from solstice.content.packs import Pack, pack_faults, read_pack
from solstice.content.read import ContentError, Fault


def packs_folder(variables: Mapping[str, str]) -> Path:
    """Where the packs lie: SOLSTICE_PACKS, or `packs` in the data folder SOLSTICE_DATA, or in the user's own folder."""
    if variables.get("SOLSTICE_PACKS"):
        return Path(variables["SOLSTICE_PACKS"]).absolute()
    if variables.get("SOLSTICE_DATA"):
        return Path(variables["SOLSTICE_DATA"]).absolute() / "packs"
    home = variables.get("XDG_DATA_HOME") or f"{variables.get('HOME', '.')}/.local/share"
    return Path(home).absolute() / "solstice" / "packs"


def installed_packs(folder: Path) -> tuple[Pack, ...]:
    """Every pack of the folder by its id; none where there is no folder. Raises ContentError where one is not whole."""
    if not folder.is_dir():
        return ()
    return tuple(
        read_pack(path) for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")
    )


def library_with_packs(folder: Path, root: Path = BUNDLED) -> Library:
    """The library as this clinic uses it. Raises ContentError where a pack does not fit it."""
    packs = installed_packs(folder)
    plain = Library(root)
    faults = [fault for pack in packs for fault in pack_faults(pack, plain)]
    if faults:
        raise ContentError(faults)
    return Library(root, packs=packs) if packs else plain


def add_pack(source: Path, folder: Path, *, library: Library, at: date, attested_by: str | None = None) -> Pack:
    """Check a pack against the library and copy it into the folder, whole or not at all; a pack of its id is replaced.

    Raises ContentError: faults in the pack, or a second pack for the same thing.
    """
    (pack,) = add_packs([source], folder, library=library, at=at, attested_by=attested_by)
    return pack


def add_packs(
    sources: Sequence[Path], folder: Path, *, library: Library, at: date, attested_by: str | None = None
) -> list[Pack]:
    """Add several packs; where one is not whole, none is added. Raises ContentError with every fault."""
    packs: list[Pack] = []
    faults: list[Fault] = []
    for source in sources:
        try:
            packs.append(_checked(source, folder, library=library, at=at, attested_by=attested_by))
        except ContentError as error:
            faults.extend(error.faults)
    if faults:
        raise ContentError(faults)
    for pack in packs:
        _copy(pack, folder)
    return packs


def _checked(source: Path, folder: Path, *, library: Library, at: date, attested_by: str | None) -> Pack:
    pack = read_pack(source, at=at, attested_by=attested_by)
    faults = pack_faults(pack, library)
    faults += [
        Fault(f"{source}/pack.yaml", 1, f"the pack '{other.head.id}' is loaded already", "remove it first")
        for other in installed_packs(folder)
        if other.head.id != pack.head.id and _same_place(other, pack)
    ]
    if faults:
        raise ContentError(faults)
    return pack


def _copy(pack: Pack, folder: Path) -> None:
    try:
        _write(pack, folder)
    except OSError as error:
        reason = error.strerror or str(error)
        what = f"cannot be written ({reason})"
        raise ContentError([Fault(str(folder), 1, what, "set SOLSTICE_PACKS to a folder of the clinic")]) from None


def remove_pack(name: str, folder: Path) -> Pack:
    """Take a pack away. Raises ContentError where there is none of that id."""
    for pack in installed_packs(folder):
        if pack.head.id == name:
            shutil.rmtree(folder / name)
            return pack
    raise ContentError([Fault(str(folder), 1, f"there is no pack '{name}'", "see `solstice content packs`")])


def _same_place(one: Pack, other: Pack) -> bool:
    """Two tables, or two packs of texts of one instrument in one language."""
    if one.table is not None and other.table is not None:
        return True
    return one.head.instrument == other.head.instrument and bool(set(one.texts) & set(other.texts))


def _write(pack: Pack, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adding-") as waiting:
        fresh = Path(waiting) / pack.head.id
        fresh.mkdir()
        for name, data in pack.files.items():
            (fresh / name).write_bytes(data)
        final = folder / pack.head.id
        if final.exists():
            final.rename(Path(waiting) / "before")
        fresh.rename(final)
