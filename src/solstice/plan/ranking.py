"""Rank options and say which are about equally good."""

from collections.abc import Mapping, Sequence

from solstice.plan.result import Benefit


def in_rank(benefits: Mapping[str, Benefit]) -> list[str]:
    """Ids, greatest benefit first; equal ones by id, so that the order of the content says nothing."""
    return sorted(benefits, key=lambda name: (-benefits[name].mean, name))


def about_equal(a: Benefit, b: Benefit, margin: float) -> bool:
    """Whether each mean lies in the other's interval and they differ by at most `margin`: overlap almost wholly."""
    return abs(a.mean - b.mean) <= margin + 1e-9 and a.lower <= b.mean <= a.upper and b.lower <= a.mean <= b.upper


def groups(ordered: Sequence[Benefit], margin: float) -> list[int]:
    """Group numbers from 1: a group holds what is about equal with its first, in unbroken order of rank."""
    numbers: list[int] = []
    first: Benefit | None = None
    for benefit in ordered:
        if first is None or not about_equal(first, benefit, margin):
            first = benefit
            numbers.append(numbers[-1] + 1 if numbers else 1)
        else:
            numbers.append(numbers[-1])
    return numbers
