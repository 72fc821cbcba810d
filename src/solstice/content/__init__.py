"""What the clinic knows, as reviewed data, and its one reader."""

from typing import TYPE_CHECKING, Any

from solstice.kernel.fault import ContentError, Fault

if TYPE_CHECKING:
    from solstice.content.library import Library

__all__ = ["ContentError", "Fault", "Library"]


def __getattr__(name: str) -> Any:
    """Load the library when it is first named, so that reading one file does not load every model."""
    if name == "Library":
        from solstice.content.library import Library  # noqa: PLC0415 - see above

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
