"""YAML 1.2 text to plain data: the whole way with the line of every key, and a short way for plain documents."""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ruamel.yaml import YAML, ScalarNode
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from solstice.kernel.fault import ContentError, Fault

Key = tuple[str | int, ...]
DEEPEST = 50
"""Levels of nesting; far more than any file of ours has, far fewer than the parser's own stack bears."""


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
                return _scalar(node.tag, node.value)

    def _mapping(self, node: Any, key: Key) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name_node, child in node.value:
            name, line = str(name_node.value), name_node.start_mark.line + self.first_line
            if name in out:
                self.faults.append(Fault(self.path, line, f"the key '{name}' stands twice", "keep one of them"))
            self.lines[(*key, name)] = line
            out[name] = self.value(child, (*key, name))
        return out


def _scalar(tag: str, text: str) -> Any:
    match tag.rsplit(":", 1)[-1]:
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


def compose(text: str, path: str, first_line: int = 1) -> tuple[Any, dict[Key, int]]:
    """The data of one document and the line of each key. Raises ContentError naming `path` and the line."""
    deep = _too_deep(text)
    if deep is not None:
        what = f"this is nested more than {DEEPEST} deep"
        raise ContentError([Fault(path, deep + first_line, what, "check the brackets and the indentation")])
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
        return None, {}
    composer = _Composer(path, first_line)
    data = composer.value(node, ())
    if composer.faults:
        raise ContentError(composer.faults)
    return data, composer.lines


def _too_deep(text: str) -> int | None:
    """The line (from 0) on which the text is nested too deeply to be built as a tree; None where it is not."""
    if find_spec("_ruamel_yaml") is None:
        return None
    depth = 0
    try:
        following = import_module("_ruamel_yaml").CParser(text).get_event
        while (event := following()) is not None:
            name = type(event).__name__
            depth += name.endswith("StartEvent") - name.endswith("EndEvent")
            if depth > DEEPEST + 2:  # the stream and the document are two levels themselves
                return int(event.start_mark.line)
    except (YAMLError, ValueError):
        pass  # the reading itself says what is wrong
    return None


def _composed(text: str) -> Any:
    """The node tree, by libyaml where it is there; what it refuses is read again by ruamel, which says why."""
    if find_spec("_ruamel_yaml") is not None:
        try:
            return YAML(typ="safe", pure=False, plug_ins=[]).compose(text)
        except (YAMLError, ValueError):
            pass
    return YAML(typ="safe", pure=True, plug_ins=[]).compose(text)


# ------------------------------------------------------------------------------------------------------ the short way


class NotPlainError(Exception):
    """The text has what only the whole way knows: an anchor, a tag, a complex key, a key twice, or a fault."""


def plain_data(text: str) -> Any:
    """The data of a document without its lines, straight from libyaml. Raises NotPlainError: take the whole way."""
    if find_spec("_ruamel_yaml") is None:
        raise NotPlainError
    libyaml = import_module("_ruamel_yaml")
    try:
        following = libyaml.CParser(text).get_event
        following()  # the stream begins
        document = following()
        if getattr(document, "version", None) is not None or getattr(document, "tags", None):
            raise NotPlainError
        data = _plain(following(), following, libyaml.ScalarEvent)
        following()  # the document ends
        if type(following()).__name__ != "StreamEndEvent":
            raise NotPlainError
    except (YAMLError, ValueError):
        raise NotPlainError from None
    return data


def _plain(event: Any, following: Callable[[], Any], scalar: Any, depth: int = 0) -> Any:
    if type(event) is scalar:
        return _plain_scalar(event)
    if depth > DEEPEST or getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
        raise NotPlainError
    match type(event).__name__:
        case "MappingStartEvent":
            return _plain_mapping(following, scalar, depth + 1)
        case "SequenceStartEvent":
            items: list[Any] = []
            while type(child := following()) is scalar or type(child).__name__ != "SequenceEndEvent":
                items.append(_plain(child, following, scalar, depth + 1))
            return items
        case _:  # an alias, or an empty document
            raise NotPlainError


def _plain_mapping(following: Callable[[], Any], scalar: Any, depth: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    key: Any = following()
    while type(key) is scalar:
        name = key.value
        if name in out or key.tag is not None or key.anchor is not None:
            raise NotPlainError
        out[name] = _plain(following(), following, scalar, depth)
        key = following()
    if type(key).__name__ != "MappingEndEvent":
        raise NotPlainError
    return out


def _plain_scalar(event: Any) -> Any:
    if event.tag is not None or event.anchor is not None:
        raise NotPlainError
    return _resolved(event.value) if event.implicit[0] else event.value


@lru_cache(maxsize=20_000)
def _resolved(text: str) -> Any:
    """What a scalar without quotes means in YAML 1.2."""
    return _scalar(str(_RESOLVER.resolve(ScalarNode, text, (True, False))), text)


_RESOLVER = YAML(typ="safe", pure=True, plug_ins=[]).resolver
