"""What only those who treat a person may see: one list, marked in the content itself (`private: true`)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solstice.content.library import Library


@dataclass(frozen=True, slots=True)
class Private:
    """Names of facts and of instruments, and words by which a listed condition is known to be private."""

    facts: frozenset[str]
    instruments: frozenset[str]
    words: tuple[str, ...]
    unless: tuple[str, ...]

    def has(self, condition: str) -> bool:
        """Whether a listed condition is private; an injury of the head is a medical fact and is not."""
        told = condition.casefold().replace("-", " ").replace("_", " ")
        return any(word in told for word in self.words) and not any(word in told for word in self.unless)


def private_of(library: "Library") -> Private:
    """Everything the content marks as private. Mechanisms and factors carry their own mark, `sensitive`."""
    rules = library.constraints
    return Private(
        facts=frozenset(name for name, words in rules.facts.items() if words.private),
        instruments=frozenset(name for name, one in library.instruments.items() if one.is_private),
        words=rules.private_words.hide,
        unless=rules.private_words.unless,
    )
