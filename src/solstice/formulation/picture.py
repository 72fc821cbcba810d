"""From answers, ledger and interview to a picture: four parts and mechanisms, each with its evidence and its doubt."""

from dataclasses import dataclass, replace
from typing import Any

from solstice.content.library import Library
from solstice.content.mechanism_model import PARTS, Part
from solstice.formulation.checks import CheckState, checks_of
from solstice.formulation.fingerprint import input_hash
from solstice.formulation.known import known_about
from solstice.formulation.suggestion import STRENGTHS, Suggestion, suggestion
from solstice.person import PersonFile


@dataclass(frozen=True, slots=True)
class Formulation:
    """`mechanisms` and `factors` hold every one the library knows, whatever its status."""

    sentence: str
    mechanisms: tuple[Suggestion, ...]
    factors: tuple[Suggestion, ...]
    checks: tuple[CheckState, ...]
    content_version: str
    input_hash: str
    is_draft: bool

    def get(self, mechanism: str) -> Suggestion | None:
        return next((found for found in self.mechanisms if found.id == mechanism), None)

    def part(self, part: Part) -> tuple[Suggestion, ...]:
        """Everything of one part of the picture; mechanisms keep it going."""
        return tuple(found for found in (*self.mechanisms, *self.factors) if found.part == part)

    def without_sensitive(self) -> "Formulation":
        """The same for someone who does not treat this person: what is sensitive is left out, not called absent."""
        mechanisms = tuple(found for found in self.mechanisms if not found.sensitive)
        factors = tuple(found for found in self.factors if not found.sensitive)
        return replace(self, mechanisms=mechanisms, factors=factors, sentence=_sentence(mechanisms))

    def to_json(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence,
            "mechanisms": [found.to_json() for found in self.mechanisms],
            "parts": {part: [found.id for found in self.part(part) if found.status == "present"] for part in PARTS},
            "factors": [found.to_json() for found in self.factors],
            "checks": [check.to_json() for check in self.checks],
            "content_version": self.content_version,
            "input_hash": self.input_hash,
            "draft": self.is_draft,
        }


def formulate(person: PersonFile, library: Library, *, with_works: bool = True) -> Formulation:
    """The picture as far as was asked. Present ones first, the stronger the earlier; not assessed last.

    `with_works` names what works on each, as a page shows it; a plan weighs its options by their own links.
    """
    known = known_about(person, library)
    mechanisms = [
        suggestion(mechanism, known, library, with_works=with_works) for mechanism in library.mechanisms.mechanisms
    ]
    factors = [suggestion(factor, known, library, with_works=with_works) for factor in library.factors.factors]
    ordered = tuple(sorted(mechanisms, key=_place))
    return Formulation(
        _sentence(ordered),
        ordered,
        tuple(sorted(factors, key=lambda found: (PARTS.index(found.part), *_place(found)))),
        checks_of(known, library),
        library.version,
        input_hash(person),
        library.mechanisms.is_draft or library.factors.is_draft,
    )


def _place(found: Suggestion) -> tuple[int, int]:
    rank = {"present": 0, "absent": 1, "not_assessed": 2}[found.status]
    return rank, -STRENGTHS.index(found.strength) if found.strength else 0


def _sentence(found: tuple[Suggestion, ...]) -> str:
    present = [f"{one.name.lower()} ({one.strength})" for one in found if one.status == "present"]
    open_ = sum(one.status == "not_assessed" for one in found)
    if not present:
        return f"Nothing asked so far points to what keeps this depression going; {open_} mechanisms were not assessed."
    return f"What may keep this depression going: {', '.join(present)}. Not assessed: {open_}."
