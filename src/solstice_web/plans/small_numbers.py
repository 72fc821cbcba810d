"""Counts that cannot point at anyone: small ones are hidden, and so is whatever would give them away (hazard H38)."""

from collections.abc import Mapping
from typing import TypeVar

SMALLEST_SHOWN = 10
Key = TypeVar("Key")


def hidden_small(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The counts with None for what is hidden.

    A count below 10 is hidden. Next to the total, hidden counts could be found by taking the shown ones away; so more
    counts are hidden, the smallest first, until at least two are hidden that together make 10 or more.
    """
    hidden = {key for key, count in counts.items() if count < SMALLEST_SHOWN}
    shown = sorted((key for key in counts if key not in hidden), key=lambda key: counts[key])
    while hidden and shown and (len(hidden) < 2 or sum(counts[key] for key in hidden) < SMALLEST_SHOWN):
        hidden.add(shown.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def hidden_total(counts: Mapping[Key, int]) -> int | None:
    """Their sum, None when it is small itself."""
    total = sum(counts.values())
    return total if total >= SMALLEST_SHOWN else None
