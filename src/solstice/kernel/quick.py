"""Frozen dataclasses that are made as quickly as plain ones."""

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quick(cls: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an `__init__` that writes its slots directly.

    The usual one looks up `object.__setattr__` anew for each field and takes five times as long; one ledger makes
    some hundred small results. Nothing else about the class changes.
    """
    known: dict[str, Any] = {"MISSING": MISSING}
    arguments, lines = ["self"], []
    for one in fields(cls):  # type: ignore[arg-type]  # the decorator stands above @dataclass
        name = one.name
        known[f"set_{name}"] = getattr(cls, name).__set__
        if one.default_factory is not MISSING:
            known[f"make_{name}"] = one.default_factory
            arguments.append(f"{name}=MISSING")
            lines.append(f"set_{name}(self, make_{name}() if {name} is MISSING else {name})")
            continue
        if one.default is not MISSING:
            known[f"default_{name}"] = one.default
            arguments.append(f"{name}=default_{name}")
        else:
            arguments.append(name)
        lines.append(f"set_{name}(self, {name})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(arguments)}):\n    " + "\n    ".join(lines), known)  # noqa: S102 - as dataclass does
    setattr(cls, "__init__", known["__init__"])  # noqa: B010 - mypy forbids the plain assignment
    return cls
