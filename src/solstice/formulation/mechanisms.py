"""Each mechanism that may keep a depression going: present, absent or not assessed, and the answers it rests on."""

from dataclasses import dataclass
from typing import Any, Literal

from solstice.content.library import Library
from solstice.content.mechanism_model import Mechanism, Rule, Strength
from solstice.formulation.conditions import Finding, decide
from solstice.formulation.fingerprint import input_hash
from solstice.formulation.known import Known, known_about
from solstice.kernel import Reason, Source
from solstice.person import PersonFile

Status = Literal["present", "absent", "not_assessed"]
ORDER: tuple[Strength, ...] = ("weak", "moderate", "strong")


@dataclass(frozen=True, slots=True)
class MechanismFinding:
    """`rests_on` speaks for it, `against` speaks against it, `not_asked` holds what would tell more."""

    id: str
    name: str
    plain_name: str
    plain: str
    meaning: str
    status: Status
    strength: Strength | None
    rests_on: tuple[Reason, ...]
    against: tuple[Reason, ...]
    not_asked: tuple[str, ...]
    note: str | None

    @property
    def is_draft(self) -> bool:
        return any(reason.is_draft for reason in (*self.rests_on, *self.against))

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "plain_name": self.plain_name,
            "plain": self.plain,
            "meaning": self.meaning,
            "status": self.status,
            "strength": self.strength,
            "rests_on": [reason.text for reason in self.rests_on],
            "against": [reason.text for reason in self.against],
            "not_asked": list(self.not_asked),
            "note": self.note,
            "sources": _citations(self.rests_on + self.against),
            "draft": self.is_draft,
        }


@dataclass(frozen=True, slots=True)
class Formulation:
    sentence: str
    mechanisms: tuple[MechanismFinding, ...]
    content_version: str
    input_hash: str
    is_draft: bool

    def get(self, mechanism: str) -> MechanismFinding | None:
        return next((found for found in self.mechanisms if found.id == mechanism), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence,
            "mechanisms": [found.to_json() for found in self.mechanisms],
            "content_version": self.content_version,
            "input_hash": self.input_hash,
            "draft": self.is_draft,
        }


def formulate(person: PersonFile, library: Library) -> Formulation:
    """What keeps this person's depression going, as far as was asked. Present ones first, the stronger the earlier."""
    known = known_about(person, library)
    content = library.mechanisms
    found = [_finding(mechanism, known, library) for mechanism in content.mechanisms]
    ordered = tuple(sorted(found, key=_place))
    return Formulation(_sentence(ordered), ordered, library.version, input_hash(person), content.is_draft)


def _finding(mechanism: Mechanism, known: Known, library: Library) -> MechanismFinding:
    decided = [(rule, decide(rule.when, known)) for rule in mechanism.rules]
    for_ = [(rule, finding) for rule, finding in decided if finding.truth is True]
    against = [(rule, finding) for rule, finding in decided if finding.truth is False and rule.if_not == "absent"]
    asked = [question for _, finding in decided if finding.truth is None for question in finding.ask]
    status: Status = "present" if for_ else "absent" if against else "not_assessed"
    return MechanismFinding(
        mechanism.id,
        mechanism.name,
        mechanism.plain_name,
        mechanism.plain,
        mechanism.meaning,
        status,
        _strength(for_ or against) if status != "not_assessed" else None,
        tuple(_reason(rule, finding, library) for rule, finding in for_),
        tuple(_reason(rule, finding, library) for rule, finding in against),
        (*dict.fromkeys(asked), f"More would come from: {mechanism.ask_next}."),
        _note(for_ or against, library),
    )


def _strength(rules: list[tuple[Rule, Finding]]) -> Strength:
    """The strongest rule decides; weak rules from two different instruments or facts together count as moderate."""
    strongest = max((rule.strength for rule, _ in rules), key=ORDER.index)
    origins = {fact for _, finding in rules for fact in finding.facts}
    return "moderate" if strongest == "weak" and len(origins) > 1 else strongest


def _note(rules: list[tuple[Rule, Finding]], library: Library) -> str | None:
    if not rules:
        return "Nothing was asked that would tell; this is not the same as absent."
    return library.mechanisms.single_item_note if _strength(rules) == "weak" else None


def _reason(rule: Rule, finding: Finding, library: Library) -> Reason:
    text = f"{finding.text[:1].upper()}{finding.text[1:]}. {rule.reading if finding.truth else ''}".strip()
    return Reason(rule.id, text, (library.mechanisms.source(rule.source),))


def _place(found: MechanismFinding) -> tuple[int, int]:
    rank = {"present": 0, "absent": 1, "not_assessed": 2}[found.status]
    return rank, -ORDER.index(found.strength) if found.strength else 0


def _sentence(found: tuple[MechanismFinding, ...]) -> str:
    present = [f"{one.name.lower()} ({one.strength})" for one in found if one.status == "present"]
    open_ = sum(one.status == "not_assessed" for one in found)
    if not present:
        return f"Nothing asked so far points to what keeps this depression going; {open_} mechanisms were not assessed."
    return f"What may keep this depression going: {', '.join(present)}. Not assessed: {open_}."


def _citations(reasons: tuple[Reason, ...]) -> list[str]:
    sources: list[Source] = [source for reason in reasons for source in reason.sources]
    return list(dict.fromkeys(citation(source) for source in sources))


def citation(source: Source) -> str:
    """One line for a source, marked where it rests on memory."""
    return source.citation + (" (from memory, draft)" if source.is_draft else "")
