"""The clinician-set facts in words, part by part, for comparing two saves."""

from collections.abc import Iterator, Mapping
from typing import Any

from solstice_web.resistance.checklist import STATES, title_of
from solstice_web.workspace.facts_form import GRADED, LIFE_FACTS, PREFERENCE_WORDS, SAFETY_FACTS, SEVERITY

EPISODE = {
    "started": "The episode began",
    "months": "Length of the episode in months",
    "previous_episodes": "Episodes before",
    "severity": "Severity of the episode",
    "severity_at_least": "Severity of the episode, at least",
    "severity_at_most": "Severity of the episode, at most",
    "psychosis": "Psychotic features",
}
FACTS = {**SAFETY_FACTS, **LIFE_FACTS, **{name: label for name, (label, _) in GRADED.items()}}
CHOICES: Mapping[str, Mapping[str, str]] = {
    **{name: dict(SEVERITY) for name in ("severity", "severity_at_least", "severity_at_most")},
    **{name: dict(choices) for name, (_, choices) in GRADED.items()},
}
LISTS = {"conditions": "Conditions", "family_history": "In the family"}
PREFERENCES = {
    "likes": "Likes",
    "avoids": "Avoids",
    "hours_per_week": "Hours a week",
    "travel": "Travel",
}


def changed_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Each part that differs between two saves: its name, and both values in words; empty for not known."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return [(name, old.get(name, ""), new.get(name, "")) for name in {**old, **new} if old.get(name) != new.get(name)]


def _flat(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for section, told in facts.items():
        if isinstance(told, Mapping):
            for key, value in told.items():
                yield _name(section, key), _words(key, value)
        else:
            yield LISTS.get(section, _plain(section)), _words(section, told)


def _name(section: str, key: str) -> str:
    match section:
        case "episode":
            return EPISODE.get(key, _plain(key))
        case "facts":
            return FACTS.get(key, _plain(key))
        case "preferences":
            return PREFERENCES.get(key, _plain(key))
        case "pseudo_resistance":
            return f"Question: {title_of(key)}"
        case _:
            return f"{_plain(section)}: {_plain(key).lower()}"


def _plain(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _words(key: str, value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(PREFERENCE_WORDS.get(str(one), str(one)) for one in value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{_plain(str(name)).lower()} {_words(str(name), one)}" for name, one in value.items())
    return CHOICES.get(key, STATES).get(str(value), str(value))
