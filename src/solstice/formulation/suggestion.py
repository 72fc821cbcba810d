"""One thing that may belong into the picture: present, absent or not assessed, and the facts with dates it rests on."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from solstice.content.library import Library
from solstice.content.mechanism_model import Factor, Factors, Mechanism, Mechanisms, Part, Rule, Strength
from solstice.content.option_model import Certainty
from solstice.content.works_on import Work
from solstice.formulation.basis import Basis, Finding
from solstice.formulation.conditions import decide
from solstice.formulation.known import Known
from solstice.kernel import Reason, Source

Status = Literal["present", "absent", "not_assessed"]
STATUS_WORDS: dict[Status, str] = {"present": "present", "absent": "absent", "not_assessed": "not assessed"}
STRENGTHS: tuple[Strength, ...] = ("weak", "moderate", "strong")
CERTAINTIES: tuple[Certainty, ...] = ("very_low", "low", "moderate", "high")


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason with the facts it rests on."""

    reason: Reason
    strength: Strength
    certainty: Certainty
    facts: tuple[Basis, ...]

    @property
    def dates(self) -> tuple[str, ...]:
        """The dates of the facts, each once; empty where the record keeps none."""
        return tuple(dict.fromkeys(fact.on for fact in self.facts if fact.on))

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.reason.code,
            "text": self.reason.text,
            "strength": self.strength,
            "certainty": self.certainty,
            "facts": [fact.to_json() for fact in self.facts],
            "sources": citations((self.reason,)),
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`grounds` speak for it, `against` against it, `not_asked` holds what would tell more, `works` what works on it.

    A suggestion never decides: a clinician accepts, changes or rejects it. `sensitive` is for the treating clinician.
    """

    id: str
    part: Part
    name: str
    plain_name: str
    plain: str
    meaning: str
    sensitive: bool
    status: Status
    strength: Strength | None
    certainty: Certainty | None
    grounds: tuple[Ground, ...]
    grounds_against: tuple[Ground, ...]
    not_asked: tuple[str, ...]
    note: str | None
    works: tuple[Work, ...] = ()

    @property
    def rests_on(self) -> tuple[Reason, ...]:
        return tuple(ground.reason for ground in self.grounds)

    @property
    def against(self) -> tuple[Reason, ...]:
        return tuple(ground.reason for ground in self.grounds_against)

    @property
    def is_draft(self) -> bool:
        return any(reason.is_draft for reason in (*self.rests_on, *self.against))

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits over what it says and rests on: another value means that the facts have changed."""
        told = [self.status, self.strength, [ground.to_json() for ground in (*self.grounds, *self.grounds_against)]]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "part": self.part,
            "name": self.name,
            "plain_name": self.plain_name,
            "plain": self.plain,
            "meaning": self.meaning,
            "sensitive": self.sensitive,
            "status": self.status,
            "strength": self.strength,
            "certainty": self.certainty,
            "rests_on": [reason.text for reason in self.rests_on],
            "against": [reason.text for reason in self.against],
            "grounds": [ground.to_json() for ground in self.grounds],
            "grounds_against": [ground.to_json() for ground in self.grounds_against],
            "not_asked": list(self.not_asked),
            "note": self.note,
            "works_on_it": [work.to_json() for work in self.works],
            "sources": citations(self.rests_on + self.against),
            "draft": self.is_draft,
        }


def suggestion(mechanism: Mechanism, known: Known, library: Library, *, with_works: bool = True) -> Suggestion:
    """What the facts say of one mechanism or factor. Nothing asked gives `not_assessed`, never `absent`.

    Without `with_works` the therapies that work on it are left out: finding them reads every therapy.
    """
    content = library.factors if isinstance(mechanism, Factor) else library.mechanisms
    decided = [(rule, decide(rule.when, known)) for rule in mechanism.all_rules()]
    for_ = [(rule, found) for rule, found in decided if found.truth is True]
    against = [(rule, found) for rule, found in decided if found.truth is False and rule.if_not == "absent"]
    asked = [question for _, found in decided if found.truth is None for question in found.ask]
    status: Status = "present" if for_ else "absent" if against else "not_assessed"
    speaking = for_ or against
    strength = _strength(speaking) if speaking else None
    return Suggestion(
        mechanism.id,
        mechanism.part if isinstance(mechanism, Factor) else "perpetuating",
        mechanism.name,
        mechanism.plain_name,
        mechanism.plain,
        mechanism.meaning,
        mechanism.sensitive,
        status,
        strength,
        _certainty(speaking) if speaking else None,
        tuple(_ground(rule, found, content) for rule, found in for_),
        tuple(_ground(rule, found, content) for rule, found in against),
        (*dict.fromkeys(asked), f"More would come from: {mechanism.ask_next}."),
        _note(strength, mechanism, library),
        library.works_on.get(mechanism.id, ()) if with_works else (),
    )


def _strength(rules: list[tuple[Rule, Finding]]) -> Strength:
    """The strongest rule decides; weak rules from two different instruments or facts together count as moderate."""
    strongest = max((rule.strength for rule, _ in rules), key=STRENGTHS.index)
    origins = {fact for _, found in rules for fact in found.facts}
    return "moderate" if strongest == "weak" and len(origins) > 1 else strongest


def _certainty(rules: list[tuple[Rule, Finding]]) -> Certainty:
    """That of the strongest rules; of several, the surest."""
    strongest = max((rule.strength for rule, _ in rules), key=STRENGTHS.index)
    return max((rule.certainty for rule, _ in rules if rule.strength == strongest), key=CERTAINTIES.index)


def _note(strength: Strength | None, mechanism: Mechanism, library: Library) -> str | None:
    if strength is None:
        return "Nothing was asked that would tell; this is not the same as absent."
    is_single = strength == "weak" and not isinstance(mechanism, Factor)
    return library.mechanisms.single_item_note if is_single else None


def _ground(rule: Rule, found: Finding, content: Factors | Mechanisms) -> Ground:
    text = f"{found.text[:1].upper()}{found.text[1:]}. {rule.reading if found.truth else ''}".strip()
    reason = Reason(rule.id, text, (content.source(rule.source),))
    return Ground(reason, rule.strength, rule.certainty, found.basis)


def citations(reasons: tuple[Reason, ...]) -> list[str]:
    """One line a source, each once."""
    return list(dict.fromkeys(citation(source) for reason in reasons for source in reason.sources))


def citation(source: Source) -> str:
    """One line for a source, marked where it rests on memory."""
    return source.citation + (" (from memory, draft)" if source.is_draft else "")
