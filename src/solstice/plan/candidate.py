"""What can be ranked: an option of the library, or a combination built from two of them by the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.kernel import Source
from solstice.person.file import Offer
from solstice.plan.burden import Burden, burden_of, together
from solstice.plan.constraints import Verdict
from solstice.plan.evidence import EvidenceSummary
from solstice.plan.pairs import Order, Pair, effect_of, evidence_of, lower, pairs_among
from solstice.plan.person_part import Case, Row, person_rows
from solstice.plan.preference import Tastes, tastes_of
from solstice.plan.result import Step


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


def held(option: Option, parts: tuple[Candidate, Candidate], verdict: Verdict, case: Case) -> Candidate:
    """A combination that the library holds as an option of its own: its words and asks, the effect of its parts."""
    own = single(option, verdict, case)
    evidence, loads = effect_of(case.library, parts[0].id, parts[1].id, option.id)
    unknown = (option.no_good_trial,) if option.no_good_trial else ()
    evidence = replace(evidence, unknown=tuple(dict.fromkeys((*unknown, *evidence.unknown))))
    steps, rows = _steps(*parts, "together"), rows_of_both(parts[0].rows, parts[1].rows)
    return replace(own, evidence=evidence, loads=loads, rows=rows, order="together", steps=steps)


def candidate_of(option: Option, verdict: Verdict, case: Case) -> Candidate:
    """An option as it stands, or rated from its parts where it names them."""
    if len(option.parts) != 2:
        return single(option, verdict, case)
    first, second = (single(case.library.options[part], verdict, case) for part in option.parts)
    return held(option, (first, second), verdict, case)


def is_offered(option: Option, offer: Offer) -> bool:
    """Whether this clinic gives the option; a clinic that said nothing gives everything."""
    return offer.therapies is None or option.id in offer.therapies


def is_here(option: Option, offer: Offer) -> bool:
    """Whether this clinic gives the option and has a place for it."""
    return is_offered(option, offer) and option.id not in offer.full


def combinations(singles: Sequence[Candidate], case: Case) -> list[Candidate]:
    """Every combination the rules allow of what is on the list; of those that begin alike the strongest one."""
    by_id = {one.id: one for one in singles}
    return [
        combined(pair, by_id[pair.first], by_id[pair.second], case.library)
        for pair in pairs_among(by_id, case.formulation, case.library)
    ]


def combined(pair: Pair, first: Candidate, second: Candidate, library: Library) -> Candidate:
    """A combination built from its parts by the rules."""
    is_together = pair.order == "together"
    burden = together(first.burden, second.burden, in_order=not is_together)
    evidence, loads = effect_of(library, first.id, second.id, pair.id)
    return Candidate(
        id=pair.id,
        name=pair.name,
        plain_name=f"{first.plain_name}, {'together with' if is_together else 'then'} {lower(second.plain_name)}",
        plain=f"{pair.pairing.plain} {first.plain} {second.plain}",
        summary=f"{pair.pairing.reason} {first.summary} {second.summary}",
        kind="combination",
        role="main",
        therapy=second.therapy if is_together else first.therapy,
        evidence=evidence,
        loads=loads,
        rows=rows_of_both(first.rows, second.rows),
        questions=tuple(dict.fromkeys((*first.questions, *second.questions))),
        verdict=Verdict(
            (),
            tuple(dict.fromkeys((*first.verdict.cautions, *second.verdict.cautions))),
            tuple(dict.fromkeys((*first.verdict.ask_first, *second.verdict.ask_first))),
        ),
        burden=burden,
        tastes=Tastes((first.tastes.words | second.tastes.words) - {first.id, second.id} | {pair.id}, burden),
        steps=_steps(first, second, pair.order),
        order=pair.order,
        sources=(*first.sources, *second.sources, library.combinations.source(pair.pairing.source)),
        sessions=None,
        is_draft=first.is_draft or second.is_draft or library.combinations.is_draft,
    )


def rows_of_both(first: tuple[Row, ...], second: tuple[Row, ...]) -> tuple[Row, ...]:
    """The person's rows of both parts; the same row of both counts once, with the larger value."""
    rows: dict[str, Row] = {}
    for row in (*first, *second):
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
