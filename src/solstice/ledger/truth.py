"""Three-valued logic: true, false, or not known yet; learning a fact never turns a settled answer round."""

from solstice.kernel import Span

Truth = bool | None


def all_of(*parts: Truth) -> Truth:
    """False as soon as one part is false; true only when every part is."""
    if False in parts:
        return False
    return None if None in parts else True


def both(one: Truth, other: Truth) -> Truth:
    """`all_of` two."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def any_of(*parts: Truth) -> Truth:
    """True as soon as one part is true; false only when every part is (and when there is none)."""
    if True in parts:
        return True
    return None if None in parts else False


def reaches(amount: Span, needed: Span) -> Truth:
    """Whether an amount is at or above what is needed, where either may be known only within bounds."""
    if amount.low >= needed.high:
        return True
    return False if amount.high < needed.low else None
