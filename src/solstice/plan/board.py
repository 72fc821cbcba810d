"""The whole list for one case: what is ranked, what is refused, what is not to be had here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solstice.content.library import Library
from solstice.formulation import formulate
from solstice.formulation.known import known_about
from solstice.ledger import assess
from solstice.person import PersonFile
from solstice.plan.burden import shortest_wait
from solstice.plan.candidate import Candidate, candidate_of, combinations, is_offered
from solstice.plan.chance import Doubt, chances_among_best
from solstice.plan.clinic import ClinicPart
from solstice.plan.constraints import Verdict, judge, said_by_all
from solstice.plan.person_part import Case, moderating, tried_rows
from solstice.plan.ranking import groups, in_rank
from solstice.plan.result import NotOffered, PlannedOption, RefusedOption
from solstice.plan.weigh import Place, Weighed, planned, weigh

REFERRAL = "Not offered at this clinic; a referral would be needed."
FULL = "No place at this clinic at present; ask when one comes free, or refer."


@dataclass(frozen=True, slots=True)
class Allowed:
    """Candidates that may be ranked, and those that may not."""

    here: tuple[Candidate, ...]
    elsewhere: tuple[tuple[Candidate, str], ...]
    refused: tuple[RefusedOption, ...]


def case_of(person: PersonFile, library: Library) -> Case:
    """One person, looked at once."""
    ledger = assess(person, library) if person.trials else None
    known = known_about(person, library).with_failed_trials(ledger.counts.failed_episode if ledger else None)
    return Case(
        person,
        library,
        known,
        formulate(person, library, with_works=False),
        ledger,
        said_by_all(known, library.constraints),
        moderating(known, library.moderators.moderators),
        tried_rows(person, ledger, library),
    )


def allowed(case: Case) -> Allowed:
    """Constraints first: a refused option is never ranked, alone or in a combination."""
    library, offer = case.library, case.person.offer
    here: list[Candidate] = []
    elsewhere: list[tuple[Candidate, str]] = []
    refused: list[RefusedOption] = []
    for option in sorted(library.options.values(), key=lambda one: one.id):
        verdict = judge(option, case.said, library)
        if verdict.refusals:
            refused.append(_refused(option.id, verdict, library))
            continue
        candidate = candidate_of(option, verdict, case)
        if not is_offered(option, offer):
            elsewhere.append((candidate, REFERRAL))
        elif option.id in offer.full:
            elsewhere.append((candidate, FULL))
        else:
            here.append(candidate)
    here += combinations(here, case)
    return Allowed(tuple(here), tuple(elsewhere), tuple(refused))


def _refused(option_id: str, verdict: Verdict, library: Library) -> RefusedOption:
    option = library.options[option_id]
    is_draft = option.is_draft or library.constraints.is_draft
    return RefusedOption(option.id, option.name, option.plain_name, verdict.refusals, is_draft)


def weighed(candidates: Iterable[Candidate], case: Case, clinic: ClinicPart | None) -> list[Weighed]:
    """All that is compared with one another; a wait counts only where each of them has one."""
    compared = tuple(candidates)
    shortest = shortest_wait(one.burden for one in compared)
    return [weigh(candidate, case, clinic, shortest_wait=shortest) for candidate in compared]


def ranked(found: Sequence[Weighed], case: Case) -> tuple[PlannedOption, ...]:
    """Greatest expected benefit first, with rank, group, and the chance to be among the best."""
    margin = case.library.moderators.about_equal.margin
    chances = chances_among_best([_doubt(one) for one in found], margin)
    by_id = {one.candidate.id: one for one in found}
    order = in_rank({name: one.benefit for name, one in by_id.items()})
    numbers = groups([by_id[name].benefit for name in order], margin)
    return tuple(
        planned(by_id[name], Place(rank, group, chances[name]), case)
        for rank, (name, group) in enumerate(zip(order, numbers, strict=True), start=1)
    )


def _doubt(one: Weighed) -> Doubt:
    """What is shared with other options moves with them; the rest of the doubt is the option's own."""
    loads = dict(one.candidate.loads)
    rest = one.sd**2 - sum(load**2 for load in loads.values())
    if rest > 0:
        loads[f"{one.candidate.id}/rest"] = rest**0.5
    return Doubt(one.candidate.id, one.benefit.mean, loads)


def not_offered(elsewhere: Sequence[tuple[Candidate, str]], case: Case) -> tuple[NotOffered, ...]:
    """What could be weighed but cannot be had here, the best first."""
    reasons = {one.id: reason for one, reason in elsewhere}
    found = [
        NotOffered(one.id, one.name, one.plain_name, counted.benefit, reasons[one.id], one.is_draft)
        for counted in weighed((one for one, _ in elsewhere), case, None)
        for one in (counted.candidate,)
    ]
    return tuple(sorted(found, key=lambda one: (-one.benefit.mean, one.id)))


def equal_groups(options: Sequence[PlannedOption]) -> tuple[tuple[str, ...], ...]:
    """Ids of options that are about equally good, group by group; a group of one is no group."""
    found = [tuple(one.id for one in options if one.group == group) for group in sorted({one.group for one in options})]
    return tuple(group for group in found if len(group) > 1)
