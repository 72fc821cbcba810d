"""The posterior as a file: summed products, evidence and the weighed settings, from which all else is rebuilt."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from solstice.content.read import ContentError, Document, Fault, Frozen, parse_json, validate
from solstice.learn.basis import Array, Basis
from solstice.learn.grid import Solver
from solstice.learn.model import Reading, Setting
from solstice.learn.overlap import Sensitivity
from solstice.learn.posterior import Posterior, evidence_of, frame_of
from solstice.learn.prior import Prior
from solstice.learn.statistics import Statistics

WEIGHTS_OFF = 1e-6
"""How far the weights of a posterior may be from 1 in all, by rounding."""


class ColumnShape(Frozen):
    kind: Literal["value", "missing", "square", "hinge", "product"]
    of: tuple[str, ...] = Field(min_length=1, max_length=2)
    knot: float | None


class BasisShape(Frozen):
    covariates: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    columns: tuple[ColumnShape, ...]


class StatisticsShape(Frozen):
    """For each treatment the upper triangle, row by row, of the sum of v vᵀ; v is 1, the columns, the outcome."""

    basis: BasisShape
    treatments: dict[str, tuple[float, ...]] = Field(min_length=1)


class SettingShape(Frozen):
    reading: Reading
    effect: float = Field(gt=0)
    moderator: float = Field(gt=0)
    curve: float = Field(ge=0)
    prognosis: float = Field(gt=0)
    prognosis_curve: float = Field(gt=0)
    log_prior: float
    weight: float = Field(ge=0, le=1)


class EffectShape(Frozen):
    mean: float = Field(description="against the plain mean of all treatments, at the average person, SD units")
    lower: float = Field(description="80 % interval")
    upper: float
    outcomes: float


class WarningShape(Frozen):
    code: str
    text: str


class SensitivityShape(Frozen):
    treatment: str
    model: float
    weighted: float
    se: float
    differs: bool


class PosteriorShape(Frozen):
    """Format posterior/1: written by `solstice learn fit`."""

    solstice: Literal["posterior/1"]
    shadow: bool = Field(description="fewer than 300 outcomes: shown, not used")
    outcomes: float
    readings: dict[str, float] = Field(description="how much each reading of the evidence counts")
    effects: dict[str, EffectShape]
    warnings: tuple[WarningShape, ...]
    sensitivity: tuple[SensitivityShape, ...] | None = Field(description="null where no rows were at hand")
    settings: tuple[SettingShape, ...] = Field(min_length=1)
    prior: Prior | None
    statistics: StatisticsShape


def statistics_json(statistics: Statistics) -> dict[str, Any]:
    """The sums as plain data; each number to the last bit."""
    upper = np.triu_indices(statistics.moments.shape[1])
    return {
        "basis": statistics.basis.to_json(),
        "treatments": {
            treatment: [float(value) for value in moment[upper]]
            for treatment, moment in zip(statistics.treatments, statistics.moments, strict=True)
        },
    }


def statistics_from(shape: StatisticsShape, document: Document, key: tuple[str | int, ...]) -> Statistics:
    """Rebuild the sums. Raises ContentError where their number does not fit the columns."""
    basis = Basis.from_json(shape.basis.model_dump())
    wrong = _why_not_a_basis(basis)
    width = basis.width + 1
    upper = np.triu_indices(width)
    if wrong:
        fault = Fault(document.path, document.line_of((*key, "basis")), wrong, "use the file as it was written")
        raise ContentError([fault])
    moments = np.zeros((len(shape.treatments), width, width))
    for at, treatment in enumerate(sorted(shape.treatments)):
        values = np.array(shape.treatments[treatment])
        if len(values) != len(upper[0]) or not np.isfinite(values).all():
            what = f"{treatment} has {len(values)} sums where the columns need {len(upper[0])}"
            raise ContentError([Fault(document.path, document.line_of(key), what, "use the file as it was written")])
        moments[at][upper] = values
        moments[at] = moments[at] + np.triu(moments[at], 1).T
        if not could_be_sums(moments[at]):
            what = f"the sums of {treatment} cannot come from outcomes of people"
            raise ContentError([Fault(document.path, document.line_of(key), what, "use the file as it was written")])
    return Statistics(basis, tuple(sorted(shape.treatments)), moments)


def could_be_sums(moment: Array) -> bool:
    """Whether these can be sums of v vᵀ: no square below nothing, no product larger than its squares allow."""
    squares = np.diag(moment)
    return bool((squares >= 0).all() and (moment**2 <= np.outer(squares, squares) * (1 + 1e-6) + 1e-9).all())


def _why_not_a_basis(basis: Basis) -> str | None:
    known = set(basis.covariates)
    values = {column.of[0] for column in basis.columns if column.kind == "value"}
    if len(basis.centre) != len(known) or len(basis.scale) != len(known) or min((*basis.scale, 1.0)) <= 0:
        return "the centres and scales do not fit the covariates"
    if values != known or any(not set(column.of) <= known for column in basis.columns):
        return "the columns do not fit the covariates"
    if list(basis.columns) != sorted(set(basis.columns), key=lambda column: column.key):
        return "the columns are not in order"
    return None


def posterior_json(posterior: Posterior, *, warned: Any = (), sensitivity: tuple[Sensitivity, ...] | None) -> Any:
    """The posterior as plain data of format posterior/1."""
    settings = [
        asdict(component.setting) | {"weight": float(weight)}
        for component, weight in zip(posterior.components, posterior.weights, strict=True)
    ]
    return {
        "solstice": "posterior/1",
        "shadow": posterior.shadow,
        "outcomes": posterior.n,
        "readings": posterior.reading_weights(),
        "effects": effects(posterior),
        "warnings": [{"code": one.code, "text": one.text} for one in warned],
        "sensitivity": None if sensitivity is None else [asdict(one) | {"differs": one.differs} for one in sensitivity],
        "settings": settings,
        "prior": None if posterior.prior is None else posterior.prior.model_dump(mode="json"),
        "statistics": statistics_json(posterior.statistics),
    }


def effects(posterior: Posterior) -> dict[str, dict[str, float]]:
    """Each treatment at the average person, against the mean of all."""
    average: Array = np.array([posterior.statistics.basis.centre])
    found = posterior.contrasts(average)
    counts = dict(zip(posterior.statistics.treatments, posterior.statistics.counts, strict=True))
    return {
        treatment: {
            "mean": float(found.mean[0, at]),
            "lower": float(found.lower[0, at]),
            "upper": float(found.upper[0, at]),
            "outcomes": float(counts.get(treatment, 0.0)),
        }
        for at, treatment in enumerate(found.treatments)
    }


def read_posterior(path: Path) -> Posterior:
    """Read POSTERIOR.json and rebuild each weighed setting. Raises ContentError with file:line."""
    document = read_json(path, "posterior/1", "name a file written by `solstice learn fit`")
    shape = validate(document, PosteriorShape)
    if abs(sum(one.weight for one in shape.settings) - 1) > WEIGHTS_OFF:
        line = document.line_of(("settings",))
        raise ContentError([Fault(str(path), line, "the weights do not add up to 1", "use the file as it was written")])
    statistics = statistics_from(shape.statistics, document, ("statistics",))
    named = set(shape.prior.treatments) if shape.prior is not None else set()
    treatments = tuple(sorted({*statistics.treatments, *named}))
    frame, data = frame_of(statistics, treatments)
    solver = Solver(data, frame.columns, evidence_of(shape.prior, statistics, treatments))
    settings = [Setting(**one.model_dump(exclude={"weight"})) for one in shape.settings]
    weights = np.array([one.weight for one in shape.settings])
    return Posterior(statistics, shape.prior, (frame, data), ([solver.solve(one) for one in settings], weights))


def read_json(path: Path, kind: str, right: str) -> Document:
    """Read a JSON object of this kind. Raises ContentError with file:line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise ContentError([Fault(str(path), 1, what, right)]) from None
    except UnicodeDecodeError:
        raise ContentError([Fault(str(path), 1, "the encoding is not known", right)]) from None
    document = parse_json(text, str(path))
    if not isinstance(document.data, dict):
        raise ContentError([Fault(str(path), 1, "this is not a JSON object", right)])
    said = document.data.get("solstice")
    if said != kind:
        what = f"'solstice' is {said!r}; right would be {kind!r}" if said else f"no `solstice: {kind}` in it"
        raise ContentError([Fault(str(path), document.line_of(("solstice",)), what, right)])
    return document


def keep_inputs(out: Path, *inputs: Path | None) -> None:
    """Refuse to write over what is read. Raises ContentError."""
    if any(one is not None and one.resolve() == out.resolve() for one in inputs):
        what = "the result would be written over what is read"
        raise ContentError([Fault(str(out), 1, what, "name another file with --out")])


def write_whole(path: Path, data: Mapping[str, Any] | str) -> None:
    """Write the file whole or not at all. Raises ContentError where the folder cannot be written."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    if path.is_dir():
        raise ContentError([Fault(str(path), 1, "this is a folder", "name a file for the result")])
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        what = f"cannot be written ({error.strerror})"
        raise ContentError([Fault(str(path), 1, what, "name a file in a folder you may write to")]) from None
