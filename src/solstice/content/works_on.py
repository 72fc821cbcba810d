"""What works on each mechanism: options by their own word, sessions and practices by the mechanism's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from solstice.content.option_model import Certainty
from solstice.kernel import Source

if TYPE_CHECKING:
    from solstice.content.library import Library
    from solstice.content.mechanism_model import Mechanism


@dataclass(frozen=True, slots=True)
class Work:
    """One option, session or practice. Shown, and used by nothing that ranks beyond what options say of themselves."""

    kind: Literal["option", "session", "practice"]
    id: str
    name: str
    therapy: str | None
    certainty: Certainty
    source: Source

    @property
    def words(self) -> str:
        """As on a page: what, how sure, from where."""
        draft = ", from memory, draft" if self.source.is_draft else ""
        return f"{self.name}; certainty {self.certainty.replace('_', ' ')}; {self.source.citation}{draft}"

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "therapy": self.therapy,
            "certainty": self.certainty,
            "source": self.source.citation,
            "draft": self.source.is_draft,
        }


def works_on(library: "Library") -> Mapping[str, tuple[Work, ...]]:
    """By mechanism: the options first, then the modules of the library's therapies."""
    found: dict[str, list[Work]] = {mechanism.id: [] for mechanism in library.mechanisms.mechanisms}
    for option in library.options.values():
        for link in option.works_on:
            work = Work("option", option.id, option.name, option.therapy, link.certainty, option.source(link.source))
            found.setdefault(link.mechanism, []).append(work)
    for mechanism in library.mechanisms.mechanisms:
        found[mechanism.id] += _modules(mechanism, library)
    return {name: tuple(works) for name, works in found.items()}


def _modules(mechanism: "Mechanism", library: "Library") -> Iterator[Work]:
    for module in mechanism.modules:
        therapy = library.therapies[module.therapy]
        source = library.mechanisms.source(module.source)
        if module.session is not None:
            session = next(one for one in therapy.sessions if one.number == module.session)
            name = f"{therapy.short_name}, session {session.number}: {session.title}"
            yield Work("session", str(session.number), name, therapy.id, module.certainty, source)
        elif module.practice is not None:
            name = f"{therapy.short_name}, practice: {therapy.practices[module.practice].title}"
            yield Work("practice", module.practice, name, therapy.id, module.certainty, source)
