"""Reads the shared reference results, so that each alignment test names only what it compares."""

import csv
from collections.abc import Mapping
from pathlib import Path

TOLERANCE = 1e-4

Rows = list[dict[str, str]]


def reference(shared: Path, name: str) -> Rows:
    return list(csv.DictReader((shared / "reference" / name).read_text(encoding="utf-8").splitlines()))


def unlike(
    found: Mapping[str, float | None], row: Mapping[str, str], tolerance: float = TOLERANCE
) -> dict[str, object]:
    """What differs from the reference by more than the tolerance; NA there must be None here."""
    differs: dict[str, object] = {}
    for name, value in found.items():
        text = row[name]
        if text in {"", "NA"}:
            if value is not None:
                differs[name] = (value, text)
        elif value is None or not abs(value - float(text)) <= tolerance:
            differs[name] = (value, text)
    return differs
