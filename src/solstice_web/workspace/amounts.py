"""Numbers as people write them in a form (150, at least 5, at most 20, 5 to 8), and back into the same words."""

import re
from typing import Any

from solstice.person.trial import Amount, AtLeastAtMost

HOW_TO_WRITE = "write a number, or: at least 5, at most 20, 5 to 8"
NUMBER = r"(\d{1,6}(?:[.,]\d{1,3})?)"
FORMS = (
    (re.compile(rf"^{NUMBER}$"), ("exactly",)),
    (re.compile(rf"^(?:at least|>=|≥|from|min\.?)\s*{NUMBER}$"), ("at_least",)),
    (re.compile(rf"^(?:at most|<=|≤|up to|max\.?)\s*{NUMBER}$"), ("at_most",)),
    (re.compile(rf"^{NUMBER}\s*(?:to|-|–|…)\s*{NUMBER}$"), ("at_least", "at_most")),
)


def parse_amount(text: str) -> float | dict[str, float]:
    """Read what was typed. Raises ValueError saying what would be right."""
    words = " ".join(text.casefold().split())
    for form, names in FORMS:
        found = form.match(words)
        if found is None:
            continue
        numbers = [float(number.replace(",", ".")) for number in found.groups()]
        if names == ("exactly",):
            return numbers[0]
        if len(numbers) == 2 and numbers[0] > numbers[1]:
            raise ValueError("the first number is above the second; swap them")
        return dict(zip(names, numbers, strict=True))
    raise ValueError(HOW_TO_WRITE)


def amount_text(amount: Amount | dict[str, Any] | None) -> str:
    """The words that `parse_amount` reads back to the same amount; empty for an unknown one."""
    if amount is None:
        return ""
    if isinstance(amount, AtLeastAtMost):
        amount = amount.model_dump(exclude_none=True)
    if not isinstance(amount, dict):
        return f"{amount:g}"
    low, high = amount.get("at_least"), amount.get("at_most")
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"at least {low:g}" if low is not None else f"at most {high:g}"
