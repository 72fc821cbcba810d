"""What every content file carries: sources, version, and who reviewed it when."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.read import Frozen
from solstice.kernel import Source, Verified


class SourceEntry(Frozen):
    citation: str = Field(min_length=3)
    url: str | None = None


class Cited(Frozen):
    """A pointer from a value to an entry of the file's `sources`, and whether the value was read there."""

    ref: str
    verified: Verified
    note: str | None = None


class Signature(Frozen):
    by: str = Field(min_length=2)
    on: date


class ContentFile(Frozen):
    """The head of every reviewed content file.

    `review: draft` says that no clinician has signed it; `signed` needs `signed: {by, on}`. `review_by` is the
    day after which the content counts as out of date.
    """

    solstice: str
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    version: str = Field(pattern=r"^\d+\.\d+$")
    review: Literal["draft", "signed"]
    signed: Signature | None = None
    review_by: date
    sources: dict[str, SourceEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _signature_matches(self) -> Self:
        if (self.review == "signed") != (self.signed is not None):
            raise ValueError("review and signed disagree; write `review: signed` together with `signed: {by, on}`")
        return self

    @property
    def is_draft(self) -> bool:
        return self.review == "draft"

    def source(self, cited: Cited) -> Source:
        """The full source behind a pointer. Raises KeyError for an unknown `ref` (the content check finds these)."""
        entry = self.sources[cited.ref]
        return Source(cited.ref, entry.citation, entry.url, cited.verified)


def unknown_refs(content: ContentFile) -> list[str]:
    """Every `ref` used anywhere in the file that its `sources` do not list."""
    return sorted({cited.ref for cited in _cited_by(content)} - set(content.sources))


def uses_memory(content: ContentFile) -> bool:
    """Whether any value of the file rests on memory; such a file must stay `draft`."""
    return any(cited.verified == "memory" for cited in _cited_by(content))


def _cited_by(content: ContentFile) -> list[Cited]:
    """What this file cites itself; a file nested in it (the text of an instrument) answers for its own sources."""
    found: list[Cited] = []
    for name in type(content).model_fields:
        _gather(getattr(content, name), found)
    return found


_PLAIN = frozenset({str, int, float, bool, date, type(None)})
"""What most of a file is made of, and what cites nothing."""


def _gather(value: object, found: list[Cited]) -> None:
    """Add what is cited in a value to what was found."""
    if type(value) in _PLAIN:
        return
    match value:
        case Cited():
            found.append(value)
        case ContentFile():
            pass
        case Frozen():
            for name in type(value).model_fields:
                _gather(getattr(value, name), found)
        case list() | tuple():
            for inner in value:
                _gather(inner, found)
        case Mapping():
            for inner in value.values():
                _gather(inner, found)
        case _:
            pass
