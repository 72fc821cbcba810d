"""Sums over outcomes that come in small heaps: one pass, memory that does not grow with them, no row kept.

Rows with every characteristic known and rows with a gap are summed apart, so that a gap which only a few people have
can be left out of what is shared without a second pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from solstice.kernel import Refusal
from solstice.learn.basis import Array, Basis
from solstice.learn.sharing import SMALLEST_CELL, Budget, shrunk, small_cells, with_noise
from solstice.learn.spec import Spec, SpecCovariate, basis_of
from solstice.learn.statistics import Statistics

HEAP = 512
"""Rows worked out at once."""
CLINIC_SPEC = Spec(
    solstice="learn-spec/1",
    covariates=(
        SpecCovariate(id="age", centre=45.0, scale=15.0, may_be_unknown=True),
        SpecCovariate(id="female", centre=0.5, scale=0.5, two_valued=True, may_be_unknown=True),
        SpecCovariate(id="phq-9", centre=15.0, scale=6.0),
    ),
)
"""What every clinic that runs Solstice knows of an outcome: typical values, set beforehand and never from the data."""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome in SD units (higher is better); what is absent from `x` or None is unknown."""

    treatment: str
    outcome: float
    x: Mapping[str, float | None]


class Running:
    """Sums so far; `norm` shrinks each row beforehand, for sums that get noise."""

    def __init__(self, spec: Spec = CLINIC_SPEC, *, norm: float | None = None) -> None:
        self.basis: Basis = basis_of(spec, curves=norm is None)
        self.norm = norm
        self._sums: dict[tuple[str, bool], Array] = {}

    def add_all(self, rows: Iterable[OutcomeRow], heap: int = HEAP) -> "Running":
        """Take in every row, a heap at a time."""
        walk = iter(rows)
        while some := list(islice(walk, heap)):
            self.add(some)
        return self

    def add(self, rows: Sequence[OutcomeRow]) -> None:
        """Take in one heap of rows."""
        unknown = [[row.x.get(name) for name in self.basis.covariates] for row in rows]
        x = np.array([[np.nan if value is None else float(value) for value in row] for row in unknown], dtype=float)
        v = np.column_stack([self.basis.design(x), [row.outcome for row in rows]])
        if self.norm is not None:
            v = shrunk(v, self.norm)
        has_gap = np.isnan(x).any(axis=1)
        given = np.array([row.treatment for row in rows])
        for treatment in set(given.tolist()):
            for gap in (False, True):
                part = v[(given == treatment) & (has_gap == gap)]
                if len(part):
                    before = self._sums.get((treatment, gap))
                    self._sums[treatment, gap] = part.T @ part if before is None else before + part.T @ part

    @property
    def treatments(self) -> tuple[str, ...]:
        return tuple(sorted({treatment for treatment, _ in self._sums}))

    def statistics(self) -> Statistics:
        """The sums over every row. Raises ValueError where there was none."""
        if not self._sums:
            raise ValueError("no outcomes to sum")
        return self._of(dict.fromkeys(self.treatments, (False, True)))

    def _of(self, wanted: Mapping[str, tuple[bool, ...]]) -> Statistics:
        width = self.basis.width + 1
        moments = np.zeros((len(wanted), width, width))
        for at, (treatment, gaps) in enumerate(sorted(wanted.items())):
            for gap in gaps:
                moments[at] += self._sums.get((treatment, gap), 0.0)
        return Statistics(self.basis, tuple(sorted(wanted)), moments)

    def shareable(self, smallest: int = SMALLEST_CELL) -> tuple[Statistics | None, tuple[Refusal, ...]]:
        """What may leave without noise, and each treatment or gap left out with the reason; None: nothing may leave.

        A treatment goes with its gaps where that leaves no small cell, else without them, else not at all.
        """
        kept: dict[str, tuple[bool, ...]] = {}
        left: list[Refusal] = []
        for treatment in self.treatments:
            whole, known = (small_cells(self._of({treatment: gaps}), smallest) for gaps in ((False, True), (False,)))
            if not whole:
                kept[treatment] = (False, True)
            elif not known and (treatment, False) in self._sums:
                kept[treatment] = (False,)
                left.append(Refusal("small_gap", f"{whole[0].text}: those people are left out"))
            else:
                left += known or whole
        return (self._of(kept) if kept else None), tuple(left)

    def noised(self, budget: Budget, rng: np.random.Generator) -> Statistics:
        """The sums of all rows with noise for the budget whose norm the rows were shrunk to."""
        plain = self.statistics()
        moments = np.stack([with_noise(moment, budget, rng) for moment in plain.moments])
        return Statistics(self.basis, plain.treatments, moments)


def budget_for(epsilon: float, delta: float, spec: Spec = CLINIC_SPEC) -> Budget:
    """The budget with the norm that the columns of the spec ask for."""
    return Budget(epsilon, delta, norm=float(np.sqrt(basis_of(spec, curves=False).width + 1)))


def without_curves(statistics: Statistics) -> Statistics:
    """Values and gaps only, for merging with sums that have no curves."""
    basis = statistics.basis
    kept = [at for at, column in enumerate(basis.columns, 1) if column.kind in {"value", "missing"}]
    smaller = Basis(basis.covariates, basis.centre, basis.scale, tuple(basis.columns[at - 1] for at in kept))
    keep = [0, *kept, basis.width]
    return Statistics(smaller, statistics.treatments, statistics.moments[:, keep][:, :, keep])
