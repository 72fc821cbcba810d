"""What each trial adds to every count at once, as two sets: what it adds surely, and what it may add.

Every count is of distinct things (molecules, kinds of course, classes), so that trials are summed by the union of their
sets. Both sets are written as the bits of a number, because hundreds of sums are tried around one history and `|` is a
union. Only agents without a name do not fit: any of them may be one of the named, see `_tally`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, get_args

from solstice.content.staging_model import ThaseRushClass
from solstice.content.treatment_model import slug
from solstice.kernel.quick import quick
from solstice.ledger.tally import Case, Marks, Tally, Unnamed, marks_of
from solstice.ledger.truth import Truth, all_of, any_of, both
from solstice.ledger.weigh import Weighed

COUNTED, ASKED, STRICT, OPTIMISED, LITTLE, STARTED, IN_VAIN, ADDED = range(8)
"""The counts, in the order of `Marks`; in each, every name of the history has its bit. Below them stand these bits:"""
ECT_USED, ECT_FAILED, ECT_BILATERAL, USED = 1, 2, 4, 8
MODALITY_BITS = (16, 32, 64)
_CLASSES: tuple[str, ...] = get_args(ThaseRushClass)
_CLASSES_FROM = 7
COUNTS_FROM = _CLASSES_FROM + len(_CLASSES)
MODALITY: Mapping[str, int] = {"ketamine": 0, "esketamine": 0, "psychotherapy": 1, "tms": 2, "ect": 2}


class Adds(NamedTuple):
    """What one trial, or all of them, add; what is sure is possible too."""

    sure: int
    possible: int

    def truth(self, bit: int) -> Truth:
        if self.sure & bit:
            return True
        return None if self.possible & bit else False


def union(parts: Iterable[Adds]) -> Adds:
    """What the parts add together."""
    sure = possible = 0
    for part in parts:
        sure |= part.sure
        possible |= part.possible
    return Adds(sure, possible)


@quick
@dataclass(frozen=True, slots=True)
class Legend:
    """Which bit stands for which name; by `Case.index` the place of the trial's own name, and as an addition."""

    names: tuple[str, ...]
    places: Mapping[int, int]
    additions: Mapping[int, int]
    class_bits: Mapping[int, int]
    classes: Mapping[int, tuple[str, ...]]
    unnamed: Mapping[int, Unnamed]
    unnamed_bits: int
    tallies: dict[tuple[int, int], Tally] = field(default_factory=dict)


def legend_of(cases: Sequence[Case]) -> Legend:
    names: dict[str, int] = {}
    places: dict[int, int] = {}
    additions: dict[int, int] = {}
    class_bits: dict[int, int] = {}
    classes: dict[int, tuple[str, ...]] = {}
    unnamed: dict[int, Unnamed] = {}
    for case in cases:
        need, index = case.need, case.index
        own = need.molecule
        if own is None:
            own = case.trial.kind if need.role == "course" else f"unnamed {index}"
        place = places[index] = names.setdefault(own, len(names))
        if case.is_augmentation:
            additions[index] = place if case.is_unnamed else names.setdefault(need.molecule or need.name, len(names))
        classes[place], class_bits[index] = need.classes, _class_bits(need.classes)
        if case.is_unnamed:
            unnamed[place] = case.unnamed
    return Legend(tuple(names), places, additions, class_bits, classes, unnamed, sum(1 << place for place in unnamed))


@lru_cache(maxsize=64)
def _class_bits(classes: tuple[str, ...]) -> int:
    return sum(1 << (_CLASSES_FROM + _CLASSES.index(one)) for one in set(classes))


@lru_cache(maxsize=64)
def _classes_in(bits: int) -> frozenset[str]:
    return frozenset(one for one in _CLASSES if bits & _class_bits((one,)))


_ALL_CLASSES = _class_bits(_CLASSES)


def adds_of(case: Case, weighed: Weighed, cases: Sequence[Case], legend: Legend, *, bare: bool) -> Adds:
    """What a trial adds, weighed as it is or with one more fact, beside the others as they are told now."""
    index, is_as_told = case.index, weighed is case.weighed
    marks = (
        (case.bare_marks if bare else case.marks)
        if is_as_told
        else marks_of(case.need.role, case.trial.kind, weighed, bare=bare)
    )
    width = len(legend.names)
    marked = _marked(marks, width, (legend.places[index], legend.class_bits[index]), case.is_unnamed)
    if case.is_augmentation:
        added, used = use_of(case, weighed, cases, bare=bare)
        bit = 1 << (COUNTS_FROM + ADDED * width + legend.additions[index])
        return _with(*marked, ((bit, added), (USED, used)))
    if case.need.role == "course":
        return _with(*marked, _course(case, weighed, bare=bare))
    return marked


@lru_cache(maxsize=16384)
def _marked(marks: Marks, width: int, spot: tuple[int, int], is_unnamed: bool) -> Adds:
    """What the marks alone add: the same few marks at the same few places."""
    place, class_bits = spot
    sure, possible = _spread(marks, width, is_unnamed)
    sure, possible = sure << place, possible << place
    if marks.counted is not False:
        possible |= class_bits
        if marks.counted:
            sure |= class_bits
    return Adds(sure, possible)


def _with(sure: int, possible: int, truths: Sequence[tuple[int, Truth]]) -> Adds:
    for bit, truth in truths:
        if truth is not False:
            possible |= bit
            if truth:
                sure |= bit
    return Adds(sure, possible)


@lru_cache(maxsize=4096)
def _spread(marks: Marks, width: int, is_unnamed: bool) -> Adds:
    """The marks at the first place of their counts.

    An agent without a name may be one already started, or one whose dose was raised to the maximum.
    """
    if is_unnamed:
        started, in_vain = both(marks.started, None), both(marks.lasted_in_vain, None)
        marks = marks._replace(optimised=both(marks.optimised, None), started=started, lasted_in_vain=in_vain)
    bits = [(1 << (COUNTS_FROM + count * width), truth) for count, truth in enumerate(marks)]
    return _with(0, 0, bits)


def _course(case: Case, weighed: Weighed, *, bare: bool) -> list[tuple[int, Truth]]:
    """A course fails as its modality; ECT also counts as used, as failed, and as failed on both sides."""
    kind, verdict = case.trial.kind, weighed.bare if bare else weighed.verdict
    failed = both(verdict.failed, weighed.in_episode)
    found: list[tuple[int, Truth]] = [(MODALITY_BITS[MODALITY[kind]], failed)]
    if kind == "ect":
        bilateral = both(failed, weighed.is_bilateral)
        found += [(ECT_USED, weighed.in_episode), (ECT_FAILED, failed), (ECT_BILATERAL, bilateral)]
    return found


# ------------------------------------------------------------------------------------------------- reading a sum

Number = tuple[float, float]


def numbers(total: Adds, legend: Legend) -> list[Number]:
    """For each count how many names it has surely, and at most."""
    width, mask = len(legend.names), (1 << len(legend.names)) - 1
    sure, possible = total.sure >> COUNTS_FROM, total.possible >> COUNTS_FROM
    if width and not legend.unnamed_bits:
        places = range(0, (ADDED + 1) * width, width)
        return [((sure >> at & mask).bit_count(), (possible >> at & mask).bit_count()) for at in places]
    found: list[Number] = []
    for _ in range(ADDED + 1):
        may = possible & mask
        if may & legend.unnamed_bits:
            found.append(_tally(sure & mask, may, legend).number)
        else:
            found.append(((sure & mask).bit_count(), may.bit_count()))
        sure >>= width
        possible >>= width
    return found


Classes = tuple[frozenset[str], tuple[frozenset[str], ...], bool]


def classes_of(total: Adds, legend: Legend) -> Classes:
    """The classes that surely failed, every set that may have, and whether an agent without a name surely failed."""
    mask = (1 << len(legend.names)) - 1
    may = (total.possible >> COUNTS_FROM) & mask
    if may & legend.unnamed_bits:
        return _tally((total.sure >> COUNTS_FROM) & mask, may, legend).classes
    return _classes_in(total.sure & _ALL_CLASSES), (_classes_in(total.possible & _ALL_CLASSES),), False


def _tally(sure: int, possible: int, legend: Legend) -> Tally:
    """One count as names with their classes, and the agents without a name apart; the same for all its readings."""
    key = (sure, possible)
    if key not in legend.tallies:
        legend.tallies[key] = out = Tally()
        for place, name in enumerate(legend.names):
            bit = 1 << place
            if not possible & bit:
                continue
            if place in legend.unnamed:
                out.add_unnamed(legend.unnamed[place], is_sure=bool(sure & bit))
            else:
                out.add_named(name, legend.classes[place], is_sure=bool(sure & bit))
    return legend.tallies[key]


# ------------------------------------------------------------------------------------------------- augmentation


def use_of(case: Case, weighed: Weighed, cases: Sequence[Case], *, bare: bool) -> tuple[Truth, Truth]:
    """Whether an augmentation was surely, and possibly, used adequately in this episode.

    Sure only where adherence or a level proves the use: the item asks for use, so nothing else stands for it.
    """
    adequate = weighed.bare.adequate if bare else weighed.verdict.adequate
    if weighed.is_asked_about and adequate is False:
        adequate = None
    used = all_of(adequate, weighed.in_episode, _partner_dose(case, cases))
    return (used if weighed.is_use_proven else both(used, None)), used


def _partner_dose(case: Case, cases: Sequence[Case]) -> Truth:
    """For a combination of two antidepressants: whether the other one was at its own minimum dose."""
    if not case.is_combined:
        return True
    if case.trial.added_to is None:
        return None
    name = slug(case.trial.added_to)
    others = [other for other in cases if other.need.molecule is None or other.need.molecule != case.need.molecule]
    doses = [other.weighed.dose_ok for other in others if other is not case and _is_called(other, name)]
    return any_of(*doses) if doses else None


def _is_called(case: Case, name: str) -> bool:
    return name in {case.need.molecule, slug(case.need.name)} or name == slug(case.trial.agent or "")
