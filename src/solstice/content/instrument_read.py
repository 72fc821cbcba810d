"""Read content/instruments/<id>/ into instruments, with the faults one file alone cannot show."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from solstice.content.instrument_model import ExamplesFile, Instrument, InstrumentFile, InstrumentText
from solstice.content.read import Reader

if TYPE_CHECKING:
    from solstice.content.packs import Pack


def read_instruments(reader: Reader) -> dict[str, Instrument]:
    """Every instrument by id; faults are noted in the reader."""
    found: dict[str, Instrument] = {}
    for folder in sorted(path for path in reader.root.glob("instruments/*") if path.is_dir()):
        instrument = _read_one(reader, folder)
        if instrument is not None:
            found[instrument.id] = instrument
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
    if file.licence.bundle_text:
        return text_mismatches(text, file)
    licensed = (f"the text of {file.id} is licensed ({file.licence.code})", "remove it: the clinic loads its own")
    return [licensed, *text_mismatches(text, file)]


def text_mismatches(text: InstrumentText, file: InstrumentFile) -> list[tuple[str, str]]:
    """Where the words do not fit the instrument, bundled or from a pack: (what, right)."""
    found: list[tuple[str, str]] = []
    if text.id != file.id or text.version != file.version:
        found.append((f"this is {text.id} {text.version}", f"write id {file.id} and version {file.version}"))
    if len(text.items) != file.items:
        found.append((f"{len(text.items)} item texts", f"{file.id} has {file.items} items"))
    if (file.scoring.method == "gated_sum") != (text.gate is not None):
        found.append(("the gate question and the scoring rule disagree", "a gated sum has a gate, others have none"))
    allowed = list(range(file.levels.min, file.levels.max + 1)) if file.levels else []
    for number in range(1, len(text.items) + 1):
        values = [option.value for option in text.options_of(number)]
        if values != allowed:
            found.append((f"the answers of item {number} have the values {values}", f"right would be {allowed}"))
            break
    return found


def with_texts(instrument: Instrument, packs: "Sequence[Pack]") -> Instrument:
    """The instrument with the words of the packs that hold its text."""
    texts = {
        language: text
        for pack in packs
        if pack.head.instrument == instrument.id
        for language, text in pack.texts.items()
    }
    return instrument.model_copy(update={"texts": {**instrument.texts, **texts}}) if texts else instrument


def _examples(reader: Reader, folder: Path, file: InstrumentFile | None) -> ExamplesFile | None:
    path = folder / "examples.yaml"
    if not path.is_file():
        reader.fault(path, "the file is missing", "add at least one worked example")
        return None
    examples = reader.model(path, ExamplesFile)
    if examples and file and examples.instrument != file.id:
        reader.fault(path, f"these are examples of '{examples.instrument}'", f"write instrument: {file.id}")
    return examples
