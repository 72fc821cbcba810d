"""The list as one more answer would leave it: what the answer touches is worked out again, the rest stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from solstice.content.constraint_model import Condition, FactIs, FactName, conditions_in
from solstice.content.library import Library
from solstice.content.mechanism_model import Mechanism
from solstice.content.option_model import Option
from solstice.formulation import Formulation
from solstice.formulation.basis import Finding
from solstice.formulation.conditions import decide
from solstice.formulation.known import Known
from solstice.formulation.suggestion import suggestion
from solstice.plan.burden import burden_of, shortest_wait
from solstice.plan.candidate import candidate_of, combined, is_here, rows_of_both, single
from solstice.plan.clinic import ClinicPart
from solstice.plan.constraints import NO_VERDICT, concerns, is_refused, said_by
from solstice.plan.pairs import Pair, built_pairs, pairs_among
from solstice.plan.person_part import Case, Row, person_rows
from solstice.plan.ranking import groups, in_rank
from solstice.plan.result import Benefit
from solstice.plan.weigh import Fixed, Weighed, summed, weigh


@dataclass(frozen=True, slots=True)
class Standing:
    """`benefits` of what is ranked here, singles and combinations, in order of rank; `first` is the first group."""

    benefits: Mapping[str, Benefit]
    first: tuple[str, ...]
    refused: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tied:
    """What of the content mentions a fact: places of constraints that can refuse, of moderators, and mechanisms.

    `refusable` are the options those constraints concern, `moved` those whose rows the rest may change.
    """

    constraints: tuple[int, ...]
    moderators: tuple[int, ...]
    mechanisms: tuple[Mechanism, ...]
    refusable: tuple[str, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Then:
    """What an answer changes for all: rows by option, and the shortest wait of what is then compared."""

    moved: Mapping[str, tuple[Row, ...]]
    shortest_wait: float | None


@lru_cache(maxsize=256)
def tied_to(fact: FactName, library: Library) -> Tied:
    """Looked up once for a fact and a library."""
    constraints, moderators = library.constraints.constraints, library.moderators.moderators
    refusing = tuple(
        place
        for place, one in enumerate(constraints)
        if "refuse" in {one.then, one.unknown} and _mentions(one.when, fact)
    )
    moving = tuple(place for place, one in enumerate(moderators) if _mentions(one.when, fact))
    mechanisms = tuple(
        one for one in library.mechanisms.mechanisms if any(_mentions(rule.when, fact) for rule in one.all_rules())
    )
    names = {one.id for one in mechanisms}
    options = sorted(library.options.values(), key=lambda one: one.id)
    return Tied(
        refusing,
        moving,
        mechanisms,
        tuple(one.id for one in options if any(concerns(constraints[place], one) for place in refusing)),
        tuple(
            one.id
            for one in options
            if any(one.id in moderators[place].values for place in moving)
            or any(link.mechanism in names for link in one.works_on)
        ),
    )


def _mentions(condition: Condition, fact: FactName) -> bool:
    return any(isinstance(part, FactIs) and part.fact == fact for part in conditions_in(condition))


class Board:
    """The list as it stands, from which each answer is worked out; it remembers what no answer moves."""

    def __init__(
        self, case: Case, weighed: Sequence[Weighed], refused: frozenset[str], clinic: ClinicPart | None
    ) -> None:
        self.case, self._clinic = case, clinic
        self._speed = bool(case.person.preferences.weights.speed)
        self._wait = shortest_wait(one.candidate.burden for one in weighed) if self._speed else None
        self._fixed: dict[tuple[str, float | None], Fixed] = {
            (one.candidate.id, self._wait): one.fixed for one in weighed
        }
        self._rows: dict[str, tuple[Row, ...]] = {}
        offer = case.person.offer
        self._main = tuple(
            option
            for option in sorted(case.library.options.values(), key=lambda one: one.id)
            if option.role == "main" and is_here(option, offer)
        )
        self.now = self._standing({one.candidate.id: one.benefit for one in weighed}, refused)

    def after(self, fact: FactName, answer: bool | str) -> Standing:
        """The list with this answer written into the person file, all else as it is."""
        tied, case = tied_to(fact, self.case.library), self.case
        then = _case_with(fact, answer, tied, case)
        refused = self.now.refused
        if then.said is not case.said:
            changed = {name for name in tied.refusable if is_refused(name, then.said, case.library)}
            refused = refused.difference(tied.refusable) | changed
        moved: dict[str, tuple[Row, ...]] = {}
        if then.moderating is not case.moderating or then.formulation is not case.formulation:
            found = {name: person_rows(case.library.options[name], then)[0] for name in tied.moved}
            moved = {name: rows for name, rows in found.items() if rows != self._rows_of(name)}
        if refused == self.now.refused and not moved and then.formulation is case.formulation:
            return self.now
        return self._standing(self._benefits(then.formulation, refused, moved), refused)

    def name_of(self, identity: str) -> str:
        """The name of an option, or of a combination, as the list shows it."""
        option = self.case.library.options.get(identity)
        return option.name if option else built_pairs(self.case.library)[identity].name

    def parts_of(self, identity: str) -> tuple[str, ...]:
        """The options a combination of the rules is built from; empty for an option of the library."""
        pair = None if identity in self.case.library.options else built_pairs(self.case.library)[identity]
        return (pair.first, pair.second) if pair else ()

    def _standing(self, benefits: Mapping[str, Benefit], refused: frozenset[str]) -> Standing:
        ranked = {name: benefits[name] for name in in_rank(benefits)}
        numbers = groups(list(ranked.values()), self.case.library.moderators.about_equal.margin)
        first = tuple(name for name, number in zip(ranked, numbers, strict=True) if number == 1)
        return Standing(ranked, first, refused)

    def _benefits(
        self, formulation: Formulation, refused: frozenset[str], moved: Mapping[str, tuple[Row, ...]]
    ) -> dict[str, Benefit]:
        here = {option.id: option for option in self._main if option.id not in refused}
        then = Then(moved, self._shortest_wait(here.values()))
        out = {name: self._benefit(name, option.parts or (name,), option, then) for name, option in here.items()}
        for pair in pairs_among(here, formulation, self.case.library):
            out[pair.id] = self._benefit(pair.id, (pair.first, pair.second), pair, then)
        return out

    def _shortest_wait(self, here: Iterable[Option]) -> float | None:
        """As `board.weighed` has it; a combination begins no sooner than one of its parts, so none need be asked."""
        return shortest_wait(burden_of(one, self.case.person.offer) for one in here) if self._speed else None

    def _benefit(self, name: str, parts: tuple[str, ...], made: Option | Pair, then: Then) -> Benefit:
        """As it stands where no part of it is moved and waits count as they did, else summed again."""
        moved = then.moved
        is_as_it_was = then.shortest_wait == self._wait and not any(part in moved for part in parts)
        if is_as_it_was and name in self.now.benefits:
            return self.now.benefits[name]
        rows = [moved[part] if part in moved else self._rows_of(part) for part in parts]
        both = rows_of_both(rows[0], rows[1]) if len(rows) == 2 else rows[0]
        return summed(self._fixed_of(name, made, then.shortest_wait), both, self.case.library.moderators.cap)[2]

    def _rows_of(self, name: str) -> tuple[Row, ...]:
        if name not in self._rows:
            self._rows[name] = person_rows(self.case.library.options[name], self.case)[0]
        return self._rows[name]

    def _fixed_of(self, name: str, made: Option | Pair, wait: float | None) -> Fixed:
        if (name, wait) not in self._fixed:
            options, case = self.case.library.options, self.case
            if isinstance(made, Pair):
                first, second = (single(options[part], NO_VERDICT, case) for part in (made.first, made.second))
                candidate = combined(made, first, second, case.library)
            else:
                candidate = candidate_of(made, NO_VERDICT, case)
            self._fixed[name, wait] = weigh(candidate, case, self._clinic, shortest_wait=wait).fixed
        return self._fixed[name, wait]


def _case_with(fact: FactName, answer: bool | str, tied: Tied, case: Case) -> Case:
    """The case after the answer; a part that the answer leaves as it was is the very same object."""
    library = case.library
    known = replace(case.known, facts={**case.known.facts, fact: answer})
    constraints, moderators = library.constraints, library.moderators.moderators
    said = {place: said_by(constraints.constraints[place], known, constraints) for place in tied.constraints}
    found = {place: decide(moderators[place].when, known) for place in tied.moderators}
    is_refusing = any((one.refusal is None) != (case.said[place].refusal is None) for place, one in said.items())
    is_moving = any(_moves(one, case.moderating[place]) for place, one in found.items())
    return replace(
        case,
        known=known,
        said=tuple(said.get(place, one) for place, one in enumerate(case.said)) if is_refusing else case.said,
        moderating=tuple(found.get(place, one) for place, one in enumerate(case.moderating))
        if is_moving
        else case.moderating,
        formulation=_formulation(known, tied, case),
    )


def _moves(one: Finding, other: Finding) -> bool:
    """Whether a moderator adds another row: only what holds adds one."""
    return one != other and (one.truth is True or other.truth is True)


def _formulation(known: Known, tied: Tied, case: Case) -> Formulation:
    plain = known.with_failed_trials(None)  # as `formulate` sees the person
    found = {}
    for mechanism in tied.mechanisms:
        then, now = suggestion(mechanism, plain, case.library, with_works=False), case.formulation.get(mechanism.id)
        if now is None or (then.status, then.strength) != (now.status, now.strength):
            found[mechanism.id] = then
    if not found:
        return case.formulation
    return replace(case.formulation, mechanisms=tuple(found.get(one.id, one) for one in case.formulation.mechanisms))
