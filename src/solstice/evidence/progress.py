"""Slow work in steps: an iterator that says how far it is, so that a page or a terminal can show a bar."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """`done` of `total` steps are behind; `part` is what the last one gave."""

    done: int
    total: int
    part: T


def collect(steps: Iterator[Step[T]], report: Callable[[int, int], None] | None = None) -> tuple[T, ...]:
    """Run all steps; `report` is told (done, total) after each."""
    parts = []
    for step in steps:
        if report is not None:
            report(step.done, step.total)
        parts.append(step.part)
    return tuple(parts)
