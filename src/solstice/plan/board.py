"""The whole list for one case: what is ranked, what is refused, what is not to be had here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.formulation import formulate
from solstice.formulation.known import known_about
from solstice.ledger import assess
from solstice.person import PersonFile
from solstice.person.file import Offer
from solstice.plan.candidate import Candidate, combinations, held, single
from solstice.plan.chance import Doubt, chances_among_best
from solstice.plan.clinic import ClinicPart
from solstice.plan.constraints import Verdict, judge
from solstice.plan.person_part import Case
from solstice.plan.ranking import groups, in_order
from solstice.plan.result import NotOffered, PlannedOption, RefusedOption
from solstice.plan.weigh import Weighed, planned, weigh

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
    return Case(person, library, known, formulate(person, library, with_works=False), ledger)


def allowed(case: Case) -> Allowed:
    """Constraints first: a refused option is never ranked, alone or in a combination."""
    library, offer = case.library, case.person.offer
    here: list[Candidate] = []
    elsewhere: list[tuple[Candidate, str]] = []
    refused: list[RefusedOption] = []
    for option in sorted(library.options.values(), key=lambda one: one.id):
        verdict = judge(option, case.known, library.constraints)
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


def is_offered(option: Option, offer: Offer) -> bool:
    """Whether this clinic gives the option; a clinic that said nothing gives everything."""
    return offer.therapies is None or option.id in offer.therapies


def candidate_of(option: Option, verdict: Verdict, case: Case) -> Candidate:
    """An option as it stands, or rated from its parts where it names them."""
    if len(option.parts) != 2:
        return single(option, verdict, case)
    first, second = (single(case.library.options[part], verdict, case) for part in option.parts)
    return held(option, (first, second), verdict, case)


def _refused(option_id: str, verdict: Verdict, library: Library) -> RefusedOption:
    option = library.options[option_id]
    is_draft = option.is_draft or library.constraints.is_draft
    return RefusedOption(option.id, option.name, option.plain_name, verdict.refusals, is_draft)


def ranked(candidates: Sequence[Candidate], case: Case, clinic: ClinicPart | None) -> tuple[PlannedOption, ...]:
    """Greatest expected benefit first, with rank, group, and the chance to be among the best."""
    weighed = [weigh(candidate, case, clinic) for candidate in candidates]
    margin = case.library.moderators.about_equal.margin
    chances = chances_among_best([_doubt(one) for one in weighed], margin)
    shown = in_order([planned(one, chances[one.candidate.id], case.library) for one in weighed])
    numbers = groups(shown, margin)
    return tuple(
        replace(option, rank=rank, group=group)
        for rank, (option, group) in enumerate(zip(shown, numbers, strict=True), start=1)
    )


def _doubt(weighed: Weighed) -> Doubt:
    """What is shared with other options moves with them; the rest of the doubt is the option's own."""
    loads = dict(weighed.candidate.loads)
    rest = weighed.sd**2 - sum(load**2 for load in loads.values())
    if rest > 0:
        loads[f"{weighed.candidate.id}/rest"] = rest**0.5
    return Doubt(weighed.candidate.id, weighed.benefit.mean, loads)


def not_offered(elsewhere: Sequence[tuple[Candidate, str]], case: Case) -> tuple[NotOffered, ...]:
    """What could be weighed but cannot be had here, the best first."""
    found = [
        NotOffered(one.id, one.name, one.plain_name, weigh(one, case, None).benefit, reason, one.is_draft)
        for one, reason in elsewhere
    ]
    return tuple(sorted(found, key=lambda one: (-one.benefit.mean, one.id)))


def equal_groups(options: Sequence[PlannedOption]) -> tuple[tuple[str, ...], ...]:
    """Ids of options that are about equally good, group by group; a group of one is no group."""
    found = [tuple(one.id for one in options if one.group == group) for group in sorted({one.group for one in options})]
    return tuple(group for group in found if len(group) > 1)
