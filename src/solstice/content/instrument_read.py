"""Read content/instruments/<id>/ into instruments, with the faults one file alone cannot show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from solstice.content.instrument_model import ExamplesFile, Instrument, InstrumentFile, InstrumentText
from solstice.content.read import ContentError, Fault, Reader

if TYPE_CHECKING:
    from solstice.content.packs import Pack


class Instruments(Mapping[str, Instrument]):
    """Every instrument of a content folder by id; each is read when it is first asked for.

    `keep` takes the reader of one instrument and raises ContentError where it is not whole. The folder may also be
    that of a single instrument.
    """

    def __init__(self, root: Path, keep: Callable[[Reader], None], *, packs: "Sequence[Pack]" = ()) -> None:
        self._root, self._keep, self._packs = root, keep, packs
        self._own = {one.id: with_texts(one, packs) for pack in packs if (one := pack.instrument) is not None}
        self._read: dict[str, Instrument] = dict(self._own)

    @cached_property
    def _folders(self) -> dict[str, Path]:
        if (self._root / "instrument.yaml").is_file():
            return {self._root.name: self._root}
        return {path.name: path for path in sorted(self._root.glob("instruments/*")) if path.is_dir()}

    def __getitem__(self, name: str) -> Instrument:
        if name not in self._read:
            reader = Reader(self._root)
            found = _read_one(reader, self._folders[name])
            self._keep(reader)
            assert found is not None  # what cannot be read is a fault, and keep raises it
            self._read[name] = with_texts(found, self._packs)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._folders, **self._own})

    def __len__(self) -> int:
        return len(self._folders) + len(self._own)

    def __contains__(self, name: object) -> bool:
        return name in self._folders or name in self._own

    def example_place(self, name: str, number: int) -> tuple[str, int]:
        """File and line of an example, counted from 0."""
        reader, path = Reader(self._root), self._folders[name] / "examples.yaml"
        return reader.name_of(path), reader.document(path).line_of(("examples", number))

    def faults(self) -> list[Fault]:
        """Every fault of every instrument."""
        found: list[Fault] = []
        for name in self:
            try:
                self[name]
            except ContentError as error:
                found.extend(error.faults)
        return found


def _read_one(reader: Reader, folder: Path) -> Instrument | None:
    path = folder / "instrument.yaml"
    if not path.is_file():
        reader.fault(path, "the file is missing", "every instrument folder holds instrument.yaml and examples.yaml")
        return None
    file = reader.model(path, InstrumentFile)
    texts = _texts(reader, folder, file)
    examples = _examples(reader, folder, file)
    if file is None:
        return None
    if file.id != folder.name:
        reader.fault(path, f"the id is '{file.id}' in the folder '{folder.name}'", "give both the same name")
    own = {name: getattr(file, name) for name in InstrumentFile.model_fields}
    return Instrument.model_validate({**own, "texts": texts, "examples": examples.examples if examples else ()})


def _texts(reader: Reader, folder: Path, file: InstrumentFile | None) -> dict[str, InstrumentText]:
    texts: dict[str, InstrumentText] = {}
    for path in sorted(folder.glob("text.*.yaml")):
        text = reader.model(path, InstrumentText)
        if text is None:
            continue
        texts[text.language] = text
        if path.name != f"text.{text.language}.yaml":
            reader.fault(path, f"the language is '{text.language}'", f"name the file text.{text.language}.yaml")
        for what, right in _mismatches(text, file) if file else ():
            reader.fault(path, what, right)
    if file and file.licence.bundle_text and not texts:
        reader.fault(folder / "instrument.yaml", "no text although the licence allows it", "add text.en.yaml")
    return texts


def _mismatches(text: InstrumentText, file: InstrumentFile) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not file.licence.bundle_text:
        found.append(
            (f"the text of {file.id} is licensed ({file.licence.code})", "remove it: the clinic loads its own")
        )
    if text.version != file.version:
        found.append((f"this is {text.id} {text.version}", f"write id {file.id} and version {file.version}"))
    return [*found, *text_mismatches(text, file)]


def text_mismatches(text: InstrumentText, file: InstrumentFile) -> list[tuple[str, str]]:
    """Where the words do not fit the instrument's shape, bundled or from a pack: (what, right)."""
    found: list[tuple[str, str]] = []
    if text.id != file.id or _main(text.version) != _main(file.version):
        found.append((f"this is {text.id} {text.version}", f"write id {file.id} and a version {_main(file.version)}.x"))
    if file.scoring.method == "total_only":
        found.append((f"{file.id} is entered as a total", "its items cannot be answered here; leave the text out"))
    if len(text.items) != file.items:
        found.append((f"{len(text.items)} item texts", f"{file.id} has {file.items} items"))
    if (file.scoring.method == "gated_sum") != (text.gate is not None):
        found.append(("the gate question and the scoring rule disagree", "a gated sum has a gate, others have none"))
    for number in range(1, min(len(text.items), file.items) + 1):
        values, allowed = [option.value for option in text.options_of(number)], list(file.levels_of(number))
        if allowed and sorted(values) != allowed:
            found.append((f"the answers of item {number} have the values {values}", f"right would be {allowed}"))
            break
    return found


def _main(version: str) -> str:
    return version.partition(".")[0]


def with_texts(instrument: Instrument, packs: "Sequence[Pack]") -> Instrument:
    """The instrument with the words of the packs that hold its text."""
    mine = [pack for pack in packs if pack.head.instrument == instrument.id]
    if not mine:
        return instrument
    texts = {language: text for pack in mine for language, text in pack.texts.items()}
    named = {language: pack.attestation for pack in mine for language in pack.texts}
    return instrument.model_copy(update={"texts": {**instrument.texts, **texts}, "packs": named})


def _examples(reader: Reader, folder: Path, file: InstrumentFile | None) -> ExamplesFile | None:
    path = folder / "examples.yaml"
    if not path.is_file():
        reader.fault(path, "the file is missing", "add at least one worked example")
        return None
    examples = reader.model(path, ExamplesFile)
    if examples and file and examples.instrument != file.id:
        reader.fault(path, f"these are examples of '{examples.instrument}'", f"write instrument: {file.id}")
    return examples
