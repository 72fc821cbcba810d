"""Cluster-robust covariance with the small-sample correction CR2 and Satterthwaite degrees of freedom."""

from dataclasses import dataclass

import numpy as np

from solstice.evidence.blocks import Blocks, Matrix, Vector, constant_correlation
from solstice.evidence.likelihood import Point
from solstice.evidence.linear import solution

SMALL = 1e-12


@dataclass(frozen=True, slots=True)
class Robust:
    """`covariance` (p × p) of the coefficients, with the SE and degrees of freedom of each."""

    covariance: Matrix
    se: tuple[float, ...]
    df: tuple[float, ...]


def cr2(shape: Blocks, x: Matrix, y: Vector, point: Point) -> Robust:
    """Studies as clusters, the fitted model as working model. `x` (k × p) and `y` (k) sorted by study, not turned.

    Source: Pustejovsky and Tipton 2018, equations 5 to 12 (weights are the inverse of the working covariance).
    """
    residual = y - x @ point.beta
    m, p = len(shape.sizes), x.shape[1]
    scores, curvature = np.empty((m, p)), np.empty((m, p))
    loadings = np.empty((m, p, p))
    for rows in shape.members():
        study = np.searchsorted(shape.starts, rows[:, 0])
        working = constant_correlation(shape.variances[rows], shape.rho) + point.between
        working += point.within * np.eye(rows.shape[1])
        weighted_x = solution(working, x[rows])
        adjusted = _adjust(working, x[rows], point.covariance, weighted_x)
        scores[study] = np.einsum("bnp,bn->bp", adjusted, residual[rows])
        along = adjusted @ point.covariance
        curvature[study] = np.einsum("bnc,bnr,brc->bc", along, working, along)
        loadings[study] = np.einsum("bnq,bnc->bqc", x[rows], along)
    covariance = point.covariance @ (scores.T @ scores) @ point.covariance
    df = tuple(_satterthwaite(curvature[:, c], loadings[:, :, c], point.covariance) for c in range(p))
    return Robust(covariance, tuple(float(value) for value in np.sqrt(np.diag(covariance))), df)


def _adjust(working: Matrix, x: Matrix, covariance: Matrix, weighted_x: Matrix) -> Matrix:
    """A'Σ⁻¹X for each study (b × n × p), A the adjustment that makes the variance exact if the working model holds."""
    upper = np.linalg.cholesky(working).transpose(0, 2, 1)
    inner = working - x @ covariance @ x.transpose(0, 2, 1)
    values, axes = np.linalg.eigh(upper @ inner @ upper.transpose(0, 2, 1))
    floor = SMALL * np.maximum(values[:, -1:], SMALL)
    roots = np.where(values > floor, 1 / np.sqrt(np.maximum(values, floor)), 0.0)
    middle = (axes * roots[:, None, :]) @ axes.transpose(0, 2, 1)
    adjusted: Matrix = upper.transpose(0, 2, 1) @ (middle @ (upper @ weighted_x))
    return adjusted


def _satterthwaite(curvature: Vector, loadings: Matrix, covariance: Matrix) -> float:
    """(Σ Gᵢᵢ)² / ΣΣ Gᵢⱼ² for Gᵢⱼ = δᵢⱼ aᵢ'Σᵢaᵢ − uᵢ'Muⱼ, without forming G."""
    own = np.einsum("bq,qr,br->b", loadings, covariance, loadings)
    spread = (loadings.T @ loadings) @ covariance
    trace = float(curvature.sum() - own.sum())
    squares = float(curvature @ curvature - 2 * curvature @ own + np.trace(spread @ spread))
    return trace**2 / squares
