"""Reasons and refusals: the words that travel with every answer."""

from dataclasses import dataclass, field

from solstice.kernel.provenance import Source
from solstice.kernel.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence for a clinician, with a stable code for machines and the sources it rests on."""

    code: str
    text: str
    sources: tuple[Source, ...] = field(default=())

    @property
    def is_draft(self) -> bool:
        return any(source.is_draft for source in self.sources)


@quick
@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not offered or cannot be answered; an outcome, not an error."""

    code: str
    text: str
    sources: tuple[Source, ...] = field(default=())
