"""A stable hash of a person file, stored with each answer so that a stale answer can be recognised."""

import hashlib
import json
from typing import Any

from solstice.person import PersonFile

UNORDERED = ("trials", "answers", "conditions", "family_history")


def input_hash(person: PersonFile) -> str:
    """Sixteen hex digits over the facts; the order in which trials, answers and lists are written does not matter."""
    data: dict[str, Any] = person.model_dump(mode="json", exclude_none=True)
    for name in UNORDERED:
        data[name] = _sorted(data.get(name, []))
    for name in ("likes", "avoids"):
        data["preferences"][name] = _sorted(data["preferences"].get(name, []))
    if "therapies" in data["offer"]:
        data["offer"]["therapies"] = _sorted(data["offer"]["therapies"])
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))
