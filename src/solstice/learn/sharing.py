"""Sums that may leave a clinic: no person's row, no small cell, noise where wanted, signed and chained.

A file carries its own hash, the hash of the export before it, and an Ed25519 signature over the hash. Merging refuses a
changed file, a file of another shape, the same outcomes twice, and an export together with its newer one.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from solstice.content.read import ContentError, Document, Fault, Frozen, validate
from solstice.kernel import Refusal
from solstice.learn.basis import Array, Basis, BasisMismatchError
from solstice.learn.statistics import Statistics, is_zero_one, pool
from solstice.learn.stored import StatisticsShape, read_json, statistics_from, statistics_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
SAME_COLUMNS = "export both with the same covariates and options"
SMALLEST_CELL = 10
SMALLEST_PAIR = 3
"""Fewest people behind a treatment and behind a yes or no within it; fewest who share two rare answers."""
WRITTEN = "use the file as `solstice learn export` or `merge` wrote it"
HEX64 = r"^[0-9a-f]{64}$"


class NoiseShape(Frozen):
    """The Gaussian mechanism: one person more or less is hidden with this budget."""

    epsilon: float = Field(gt=0, le=1)
    delta: float = Field(gt=0, lt=1)
    norm: float = Field(gt=0, description="each person's row was shrunk to at most this length")
    sd: float = Field(gt=0, description="of the noise on each sum")


class SharedShape(Frozen):
    """Format learn-statistics/1: written by `solstice learn export` and `solstice learn merge`."""

    solstice: Literal["learn-statistics/1"]
    statistics: StatisticsShape
    smallest_cell: int = Field(ge=1)
    noise: NoiseShape | None
    sources: tuple[str, ...] = Field(description="hashes of the exports in it; empty in an export itself")
    replaced: tuple[str, ...] = Field(description="hashes of the exports that those in it replace")
    previous: str | None = Field(pattern=HEX64, description="hash of this clinic's export before")
    hash: str = Field(pattern=HEX64)
    public_key: str = Field(pattern=HEX64)
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")


@dataclass(frozen=True, slots=True)
class SharedFile:
    path: str
    shape: SharedShape
    statistics: Statistics

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(self.shape.sources or (self.shape.hash,))

    @property
    def replaced(self) -> frozenset[str]:
        return frozenset((*self.shape.replaced, *((self.shape.previous,) if self.shape.previous else ())))


@dataclass(frozen=True, slots=True)
class Budget:
    """A privacy budget: `epsilon` in (0, 1], `delta` well below 1 / people; `norm` bounds one person's row."""

    epsilon: float
    delta: float
    norm: float

    @property
    def sd(self) -> float:
        """Source: Dwork and Roth 2014, theorem A.1; a row v adds v vᵀ, whose length is at most norm²."""
        return self.norm**2 * math.sqrt(2 * math.log(1.25 / self.delta)) / self.epsilon


def small_cells(statistics: Statistics, smallest: int = SMALLEST_CELL) -> tuple[Refusal, ...]:
    """Every cell that could point to somebody: a treatment, a yes or no within it, two answers together."""
    out = []
    flags = _flags(statistics)
    for treatment, moment in zip(statistics.treatments, statistics.moments, strict=True):
        n = moment[0, 0]
        if n < smallest - 0.5:
            out.append(Refusal("small_treatment", f"{treatment} has {n:.0f} outcomes; fewer than {smallest}"))
            continue
        yes = {name: row @ moment[0, :-1] for name, row in flags.items()}
        for name, count in yes.items():
            for answer, cell in (("with", count), ("without", n - count)):
                if 0.5 < cell < smallest - 0.5:
                    text = f"{treatment} has {cell:.0f} people {answer} {name}; fewer than {smallest}"
                    out.append(Refusal("small_answer", text))
        names = sorted(name for name in flags if not name.startswith("missing("))
        for at, a in enumerate(names):
            for b in names[at + 1 :]:
                both = flags[a] @ moment[:-1, :-1] @ flags[b]
                if 0.5 < both < SMALLEST_PAIR - 0.5:
                    text = f"{treatment} has {both:.0f} people with both {a} and {b}; fewer than {SMALLEST_PAIR}"
                    out.append(Refusal("small_pair", text))
    return tuple(out)


def _flags(statistics: Statistics) -> dict[str, Array]:
    """Characteristics of two values (and gaps) as combinations of columns that count the people who have them."""
    basis, out = statistics.basis, {}
    squares = {column.of[0] for column in basis.columns if column.kind == "square"}
    gaps = {column.of[0]: at for at, column in enumerate(basis.columns, 1) if column.kind == "missing"}
    for at, column in enumerate(basis.columns, start=1):
        row = np.zeros(basis.width)
        if column.kind == "missing":
            row[at] = 1.0
            out[column.name] = row
        elif column.kind == "value" and column.of[0] not in squares and is_zero_one(statistics, column.of[0]):
            place = basis.covariates.index(column.of[0])
            row[at], row[0] = basis.scale[place], basis.centre[place]
            if column.of[0] in gaps:
                row[gaps[column.of[0]]] = -basis.centre[place]
            out[column.name] = row
    return out


def without_covariates(statistics: Statistics, dropped: set[str]) -> Statistics:
    """The statistics with every column of these characteristics left out."""
    basis = statistics.basis
    kept = [at for at, column in enumerate(basis.columns, 1) if not set(column.of) & dropped]
    places = [at for at, name in enumerate(basis.covariates) if name not in dropped]
    smaller = Basis(
        tuple(basis.covariates[at] for at in places),
        tuple(basis.centre[at] for at in places),
        tuple(basis.scale[at] for at in places),
        tuple(basis.columns[at - 1] for at in kept),
    )
    keep = [0, *kept, basis.width]
    return Statistics(smaller, statistics.treatments, statistics.moments[:, keep][:, :, keep])


def noisy(rows: Array, budget: Budget, rng: np.random.Generator) -> Array:
    """The sum of v vᵀ over rows v shrunk to the norm, plus symmetric noise; the nearest sums that could be real."""
    held = shrunk(rows, budget.norm)
    return with_noise(held.T @ held, budget, rng)


def shrunk(rows: Array, norm: float) -> Array:
    """Rows longer than the norm brought to that length, so that one person adds at most norm² to any sum."""
    length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    held: Array = rows * np.minimum(1.0, norm / length)
    return held


def with_noise(sums: Array, budget: Budget, rng: np.random.Generator) -> Array:
    """Sums over shrunk rows plus symmetric noise, moved to the nearest sums that could be real."""
    width = len(sums)
    noise = np.triu(rng.normal(0.0, budget.sd, (width, width)))
    total = sums + noise + np.triu(noise, 1).T
    values, vectors = np.linalg.eigh(total)
    out: Array = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return out


def sealed(
    statistics: Statistics,
    key: "Ed25519PrivateKey",
    *,
    smallest: int = SMALLEST_CELL,
    noise: Budget | None = None,
    previous: str | None = None,
    merged: Sequence[SharedFile] = (),
) -> dict[str, Any]:
    """The file as plain data, with hash and signature."""
    body: dict[str, Any] = {
        "solstice": "learn-statistics/1",
        "smallest_cell": smallest,
        "noise": None
        if noise is None
        else {"epsilon": noise.epsilon, "delta": noise.delta, "norm": noise.norm, "sd": noise.sd},
        "sources": sorted({source for one in merged for source in one.sources}),
        "replaced": sorted({source for one in merged for source in one.replaced}),
        "previous": previous,
        "statistics": statistics_json(statistics),
    }
    digest = _digest(body)
    return body | {
        "hash": digest.hex(),
        "public_key": key.public_key().public_bytes_raw().hex(),
        "signature": key.sign(digest).hex(),
    }


def _digest(body: Mapping[str, Any]) -> bytes:
    plain = {name: value for name, value in body.items() if name not in {"hash", "public_key", "signature"}}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).digest()


def read_shared(path: Path, trusted: Sequence[str] = ()) -> SharedFile:
    """Read and check one file. Raises ContentError for a changed file, a wrong signature or an unknown signer."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - loaded only where files are shared
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    document = read_json(path, "learn-statistics/1", WRITTEN)
    shape = validate(document, SharedShape)
    digest = _digest(document.data)
    if digest.hex() != shape.hash:
        raise ContentError([_fault(document, "hash", "the file was changed after it was written")])
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(shape.public_key)).verify(
            bytes.fromhex(shape.signature), digest
        )
    except (InvalidSignature, ValueError):
        raise ContentError([_fault(document, "signature", "the signature does not fit the file")]) from None
    if trusted and shape.public_key not in trusted:
        what, line = "signed by a key you do not trust", document.line_of(("public_key",))
        raise ContentError([Fault(str(path), line, what, "ask the clinic for its public key")])
    return SharedFile(str(path), shape, statistics_from(shape.statistics, document, ("statistics",)))


def _fault(document: Document, key: str, what: str) -> Fault:
    return Fault(document.path, document.line_of((key,)), what, WRITTEN)


def merge(files: Sequence[SharedFile]) -> Statistics:
    """The statistics of all clinics together. Raises ContentError where a file may not be added."""
    faults: list[Fault] = []
    for at, one in enumerate(files):
        for other in files[:at]:
            if one.sources & other.sources:
                what = f"it holds outcomes that {other.path} holds as well"
                faults.append(Fault(one.path, 1, what, "count each export once"))
            elif one.sources & other.replaced or other.sources & one.replaced:
                what = f"one of it and {other.path} is the newer export of the same clinic"
                faults.append(Fault(one.path, 1, what, "keep the newer one only"))
        try:
            pool([files[0].statistics, one.statistics])
        except BasisMismatchError as error:
            faults.append(Fault(one.path, 1, f"{error}, so it has another shape than {files[0].path}", SAME_COLUMNS))
    if faults:
        raise ContentError(faults)
    return pool([one.statistics for one in files])
