"""Four words for energy on the page, 0 to 10 in the record, and the level that picks a dose."""

from solstice.content.therapy_model import Energy

ON_SCALE: tuple[int, int, int, int] = (0, 3, 6, 9)
"""What each of the four taps is stored as, on the scale from 0 (none) to 10 (full)."""

LEVELS: tuple[Energy, Energy, Energy, Energy] = (0, 1, 2, 3)


def level_of(energy: int) -> Energy:
    """The level nearest to a stored energy; a value between two counts as the lower one."""
    return max((level for level in LEVELS if ON_SCALE[level] <= energy), default=0)
