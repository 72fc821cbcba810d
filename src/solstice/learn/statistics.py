"""What a model needs of a clinic's outcomes, and all it needs: sums of products per treatment, no person's row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solstice.learn.basis import Array, Basis, BasisMismatchError, Column, choose_basis, lift, union
from solstice.learn.table import Outcomes


@dataclass(frozen=True, slots=True)
class Statistics:
    """For each treatment (sorted by id) the sum over its people of v vᵀ; v is the design row, the outcome last."""

    basis: Basis
    treatments: tuple[str, ...]
    moments: Array

    @property
    def counts(self) -> Array:
        return self.moments[:, 0, 0]

    @property
    def n(self) -> float:
        return float(self.counts.sum())


def gather(outcomes: Outcomes, basis: Basis | None = None) -> Statistics:
    """Sum the rows; without a basis, values and curves of these rows' own standardisation."""
    basis = basis or choose_basis(outcomes.x, outcomes.covariates, "curves")
    columns = [outcomes.covariates.index(name) for name in basis.covariates]
    design = basis.design(outcomes.x[:, columns])
    rows = np.column_stack([design, outcomes.outcome])
    treatments = tuple(sorted(set(outcomes.treatment)))
    given = np.array(outcomes.treatment)
    moments = np.empty((len(treatments), rows.shape[1], rows.shape[1]))
    for at, treatment in enumerate(treatments):
        part = rows[given == treatment]
        moments[at] = part.T @ part
    return Statistics(basis, treatments, moments)


def move(statistics: Statistics, basis: Basis) -> Statistics:
    """The same people's statistics in another standardisation, exactly."""
    change = lift(statistics.basis, basis)
    whole = np.zeros((change.shape[0] + 1, change.shape[1] + 1))
    whole[:-1, :-1], whole[-1, -1] = change, 1.0
    return Statistics(basis, statistics.treatments, whole @ statistics.moments @ whole.T)


def pool(parts: Sequence[Statistics]) -> Statistics:
    """The statistics of all people together, in the standardisation of all of them.

    Equal to gathering the pooled rows to rounding, whatever the order. Raises BasisMismatchError for another shape.
    """
    total = parts[0]
    for part in parts[1:]:
        _check_squares(total, part)
        total = standardised(move(total, union(total.basis, part.basis)))
        other = move(part, total.basis)
        treatments = tuple(sorted({*total.treatments, *other.treatments}))
        moments = np.zeros((len(treatments), *total.moments.shape[1:]))
        for one in (total, other):
            for treatment, moment in zip(one.treatments, one.moments, strict=True):
                moments[treatments.index(treatment)] += moment
        total = Statistics(total.basis, treatments, moments)
    return standardised(total)


def _check_squares(first: Statistics, second: Statistics) -> None:
    """A square that one side lacks can be told from the value only where there were zeros and ones."""
    squares = [{column.of[0] for column in one.basis.columns if column.kind == "square"} for one in (first, second)]
    for one, lacking in ((first, squares[1] - squares[0]), (second, squares[0] - squares[1])):
        for name in sorted(lacking & set(one.basis.covariates)):
            if not is_zero_one(one, name):
                raise BasisMismatchError(f"the square of {name} is in one only")


def is_zero_one(statistics: Statistics, covariate: str) -> bool:
    """Whether x² = x over all people, which only zeros and ones do."""
    basis, total = statistics.basis, statistics.moments.sum(axis=0)
    place = basis.covariates.index(covariate)
    value, gap = basis.index(Column("value", (covariate,))), basis.index(Column("missing", (covariate,)))
    c, s = basis.centre[place], basis.scale[place]
    known = total[0, 0] - (total[0, gap] if gap is not None else 0.0)
    first = s * total[0, value] + c * known
    second = s * s * total[value, value] + 2 * c * s * total[0, value] + c * c * known
    return bool(abs(second - first) <= 1e-6 * max(abs(first), 1.0))


def standardised(statistics: Statistics) -> Statistics:
    """The same statistics with each characteristic centred and scaled over all people whose value is known."""
    basis, total = statistics.basis, statistics.moments.sum(axis=0)
    centre, scale = [], []
    for at, name in enumerate(basis.covariates):
        value = next(i for i, c in enumerate(basis.columns, 1) if c.kind == "value" and c.of == (name,))
        gap = next((i for i, c in enumerate(basis.columns, 1) if c.kind == "missing" and c.of == (name,)), None)
        known = total[0, 0] - (total[0, gap] if gap is not None else 0.0)
        mean = total[0, value] / known if known > 0 else 0.0
        variance = max(total[value, value] / known - mean**2, 0.0) if known > 0 else 0.0
        centre.append(basis.centre[at] + basis.scale[at] * mean)
        scale.append(basis.scale[at] * (float(np.sqrt(variance)) if variance > 1e-20 else 1.0))
    return move(statistics, Basis(basis.covariates, tuple(map(float, centre)), tuple(map(float, scale)), basis.columns))
