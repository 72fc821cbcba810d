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


def read_prior(
    path: Path, covariates: tuple[str, ...] | None = None, treatments: tuple[str, ...] | None = None
) -> Prior:
    """Read PRIOR.yaml or JSON; a moderator of an unknown covariate or treatment is refused with file:line.

    A treatment under `treatments` that the outcomes do not know is one more: it stands on its evidence alone.
    Raises ContentError.
    """
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
    faults = [] if covariates is None else _unknown(document, prior, "covariate", covariates)
    if treatments is not None:
        faults += _unknown(document, prior, "treatment", tuple(sorted({*treatments, *prior.treatments})))
    if faults:
        raise ContentError(faults)
    return prior


def _unknown(
    document: Document, prior: Prior, key: Literal["treatment", "covariate"], known: tuple[str, ...]
) -> list[Fault]:
    """A fault for every moderator of something that nobody knows, where it would be passed over in silence."""
    return [
        Fault(
            document.path,
            document.line_of(("moderators", at, key)),
            f"the outcomes have no {key} '{getattr(one, key)}'",
            f"right would be one of {', '.join(known)}" if known else f"the outcomes have no {key}s",
        )
        for at, one in enumerate(prior.moderators)
        if getattr(one, key) not in known
    ]


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
