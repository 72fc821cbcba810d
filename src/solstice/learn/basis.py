"""The columns a model sees of a person: values, curves, gaps and, where wanted, products of two characteristics.

Every kind of column is closed under a change of centre and scale (`lift`), so that statistics gathered with one
standardisation can be moved exactly to another. That is what makes a merge of clinics equal to pooling their rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Kind = Literal["value", "missing", "square", "hinge", "product"]
KINDS: tuple[Kind, ...] = ("value", "missing", "square", "hinge", "product")
BasisName = Literal["linear", "curves", "products"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `of` names one characteristic (two for a product); `knot` is the bend of a hinge in own units."""

    kind: Kind
    of: tuple[str, ...]
    knot: float | None = None

    @property
    def key(self) -> tuple[int, tuple[str, ...], float]:
        return KINDS.index(self.kind), self.of, self.knot or 0.0

    @property
    def name(self) -> str:
        inner = "*".join(self.of) + (f">{self.knot:g}" if self.knot is not None else "")
        return inner if self.kind == "value" else f"{self.kind}({inner})"


class BasisMismatchError(Exception):
    """Two sets of statistics do not describe the same columns; gather them again with one shared spec."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Covariates with the centre and scale of their values, and the columns built from them; column 0 is constant."""

    covariates: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        return len(self.columns) + 1

    def index(self, column: Column) -> int | None:
        """Position of the column in the design, None where this basis lacks it."""
        try:
            return self.columns.index(column) + 1
        except ValueError:
            return None

    def design(self, x: Array) -> Array:
        """People (rows, NaN for unknown) as rows of columns; an unknown value counts as nothing but its own column."""
        place = {name: at for at, name in enumerate(self.covariates)}
        gap = np.isnan(x)
        z = np.where(gap, 0.0, (x - np.array(self.centre)) / np.array(self.scale))
        out = np.ones((len(x), self.width))
        for at, column in enumerate(self.columns, start=1):
            j = place[column.of[0]]
            match column.kind:
                case "value":
                    out[:, at] = z[:, j]
                case "missing":
                    out[:, at] = gap[:, j]
                case "square":
                    out[:, at] = z[:, j] ** 2
                case "hinge":
                    bend = np.maximum(x[:, j] - (column.knot or 0.0), 0.0) / self.scale[j]
                    out[:, at] = np.where(gap[:, j], 0.0, bend)
                case "product":
                    out[:, at] = z[:, j] * z[:, place[column.of[1]]]
        return out

    def shares(self) -> Array:
        """(covariates, width): which part of each column belongs to which characteristic; a product is halved."""
        out = np.zeros((len(self.covariates), self.width))
        for at, column in enumerate(self.columns, start=1):
            for name in column.of:
                out[self.covariates.index(name), at] += 1 / len(column.of)
        return out

    def to_json(self) -> dict[str, Any]:
        return {
            "covariates": list(self.covariates),
            "centre": list(self.centre),
            "scale": list(self.scale),
            "columns": [{"kind": one.kind, "of": list(one.of), "knot": one.knot} for one in self.columns],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Basis":
        columns = tuple(Column(one["kind"], tuple(one["of"]), one["knot"]) for one in data["columns"])
        return cls(tuple(data["covariates"]), tuple(data["centre"]), tuple(data["scale"]), columns)


def choose_basis(
    x: Array, covariates: Sequence[str], kind: BasisName, knots: Mapping[str, Sequence[float]] | None = None
) -> Basis:
    """The columns for these rows: squares of what takes more than two values, a gap column where a value is unknown.

    Products leave out characteristics with gaps, whose products could not be moved to another centre exactly.
    """
    order = sorted(range(len(covariates)), key=lambda j: covariates[j])
    names, x = tuple(covariates[j] for j in order), x[:, order]
    gaps = {name for name, column in zip(names, x.T, strict=True) if np.isnan(column).any()}
    two_valued = {name for name, column in zip(names, x.T, strict=True) if is_two_valued(column)}
    columns = [Column("value", (name,)) for name in names] + [Column("missing", (name,)) for name in gaps]
    if kind != "linear":
        columns += [Column("square", (name,)) for name in names if name not in two_valued]
        columns += [Column("hinge", (name,), knot) for name, many in (knots or {}).items() for knot in many]
    if kind == "products":
        whole = [name for name in names if name not in gaps]
        columns += [Column("product", (a, b)) for i, a in enumerate(whole) for b in whole[i + 1 :]]
    known = np.where(np.isnan(x), 0.0, 1.0)
    count = np.maximum(known.sum(axis=0), 1.0)
    centre = np.nansum(x, axis=0) / count
    spread = np.sqrt(np.nansum((x - centre) ** 2, axis=0) / count)
    scale = np.where(spread > 1e-12 * np.maximum(np.abs(centre), 1.0), spread, 1.0)
    return Basis(
        names, tuple(map(float, centre)), tuple(map(float, scale)), tuple(sorted(columns, key=lambda c: c.key))
    )


def is_two_valued(column: Array) -> bool:
    """Whether only 0 and 1 occur (gaps aside), so that the square says nothing new."""
    known = column[~np.isnan(column)]
    return bool(np.isin(known, (0.0, 1.0)).all())


def union(first: Basis, second: Basis) -> Basis:
    """The columns of both, with the centre and scale of the first. Refuses different covariates or knots."""
    if first.covariates != second.covariates:
        only = sorted(set(first.covariates) ^ set(second.covariates))
        raise BasisMismatchError(f"the covariates differ ({', '.join(only)} in one only)")
    for kind in ("hinge", "product"):
        a, b = ({one for one in basis.columns if one.kind == kind} for basis in (first, second))
        if a != b:
            raise BasisMismatchError(f"the {kind} columns differ ({len(a)} and {len(b)})")
    columns = sorted({*first.columns, *second.columns}, key=lambda column: column.key)
    return Basis(first.covariates, first.centre, first.scale, tuple(columns))


def lift(old: Basis, new: Basis) -> Array:
    """The matrix A with `new.design(x) = old.design(x) @ A.T` for every person the old basis describes."""
    out = np.zeros((new.width, old.width))
    out[0, 0] = 1.0
    moves = {name: _Move(old, new, at) for at, name in enumerate(old.covariates)}
    for at, column in enumerate(new.columns, start=1):
        move = moves[column.of[0]]
        match column.kind:
            case "value":
                out[at] = move.value()
            case "missing":
                out[at] = move.gap
            case "square":
                out[at] = move.square()
            case "hinge":
                out[at, _known(old, column)] = move.ratio
            case "product":
                other = moves[column.of[1]]
                out[at, _known(old, column)] = move.ratio * other.ratio
                out[at] += move.shift * other.ratio * other.z + other.shift * move.ratio * move.z
                out[at, 0] += move.shift * other.shift
    return out


def _known(basis: Basis, column: Column) -> int:
    at = basis.index(column)
    if at is None:
        raise BasisMismatchError(f"the column {column.name} is missing")
    return at


class _Move:
    """How one characteristic's columns in the new standardisation follow from those in the old."""

    def __init__(self, old: Basis, new: Basis, at: int) -> None:
        name = old.covariates[at]
        self.ratio = old.scale[at] / new.scale[at]
        self.shift = (old.centre[at] - new.centre[at]) / new.scale[at]
        self.z, self.gap, self.known = np.zeros(old.width), np.zeros(old.width), np.zeros(old.width)
        self.z[_known(old, Column("value", (name,)))] = 1.0
        if (gap := old.index(Column("missing", (name,)))) is not None:
            self.gap[gap] = 1.0
        self.known[0] = 1.0
        self.known -= self.gap
        self.z2 = np.zeros(old.width)
        if (square := old.index(Column("square", (name,)))) is not None:
            self.z2[square] = 1.0
        else:  # only 0 and 1 were seen, so x² = x
            c, s = old.centre[at], old.scale[at]
            self.z2 = ((1 - 2 * c) * s * self.z + (c - c * c) * self.known) / s**2

    def value(self) -> Array:
        return self.ratio * self.z + self.shift * self.known

    def square(self) -> Array:
        return self.ratio**2 * self.z2 + 2 * self.ratio * self.shift * self.z + self.shift**2 * self.known
