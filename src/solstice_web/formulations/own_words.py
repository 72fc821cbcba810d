"""The parts of the picture a person writes themselves, and the loop they choose."""

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_PART = 4000
LONGEST_NODE = 60
MOST_NODES = 6
FEWEST_NODES = 3
PARTS: Mapping[str, str] = {
    "started": "What started it",
    "keeps_going": "What keeps it going",
    "helps": "What helps me hold on",
}
HINTS: Mapping[str, str] = {
    "started": "A day, a loss, a change. Or no one thing. You do not need to write what hurts most.",
    "keeps_going": "What goes on and pulls you down a bit more? It is not your fault that it does.",
    "helps": "A person, an animal, a place, a habit. Small things count.",
}


class OwnWordsError(ValueError):
    """The words do not fit the page; carries none of them."""


def read_own_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """Check and trim. Raises OwnWordsError. What is empty is left out; the order of the loop is kept."""
    out: dict[str, Any] = {}
    for part, words in told.items():
        if part == "loop":
            continue
        if part not in PARTS:
            raise OwnWordsError(f"{part[:40]!r} is no part of the picture; the parts are {', '.join(PARTS)}")
        if len(words) > LONGEST_PART:
            raise OwnWordsError(f"{part} is longer than {LONGEST_PART} characters; write it shorter")
        if words.strip():
            out[part] = words.strip()
    if nodes := _nodes(told.get("loop", ())):
        out["loop"] = nodes
    return out


def _nodes(told: Sequence[str]) -> list[str]:
    nodes = [node.strip() for node in told if node.strip()]
    if len(nodes) > MOST_NODES:
        raise OwnWordsError(f"the loop has more than {MOST_NODES} parts; leave some out")
    if any(len(node) > LONGEST_NODE for node in nodes):
        raise OwnWordsError(f"a part of the loop is longer than {LONGEST_NODE} characters; write it shorter")
    return nodes
