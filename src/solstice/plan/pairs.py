"""Which two options may be combined, in which order, and with what effect; worked out once for a library."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from solstice.content.combination_model import Combinations, Pairing
from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.formulation import Formulation
from solstice.kernel import Reason
from solstice.plan.evidence import EvidenceSummary, summarise

Order = Literal["together", "in_order"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two options the rules allow together or one after the other; `mean` is the effect of both."""

    id: str
    name: str
    first: str
    second: str
    order: Order
    pairing: Pairing
    mean: float


@lru_cache(maxsize=512)
def evidence_of(library: Library, option: str) -> EvidenceSummary:
    """The evidence part depends on the content alone, so that it is worked out once."""
    return summarise(library.options[option], library.evidence, library.options)


@lru_cache(maxsize=1024)
def effect_of(library: Library, first: str, second: str, identity: str) -> tuple[EvidenceSummary, Mapping[str, float]]:
    """The first effect whole, a share of the second; the share is unsure, and shared parts keep moving together."""
    credit, source = library.combinations.credit, library.combinations.source(library.combinations.credit.source)
    one, two = evidence_of(library, first), evidence_of(library, second)
    effect = max(0.0, two.mean)
    loads = {first: one.sd, f"{identity}/share": credit.sd * effect}
    loads[second] = loads.get(second, 0.0) + credit.share * two.sd
    said = Reason(
        "combination",
        f"{library.options[second].name} is credited with {credit.share:.0%} of its own effect here: no controlled "
        "trial compares the combination with both parts.",
        (source,),
    )
    evidence = EvidenceSummary(
        one.mean + credit.share * effect,
        math.sqrt(sum(load**2 for load in loads.values())),
        (*one.for_, *two.for_),
        (*one.against, *two.against, said),
        tuple(dict.fromkeys((*one.unknown, *two.unknown))),
        tuple(dict.fromkeys((*one.sources, *two.sources, source))),
    )
    return evidence, loads


@lru_cache(maxsize=8)
def pairs_of(library: Library) -> tuple[tuple[Pair, ...], ...]:
    """Every pair the rules allow: those that begin alike together, the strongest of them first.

    A pair that the library holds as an option of its own is not built again.
    """
    rules, options = library.combinations, library.options
    own = {frozenset(option.parts) for option in options.values() if option.parts}
    main = sorted((one for one in options.values() if one.role == "main" and not one.parts), key=lambda one: one.id)
    found: dict[tuple[str, Order], list[Pair]] = {}
    for first in main:
        for second in main:
            pairing = pairing_of(first, second, rules)
            if pairing is None or pairing.then == "never" or frozenset((first.id, second.id)) in own:
                continue
            pair = _pair(first, second, pairing, library)
            found.setdefault((first.id, pair.order), []).append(pair)
    return tuple(tuple(sorted(alike, key=lambda pair: (-pair.mean, pair.id))) for alike in found.values())


@lru_cache(maxsize=8)
def built_pairs(library: Library) -> Mapping[str, Pair]:
    """All of them by id."""
    return {pair.id: pair for alike in pairs_of(library) for pair in alike}


def _pair(first: Option, second: Option, pairing: Pairing, library: Library) -> Pair:
    is_together = pairing.then == "together"
    identity = f"{first.id}{'+' if is_together else '-then-'}{second.id}"
    name = f"{first.name} {'with' if is_together else 'then'} {lower(second.name)}"
    evidence, _ = effect_of(library, first.id, second.id, identity)
    order: Order = "together" if is_together else "in_order"
    return Pair(identity, name, first.id, second.id, order, pairing, evidence.mean)


def pairs_among(singles: Collection[str], formulation: Formulation, library: Library) -> list[Pair]:
    """The pairs to be ranked where these options can be had: of those that begin alike the strongest one."""
    chosen = []
    for alike in pairs_of(library):
        if alike[0].first not in singles:
            continue
        best = next((one for one in alike if one.second in singles and is_needed(one.pairing, formulation)), None)
        if best is not None:
            chosen.append(best)
    return sorted(chosen, key=lambda pair: pair.id)


def is_needed(pairing: Pairing, formulation: Formulation) -> bool:
    """Whether the mechanism the pairing asks for is present; not assessed is not present."""
    if pairing.needs is None:
        return True
    found = formulation.get(pairing.needs)
    return found is not None and found.status == "present"


def pairing_of(first: Option, second: Option, rules: Combinations) -> Pairing | None:
    """The first rule that says something about this pair in this order; None where none does.

    A rule that forbids holds both ways round; one that allows holds for `first` before or beside `second`.
    """
    if first.id == second.id:
        return None
    for pairing in rules.pairings:
        if pairing.first.holds(first) and pairing.second.holds(second):
            return pairing
        if pairing.then == "never" and pairing.first.holds(second) and pairing.second.holds(first):
            return pairing
    return None


def lower(name: str) -> str:
    """The name inside a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
