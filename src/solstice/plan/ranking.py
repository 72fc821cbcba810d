"""Rank options and say which are about equally good."""

from collections.abc import Sequence

from solstice.plan.result import Benefit, PlannedOption


def in_order(options: Sequence[PlannedOption]) -> list[PlannedOption]:
    """Greatest benefit first; equal ones by id, so that the order of the content says nothing."""
    return sorted(options, key=lambda option: (-option.benefit.mean, option.id))


def about_equal(a: Benefit, b: Benefit, margin: float) -> bool:
    """Whether each mean lies in the other's interval and they differ by at most `margin`: overlap almost wholly."""
    return abs(a.mean - b.mean) <= margin + 1e-9 and a.lower <= b.mean <= a.upper and b.lower <= a.mean <= b.upper


def groups(ordered: Sequence[PlannedOption], margin: float) -> list[int]:
    """Group numbers from 1: a group holds what is about equal with its first, in unbroken order of rank."""
    numbers: list[int] = []
    first: PlannedOption | None = None
    for option in ordered:
        if first is None or not about_equal(first.benefit, option.benefit, margin):
            first = option
            numbers.append(numbers[-1] + 1 if numbers else 1)
        else:
            numbers.append(numbers[-1])
    return numbers
