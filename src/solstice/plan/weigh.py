"""Weigh one candidate: evidence + person + clinic + preference, in whole hundredths that add up exactly."""

import math
from dataclasses import dataclass

from solstice.content.evidence_model import Counts, Figure, Percentages
from solstice.content.library import Library
from solstice.formulation.suggestion import citation
from solstice.kernel import Source
from solstice.plan.candidate import Candidate
from solstice.plan.clinic import ClinicPart
from solstice.plan.person_part import Case, Row, capped
from solstice.plan.preference import PreferencePart, preference_part
from solstice.plan.result import Benefit, ClinicShown, Parts, PersonRow, PlannedOption, TrialRate

Z80 = 1.2815515655446004
"""Half of an 80 % interval in SDs."""


UNKNOWN_WAIT = (
    "How long the wait is until it can begin here; as long as one wait is not known, no wait counts in the ranking."
)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What no answer about the person moves, in whole hundredths; `sd` and `clinic_variance` in SD units."""

    evidence: int
    clinic: int
    preference: int
    sd: float
    clinic_variance: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its sums; `sd` is the doubt of the mean in SD units."""

    candidate: Candidate
    fixed: Fixed
    benefit: Benefit
    parts: Parts
    preference: PreferencePart
    sd: float
    clinic: ClinicShown | None


def weigh(
    candidate: Candidate, case: Case, clinic: ClinicPart | None, *, shortest_wait: float | None = None
) -> Weighed:
    """The four parts of one candidate and their exact sum; `shortest_wait` of all it is compared with, if all said."""
    moderators = case.library.moderators
    preference = preference_part(
        candidate.tastes,
        case.person,
        moderators.preference,
        moderators.source(moderators.preference.source),
        shortest_wait=shortest_wait,
    )
    fixed = Fixed(
        round(candidate.evidence.mean * 100),
        clinic.hundredths(candidate.id) if clinic else 0,
        preference.hundredths,
        candidate.evidence.sd,
        _clinic_variance(candidate, clinic),
    )
    values, sd, benefit = summed(fixed, candidate.rows, moderators.cap)
    parts = Parts(
        fixed.evidence / 100,
        tuple(PersonRow(row.fact, value / 100) for row, value in zip(candidate.rows, values, strict=True) if value),
        fixed.clinic / 100,
        fixed.preference / 100,
    )
    return Weighed(candidate, fixed, benefit, parts, preference, sd, _clinic_shown(candidate, clinic))


def summed(fixed: Fixed, rows: tuple[Row, ...], cap: float) -> tuple[tuple[int, ...], float, Benefit]:
    """The rows' values within the cap, the doubt of the sum, and the sum with its interval."""
    values = capped(rows, fixed.evidence, cap)
    total = fixed.evidence + sum(values) + fixed.clinic + fixed.preference
    # what the person's part adds is itself unsure, by about as much as it adds
    sd = math.sqrt(fixed.sd**2 + sum((value / 100) ** 2 for value in values) + fixed.clinic_variance)
    half = max(1, math.ceil(Z80 * sd * 100))
    return values, sd, Benefit(total / 100, (total - half) / 100, (total + half) / 100)


def _clinic_variance(candidate: Candidate, clinic: ClinicPart | None) -> float:
    found = clinic.shifts.get(candidate.id) if clinic and not clinic.is_shadow else None
    return 0.0 if found is None else found.sd**2


def _clinic_shown(candidate: Candidate, clinic: ClinicPart | None) -> ClinicShown | None:
    found = clinic.shifts.get(candidate.id) if clinic else None
    if clinic is None or found is None:
        return None
    return ClinicShown(
        shift=round(found.shift, 2),
        sd=round(found.sd, 2),
        treated=found.treated,
        outcomes=clinic.outcomes,
        is_shadow=clinic.is_shadow,
        own=clinic.own,
        others=clinic.others,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an option stands in the list."""

    rank: int
    group: int
    chance: float


def planned(weighed: Weighed, place: Place, case: Case) -> PlannedOption:
    """The candidate as the plan shows it."""
    one, preference = weighed.candidate, weighed.preference
    speaking = [row for row in one.rows if row.hundredths >= 0]
    against = [row for row in one.rows if row.hundredths < 0]
    sources: list[Source] = [
        *one.evidence.sources,
        *(row.source for row in one.rows),
        *(source for caution in one.verdict.cautions for source in caution.sources),
        *one.sources,
    ]
    burden = one.burden
    unknown = (*one.evidence.unknown, *one.verdict.ask_first, *one.questions, *_wait(one, case))
    return PlannedOption(
        id=one.id,
        name=one.name,
        plain_name=one.plain_name,
        plain=one.plain,
        summary=one.summary,
        kind=one.kind,
        role=one.role,
        therapy=one.therapy,
        rank=place.rank,
        group=place.group,
        benefit=weighed.benefit,
        chance_among_best=place.chance,
        parts=weighed.parts,
        clinic=weighed.clinic,
        for_=(*one.evidence.for_, *(row.reason() for row in speaking), *preference.for_),
        against=(*one.evidence.against, *(row.reason() for row in against), *preference.against),
        unknown=tuple(dict.fromkeys(unknown)),
        cautions=one.verdict.cautions,
        sources=tuple(dict.fromkeys(citation(source) for source in sources)),
        asks={
            "hours_per_week": burden.hours_per_week,
            "sessions": list(one.sessions) if one.sessions else None,
            "weeks": list(burden.weeks),
            "weeks_to_judge": burden.weeks_to_judge,
            "travel": burden.travel,
        },
        burden=burden,
        order=one.order,
        steps=one.steps,
        trial_rates=_rates(one, case.library),
        is_draft=one.is_draft or any(source.is_draft for source in sources),
    )


def _wait(candidate: Candidate, case: Case) -> tuple[str, ...]:
    """A wait that is not known, where waits are told of other options or matter to the person."""
    told, matters = bool(case.person.offer.waiting_weeks), bool(case.person.preferences.weights.speed)
    return (UNKNOWN_WAIT,) if candidate.burden.waiting_weeks is None and (told or matters) else ()


def _rates(candidate: Candidate, library: Library) -> tuple[TrialRate, ...]:
    """Shares that published trials of this option report; facts about those trials, not about this person."""
    table = library.evidence
    found = []
    for effect in table.effects:
        shares = _shares(effect.figure) if effect.option == candidate.id else None
        if shares is None:
            continue
        source = table.source(effect.source)
        other = library.options[effect.against].plain_name if effect.against else None
        found.append(TrialRate(effect.study, effect.outcome, *shares, other, effect.population, citation(source)))
    return tuple(sorted(found, key=lambda rate: rate.study))


def _shares(figure: Figure) -> tuple[float, float, int, int] | None:
    """Percent with the outcome and people, in the option's arm and beside it; None where no shares were published."""
    if isinstance(figure, Percentages):
        return figure.percent[0], figure.percent[1], int(figure.n[0]), int(figure.n[1])
    if isinstance(figure, Counts):
        first, second = (100 * events / n for events, n in zip(figure.events, figure.n, strict=True))
        return round(first, 1), round(second, 1), int(figure.n[0]), int(figure.n[1])
    return None
