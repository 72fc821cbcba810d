"""Whether a count has no known upper end, because nobody knows how many agents without a name were taken."""

from collections.abc import Callable, Iterable

from solstice.ledger.tally import Case, Marks
from solstice.ledger.truth import Truth
from solstice.person import span_of


def is_open_ended(cases: Iterable[Case], counts: Callable[[Marks], Truth]) -> bool:
    """Whether some of those agents may count, by the presumptions or without them."""
    return any(
        counts(case.marks) is not False or counts(case.bare_marks) is not False
        for case in cases
        if _has_no_number(case)
    )


def is_lifetime_open(cases: Iterable[Case]) -> bool:
    """The same for failed adequate trials in whatever episode."""
    return any(case.weighed.verdict.failed is not False for case in cases if _has_no_number(case))


def _has_no_number(case: Case) -> bool:
    return case.is_unnamed and case.trial.count is not None and span_of(case.trial.count).high > case.need.members
