"""What the staging models count, gathered once from all trials in one reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from solstice.kernel import Span
from solstice.ledger import adds
from solstice.ledger.adds import Adds, Legend, adds_of, classes_in, legend_of, tally_of, union
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth, any_of

MODALITIES = ("medicines", "psychotherapy", "neuromodulation")


@dataclass(frozen=True, slots=True)
class Counted:
    """`failed_or_asked` and `failed_strict` leave room for agents that are asked about.

    `augmentation` is (surely used, possibly used); `augmentations` and `optimised` count agents and molecules.
    `modalities` are medicines, psychotherapy and neuromodulation: whether an adequate course failed.
    """

    failed: Span
    failed_or_asked: Span
    failed_strict: Span
    sure_classes: frozenset[str]
    possible_classes: tuple[frozenset[str], ...]
    has_unnamed: bool
    augmentation: tuple[Truth, Truth]
    augmentations: Span
    optimised: Span
    ect_used: Truth
    ect_failed: Truth
    bilateral_ect_failed: Truth
    little: Span
    register_started: Span
    register_failed: Span
    modalities: tuple[Truth, Truth, Truth]


@dataclass(frozen=True, slots=True)
class Sums:
    """What each trial adds, by `Case.index`, and all of them together."""

    legend: Legend
    each: tuple[Adds, ...]
    total: Adds


def sums_of(cases: Sequence[Case], legend: Legend, *, bare: bool) -> Sums:
    """Add up the trials; `bare` uses no presumption."""
    each = tuple([adds_of(case, case.weighed, cases, legend, bare=bare) for case in cases])
    return Sums(legend, each, union(each))


def count(cases: Sequence[Case], *, bare: bool) -> Counted:
    """Gather the counts; `bare` uses no presumption."""
    sums = sums_of(cases, legend_of(cases), bare=bare)
    return counted_of(sums.total, sums.legend)


def counted_of(total: Adds, legend: Legend) -> Counted:
    """The sums in words; a sum of agents of which some have no name is told by tallies."""
    spans = [Span(low, high) for low, high in zip(*numbers(total, legend.width), strict=True)]
    sure_classes, has_unnamed = classes_in(total.sure), False
    possible_classes: tuple[frozenset[str], ...] = (classes_in(total.possible),)
    if legend.unnamed:
        counted = tally_of(total, adds.COUNTED, legend)
        sure_classes, possible_classes = counted.sure_classes, tuple(counted.possible_class_sets())
        has_unnamed = bool(counted.unnamed_sure)
        for place in (adds.COUNTED, adds.ASKED, adds.STRICT, adds.LITTLE):
            spans[place] = tally_of(total, place, legend).count
    added, truth = spans[adds.ADDED], total.truth
    medicines = _is_some(spans[adds.COUNTED])
    first, second, third = [truth(bit) for bit in adds.MODALITY_BITS]
    return Counted(
        failed=spans[adds.COUNTED],
        failed_or_asked=spans[adds.ASKED],
        failed_strict=spans[adds.STRICT],
        sure_classes=sure_classes,
        possible_classes=possible_classes,
        has_unnamed=has_unnamed,
        augmentation=(_is_some(added), truth(adds.USED)),
        augmentations=added,
        optimised=spans[adds.OPTIMISED],
        ect_used=truth(adds.ECT_USED),
        ect_failed=truth(adds.ECT_FAILED),
        bilateral_ect_failed=truth(adds.ECT_BILATERAL),
        little=spans[adds.LITTLE],
        register_started=spans[adds.STARTED],
        register_failed=spans[adds.IN_VAIN],
        modalities=(any_of(medicines, first), second, third),
    )


def _is_some(number: Span) -> Truth:
    if number.low > 0:
        return True
    return None if number.high > 0 else False


def numbers(total: Adds, width: int) -> tuple[list[int], list[int]]:
    """How many names each count has surely, and at most; each count is `width` bits long."""
    sure, possible, mask = total.sure >> adds.COUNTS_FROM, total.possible >> adds.COUNTS_FROM, (1 << width) - 1
    low: list[int] = []
    high: list[int] = []
    for _ in range(adds.ADDED + 1):
        low.append((sure & mask).bit_count())
        high.append((possible & mask).bit_count())
        sure >>= width
        possible >>= width
    return low, high
