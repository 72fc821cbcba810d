"""Small nouns shared by every part of the engine."""

from solstice.kernel.provenance import Source, Verified
from solstice.kernel.reason import Reason, Refusal
from solstice.kernel.span import Span

__all__ = ["Reason", "Refusal", "Source", "Span", "Verified"]
