"""Content packs: what a clinic has a licence for and attests to, kept outside the package and laid over the library."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from solstice.content.instrument_model import ExamplesFile, Instrument, InstrumentFile, InstrumentText
from solstice.content.pack_table import AdequacyTable
from solstice.content.provenance import ContentFile, SourceEntry
from solstice.content.read import ContentError, Document, Fault, Frozen, parse_yaml, validate
from solstice.kernel.day import day_in_words

if TYPE_CHECKING:
    from solstice.content.library import Library

HEAD = "pack.yaml"
TABLE = "adequacy-table.yaml"
INSTRUMENT, EXAMPLES = "instrument.yaml", "examples.yaml"
MOST_FILES, MOST_BYTES = 50, 2_000_000
PackKind = Literal["adequacy-table", "instrument-text", "instrument"]


class PackHead(Frozen):
    """`pack.yaml`: what the pack is, under which licence, and who attests to it.

    `name` is what the output is called with an adequacy table (for example ATHF-SF).
    """

    solstice: Literal["pack/1"]
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    kind: PackKind
    version: str = Field(pattern=r"^\d+\.\d+$")
    name: str = Field(min_length=2, max_length=60)
    licence: str = Field(
        min_length=10, max_length=500, description="which licence the clinic holds, and where it is kept"
    )
    attested_by: str = Field(min_length=3, max_length=120)
    attested_on: date
    sources: dict[str, SourceEntry] = Field(min_length=1)
    instrument: str | None = Field(default=None, description="the instrument whose words, or whole, the pack holds")

    @model_validator(mode="after")
    def _instrument_with_texts_only(self) -> Self:
        if (self.kind != "adequacy-table") != (self.instrument is not None):
            raise ValueError("`kind` and `instrument` disagree; a table names no instrument, other packs name theirs")
        return self


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack as read; `documents` hold the lines for the faults that only show beside a library."""

    head: PackHead
    table: AdequacyTable | None
    texts: Mapping[str, InstrumentText]
    instrument: Instrument | None
    digest: str
    files: Mapping[str, bytes] = field(compare=False, repr=False)
    documents: Mapping[str, Document] = field(compare=False, repr=False)

    @property
    def attestation(self) -> str:
        """Who answers for it, for the page that shows what it gave."""
        head = self.head
        attested = f"attested by {head.attested_by} on {day_in_words(head.attested_on)}"
        return f"{head.name} (pack {head.id} {head.version}, {attested})"


def packs_in(path: Path) -> list[Path]:
    """The packs a path names: itself, or each folder in it that holds one, as a collection of packs does."""
    if path.is_file() or (path / HEAD).is_file():
        return [path]
    return sorted(one for one in path.iterdir() if (one / HEAD).is_file()) or [path]


def read_pack(path: Path, *, at: date | None = None, attested_by: str | None = None) -> Pack:
    """Read a pack from a folder or a ZIP file. Raises ContentError with every fault as file:line.

    With `at`, an attestation dated after that day is a fault. `attested_by` completes a pack in which nobody attests to
    the licence yet: that person does, on the day `at`.
    """
    files = _zipped(path) if path.is_file() else _in_folder(path)
    if attested_by is not None and at is not None and HEAD in files:
        files = {**files, HEAD: files[HEAD] + _attestation(attested_by, at)}
    if HEAD not in files:
        raise ContentError([Fault(str(path), 1, f"there is no {HEAD}", "see docs/authoring.md, 'A pack of your own'")])
    faults: list[Fault] = []
    documents = {name: _document(f"{path}/{name}", data, faults) for name, data in files.items() if _is_yaml(name)}
    if faults:
        raise ContentError(faults)
    head = validate(documents[HEAD], PackHead)
    if at is not None and head.attested_on > at:
        line = documents[HEAD].line_of(("attested_on",))
        raise ContentError(
            [
                Fault(
                    f"{path}/{HEAD}",
                    line,
                    f"attested on {day_in_words(head.attested_on)}, a day to come",
                    "check the date",
                )
            ]
        )
    table, texts = _contents(path, head, documents)
    instrument = _instrument(path, head, documents, texts) if head.kind == "instrument" else None
    return Pack(head, table, texts, instrument, _digest(files), files, documents)


def _attestation(attested_by: str, at: date) -> bytes:
    return f"\nattested_by: {json.dumps(attested_by, ensure_ascii=False)}\nattested_on: {at}\n".encode()


def _contents(
    path: Path, head: PackHead, documents: Mapping[str, Document]
) -> tuple[AdequacyTable | None, dict[str, InstrumentText]]:
    names = [name for name in documents if name != HEAD]
    match head.kind:
        case "adequacy-table":
            if names != [TABLE]:
                raise ContentError(
                    [Fault(str(path), 1, f"beside {HEAD} there is {_listed(names)}", f"add {TABLE} alone")]
                )
            return validate(documents[TABLE], AdequacyTable), {}
        case "instrument-text":
            if not names:
                raise ContentError([Fault(str(path), 1, "there is no text", "add text.en.yaml (instrument-text/1)")])
            return None, _texts(head, {name: documents[name] for name in names})
        case "instrument":
            return None, _texts(head, {name: documents[name] for name in names if name.startswith("text.")})


def _instrument(
    path: Path, head: PackHead, documents: Mapping[str, Document], texts: Mapping[str, InstrumentText]
) -> Instrument:
    """An instrument of the clinic's own, as it was checked in its folder."""
    missing = [name for name in (INSTRUMENT, EXAMPLES) if name not in documents]
    if missing:
        raise ContentError([Fault(str(path), 1, f"there is no {name}", "see docs/authoring.md") for name in missing])
    file = validate(documents[INSTRUMENT], InstrumentFile)
    examples = validate(documents[EXAMPLES], ExamplesFile)
    if not file.id == examples.instrument == head.instrument:
        what = f"the ids are '{file.id}', '{examples.instrument}' and '{head.instrument}'"
        raise ContentError([Fault(documents[INSTRUMENT].path, 1, what, "give all three the same id")])
    own = {name: getattr(file, name) for name in InstrumentFile.model_fields}
    return Instrument.model_validate({**own, "texts": texts, "examples": examples.examples})


def _texts(head: PackHead, documents: Mapping[str, Document]) -> dict[str, InstrumentText]:
    faults: list[Fault] = []
    texts: dict[str, InstrumentText] = {}
    for name, document in documents.items():
        try:
            text = validate(document, InstrumentText)
        except ContentError as error:
            faults.extend(error.faults)
            continue
        if name != f"text.{text.language}.yaml":
            right = f"name the file text.{text.language}.yaml"
            faults.append(
                Fault(document.path, document.line_of(("language",)), f"the language is '{text.language}'", right)
            )
        if text.id != head.instrument:
            what = f"this is the text of '{text.id}', the pack is for '{head.instrument}'"
            faults.append(Fault(document.path, document.line_of(("id",)), what, "give both the same id"))
        texts[text.language] = text
    if faults:
        raise ContentError(faults)
    return texts


def pack_faults(pack: Pack, library: "Library") -> list[Fault]:
    """What does not fit this library: unknown agents or instruments, wrong numbers of items, doses above the label."""
    if pack.table is not None:
        document = pack.documents[TABLE]
        return [
            Fault(document.path, document.line_of(key), what, right)
            for key, what, right in pack.table.misfits(library.treatments)
        ]
    from solstice.content.instrument_read import text_mismatches  # noqa: PLC0415 - only for packs of texts

    head = pack.documents[HEAD]
    if pack.instrument is not None and pack.head.instrument in library.instruments:
        what = f"'{pack.head.instrument}' is an instrument of the library"
        return [Fault(head.path, head.line_of(("instrument",)), what, "give yours another id")]
    instrument = pack.instrument or library.instruments.get(pack.head.instrument or "")
    if instrument is None:
        known = ", ".join(library.instruments)
        what = f"'{pack.head.instrument}' is no instrument of the library"
        return [Fault(head.path, head.line_of(("instrument",)), what, f"known are {known}")]
    faults = [
        Fault(pack.documents[f"text.{language}.yaml"].path, 1, what, right)
        for language, text in pack.texts.items()
        for what, right in text_mismatches(text, instrument)
    ]
    return [*faults, *_provenance(pack), *_silent_risk(pack, instrument, library)]


def _provenance(pack: Pack) -> list[Fault]:
    """Facts that point to no source, and signatures over what rests on memory."""
    from solstice.content.library import provenance_faults  # noqa: PLC0415 - the library reads packs

    files: dict[str, ContentFile] = {f"text.{language}.yaml": text for language, text in pack.texts.items()}
    if pack.instrument is not None:
        files[INSTRUMENT] = pack.instrument
    return [
        Fault(pack.documents[name].path, 1, f"{what} ({text})", right)
        for name, file in files.items()
        for text, what, right in provenance_faults(file)
    ]


def _silent_risk(pack: Pack, instrument: Instrument, library: "Library") -> list[Fault]:
    """A question about suicide that no safety rule listens to: its answer would reach nobody (hazard H55)."""
    from solstice.content.safety_model import is_unheard  # noqa: PLC0415 - only for packs of texts

    if not pack.texts or not is_unheard(instrument, library):
        return []
    head, item = pack.documents[HEAD], instrument.risk_item.item if instrument.risk_item else 0
    what = f"item {item} of {instrument.id} asks about suicide and no safety rule would tell anyone"
    return [Fault(head.path, head.line_of(("instrument",)), what, "enter totals, or have a rule for it reviewed first")]


# ------------------------------------------------------------------------------------------------------------- files


def _in_folder(path: Path) -> dict[str, bytes]:
    try:
        inside = sorted(one for one in path.iterdir() if not one.name.startswith("."))
        return _within_limits(path, {one.name: one.read_bytes() for one in inside if one.is_file()})
    except OSError as error:
        reason = error.strerror or str(error)
        raise ContentError([Fault(str(path), 1, f"cannot be read ({reason})", "name a folder or a ZIP file")]) from None


def _zipped(path: Path) -> dict[str, bytes]:
    """The files of a ZIP, which may hold them in one folder; nothing is written to disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
                raise ContentError([_too_large(path)])
            names = [PurePosixPath(one.filename) for one in members]
            if any(name.is_absolute() or ".." in name.parts or len(name.parts) > 2 for name in names):
                what = "a file lies outside the pack's one folder"
                raise ContentError([Fault(str(path), 1, what, f"zip the folder that holds {HEAD}")])
            return {name.name: archive.read(one) for name, one in zip(names, members, strict=True)}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):  # RuntimeError: it asks for a password
        raise ContentError(
            [Fault(str(path), 1, "this is no readable ZIP file", "name a folder or a ZIP file")]
        ) from None


def _within_limits(path: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise ContentError([_too_large(path)])
    return files


def _too_large(path: Path) -> Fault:
    right = f"a pack has at most {MOST_FILES} files and {MOST_BYTES // 1_000_000} MB"
    return Fault(str(path), 1, "the pack is too large", right)


def _is_yaml(name: str) -> bool:
    return name.endswith(".yaml")


def _document(name: str, data: bytes, faults: list[Fault]) -> Document:
    try:
        return parse_yaml(data.decode("utf-8"), name)
    except UnicodeDecodeError:
        faults.append(Fault(name, 1, "this is not UTF-8 text", "save it as UTF-8 text"))
    except ContentError as error:
        faults.extend(error.faults)
    return Document(name, None)


def _digest(files: Mapping[str, bytes]) -> str:
    whole = sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + sha256(files[name]).digest())
    return whole.hexdigest()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
