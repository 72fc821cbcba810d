"""Read YAML 1.2 and Markdown into frozen, strict models; every fault names file and line, all faults at once."""

import difflib
import hashlib
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, to_json

from solstice.kernel.fault import ContentError, Fault

__all__ = [
    "ContentError",
    "Document",
    "Fault",
    "Frozen",
    "MisplacedError",
    "Reader",
    "compile_content",
    "parse_json",
    "parse_markdown",
    "parse_yaml",
    "validate",
]

Model = TypeVar("Model", bound=BaseModel)
Key = tuple[str | int, ...]

COMPILED_NAME = ".compiled.json"
WRONG_SHAPE = frozenset({"model_type", "model_attributes_type", "dict_type"})


class Frozen(BaseModel):
    """Base of every model read from a file: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class LazyLines(Mapping[Key, int]):
    """The lines of a document, worked out when the first of them is asked for."""

    def __init__(self, work_out: Callable[[], Mapping[Key, int]]) -> None:
        self._work_out = work_out

    @cached_property
    def _known(self) -> Mapping[Key, int]:
        return self._work_out()

    def __getitem__(self, key: Key) -> int:
        return self._known[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        return repr(self._known)


class MisplacedError(ValueError):
    """What a validator of a whole found wrong in one of its parts; `key` leads from the whole to that part."""

    def __init__(self, key: Key, text: str) -> None:
        self.key = key
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data of one file, with the line on which each key stands (1-based)."""

    path: str
    data: Any
    lines: Mapping[Key, int] = field(default_factory=dict)
    json_text: str | None = field(default=None, compare=False, repr=False)
    """The data as it was read, where that was JSON."""

    def line_of(self, key: Key) -> int:
        """The line of `key`, or of its nearest parent that has one."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def parse_yaml(text: str, path: str, *, first_line: int = 1) -> Document:
    """Parse one YAML 1.2 document. Raises ContentError naming `path` and the line.

    Plain text goes the short way: its data at once, and its lines when a fault asks for them.
    """
    from solstice.content.yaml_text import NotPlainError, compose, plain_data  # noqa: PLC0415 - not for compiled content

    try:
        return Document(path, plain_data(text), LazyLines(lambda: compose(text, path, first_line)[1]))
    except NotPlainError:
        return Document(path, *compose(text, path, first_line))


def parse_json(text: str, path: str) -> Document:
    """Parse JSON; duplicate keys and syntax faults are refused with the line."""
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        fault = Fault(path, error.lineno, f"this is not JSON ({error.msg})", "check commas, quotes and brackets")
        raise ContentError([fault]) from None
    except ValueError as error:
        raise ContentError([Fault(path, 1, str(error), "keep one of them")]) from None
    except RecursionError:
        raise ContentError([Fault(path, 1, "this is nested too deeply", "check the brackets")]) from None
    return Document(path, data, LazyLines(lambda: _lines_of_json(text, path)), text)


def _lines_of_json(text: str, path: str) -> Mapping[Key, int]:
    """JSON is YAML too, but for a few odd characters: its lines are found the same way."""
    from solstice.content.yaml_text import compose  # noqa: PLC0415 - only where a fault asks for a line

    try:
        return compose(text, path)[1]
    except ContentError:
        return {}


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice")
    return out


_DECODER = json.JSONDecoder(object_pairs_hook=_no_duplicates)


def parse_markdown(text: str, path: str) -> Document:
    """Parse front matter between two `---` lines plus the text below it, given as key `body`."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        raise ContentError([Fault(path, 1, "no front matter", "start with a block of YAML between two lines of ---")])
    end = next(index for index, line in enumerate(lines[1:], start=1) if line.strip() == "---")
    front = parse_yaml("\n".join(lines[1:end]), path, first_line=2)
    if not isinstance(front.data, dict):
        raise ContentError([Fault(path, 2, "the front matter holds no keys", "write `key: value` lines")])
    body = "\n".join(lines[end + 1 :]).strip()
    return Document(path, {**front.data, "body": body}, {**front.lines, ("body",): end + 2})


def validate(document: Document, model: type[Model]) -> Model:
    """The document as a model. Raises ContentError with one fault for each thing wrong."""
    try:
        return model.model_validate_json(document.json_text or _as_json(document.data))
    except ValidationError as error:
        raise ContentError(_faults(document, model, error)) from None


def _as_json(data: Any) -> bytes | str:
    try:
        return to_json(data)
    except ValueError:  # half a character, which only the standard library writes
        return json.dumps(data)


def _faults(document: Document, model: type[BaseModel], error: ValidationError) -> Iterator[Fault]:
    details = [
        (_key_in(document.data, (*detail["loc"], *_part_of(detail))), detail)
        for detail in error.errors(include_url=False)
    ]
    said_better = {key for key, detail in details if detail["type"] not in WRONG_SHAPE}
    for key, detail in details:
        if detail["type"] in WRONG_SHAPE and key in said_better:
            continue  # another member of the union says what is wrong with the value itself
        what, right = _explain(model, detail, ".".join(str(part) for part in key) or "the file")
        yield Fault(document.path, document.line_of(key), what, right)


def _part_of(detail: ErrorDetails) -> Key:
    found = detail.get("ctx", {}).get("error")
    return found.key if isinstance(found, MisplacedError) else ()


def _key_in(data: Any, loc: Key) -> Key:
    """Drop the union tags pydantic puts into a location: keep the parts that exist in the data, and the last."""
    key: list[str | int] = []
    for index, part in enumerate(loc):
        is_last = index == len(loc) - 1
        match data, part:
            case (dict(), str()) if part in data:
                data = data[part]
            case (list(), int()) if part < len(data):
                data = data[part]
            case (dict(), str()) if is_last:
                pass
            case _:
                continue
        key.append(part)
    return tuple(key)


def _explain(model: type[BaseModel], detail: ErrorDetails, where: str) -> tuple[str, str]:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            name = str(detail["loc"][-1])
            known = sorted(_known_keys(model, detail["loc"][:-1]))
            close = difflib.get_close_matches(name, known, n=1)
            right = f"did you mean '{close[0]}'?" if close else f"known keys are {', '.join(known) or 'none'}"
            return f"unknown key '{where}'", right
        case "missing":
            return f"'{where}' is missing", "add it"
        case "literal_error" | "enum":
            return f"'{where}' is {detail['input']!r}", f"right would be {context.get('expected')}"
        case "value_error" | "assertion_error":
            what, _, right = str(context.get("error", detail["msg"])).partition("; ")
            return f"'{where}': {what}", right or "see docs/authoring.md"
        case _:
            return f"'{where}' is {_short(detail['input'])}", detail["msg"][0].lower() + detail["msg"][1:]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _known_keys(model: type[BaseModel], loc: Key) -> set[str]:
    kinds: list[Any] = [model]
    for part in loc:
        following = [
            kind.model_fields[part].annotation for kind in kinds if _is_model(kind) and part in kind.model_fields
        ]
        kinds = [inner for kind in (following or kinds) for inner in _models_in(kind)] or kinds
    models = [kind for kind in kinds if _is_model(kind)]
    return {about.alias or name for kind in models for name, about in kind.model_fields.items()}


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _models_in(kind: Any) -> Iterator[Any]:
    if _is_model(kind):
        yield kind
    elif typing.get_origin(kind) is typing.Annotated or isinstance(kind, types.UnionType) or typing.get_args(kind):
        for inner in typing.get_args(kind):
            yield from _models_in(inner)


class Reader:
    """Reads the files below one content folder and collects every fault instead of stopping at the first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.read: dict[Path, BaseModel] = {}

    def files(self, pattern: str) -> list[Path]:
        """Files below the root that match, in a stable order."""
        return sorted(path for path in self.root.glob(pattern) if path.is_file())

    def model(self, path: Path, model: type[Model]) -> Model | None:
        """The file as a model, or None after noting its faults; what was read is kept in `read`."""
        found = self._model(path, model)
        if found is not None:
            self.read[path] = found
        return found

    def _model(self, path: Path, model: type[Model]) -> Model | None:
        compiled = self._from_compiled(path)
        if compiled is not None:
            try:
                return model.model_validate_json(compiled)
            except ValidationError:
                pass  # read it again below, with line numbers
        try:
            return validate(self.document(path), model)
        except ContentError as error:
            self.faults.extend(error.faults)
            return None

    def document(self, path: Path) -> Document:
        """Parse a `.yaml` or `.md` file. Raises ContentError."""
        name = self.name_of(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError([Fault(name, 1, f"cannot be read ({error})", "save it as UTF-8 text")]) from None
        return parse_markdown(text, name) if path.suffix == ".md" else parse_yaml(text, name)

    def name_of(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def line_with(self, path: Path, text: str) -> int:
        """The first line of the file that holds the text; 1 where none does."""
        lines = path.read_text(encoding="utf-8").splitlines()
        return next((number for number, line in enumerate(lines, start=1) if text in line), 1)

    def fault(self, path: Path, what: str, right: str, *, line: int = 1) -> None:
        self.faults.append(Fault(self.name_of(path), line, what, right))

    def _from_compiled(self, path: Path) -> str | None:
        entry = compiled_entries(self.root).get(self.name_of(path))
        if entry is None or entry["sha256"] != hashlib.sha256(path.read_bytes()).hexdigest():
            return None
        return entry.get("json")


def compiled_entries(root: Path) -> Mapping[str, Mapping[str, str]]:
    """What `compile_content` left for this folder; empty where it did not run."""
    compiled = root / COMPILED_NAME
    try:
        stamp = compiled.stat()
    except FileNotFoundError:
        return {}
    return _entries(compiled, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=2)
def _entries(compiled: Path, _mtime_ns: int, _size: int) -> Mapping[str, Mapping[str, str]]:
    entries: dict[str, dict[str, str]] = json.loads(compiled.read_bytes())
    return entries


def compile_content(root: Path) -> int:
    """Write the JSON of every content file beside them, so that a command starts fast; returns the count.

    Each file is text of its own, so that only those a command asks for are looked into. The copy is used only where
    the file's hash still matches, so it can never be stale.
    """
    reader = Reader(root)
    files = [path for pattern in ("**/*.yaml", "**/*.md") for path in reader.files(pattern)]
    entries = {
        reader.name_of(path): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "json": json.dumps(reader.document(path).data),
        }
        for path in files
    }
    (root / COMPILED_NAME).write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return len(entries)
