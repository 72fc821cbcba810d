"""Count failed molecules and classes, as a sure and a possible number; one molecule counts once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from typing import NamedTuple

from solstice.kernel import Span
from solstice.kernel.quick import quick
from solstice.ledger.need import Need, Role
from solstice.ledger.truth import Truth, both
from solstice.ledger.weigh import Verdict, Weighed
from solstice.person import Trial, span_of


class Marks(NamedTuple):
    """What one trial may add in one reading; False where it is no medicine.

    `asked` and `strict` leave room for agents that are asked about, listed or not; `little` failed with less
    improvement than the Delphi consensus names. The register looks at no dose: `started`, `lasted_in_vain`.
    """

    counted: Truth
    asked: Truth
    strict: Truth
    optimised: Truth
    little: Truth
    started: Truth
    lasted_in_vain: Truth


@quick
@dataclass(frozen=True, slots=True)
class Case:
    """One trial with its rule, its weighing and its marks, with the presumptions and without.

    `is_augmentation`: an agent added to an antidepressant, whatever it is; also a second antidepressant that was added.
    `is_combined`: such a second antidepressant; both doses matter. `is_unnamed`: an antidepressant of which only the
    class is known, or not even that.
    """

    index: int
    trial: Trial
    need: Need
    weighed: Weighed
    marks: Marks
    bare_marks: Marks
    is_augmentation: bool
    is_combined: bool
    is_unnamed: bool

    @property
    def unnamed(self) -> "Unnamed":
        count = Span.exactly(1) if self.trial.count is None else span_of(self.trial.count)
        return Unnamed(self.need.classes, count.low, max(count.low, min(count.high, self.need.members)))


def case_of(index: int, trial: Trial, need: Need, weighed: Weighed) -> Case:
    role, kind = need.role, trial.kind
    is_added = trial.added_to is not None
    return Case(
        index,
        trial,
        need,
        weighed,
        marks_of(role, kind, weighed, bare=False),
        marks_of(role, kind, weighed, bare=True),
        role == "augmentation" or (role == "unlisted" and kind == "augmentation") or (is_added and role in MAY_COUNT),
        need.is_combination or (is_added and role == "medicine"),
        need.molecule is None and role == "medicine",
    )


NO_MARKS = Marks(False, False, False, False, False, False, False)
REGISTER_COURSES = frozenset({"ect", "tms"})
MAY_COUNT = frozenset({"medicine", "unlisted"})


def marks_of(role: Role, kind: str, weighed: Weighed, *, bare: bool) -> Marks:
    """The marks of a trial, weighed as it is or as if one more fact were told; `bare` drops every presumption."""
    if role == "course":
        return _register_marks(weighed) if kind in REGISTER_COURSES else NO_MARKS
    if role != "medicine" and (role != "unlisted" or kind == "augmentation"):
        return NO_MARKS
    told = (weighed.failing, weighed.in_episode, weighed.at_label_max, weighed.is_little, weighed.has_lasted)
    verdicts = (weighed.bare if bare else weighed.verdict, weighed.bare)
    return _marks(role == "medicine", weighed.is_asked_about and not bare, verdicts, told)


def _register_marks(weighed: Weighed) -> Marks:
    """A course has no minimum dose: only the register counts it among the treatments."""
    lasted_in_vain = both(both(weighed.in_episode, weighed.has_lasted), weighed.failing)
    return NO_MARKS._replace(started=weighed.in_episode, lasted_in_vain=lasted_in_vain)


@lru_cache(maxsize=16384)
def _marks(
    is_medicine: bool,
    is_asked_about: bool,
    verdicts: tuple[Verdict, Verdict],
    told: tuple[Truth, Truth, Truth, Truth, Truth],
) -> Marks:
    """The marks follow from a handful of truths: the few combinations there are need not be worked out each time."""
    failing, in_episode, at_label_max, is_little, has_lasted = told
    verdict, bare = verdicts
    counted, strict = both(verdict.failed, in_episode), both(verdict.failed_strict, in_episode)
    asked = counted
    if is_asked_about:  # asking cannot make five weeks into six
        asked = both(False if bare.failed is False else None, in_episode)
        strict = both(False if bare.failed_strict is False else None, in_episode)
    if not is_medicine:
        return NO_MARKS._replace(asked=asked, strict=strict)
    lasted_in_vain = both(both(in_episode, has_lasted), failing)
    optimised, little = both(strict, at_label_max), both(counted, is_little)
    return Marks(counted, asked, strict, optimised, little, in_episode, lasted_in_vain)


class Unnamed(NamedTuple):
    """An entry of one or more agents without a name: their possible classes, at least and at most how many."""

    classes: tuple[str, ...]
    least: float
    most: float


@dataclass
class Tally:
    """`sure` and `possible` are named molecules with their class; unnamed agents are counted beside them."""

    sure: dict[str, tuple[str, ...]] = field(default_factory=dict)
    possible: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unnamed_sure: list[tuple[tuple[str, ...], float]] = field(default_factory=list)
    unnamed_possible: list[tuple[tuple[str, ...], float]] = field(default_factory=list)

    @property
    def count(self) -> Span:
        return Span.between(*self.number)

    @cached_property
    def number(self) -> tuple[float, float]:
        """Distinct molecules, at least and at most. An unnamed agent may be one of the named ones of its class."""
        if not self.unnamed_possible:
            return len(self.sure), len(self.possible)
        low = len(self.sure) + sum(
            max(0.0, number - sum(1 for other in self.sure.values() if set(other) & set(classes)))
            for classes, number in _largest(self.unnamed_sure).items()
        )
        high = len(self.possible) + sum(number for _, number in self.unnamed_possible)
        return low, max(low, high)

    @cached_property
    def classes(self) -> tuple[frozenset[str], tuple[frozenset[str], ...], bool]:
        """The classes that surely failed, every set that may have, and whether an unnamed agent surely failed."""
        named = {one for classes in self.sure.values() for one in classes}
        sure = frozenset(named | {classes[0] for classes, _ in self.unnamed_sure if len(classes) == 1})
        return sure, tuple(self._possible_class_sets()), bool(self.unnamed_sure)

    def _possible_class_sets(self) -> Iterable[frozenset[str]]:
        """Every set of classes that may have failed, in full; an agent of unknown class is tried as each."""
        fixed = {one for classes in self.possible.values() for one in classes}
        fixed |= {classes[0] for classes, _ in self.unnamed_possible if len(classes) == 1}
        unsure = [classes for classes, _ in self.unnamed_possible if len(classes) > 1]
        several = any(number > 1 for classes, number in self.unnamed_possible if len(classes) > 1)
        if several or len(unsure) > 3:
            return [frozenset(fixed | {one for classes in unsure for one in classes})]
        return [frozenset(fixed | set(choice)) for choice in product(*unsure)]

    def add_named(self, molecule: str, classes: tuple[str, ...], *, is_sure: bool) -> None:
        """Count a molecule as surely or as possibly failed; however often it was tried, it counts once."""
        self.possible[molecule] = classes
        if is_sure:
            self.sure[molecule] = classes

    def add_unnamed(self, agents: Unnamed, *, is_sure: bool) -> None:
        self.unnamed_possible.append((agents.classes, agents.most))
        if is_sure:
            self.unnamed_sure.append((agents.classes, agents.least))


def _largest(entries: list[tuple[tuple[str, ...], float]]) -> dict[tuple[str, ...], float]:
    """The largest entry of each class: two unnamed entries may mean the same agents."""
    out: dict[tuple[str, ...], float] = {}
    for classes, number in entries:
        out[classes] = max(out.get(classes, 0.0), number)
    if len(out) > 1 and any(len(classes) > 1 for classes in out):  # one of unknown class may be any of the others
        out = {classes: number for classes, number in out.items() if len(classes) == 1}
    return out


def tally(cases: Iterable[Case], *, strict: bool = False, in_any_episode: bool = False) -> Tally:
    """Count the failed medicines among the cases, unlisted and asked-about agents apart."""
    out = Tally()
    for case in cases:
        if case.need.role != "medicine":
            continue
        verdict = case.weighed.verdict
        failed = verdict.failed_strict if strict else verdict.failed
        if not in_any_episode:
            failed = both(failed, case.weighed.in_episode)
        if failed is False:
            continue
        if case.need.molecule is None:
            out.add_unnamed(case.unnamed, is_sure=failed is True)
        else:
            out.add_named(case.need.molecule, case.need.classes, is_sure=failed is True)
    return out
