"""What the staging models count, gathered once from all trials in one reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from solstice.kernel import Span
from solstice.kernel.quick import quick
from solstice.ledger import adds
from solstice.ledger.adds import Adds, Classes, Legend, adds_of, classes_of, legend_of, numbers, union
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth, any_of

MODALITIES = ("medicines", "psychotherapy", "neuromodulation")


@quick
@dataclass(frozen=True, slots=True)
class Counted:
    """`failed_or_asked` and `failed_strict` leave room for agents that are asked about.

    `augmentation` is (surely used, possibly used); `augmentations` and `optimised` count agents and molecules.
    `modalities` are medicines, psychotherapy and neuromodulation: whether an adequate course failed.
    """

    failed: Span
    failed_or_asked: Span
    failed_strict: Span
    classes: Classes
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


@quick
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
    """The sums in words."""
    spans = [Span.between(low, high) for low, high in numbers(total, legend)]
    added, truth = spans[adds.ADDED], total.truth
    medicines = _is_some(spans[adds.COUNTED])
    first, second, third = [truth(bit) for bit in adds.MODALITY_BITS]
    return Counted(
        failed=spans[adds.COUNTED],
        failed_or_asked=spans[adds.ASKED],
        failed_strict=spans[adds.STRICT],
        classes=classes_of(total, legend),
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
