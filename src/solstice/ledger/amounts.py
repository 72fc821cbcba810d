"""Amounts as they stand in a sentence: a value, a bound, or a range."""

from solstice.kernel import Span


def amount(span: Span) -> str:
    """A span in words: `20`, `at least 5`, `at most 8.7`, `0.3 to 0.5`, `not known`."""
    if span.is_known:
        return f"{span.low:g}"
    if span.high == float("inf"):
        return "not known" if span.low == 0 else f"at least {span.low:g}"
    return f"at most {_short(span.high)}" if span.low == 0 else f"{_short(span.low)} to {_short(span.high)}"


def _short(value: float) -> str:
    return f"{round(value, 1):g}"
