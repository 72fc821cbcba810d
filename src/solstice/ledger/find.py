"""Find a treatment as a person remembers it: generic or brand name, its beginning, a misspelling, or a class."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from solstice.content.library import Library
from solstice.content.treatment_model import Augmentation, Medicine
from solstice.content.treatment_names import Words

AgentKind = Literal[
    "medicine", "augmentation", "psychotherapy", "tms", "ect", "ketamine", "esketamine", "other", "class", "several"
]
MOST_TYPED = 80
MOST_EDITS = 2
STRENGTH = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:mg|mcg|µg|g|ml|milligrams?)?\b")
FILLERS = frozenset({"a", "an", "the", "some", "kind", "of", "tablet", "tablets", "pill", "pills", "my", "other"})


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """One treatment that may be meant.

    `matched` is the name that fitted the text, `why` says how in a few words. `facts` is what a trial of it starts
    with: `{"kind": "medicine", "agent": "sertraline"}`, `{"kind": "medicine", "agent_class": "SSRI"}`, …
    """

    id: str
    kind: AgentKind
    name: str
    matched: str
    why: str
    facts: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Term:
    """One name of one agent, folded for comparison."""

    folded: str
    shown: str
    how: Literal["name", "other name", "brand"]
    agent: AgentMatch


def find_agent(
    text: str, library: Library, *, kinds: Collection[str] | None = None, limit: int = 8
) -> tuple[AgentMatch, ...]:
    """Treatments that the text may mean, the closest first; nothing where nothing is near.

    `kinds` keeps only these kinds; `medicine` brings "class" and "several" with it.
    """
    typed = _fold(text[: MOST_TYPED * 4])[:MOST_TYPED]
    if not typed:
        return ()
    wanted = None if kinds is None else {*kinds, *(("class", "several") if "medicine" in kinds else ())}
    best: dict[tuple[str, str], tuple[tuple[int, int, str], AgentMatch]] = {}
    for rank, match in (*_unnamed(typed, library), *_named(typed, library)):
        if wanted is not None and match.kind not in wanted:
            continue
        key, place = (match.kind, match.id), (*rank, match.name)
        if key not in best or place < best[key][0]:
            best[key] = (place, match)
    return tuple(match for _, match in sorted(best.values(), key=lambda found: found[0])[:limit])


def _fold(text: str) -> str:
    """Lower case without accents, strengths and filler words; words joined by single spaces."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()
    words = re.sub(r"[^a-z0-9']+", " ", STRENGTH.sub(" ", plain)).split()
    kept = [word for word in words if word not in FILLERS]
    return " ".join(kept or words)


Found = tuple[tuple[int, int], AgentMatch]


def _named(typed: str, library: Library) -> Iterator[Found]:
    for term in _terms(library):
        rank = _nearness(typed, term.folded)
        if rank is not None:
            yield (rank, len(term.folded)), _with_reason(term, rank)


def _nearness(typed: str, name: str) -> int | None:
    """0 the same, 1 begins with it, 2 a word of it does, 3 and 4 one or two slips; None too far."""
    if typed == name:
        return 0
    if name.startswith(typed):
        return 1
    if any(word.startswith(typed) for word in name.split()):
        return 2
    allowed = min(MOST_EDITS, (len(typed) - 2) // 2)
    edits = _edits(typed, name, allowed) if allowed > 0 else None
    return None if edits is None else 2 + edits


def _edits(one: str, other: str, most: int) -> int | None:
    """Insertions, deletions, changes and swaps of neighbours between two words; None above `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        following = [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        if min(following) > most:
            return None
        before, row = row, following
    return row[-1] if row[-1] <= most else None


def _with_reason(term: _Term, rank: int) -> AgentMatch:
    agent = term.agent
    meaning = {
        "name": f"{agent.name}",
        "other name": f"{term.shown} is another name of {agent.name}",
        "brand": f"{term.shown} is a brand of {agent.name}",
    }[term.how]
    why = f"Spelled almost like {term.shown}" + ("" if term.how == "name" else f": {meaning}") if rank > 2 else meaning
    return AgentMatch(agent.id, agent.kind, agent.name, term.shown, why, agent.facts)


# -------------------------------------------------------------------------------------------- names of the library


@lru_cache(maxsize=4)
def _terms(library: Library) -> tuple[_Term, ...]:
    """Every name the library knows, folded once."""
    return (*_medicine_terms(library), *_course_terms(library))


def _medicine_terms(library: Library) -> Iterator[_Term]:
    treatments = library.treatments
    kinds: tuple[tuple[Literal["medicine", "augmentation"], tuple[Medicine | Augmentation, ...]], ...] = (
        ("medicine", treatments.medicines_file.medicines),
        ("augmentation", treatments.augmentation_file.agents),
    )
    for kind, agents in kinds:
        for agent in agents:
            match = AgentMatch(agent.id, kind, agent.name, agent.name, "", {"kind": kind, "agent": agent.id})
            yield _Term(_fold(agent.name), agent.name, "name", match)
            for other in (*agent.aliases, *treatments.names.other_names.get(agent.id, ())):
                yield _Term(_fold(other), other, "other name", match)
            for brand in treatments.names.brands.get(agent.id, ()):
                yield _Term(_fold(brand), brand, "brand", match)


def _course_terms(library: Library) -> Iterator[_Term]:
    """Psychotherapies and other courses, under the names by which plans recognise them among trials."""
    for option in library.options.values():
        tried = option.tried
        if tried is None:
            continue
        facts: dict[str, Any] = {"kind": tried.kind}
        if tried.agents:
            facts["agent"] = tried.agents[0]
        match = AgentMatch(option.id, tried.kind, option.name, option.name, "", facts)
        yield _Term(_fold(option.name), option.name, "name", match)
        for other in (option.id, *tried.agents):
            yield _Term(_fold(other), other.replace("-", " "), "other name", match)
        for brand in library.treatments.names.brands.get(option.id, ()):
            yield _Term(_fold(brand), brand, "brand", match)


# ------------------------------------------------------------------------------------ a class, several, I do not know


def _unnamed(typed: str, library: Library) -> Iterator[Found]:
    """A class whose name stands in the text ("an SSRI"), several agents, or one whose name nobody knows."""
    names = library.treatments.names
    is_several = _says(typed, names.several)
    count = {"count": {"at_least": 2.0}} if is_several else {}
    classes = [one for one in names.classes if any(_holds(typed, _fold(word)) for word in one.words)]
    for one in classes:
        facts = {"kind": "medicine", "agent_class": one.class_name, **count}
        name = f"Several of the class {one.class_name}, names not known" if is_several else one.name
        yield (
            (0, 0),
            AgentMatch(one.class_name, "class", name, one.class_name, "The class is known, not the name", facts),
        )
    if classes:
        return
    if is_several:
        facts = {"kind": "medicine", **count}
        yield (0, 0), AgentMatch("several", "several", names.several.name, typed, "More than one, not named", facts)
    elif _says(typed, names.unnamed):
        facts = {"kind": "medicine"}
        yield (0, 0), AgentMatch("unnamed", "several", names.unnamed.name, typed, "The name is not known", facts)


def _says(typed: str, words: Words) -> bool:
    return any(_holds(typed, _fold(word)) for word in words.words)


def _holds(typed: str, words: str) -> bool:
    """Whether the words stand in the text as whole words, or four letters or more of the text begin them."""
    return f" {words} " in f" {typed} " or (len(typed) >= 4 and words.startswith(typed))
