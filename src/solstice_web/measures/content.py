"""The clinic's content, read once for each process."""

from functools import cache

from solstice.content.library import Library


@cache
def library() -> Library:
    """The content this process answers from; its version is stored with each answer it gave."""
    return Library()
