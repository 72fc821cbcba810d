"""What published evidence says before the clinic's own outcomes: PRIOR.yaml (prior/1) and its place in the model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from solstice.content.read import ContentError, Document, Fault, Frozen, parse_json, parse_yaml, validate
from solstice.learn.basis import Array


class TreatmentPrior(Frozen):
    """Mean effect of a treatment in SD units of symptom change, and the SD of the doubt about it."""

    mean: float = Field(ge=-5, le=5)
    sd: float = Field(gt=0, le=5)


class ModeratorPrior(Frozen):
    """By how much one SD more of the covariate changes the benefit of the treatment, in SD units."""

    treatment: str = Field(min_length=1)
    covariate: str = Field(min_length=1)
    mean: float = Field(ge=-5, le=5)
    sd: float = Field(gt=0, le=5)


class Prior(Frozen):
    """Format prior/1; see `solstice schema prior`."""

    solstice: Literal["prior/1"]
    treatments: dict[str, TreatmentPrior] = Field(default_factory=dict)
    moderators: tuple[ModeratorPrior, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        pairs = [(one.treatment, one.covariate) for one in self.moderators]
        twice = sorted({pair for pair in pairs if pairs.count(pair) > 1})
        if twice:
            raise ValueError(f"the moderator {twice[0][0]} by {twice[0][1]} stands twice; keep one of them")
        return self


def read_prior(path: Path, covariates: tuple[str, ...] | None = None) -> Prior:
    """Read PRIOR.yaml or JSON; a moderator of an unknown covariate is refused. Raises ContentError with file:line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise ContentError([Fault(str(path), 1, what, "name a PRIOR.yaml file")]) from None
    except UnicodeDecodeError:
        raise ContentError([Fault(str(path), 1, "the encoding is not known", "save it as UTF-8 text")]) from None
    document = parse_json(text, str(path)) if path.suffix == ".json" else parse_yaml(text, str(path))
    if not isinstance(document.data, dict):
        raise ContentError([Fault(str(path), 1, "no prior", "start with `solstice: prior/1`")])
    prior = validate(document, Prior)
    if covariates is not None:
        _check_covariates(document, prior, covariates)
    return prior


def _check_covariates(document: Document, prior: Prior, covariates: tuple[str, ...]) -> None:
    faults = [
        Fault(
            document.path,
            document.line_of(("moderators", at, "covariate")),
            f"the outcomes have no covariate '{one.covariate}'",
            f"right would be one of {', '.join(covariates)}" if covariates else "the outcomes have no covariates",
        )
        for at, one in enumerate(prior.moderators)
        if one.covariate not in covariates
    ]
    if faults:
        raise ContentError(faults)


@dataclass(frozen=True, slots=True)
class PriorArrays:
    """The evidence laid over the design: mean and variance for each treatment (row) and column; column 0 is its effect.

    A treatment the evidence does not name gets the plain mean of those it names: silence is not zero benefit.
    """

    mean: Array
    variance: Array

    @property
    def has_moderators(self) -> bool:
        return bool(np.any(self.mean[:, 1:]))


def lay_out(prior: Prior, treatments: tuple[str, ...], columns: dict[str, int], width: int) -> PriorArrays:
    """Place the evidence; `columns` says where each covariate's value stands in the design."""
    mean, variance = np.zeros((len(treatments), width)), np.zeros((len(treatments), width))
    known = prior.treatments.values()
    if known:
        mean[:, 0] = float(np.mean([one.mean for one in known]))
        variance[:, 0] = max(one.sd for one in known) ** 2
    for at, treatment in enumerate(treatments):
        if (one := prior.treatments.get(treatment)) is not None:
            mean[at, 0], variance[at, 0] = one.mean, one.sd**2
    for moderator in prior.moderators:
        if moderator.treatment in treatments:
            at, column = treatments.index(moderator.treatment), columns[moderator.covariate]
            mean[at, column], variance[at, column] = moderator.mean, moderator.sd**2
    return PriorArrays(mean, variance)
