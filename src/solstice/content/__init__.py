"""What the clinic knows, as reviewed data, and its one reader."""

from solstice.content.library import Library
from solstice.content.read import ContentError, Fault

__all__ = ["ContentError", "Fault", "Library"]
