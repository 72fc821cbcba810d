"""Treatments by name: the library's id for what was typed, the name for an id, and suggestions while typing."""

from collections.abc import Mapping
from functools import lru_cache

from solstice.content.treatment_model import slug
from solstice.ledger.find import AgentMatch, find_agent
from solstice_web.measures.content import library

MOST_SHOWN = 7
KIND_NAMES: Mapping[str, str] = {
    "medicine": "Antidepressant",
    "augmentation": "Medicine added to an antidepressant",
    "psychotherapy": "Psychotherapy",
    "tms": "Magnetic stimulation (TMS)",
    "ect": "ECT",
    "ketamine": "Ketamine",
    "esketamine": "Esketamine",
    "other": "Something else",
}
KINDS_OF = {
    "medicine": ("medicine", "augmentation"),
    "augmentation": ("augmentation", "medicine"),
    "psychotherapy": ("psychotherapy",),
    "other": None,
}
"""Kinds whose names are offered while one kind is asked about; a person knows tablets, not whether they were added."""


def suggestions(text: str, kind: str | None = None) -> tuple[AgentMatch, ...]:
    """Treatments that the words may mean, the closest first; `kind` narrows them to what is asked about."""
    kinds = KINDS_OF.get(kind, (kind,)) if kind else None
    return find_agent(text, library(), kinds=kinds, limit=MOST_SHOWN)


def suggested(text: str, kind: str | None = None) -> list[dict[str, str]]:
    """The same for a list under a field: what to put into it, what to show, and which kind it is."""
    shown = []
    for one in suggestions(text, kind):
        words = one.matched if one.matched[:1].isupper() or one.kind == "class" else one.name
        is_brand = slug(words) != slug(one.name) and one.kind != "class"
        words = {"several": "several", "unnamed": "unknown"}.get(one.id, words) if one.kind == "several" else words
        shown.append(
            {
                "words": words,
                "label": f"{words} ({one.name})" if is_brand and one.kind != "several" else one.name,
                "why": one.why if one.why != one.name else "",
                "kind": str(one.facts.get("kind", "")),
            }
        )
    return shown


def match_of(text: str, kind: str | None = None) -> AgentMatch | None:
    """The one treatment of exactly this name, other name or brand; None when the words only come near one.

    Words that are a class ("an SSRI") or several agents are that. A name of two kinds is taken in the kind asked about.
    """
    wanted, offered = slug(text), suggestions(text, kind)
    if offered and offered[0].kind in ("class", "several"):
        return offered[0]
    found = [one for one in offered if wanted in (slug(one.matched), slug(one.name), one.id)]
    own = [one for one in found if one.kind == kind]
    return next(iter((*own, *found)), None)


def id_of(text: str, kind: str | None = None) -> str:
    """The library's id for a name it knows, else the words as typed."""
    treatments = library().treatments
    exact = treatments.medicine(text) or treatments.augmentation(text) or treatments.never_counted(text)
    if exact:
        return exact.id
    found = match_of(text, kind)
    if found is None or kind not in (None, found.kind):
        return text
    option = library().options.get(found.id)
    if option and option.tried and slug(text) in option.tried.agents and slug(text) != slug(option.name):
        return slug(text)  # "insight-oriented" stays what was told, although plans read it as psychoanalytic
    return str(found.facts.get("agent", text))


def called(agent: str | None, agent_class: str | None, kind: str) -> str:
    """What a treatment is called where there is room for one name: its own, its class, or its kind."""
    name = name_of(agent) if agent else agent_class or KIND_NAMES.get(kind, kind)
    return name[:1].upper() + name[1:]


def name_of(agent: str) -> str:
    """How a treatment is called on a page; words that the library does not know stay as they are."""
    treatments = library().treatments
    found = treatments.medicine(agent) or treatments.augmentation(agent) or treatments.never_counted(agent)
    return found.name if found else _courses().get(agent, agent)


@lru_cache(maxsize=1)
def _courses() -> dict[str, str]:
    """Names of therapies and other courses by the id that trials carry; a wider word for one stays as it is."""
    found: dict[str, str] = {}
    for option in library().options.values():
        found[option.id] = option.name
        if option.tried and option.tried.agents:
            found.setdefault(option.tried.agents[0], option.name)
    return found
