"""What can be ranked: an option of the library, or a combination built from two of them by the rules."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from solstice.content.combination_model import Combinations, Pairing
from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.kernel import Reason, Source
from solstice.plan.burden import Burden, burden_of, together
from solstice.plan.constraints import Verdict
from solstice.plan.evidence import EvidenceSummary, summarise
from solstice.plan.person_part import Case, Row, person_rows
from solstice.plan.preference import Tastes, tastes_of
from solstice.plan.result import Step

Order = Literal["together", "in_order"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`loads` says which published effects its doubt comes from; `parts` is empty for a single option."""

    id: str
    name: str
    plain_name: str
    plain: str
    summary: str
    kind: str
    role: Literal["main", "adjunct"]
    therapy: str | None
    evidence: EvidenceSummary
    loads: Mapping[str, float]
    rows: tuple[Row, ...]
    questions: tuple[str, ...]
    verdict: Verdict
    burden: Burden
    tastes: Tastes
    steps: tuple[Step, ...]
    order: Order | None
    sources: tuple[Source, ...]
    sessions: tuple[int, int] | None
    is_draft: bool


def single(option: Option, verdict: Verdict, case: Case) -> Candidate:
    """An option of the library as it stands."""
    evidence = evidence_of(case.library, option.id)
    rows, questions = person_rows(option, case)
    burden = burden_of(option, case.person.offer)
    return Candidate(
        id=option.id,
        name=option.name,
        plain_name=option.plain_name,
        plain=option.plain,
        summary=option.summary,
        kind=option.kind,
        role=option.role,
        therapy=option.therapy,
        evidence=evidence,
        loads={option.id: evidence.sd},
        rows=rows,
        questions=questions,
        verdict=verdict,
        burden=burden,
        tastes=tastes_of(option, burden),
        steps=(),
        order=None,
        sources=(option.source(option.asks.source), option.source(option.side_effects.source)),
        sessions=(option.asks.sessions.low, option.asks.sessions.high) if option.asks.sessions else None,
        is_draft=option.is_draft,
    )


@lru_cache(maxsize=512)
def evidence_of(library: Library, option: str) -> EvidenceSummary:
    """The evidence part depends on the content alone, so that it is worked out once."""
    return summarise(library.options[option], library.evidence, library.options)


def held(option: Option, parts: tuple[Candidate, Candidate], verdict: Verdict, case: Case) -> Candidate:
    """A combination that the library holds as an option of its own: its words and asks, the effect of its parts."""
    own = single(option, verdict, case)
    evidence, loads = _effect(*parts, option.id, case.library)
    unknown = (option.no_good_trial,) if option.no_good_trial else ()
    evidence = replace(evidence, unknown=tuple(dict.fromkeys((*unknown, *evidence.unknown))))
    steps = _steps(*parts, "together")
    return replace(own, evidence=evidence, loads=loads, rows=_rows(*parts), order="together", steps=steps)


def combinations(singles: Sequence[Candidate], case: Case) -> list[Candidate]:
    """Every combination the rules allow of what is on the list; of those that begin alike the strongest one.

    A pair that the library holds as an option of its own is not built again.
    """
    rules, options = case.library.combinations, case.library.options
    own = {frozenset(option.parts) for option in options.values() if option.parts}
    main = [one for one in singles if one.role == "main" and not options[one.id].parts]
    best: dict[tuple[str, Order], Candidate] = {}
    for first in main:
        for second in main:
            pairing = pairing_of(options[first.id], options[second.id], rules)
            if pairing is None or pairing.then == "never" or frozenset((first.id, second.id)) in own:
                continue
            if not _is_needed(pairing, case):
                continue
            made = _combined((first, second), pairing, pairing.then, case.library)
            rival = best.get((first.id, pairing.then))
            if rival is None or (-made.evidence.mean, made.id) < (-rival.evidence.mean, rival.id):
                best[first.id, pairing.then] = made
    return sorted(best.values(), key=lambda one: one.id)


def _is_needed(pairing: Pairing, case: Case) -> bool:
    """Whether the mechanism the pairing asks for is present; not assessed is not present."""
    if pairing.needs is None:
        return True
    found = case.formulation.get(pairing.needs)
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


def _effect(
    first: Candidate, second: Candidate, identity: str, library: Library
) -> tuple[EvidenceSummary, dict[str, float]]:
    """The first effect whole, a share of the second; the share is unsure, and shared parts keep moving together."""
    credit, source = library.combinations.credit, library.combinations.source(library.combinations.credit.source)
    effect = max(0.0, second.evidence.mean)
    loads = {**first.loads, f"{identity}/share": credit.sd * effect}
    for name, load in second.loads.items():
        loads[name] = loads.get(name, 0.0) + credit.share * load
    said = Reason(
        "combination",
        f"{second.name} is credited with {credit.share:.0%} of its own effect here: no controlled trial compares the "
        "combination with both parts.",
        (source,),
    )
    evidence = EvidenceSummary(
        first.evidence.mean + credit.share * effect,
        math.sqrt(sum(load**2 for load in loads.values())),
        (*first.evidence.for_, *second.evidence.for_),
        (*first.evidence.against, *second.evidence.against, said),
        tuple(dict.fromkeys((*first.evidence.unknown, *second.evidence.unknown))),
        tuple(dict.fromkeys((*first.evidence.sources, *second.evidence.sources, source))),
    )
    return evidence, loads


def _combined(parts: tuple[Candidate, Candidate], pairing: Pairing, order: Order, library: Library) -> Candidate:
    first, second = parts
    is_together = order == "together"
    identity = f"{first.id}{'+' if is_together else '-then-'}{second.id}"
    burden = together(first.burden, second.burden, in_order=not is_together)
    evidence, loads = _effect(first, second, identity, library)
    return Candidate(
        id=identity,
        name=f"{first.name} {'with' if is_together else 'then'} {_lower(second.name)}",
        plain_name=f"{first.plain_name}, {'together with' if is_together else 'then'} {_lower(second.plain_name)}",
        plain=f"{pairing.plain} {first.plain} {second.plain}",
        summary=f"{pairing.reason} {first.summary} {second.summary}",
        kind="combination",
        role="main",
        therapy=second.therapy if is_together else first.therapy,
        evidence=evidence,
        loads=loads,
        rows=_rows(first, second),
        questions=tuple(dict.fromkeys((*first.questions, *second.questions))),
        verdict=Verdict(
            (),
            tuple(dict.fromkeys((*first.verdict.cautions, *second.verdict.cautions))),
            tuple(dict.fromkeys((*first.verdict.ask_first, *second.verdict.ask_first))),
        ),
        burden=burden,
        tastes=Tastes((first.tastes.words | second.tastes.words) - {first.id, second.id} | {identity}, burden),
        steps=_steps(first, second, order),
        order=order,
        sources=(*first.sources, *second.sources, library.combinations.source(pairing.source)),
        sessions=None,
        is_draft=first.is_draft or second.is_draft or library.combinations.is_draft,
    )


def _rows(first: Candidate, second: Candidate) -> tuple[Row, ...]:
    """The person's rows of both parts; the same row of both counts once, with the larger value."""
    rows: dict[str, Row] = {}
    for row in (*first.rows, *second.rows):
        known = rows.get(row.fact)
        if known is None or abs(row.hundredths) > abs(known.hundredths):
            rows[row.fact] = row
    return tuple(sorted(rows.values(), key=lambda row: (-row.hundredths, row.fact)))


def _steps(first: Candidate, second: Candidate, order: Order) -> tuple[Step, ...]:
    later = "in the same weeks" if order == "together" else "after the first is over and its gates are passed"
    return (
        Step(first.id, first.name, first.plain_name, "from the start"),
        Step(second.id, second.name, second.plain_name, later),
    )


def _lower(name: str) -> str:
    """The name inside a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
