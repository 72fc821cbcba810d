"""Which open answer would change the list: each unknown fact is tried with every answer it may have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import get_args

from solstice.content.constraint_model import AllOf, AnyOf, Condition, FactIs, FactName
from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.person.file import Severity
from solstice.plan.board import candidate_of, is_offered
from solstice.plan.constraints import concerns, judge
from solstice.plan.person_part import Case
from solstice.plan.ranking import about_equal
from solstice.plan.result import Benefit, WouldChange
from solstice.plan.weigh import weigh

CHOICES: Mapping[str, tuple[str, ...]] = {
    "dissociation": ("none", "some", "severe"),
    "suicide_risk": ("low", "moderate", "high"),
    "severity": get_args(Severity),
}
"""Answers of the facts that are not yes or no."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Standing:
    """Benefits of the single main options that may be ranked here, and the ids of everything refused."""

    benefits: Mapping[str, Benefit]
    refused: frozenset[str]
    margin: float

    @property
    def first(self) -> frozenset[str]:
        """Ids of the group that stands first."""
        if not self.benefits:
            return frozenset()
        top = min(self.benefits.items(), key=lambda item: (-item[1].mean, item[0]))[1]
        return frozenset(name for name, one in self.benefits.items() if about_equal(top, one, self.margin))


def what_would_change(case: Case) -> tuple[WouldChange, ...]:
    """Open facts whose answer changes the first group of single options, or what is refused; the former stand first.

    Every answer is worked out with all else as it is; combinations follow their parts. The clinic's own part does not
    depend on these facts and is left out.
    """
    options = sorted(case.library.options.values(), key=lambda one: one.id)
    now = _standing(case, options, None)
    found = []
    for fact, value in case.known.facts.items():
        touched = touched_by(fact, case.library) if value is None else ()
        if touched and (change := _change(fact, now, touched, case)) is not None:
            found.append(change)
    return tuple(sorted(found, key=lambda one: (not one.changes_first, -len(one.answers), one.fact)))


@lru_cache(maxsize=256)
def touched_by(fact: FactName, library: Library) -> tuple[Option, ...]:
    """Options that a constraint or a moderator ties to this fact, and those with such an option as a part."""
    found = {
        option.id
        for option in library.options.values()
        if any(
            concerns(constraint, option)
            for constraint in library.constraints.constraints
            if _mentions(constraint.when, fact)
        )
        or any(
            option.id in moderator.values
            for moderator in library.moderators.moderators
            if _mentions(moderator.when, fact)
        )
    }
    return tuple(
        option for name, option in sorted(library.options.items()) if name in found or found & set(option.parts)
    )


def _mentions(condition: Condition, fact: FactName) -> bool:
    match condition:
        case FactIs():
            return condition.fact == fact
        case AllOf():
            return any(_mentions(part, fact) for part in condition.all_of)
        case AnyOf():
            return any(_mentions(part, fact) for part in condition.any_of)
        case _:
            return False


def _standing(case: Case, options: Sequence[Option], before: _Standing | None) -> _Standing:
    """The standing after these options were judged again; what is not among them stays as it stood."""
    offer = case.person.offer
    benefits = dict(before.benefits) if before else {}
    refused = set(before.refused) if before else set()
    for option in options:
        benefits.pop(option.id, None)
        refused.discard(option.id)
        verdict = judge(option, case.known, case.library.constraints)
        if verdict.refusals:
            refused.add(option.id)
        elif option.role == "main" and is_offered(option, offer) and option.id not in offer.full:
            benefits[option.id] = weigh(candidate_of(option, verdict, case), case, None).benefit
    return _Standing(benefits, frozenset(refused), case.library.moderators.about_equal.margin)


def _change(fact: FactName, now: _Standing, touched: Sequence[Option], case: Case) -> WouldChange | None:
    sentences: list[str] = []
    changes_first = False
    for answer in CHOICES.get(fact, (True, False)):
        known = replace(case.known, facts={**case.known.facts, fact: answer})
        then = _standing(replace(case, known=known), touched, now)
        said = tuple(_differences(now, then, case))
        if said:
            word = ("yes" if answer else "no") if isinstance(answer, bool) else answer
            sentences.append(f"If {word}: {'; '.join(said)}.")
            changes_first = changes_first or now.first != then.first
    if not sentences:
        return None
    return WouldChange(fact, case.known.fact_words[fact].question, tuple(sentences), changes_first)


def _differences(now: _Standing, then: _Standing, case: Case) -> Iterator[str]:
    def listed(ids: frozenset[str]) -> str:
        names = [case.library.options[one].name for one in sorted(ids)]
        more = len(names) - MOST_NAMED
        return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

    taken_off, let_in = then.refused - now.refused, now.refused - then.refused
    if taken_off:
        yield f"{listed(taken_off)} would not be offered"
    if let_in:
        yield f"{listed(let_in)} could be offered"
    joins, leaves = then.first - now.first - let_in, now.first - then.first - then.refused
    if joins:
        yield f"{listed(joins)} would stand among the first"
    if leaves:
        yield f"{listed(leaves)} would stand further down"
