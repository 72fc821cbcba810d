"""Count failed molecules and classes, as a sure and a possible number; one molecule counts once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import product
from typing import NamedTuple

from solstice.kernel import Span
from solstice.ledger.need import Need
from solstice.ledger.truth import Truth, all_of, both
from solstice.ledger.weigh import Weighed
from solstice.person import Trial, span_of


class Reading(Enum):
    """Which failures count: COUNTED for definitions and classes, ASKED also leaves room for agents asked about.

    BARE drops every presumption; it is the widest.
    """

    COUNTED = "counted"
    ASKED = "asked"
    BARE = "bare"


@dataclass(frozen=True)
class Case:
    """One trial with its rule and its weighing; what is read from it again and again is worked out once."""

    index: int
    trial: Trial
    need: Need
    weighed: Weighed

    @cached_property
    def marks(self) -> "Marks":
        return marks_of(self, self.weighed, bare=False)

    @cached_property
    def bare_marks(self) -> "Marks":
        return marks_of(self, self.weighed, bare=True)

    @cached_property
    def is_augmentation(self) -> bool:
        """An agent added to an antidepressant, whatever it is; also a second antidepressant that was added."""
        role, kind = self.need.role, self.trial.kind
        added = self.trial.added_to is not None and role in {"medicine", "unlisted"}
        return role == "augmentation" or (role == "unlisted" and kind == "augmentation") or added

    @property
    def is_combined(self) -> bool:
        """An antidepressant added to another: both doses matter."""
        return self.need.is_combination or (self.need.role == "medicine" and self.trial.added_to is not None)


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


def marks_of(case: Case, weighed: Weighed, *, bare: bool) -> Marks:
    """The marks of a trial, weighed as it is or as if one more fact were told."""
    is_medicine = case.need.role == "medicine"
    is_unlisted = case.need.role == "unlisted" and case.trial.kind != "augmentation"
    if not is_medicine and not is_unlisted:
        return _course_marks(case, weighed)
    reading, wider = (Reading.BARE, Reading.BARE) if bare else (Reading.COUNTED, Reading.ASKED)
    strict = failure_of(weighed, reading=wider, strict=True)
    asked = failure_of(weighed, reading=wider, strict=False)
    if not is_medicine:
        return Marks(False, asked, strict, False, False, False, False)
    counted = failure_of(weighed, reading=reading, strict=False) if weighed.is_asked_about else asked
    optimised, little = both(strict, weighed.at_label_max), both(counted, weighed.is_little)
    return Marks(counted, asked, strict, optimised, little, *_register_marks(weighed))


REGISTER_COURSES = frozenset({"ect", "tms"})


def _course_marks(case: Case, weighed: Weighed) -> Marks:
    if case.trial.kind not in REGISTER_COURSES:
        return NO_MARKS
    started, in_vain = _register_marks(weighed)
    return NO_MARKS._replace(started=started, lasted_in_vain=in_vain)


def _register_marks(weighed: Weighed) -> tuple[Truth, Truth]:
    return weighed.in_episode, both(both(weighed.in_episode, weighed.has_lasted), weighed.failing)


NO_MARKS = Marks(False, False, False, False, False, False, False)


@dataclass(slots=True)
class Tally:
    """`sure` and `possible` are named molecules with their class; unnamed agents are counted beside them."""

    sure: dict[str, tuple[str, ...]] = field(default_factory=dict)
    possible: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unnamed_sure: list[tuple[tuple[str, ...], float]] = field(default_factory=list)
    unnamed_possible: list[tuple[tuple[str, ...], float]] = field(default_factory=list)

    @property
    def count(self) -> Span:
        """Distinct molecules. An unnamed agent may be one of the named ones of its class."""
        if not self.unnamed_possible:
            return Span(len(self.sure), len(self.possible))
        low = len(self.sure) + sum(
            max(0.0, number - sum(1 for other in self.sure.values() if set(other) & set(classes)))
            for classes, number in _largest(self.unnamed_sure).items()
        )
        high = len(self.possible) + sum(number for _, number in self.unnamed_possible)
        return Span(low, max(low, high))

    @property
    def sure_classes(self) -> frozenset[str]:
        named = {one for classes in self.sure.values() for one in classes}
        return frozenset(named | {classes[0] for classes, _ in self.unnamed_sure if len(classes) == 1})

    def possible_class_sets(self) -> Iterable[frozenset[str]]:
        """Every set of classes that may have failed, in full; an agent of unknown class is tried as each."""
        fixed = {one for classes in self.possible.values() for one in classes}
        fixed |= {classes[0] for classes, _ in self.unnamed_possible if len(classes) == 1}
        unsure = [classes for classes, _ in self.unnamed_possible if len(classes) > 1]
        several = any(number > 1 for classes, number in self.unnamed_possible if len(classes) > 1)
        if several or len(unsure) > 3:
            return [frozenset(fixed | {one for classes in unsure for one in classes})]
        return [frozenset(fixed | set(choice)) for choice in product(*unsure)]

    def add(self, case: Case, failure: Truth) -> None:
        """Count one trial as surely failed, as possibly failed, or not at all."""
        if failure is False:
            return
        need, is_sure = case.need, failure is True
        if need.molecule is not None:
            self.possible[need.molecule] = need.classes
            if is_sure:
                self.sure[need.molecule] = need.classes
            return
        count = Span.exactly(1) if case.trial.count is None else span_of(case.trial.count)
        self.unnamed_possible.append((need.classes, max(count.low, min(count.high, need.members))))
        if is_sure:
            self.unnamed_sure.append((need.classes, count.low))


def _largest(entries: list[tuple[tuple[str, ...], float]]) -> dict[tuple[str, ...], float]:
    """The largest entry of each class: two unnamed entries may mean the same agents."""
    out: dict[tuple[str, ...], float] = {}
    for classes, number in entries:
        out[classes] = max(out.get(classes, 0.0), number)
    if len(out) > 1 and any(len(classes) > 1 for classes in out):  # one of unknown class may be any of the others
        out = {classes: number for classes, number in out.items() if len(classes) == 1}
    return out


def failure_of(weighed: Weighed, *, reading: Reading, strict: bool) -> Truth:
    """Whether the trial is a failed adequate one of this episode, in the given reading."""
    verdict = weighed.bare if reading is Reading.BARE else weighed.verdict
    failed = verdict.failed_strict if strict else verdict.failed
    if reading is Reading.ASKED and weighed.is_asked_about:
        possible = weighed.bare.failed_strict if strict else weighed.bare.failed
        failed = False if possible is False else None  # asking cannot make five weeks into six
    return both(failed, weighed.in_episode)


def tally(cases: Iterable[Case], *, strict: bool = False, in_any_episode: bool = False) -> Tally:
    """Count the failed medicines among the cases, unlisted and asked-about agents apart."""
    out = Tally()
    for case in cases:
        if case.need.role == "medicine":
            verdict = case.weighed.verdict
            failed = verdict.failed_strict if strict else verdict.failed
            out.add(case, failed if in_any_episode else all_of(failed, case.weighed.in_episode))
    return out
