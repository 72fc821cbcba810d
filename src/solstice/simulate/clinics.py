"""Virtual clinics with a known truth: confounded assignment, bent prognosis, and who gets better with what.

Every number is invented so that the size of the problem is as in shared/methods.md (noise SD 0.85, contrasts between
two treatments of SD 0.15 or 0.30 over people). None is an estimate from people.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Shape = Literal["linear", "bent"]
Evidence = Literal["absent", "strong", "weak", "arms", "wrong", "unrelated"]

TREATMENTS = tuple(f"t{number}" for number in range(8))
NUMBERS, FLAGS = 15, 10
COVARIATES = tuple(f"x{number:02}" for number in range(NUMBERS + FLAGS))
NOISE, EFFECT_SD, PROGNOSIS_SD = 0.85, 0.10, 0.55
BLOCK, WITHIN_BLOCK = 5, 0.4
ARM_ERROR = {"strong": 0.05, "weak": 0.12, "arms": 0.05, "wrong": 0.05, "unrelated": 0.05}
MODERATOR_ERROR = {"strong": 0.5, "weak": 1.5, "wrong": 0.5, "unrelated": 0.5}
"""Error of the published moderators as a multiple of the spread of the true ones; the prior file states it."""
BENT_TERMS = 8
REFERENCE = 20_000


@dataclass(frozen=True, slots=True)
class Visits:
    """People of a clinic: covariates, what each was given, how each did, and each one's true benefit of everything."""

    x: Array
    given: npt.NDArray[np.int64]
    outcome: Array
    benefit: Array


@dataclass(frozen=True, slots=True)
class Published:
    """What trials would say of this clinic: means and SDs of effects (T,) and of moderators per SD (T, covariates)."""

    effect: Array
    effect_sd: float
    moderators: Array | None
    moderator_sd: float


@dataclass(frozen=True, slots=True)
class Term:
    """One bend of a treatment's benefit: a step, a box of two steps, a product, or a vee."""

    kind: Literal["step", "box", "product", "vee"]
    first: int
    second: int
    at: tuple[float, float]
    weight: float


class Clinic:
    """A clinic drawn from a seed. `contrast` is the SD over people of the difference between two treatments."""

    def __init__(self, seed: int, *, contrast: float, shape: Shape) -> None:
        rng = np.random.default_rng([seed, round(contrast * 1000), len(shape)])
        many, width = len(TREATMENTS), len(COVARIATES)
        self.prevalence = rng.uniform(0.2, 0.6, FLAGS)
        self.effect = rng.normal(0.0, EFFECT_SD, many)
        self.slopes = rng.standard_normal((many, width)) if shape == "linear" else np.zeros((many, width))
        self.terms = [] if shape == "linear" else [_terms(rng, width) for _ in TREATMENTS]
        self.prognosis = rng.standard_normal(width) / np.sqrt(width)
        self.bends = rng.choice(NUMBERS, 4, replace=False)
        self.chosen_by = rng.standard_normal((many, width)) * 0.18
        self.chosen_by_prognosis = rng.standard_normal(many) * 0.5
        self.popularity = rng.normal(0.0, 0.3, many)
        self._size(np.random.default_rng([seed, 7]), contrast)
        self.literature = [seed, 11, round(contrast * 1000), len(shape)]

    def _size(self, rng: np.random.Generator, contrast: float) -> None:
        """Scale moderation and prognosis to their SDs over a large population."""
        self.offset, self.spread = np.zeros(len(COVARIATES)), np.ones(len(COVARIATES))
        x = self._people(rng, REFERENCE)
        self.offset, self.spread = x.mean(axis=0), x.std(axis=0)
        self.scale = 1.0
        self.middle = np.zeros(len(TREATMENTS))
        moderation = self._moderation(x)
        self.middle = moderation.mean(axis=0)
        centred = moderation - moderation.mean(axis=0)
        spread = np.mean([np.var(centred[:, a] - centred[:, b]) for a in range(len(TREATMENTS)) for b in range(a)])
        self.scale = contrast / float(np.sqrt(spread))
        self.level, self.height = 0.0, 1.0
        values = self._prognosis(x)
        self.level, self.height = float(values.mean()), PROGNOSIS_SD / float(values.std())
        z = (x - self.offset) / self.spread
        design = np.column_stack([np.ones(len(z)), z])
        self.projection = np.linalg.lstsq(design, self.benefit(x), rcond=None)[0].T

    def _people(self, rng: np.random.Generator, n: int) -> Array:
        width = len(COVARIATES)
        shared = rng.standard_normal((n, width // BLOCK))
        own = rng.standard_normal((n, width))
        z = np.sqrt(WITHIN_BLOCK) * shared[:, np.arange(width) % (width // BLOCK)] + np.sqrt(1 - WITHIN_BLOCK) * own
        x: Array = z.copy()
        cut = np.quantile(np.random.default_rng(0).standard_normal(REFERENCE), 1 - self.prevalence)
        x[:, NUMBERS:] = z[:, NUMBERS:] > cut
        return x

    def _moderation(self, x: Array) -> Array:
        z = (x - self.offset) / self.spread
        out: Array = z @ self.slopes.T
        for at, terms in enumerate(self.terms):
            for term in terms:
                out[:, at] += term.weight * _bend(term, z)
        return out

    def benefit(self, x: Array) -> Array:
        """True benefit (people, treatments)."""
        benefit: Array = self.effect + self.scale * (self._moderation(x) - self.middle)
        return benefit

    def _prognosis(self, x: Array) -> Array:
        z = (x - self.offset) / self.spread
        a, b, c, d = (z[:, at] for at in self.bends)
        bent = 0.4 * np.maximum(a, 0) - 0.4 * (b > 0.5) + 0.3 * c * d + 0.2 * b**2
        prognosis: Array = self.height * (z @ self.prognosis + bent - self.level)
        return prognosis

    def visits(self, seed: int, n: int) -> Visits:
        """`n` people with confounded treatments and noisy outcomes."""
        rng = np.random.default_rng([seed, n])
        x = self._people(rng, n)
        z, prognosis = (x - self.offset) / self.spread, self._prognosis(x)
        score = z @ self.chosen_by.T + np.outer(prognosis, self.chosen_by_prognosis) + self.popularity
        given = np.argmax(score + rng.gumbel(size=score.shape), axis=1)
        benefit = self.benefit(x)
        outcome = prognosis + benefit[np.arange(n), given] + NOISE * rng.standard_normal(n)
        return Visits(x, given, outcome, benefit)

    def published(self, evidence: Evidence) -> Published | None:
        """What the literature says before this clinic's outcomes; None where it is silent."""
        if evidence == "absent":
            return None
        rng = np.random.default_rng(self.literature)
        sign = -1.0 if evidence == "wrong" else 1.0
        middle, true = self.effect - self.effect.mean(), self.projection[:, 1:]
        if evidence == "unrelated":  # as far off as it can be without knowing the truth's mirror image
            middle, true = rng.permutation(middle), rng.permuted(true, axis=0)
        effect = sign * middle + rng.normal(0, ARM_ERROR[evidence], len(TREATMENTS))
        if evidence == "arms":
            return Published(effect, ARM_ERROR[evidence], None, 0.0)
        error = MODERATOR_ERROR[evidence] * float(true.std())
        return Published(effect, ARM_ERROR[evidence], sign * true + rng.normal(0, error, true.shape), error)


def _terms(rng: np.random.Generator, width: int) -> list[Term]:
    kinds: tuple[Literal["step", "box", "product", "vee"], ...] = ("step", "box", "product", "vee")
    out = []
    for number in range(BENT_TERMS):
        first, second = (int(one) for one in rng.choice(NUMBERS if number % 4 == 3 else width, 2, replace=False))
        at = (float(rng.uniform(-0.7, 0.7)), float(rng.uniform(-0.7, 0.7)))
        out.append(Term(kinds[number % 4], first, second, at, float(rng.standard_normal())))
    return out


def _bend(term: Term, z: Array) -> Array:
    first, second = z[:, term.first], z[:, term.second]
    match term.kind:
        case "step":
            return np.asarray(2.0 * (first > term.at[0]), dtype=float)
        case "box":
            return np.asarray(2.5 * ((first > term.at[0]) & (second > term.at[1])), dtype=float)
        case "product":
            return np.asarray(first * second, dtype=float)
        case "vee":
            return np.asarray(1.6 * np.abs(first - term.at[0]), dtype=float)
