"""A count that may not be known, in words: one value, a range, or no known upper end."""

from solstice.kernel.span import Span

HOW_MANY = "how many more is not known"


def number_words(span: Span, *, is_open: bool = False) -> str:
    """`3`, `2 to 5`, or `2 or more` where nobody knows how many agents are meant.

    The number of medicines in the library bounds such a count, but is nothing that is known of the person.
    """
    if span.is_known:
        return f"{span.low:g}"
    if is_open or span.high == float("inf"):
        return f"{span.low:g} or more"
    return f"{span.low:g} to {span.high:g}"


def whole_words(span: Span, *, is_open: bool = False) -> str:
    """`number_words`, and what is not known of it."""
    words = number_words(span, is_open=is_open)
    return f"{words}; {HOW_MANY}" if is_open and not span.is_known else words
