"""Where a fact comes from and how sure we are of it."""

from dataclasses import dataclass
from typing import Literal

Verified = Literal["source", "memory"]
"""`source`: read in the cited source. `memory`: recalled, unverified until a clinician signs it."""


@dataclass(frozen=True, slots=True)
class Source:
    ref: str
    citation: str
    url: str | None = None
    verified: Verified = "memory"

    @property
    def is_draft(self) -> bool:
        """Whether whatever rests on this source must be marked as draft."""
        return self.verified == "memory"
