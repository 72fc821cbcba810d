"""Read YAML 1.2 and Markdown into frozen, strict models; every fault names file and line, all faults at once."""

import difflib
import hashlib
import json
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

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

    def line_of(self, key: Key) -> int:
        """The line of `key`, or of its nearest parent that has one."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


class _Composer:
    """Walks a ruamel node tree into plain data; dates stay text, duplicate keys are faults."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path, self.first_line = path, first_line
        self.lines: dict[Key, int] = {}
        self.faults: list[Fault] = []

    def value(self, node: Any, key: Key) -> Any:
        self.lines.setdefault(key, node.start_mark.line + self.first_line)
        match node.id:
            case "mapping":
                return self._mapping(node, key)
            case "sequence":
                return [self.value(child, (*key, index)) for index, child in enumerate(node.value)]
            case _:
                return self._scalar(node)

    def _mapping(self, node: Any, key: Key) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name_node, child in node.value:
            name, line = str(name_node.value), name_node.start_mark.line + self.first_line
            if name in out:
                self.faults.append(Fault(self.path, line, f"the key '{name}' stands twice", "keep one of them"))
            self.lines[(*key, name)] = line
            out[name] = self.value(child, (*key, name))
        return out

    def _scalar(self, node: Any) -> Any:
        text = node.value
        match node.tag.rsplit(":", 1)[-1]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text.replace("_", ""), 0) if text[:2].lower() in {"0x", "0o"} else int(text.replace("_", ""))
            case "float":
                return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
            case _:
                return text


def parse_yaml(text: str, path: str, *, first_line: int = 1) -> Document:
    """Parse one YAML 1.2 document. Raises ContentError naming `path` and the line."""
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415 - not needed when all comes from the compiled copy
    from ruamel.yaml.reader import ReaderError  # noqa: PLC0415

    try:
        node = _composed(text)
    except MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + first_line
        what = f"this is not YAML ({error.problem or error.context or 'cannot be read'})"
        raise ContentError([Fault(path, line, what, "check indentation, quotes and colons")]) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        what = f"this is not YAML (the character U+{error.character:04X})"
        raise ContentError([Fault(path, line, what, "take it out; save it as plain UTF-8 text")]) from None
    except ValueError as error:
        raise ContentError([Fault(path, first_line, f"this is not YAML ({error})", "save it as UTF-8 text")]) from None
    if node is None:
        return Document(path, None)
    composer = _Composer(path, first_line)
    data = composer.value(node, ())
    if composer.faults:
        raise ContentError(composer.faults)
    return Document(path, data, composer.lines)


def _composed(text: str) -> Any:
    """The node tree, by libyaml where it is there; what it refuses is read again by ruamel, which says why."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - not needed when all comes from the compiled copy
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    if find_spec("_ruamel_yaml") is not None:
        try:
            return YAML(typ="safe", pure=False, plug_ins=[]).compose(text)
        except (YAMLError, ValueError):
            pass
    return YAML(typ="safe", pure=True, plug_ins=[]).compose(text)


def parse_json(text: str, path: str) -> Document:
    """Parse JSON; duplicate keys and syntax faults are refused with the line."""
    try:
        return Document(path, json.loads(text, object_pairs_hook=_no_duplicates))
    except json.JSONDecodeError as error:
        fault = Fault(path, error.lineno, f"this is not JSON ({error.msg})", "check commas, quotes and brackets")
        raise ContentError([fault]) from None
    except ValueError as error:
        raise ContentError([Fault(path, 1, str(error), "keep one of them")]) from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice")
    return out


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
        return model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise ContentError(_faults(document, model, error)) from None


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
                return model.model_validate_json(json.dumps(compiled))
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

    def _from_compiled(self, path: Path) -> Any:
        entry = compiled_entries(self.root).get(self.name_of(path))
        if entry is None or entry["sha256"] != hashlib.sha256(path.read_bytes()).hexdigest():
            return None
        return entry["data"]


def compiled_entries(root: Path) -> Mapping[str, Any]:
    """What `compile_content` left for this folder; empty where it did not run."""
    compiled = root / COMPILED_NAME
    try:
        stamp = compiled.stat()
    except FileNotFoundError:
        return {}
    return _entries(compiled, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=2)
def _entries(compiled: Path, _mtime_ns: int, _size: int) -> Mapping[str, Any]:
    entries: dict[str, Any] = json.loads(compiled.read_bytes())
    return entries


def compile_content(root: Path) -> int:
    """Write the parsed form of every content file beside them, so that a command starts fast; returns the count.

    The copy is used only where the file's hash still matches, so it can never be stale.
    """
    reader = Reader(root)
    files = [path for pattern in ("**/*.yaml", "**/*.md") for path in reader.files(pattern)]
    entries = {
        reader.name_of(path): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "data": reader.document(path).data,
        }
        for path in files
    }
    (root / COMPILED_NAME).write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return len(entries)
