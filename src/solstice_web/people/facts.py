"""The clinician-set facts of a person, read strictly by the engine's own models before they are stored."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from solstice.content.read import Frozen
from solstice.person import Episode, Facts, Preferences


class KnownFacts(Frozen):
    """The sections of a person file that clinicians fill in; what is absent is unknown."""

    episode: Episode = Episode()
    conditions: tuple[str, ...] | None = None
    family_history: tuple[str, ...] | None = None
    facts: Facts = Facts()
    pseudo_resistance: dict[str, Literal["open", "ruled_out", "present"]] = Field(default_factory=dict)
    preferences: Preferences = Preferences()


def read_facts(told: Mapping[str, Any]) -> KnownFacts:
    """Check what was told. Raises pydantic's ValidationError naming each part that is not right."""
    return KnownFacts.model_validate_json(json.dumps(told))


def stored(facts: KnownFacts) -> dict[str, Any]:
    """What is kept: only what is known."""
    kept: dict[str, Any] = facts.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return kept
