"""Rank the options for one person: constraints first, then evidence + person + clinic + preference, each visible."""

import math
from dataclasses import dataclass, replace

from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.content.provenance import ContentFile
from solstice.formulation import formulate
from solstice.formulation.fingerprint import input_hash
from solstice.formulation.known import known_about
from solstice.formulation.suggestion import citation
from solstice.kernel import Source
from solstice.ledger import assess
from solstice.person import PersonFile
from solstice.plan.constraints import Verdict, judge
from solstice.plan.evidence import EvidenceSummary, summarise
from solstice.plan.person_part import Case, Row, capped, person_rows
from solstice.plan.preference import PreferencePart, preference_part
from solstice.plan.ranking import groups, in_order
from solstice.plan.result import Benefit, NotOffered, Parts, PersonRow, Plan, PlannedOption, RefusedOption
from solstice.plan.words import notices, sentence

Z80 = 1.2815515655446004
"""Half of an 80 % interval in SDs."""


def recommend(person: PersonFile, library: Library) -> Plan:
    """Ranked options with benefit in SD units against continuing as now. Supports a decision; a human decides.

    A refused option is never ranked. What the clinic does not offer is listed apart. The clinic's own part is 0.0
    until it has outcomes of its own.
    """
    ledger = assess(person, library) if person.trials else None
    known = known_about(person, library).with_failed_trials(ledger.counts.failed_episode if ledger else None)
    case = Case(person, library, known, formulate(person, library), ledger)
    refused: list[RefusedOption] = []
    ranked: list[PlannedOption] = []
    elsewhere: list[NotOffered] = []
    for option in sorted(library.options.values(), key=lambda one: one.id):
        verdict = judge(option, case.known, library.constraints)
        if verdict.refusals:
            refused.append(_refused(option, verdict, library))
            continue
        planned = _weigh(option, verdict, case)
        if _is_offered(option, person):
            ranked.append(planned)
        else:
            elsewhere.append(NotOffered(option.id, option.name, option.plain_name, planned.benefit, planned.is_draft))
    options, equal = _rank([one for one in ranked if one.role == "main"], library)
    adjuncts, _ = _rank([one for one in ranked if one.role == "adjunct"], library)
    return Plan(
        sentence(options, equal, elsewhere),
        notices(case),
        options,
        adjuncts,
        tuple(refused),
        tuple(sorted(elsewhere, key=lambda one: (-one.benefit.mean, one.id))),
        equal,
        library.version,
        input_hash(person),
        _is_draft(library) or any(one.is_draft for one in ranked) or any(one.is_draft for one in refused),
    )


def _is_draft(library: Library) -> bool:
    used: tuple[ContentFile, ...] = (library.evidence, library.moderators, library.constraints, library.mechanisms)
    return any(content.is_draft for content in used)


def _is_offered(option: Option, person: PersonFile) -> bool:
    return person.offer.therapies is None or option.id in person.offer.therapies


def _refused(option: Option, verdict: Verdict, library: Library) -> RefusedOption:
    is_draft = option.is_draft or library.constraints.is_draft
    return RefusedOption(option.id, option.name, option.plain_name, verdict.refusals, is_draft)


def _weigh(option: Option, verdict: Verdict, case: Case) -> PlannedOption:
    library, moderators = case.library, case.library.moderators
    evidence = summarise(option, library.evidence, library.options)
    rows, open_questions = person_rows(option, case)
    preference = preference_part(
        option, case.person, moderators.preference, moderators.source(moderators.preference.source)
    )
    evidence_hundredths = round(evidence.mean * 100)
    values = capped(rows, evidence_hundredths, moderators.cap)
    total = evidence_hundredths + sum(values) + preference.hundredths
    # what the person's part adds is itself unsure, by about as much as it adds
    sd = math.sqrt(evidence.sd**2 + sum((value / 100) ** 2 for value in values))
    half = max(1, math.ceil(Z80 * sd * 100))
    parts = Parts(
        evidence_hundredths / 100,
        tuple(PersonRow(row.fact, value / 100) for row, value in zip(rows, values, strict=True) if value),
        0.0,
        preference.hundredths / 100,
    )
    benefit = Benefit(total / 100, (total - half) / 100, (total + half) / 100)
    return _planned(option, verdict, _Weighed(evidence, rows, preference, open_questions, benefit, parts))


@dataclass(frozen=True, slots=True)
class _Weighed:
    evidence: EvidenceSummary
    rows: tuple[Row, ...]
    preference: PreferencePart
    open_questions: tuple[str, ...]
    benefit: Benefit
    parts: Parts


def _planned(option: Option, verdict: Verdict, weighed: _Weighed) -> PlannedOption:
    evidence, rows, preference = weighed.evidence, weighed.rows, weighed.preference
    speaking = [row for row in rows if row.hundredths >= 0]
    against = [row for row in rows if row.hundredths < 0]
    sources: list[Source] = [
        *evidence.sources,
        *(row.source for row in rows),
        *(source for caution in verdict.cautions for source in caution.sources),
        option.source(option.asks.source),
    ]
    asks = option.asks
    return PlannedOption(
        option.id,
        option.name,
        option.plain_name,
        option.plain,
        option.summary,
        option.kind,
        option.role,
        option.therapy,
        0,
        0,
        weighed.benefit,
        weighed.parts,
        (*evidence.for_, *(row.reason() for row in speaking), *preference.for_),
        (*evidence.against, *(row.reason() for row in against), *preference.against),
        tuple(dict.fromkeys((*evidence.unknown, *verdict.ask_first, *weighed.open_questions))),
        verdict.cautions,
        tuple(dict.fromkeys(citation(source) for source in sources)),
        {
            "hours_per_week": asks.hours_per_week,
            "sessions": [asks.sessions.low, asks.sessions.high] if asks.sessions else None,
            "weeks": [asks.weeks.low, asks.weeks.high],
            "weeks_to_judge": asks.weeks_to_judge,
            "travel": asks.travel,
        },
        option.is_draft or any(source.is_draft for source in sources),
    )


def _rank(
    options: list[PlannedOption], library: Library
) -> tuple[tuple[PlannedOption, ...], tuple[tuple[str, ...], ...]]:
    ordered = in_order(options)
    numbers = groups(ordered, library.moderators.about_equal.margin)
    ranked = tuple(
        replace(option, rank=rank, group=group)
        for rank, (option, group) in enumerate(zip(ordered, numbers, strict=True), start=1)
    )
    equal = [tuple(one.id for one in ranked if one.group == group) for group in sorted(set(numbers))]
    return ranked, tuple(group for group in equal if len(group) > 1)
