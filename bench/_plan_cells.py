"""Solstice's own side of bench/plan_learning.py: one cell with every kind of evidence, cached by the model's source."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np

from _plan_peers import cell, scores
from solstice.learn import gather, learn
from solstice.learn.prior import Prior
from solstice.learn.table import Outcomes
from solstice.simulate.clinics import COVARIATES, TREATMENTS, Published

ROOT = Path(__file__).parents[1]
EVIDENCE = {"linear": ("absent", "strong", "weak", "arms", "wrong", "unrelated"), "bent": ("absent", "strong")}
COVERED_PEOPLE = 200
FITTED_BY = ("basis", "grid", "model", "posterior", "prior", "statistics", "table")


def version() -> str:
    """Short hash of everything our side depends on."""
    files = [
        *(ROOT / f"src/solstice/learn/{name}.py" for name in FITTED_BY),
        ROOT / "src/solstice/simulate/clinics.py",
        Path(__file__),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


def prior_of(published: Published | None) -> Prior | None:
    if published is None:
        return None
    data: dict[str, object] = {
        "solstice": "prior/1",
        "treatments": {
            name: {"mean": float(mean), "sd": published.effect_sd}
            for name, mean in zip(TREATMENTS, published.effect, strict=True)
        },
    }
    if published.moderators is not None:
        data["moderators"] = [
            {"treatment": name, "covariate": covariate, "mean": float(mean), "sd": published.moderator_sd}
            for name, row in zip(TREATMENTS, published.moderators, strict=True)
            for covariate, mean in zip(COVARIATES, row, strict=True)
        ]
    return Prior.model_validate_json(json.dumps(data))


def ours(cache: Path, shape: str, contrast: float, n: int, rep: int) -> dict[str, dict[str, float]]:
    """Scores of one cell for each kind of evidence, from the cache where the model has not changed."""
    path = cache / f"ours-{version()}" / f"{shape}-{contrast:.2f}-{n}-{rep}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    clinic, train, test = cell(shape, contrast, n, rep)
    outcomes = Outcomes(tuple(TREATMENTS[arm] for arm in train.given), train.outcome, COVARIATES, train.x)
    out = {}
    for evidence in EVIDENCE[shape]:
        prior = prior_of(clinic.published(evidence))
        clock, processor = time.perf_counter(), time.process_time()
        posterior = learn(gather(outcomes), prior)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        _, pieces = posterior.contributions(test.x)
        level, _ = posterior.contributions(test.x[:1])
        found = posterior.contrasts(test.x[:COVERED_PEOPLE])
        truth = test.benefit[:COVERED_PEOPLE] - test.benefit[:COVERED_PEOPLE].mean(axis=1, keepdims=True)
        out[evidence] = scores(level + pieces.sum(axis=2), test.benefit, clock) | {
            "processor": processor,
            "covered": float(((found.lower <= truth) & (truth <= found.upper)).mean()),
            "none": posterior.reading_weights().get("none", 0.0),
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(out), encoding="utf-8")
    part.replace(path)
    return out


def mean_and_error(values: list[float]) -> tuple[float, float]:
    """Mean over repetitions and its standard error."""
    array = np.array(values)
    return float(array.mean()), float(array.std(ddof=1) / np.sqrt(len(array))) if len(array) > 1 else float("nan")
