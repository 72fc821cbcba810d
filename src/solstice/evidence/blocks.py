"""Sampling covariances within studies, each block turned once into its own axes, where it is diagonal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """k effects of m studies, sorted by study.

    `order` (k) sorts the caller's rows; `starts` and `sizes` (m) bound the studies. In the axes of each study's block
    the sampling covariance is diagonal with `spread` (k), the vector of ones becomes `ones` (k). `batches` holds, for
    each size n of study with correlated effects, the row numbers (b × n) and the axes (b × n × n, eigenvectors in
    columns).
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    sizes: NDArray[np.intp]
    spread: Vector
    ones: Vector
    batches: tuple[tuple[NDArray[np.intp], Matrix], ...]
    variances: Vector
    rho: float
    is_separable: bool

    def rotate(self, columns: Matrix) -> Matrix:
        """Columns (k × c, sorted) in the axes of their studies."""
        turned = columns.copy()
        for rows, axes in self.batches:
            turned[rows] = np.einsum("bij,bic->bjc", axes, columns[rows])
        return turned

    def per_study(self, values: Matrix) -> Matrix:
        """Sums within studies: k (× c) → m (× c)."""
        return np.add.reduceat(values, self.starts, axis=0)

    def per_row(self, values: Matrix) -> Matrix:
        """A study's value for each of its rows: m (× c) → k (× c)."""
        return np.repeat(values, self.sizes, axis=0)

    def members(self) -> tuple[NDArray[np.intp], ...]:
        """For each size of study, the row numbers (b × n) of the studies of that size."""
        return tuple(
            self.starts[self.sizes == n, None] + np.arange(n, dtype=np.intp)[None, :] for n in np.unique(self.sizes)
        )


def blocks(studies: Sequence[str], v: Vector, *, rho: float = 0.0, smooth: bool = False) -> Blocks:
    """Sort rows by study and diagonalise each study's block: variances `v` on it, correlation `rho` off it.

    `smooth` takes one variance, the study's mean, for all its rows (as metapsyTools' CHE does). Raises ValueError
    where rho is outside 0 ≤ rho < 1. Source: Pustejovsky and Tipton 2022 (constant sampling correlation).
    """
    if not 0 <= rho < 1:
        raise ValueError(f"the correlation within studies is {rho}; right is 0 or more and below 1")
    names, codes = np.unique(np.asarray(studies), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=len(names)).astype(np.intp)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
    variances = np.asarray(v, dtype=np.float64)[order]
    if smooth:
        variances = np.repeat(np.add.reduceat(variances, starts) / sizes, sizes)
    spread, ones, batches = variances.copy(), np.ones(len(variances)), []
    if rho > 0:
        for n in np.unique(sizes[sizes > 1]):
            rows = starts[sizes == n, None] + np.arange(n, dtype=np.intp)[None, :]
            values, axes = np.linalg.eigh(constant_correlation(variances[rows], rho))
            spread[rows], ones[rows] = values, axes.sum(axis=1)
            batches.append((rows, axes))
    return Blocks(order, starts, sizes, spread, ones, tuple(batches), variances, rho, bool((sizes > 1).any()))


def constant_correlation(variances: Matrix, rho: float) -> Matrix:
    """Covariances (b × n × n) with the given variances (b × n) and one correlation."""
    sd = np.sqrt(variances)
    n = variances.shape[1]
    return (rho + (1 - rho) * np.eye(n)) * sd[:, :, None] * sd[:, None, :]
