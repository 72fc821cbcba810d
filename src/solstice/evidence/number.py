"""Numbers as data files write them: decimal point or decimal comma."""


def number(text: str) -> float | None:
    """A finite number with decimal point or decimal comma; None for anything else, also for 1.234,5."""
    if text.count(",") > 1 or ("," in text and "." in text) or "_" in text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
