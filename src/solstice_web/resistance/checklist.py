"""The twelve items as they stand: what the facts say, what a clinician said, and what is missing before signing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from solstice.ledger import Ledger, PseudoResistanceItem
from solstice_web.resistance.models import ItemAnswer

Missing = Literal["", "answer", "reason", "ground", "look_again"]
STATES: Mapping[str, str] = {"open": "Open", "ruled_out": "Ruled out", "present": "Present"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `missing` is empty when it is settled, else what is needed before the label can be signed.

    `number` counts from 1 in the order of the content, for addresses that say nothing.
    """

    number: int
    item: PseudoResistanceItem
    answer: ItemAnswer | None
    missing: Missing

    @property
    def is_overruled(self) -> bool:
        """Whether a clinician says the contrary of the facts; answering what they leave open overrules nothing."""
        item = self.item
        return item.is_from_clinician and item.facts_state not in {"open", item.state}

    @property
    def despite(self) -> str:
        return self.answer.despite if self.answer and self.item.state == "present" else ""

    @property
    def ground(self) -> str:
        return self.answer.ground if self.answer else ""


def items_of(ledger: Ledger, answers: Mapping[str, ItemAnswer]) -> tuple[Item, ...]:
    """Every item of the content in its order; `answers` are the latest ones by item."""
    return tuple(
        Item(number, item, answers.get(item.id), _missing(item, answers.get(item.id)))
        for number, item in enumerate(ledger.pseudo_resistance, start=1)
    )


def _missing(item: PseudoResistanceItem, answer: ItemAnswer | None) -> Missing:
    if item.state == "open":
        return "answer"
    if answer is not None and _facts_moved(item, answer):
        return "look_again"
    if item.state == "present" and not (answer and answer.despite):
        return "reason"
    if item.is_from_clinician and item.state != item.facts_state and not (answer and answer.ground):
        return "ground"
    return ""


def _facts_moved(item: PseudoResistanceItem, answer: ItemAnswer) -> bool:
    """Whether the facts say something since that the answer did not know of (hazard H51)."""
    if item.facts_state == "present":
        return (answer.facts_state, answer.facts_why) != (item.facts_state, item.facts_why)
    return bool(answer.state) and answer.facts_state != item.facts_state != answer.state


def unchecked_of(ledger: Ledger) -> list[str]:
    """Names of the trials the definition rests on that were told and not checked."""
    places = ledger.checked_only.unchecked if ledger.checked_only else ()
    return sorted({one.name for one in ledger.regulatory.rests_on if one.index in places})


def basis_of(ledger: Ledger, items: Sequence[Item]) -> dict[str, Any]:
    """What a label rests on, as stored with the signature; `answer_in` picks what must stay as it is."""
    return {
        "regulatory": ledger.regulatory.answer,
        "counted": sorted(ledger.regulatory.counted),
        "unchecked": unchecked_of(ledger),
        "items": {one.item.id: _stored(one) for one in items},
    }


def _stored(one: Item) -> dict[str, Any]:
    answer = one.answer
    return {
        "state": one.item.state,
        "facts_state": one.item.facts_state,
        "facts_why": one.item.facts_why,
        "ground": one.ground,
        "despite": one.despite,
        "answered_by": str(answer.saved_by_id) if answer and answer.state else None,
        "answered_at": answer.saved_at.isoformat() if answer and answer.state else None,
    }


def fingerprint(basis: Mapping[str, Any]) -> str:
    """SHA-256 over everything a signer reads: grounds too, so that nobody signs words they did not see."""
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()


def answer_in(basis: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a basis that must stay the same for a label to stay in date."""
    return {
        "regulatory": basis["regulatory"],
        "counted": basis["counted"],
        "unchecked": basis.get("unchecked", []),
        "items": {name: _answer_to(item) for name, item in basis["items"].items()},
    }


def _answer_to(item: Mapping[str, Any]) -> list[Any]:
    """The state, what the facts alone say, which trials they name where present, and whether it blocks the label."""
    named = item["facts_why"] if item["facts_state"] == "present" else ""
    return [item["state"], item["facts_state"], named, item["state"] != "present" or bool(item["despite"])]


ANSWERS = {"yes": "yes", "no": "no", "cannot_tell": "cannot tell"}


def changes_between(signed: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is different between two bases, in words for a clinician; empty where the answer is the same."""
    before, after = answer_in(signed), answer_in(now)
    out = []
    if before["regulatory"] != after["regulatory"]:
        out.append(f"The definition was {ANSWERS[before['regulatory']]}, now {ANSWERS[after['regulatory']]}.")
    if before["counted"] != after["counted"]:
        out.append(f"It rested on {_listed(before['counted'])}, now on {_listed(after['counted'])}.")
    if before["unchecked"] != after["unchecked"]:
        out.append(f"Told and not checked now: {_listed(after['unchecked'])}.")
    titles = {name: title_of(name) for name in {**before["items"], **after["items"]}}
    for name, title in titles.items():
        old, new = before["items"].get(name), after["items"].get(name)
        if old == new:
            continue
        if old is None or new is None:
            out.append(f"{title}: this question is {'new' if old is None else 'no longer asked'}.")
        elif old[0] != new[0]:
            out.append(f"{title}: was {_state(old[0])}, now {_state(new[0])}.")
        elif old[3] and not new[3]:
            out.append(f"{title}: present, and no longer with a reason why the label stands.")
        else:
            out.append(f"{title}: the facts alone now say {_state(new[1])}.")
    return out


def _state(state: str) -> str:
    return STATES[state].lower()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "no trial"


TITLES: Mapping[str, str] = {
    "dose_inadequate": "Dose",
    "duration_inadequate": "Duration",
    "nonadherence": "Adherence",
    "intolerance_only": "Intolerance only",
    "bipolarity": "Bipolarity",
    "psychosis": "Psychosis",
    "medical": "Medical causes",
    "drugs": "Medicines, alcohol and drugs",
    "comorbid": "Other disorders",
    "psychosocial": "Life circumstances",
    "pharmacogenetic": "Pharmacogenetics",
    "psychotherapy_dose": "Dose of psychotherapy",
}


def title_of(item: str) -> str:
    return TITLES.get(item, item.replace("_", " ").capitalize())


def why_not_signed(ledger: Ledger, items: Sequence[Item]) -> list[str]:
    """What stands in the way of signing, each with what to do; empty when the label can be signed."""
    out = []
    if ledger.regulatory.answer != "yes":
        state = "is not met" if ledger.regulatory.answer == "no" else "cannot be told yet"
        out.append(f"The regulatory definition {state}: {ledger.regulatory.reasons[0].text}.")
    unchecked = unchecked_of(ledger)
    if unchecked:
        out.append(f"It rests on what was told and not checked: {', '.join(unchecked)}. Check it first.")
    words = {
        "answer": "is open: answer it",
        "reason": "is present: say why the label stands all the same, or it blocks the label",
        "ground": "was answered without a ground: say what it rests on",
        "look_again": "was answered before the facts changed: look at it again",
    }
    out += [f"{title_of(one.item.id)} {words[one.missing]}." for one in items if one.missing]
    return out
