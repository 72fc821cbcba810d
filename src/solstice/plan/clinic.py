"""The clinic's own part: what its recorded outcomes say about an option, in shadow until there are enough of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solstice.content.library import Library
from solstice.formulation.known import known_about
from solstice.person import PersonFile
from solstice.plan.pairs import evidence_of

if TYPE_CHECKING:
    from solstice.learn import Posterior
    from solstice.learn.prior import Prior

LEAST_TREATED = 20
"""An option that fewer people had here is not moved by their outcomes, and no shift of it is shown."""


@dataclass(frozen=True, slots=True)
class ClinicShift:
    """By how much, in SD units, the clinic's own outcomes move an option away from its published evidence."""

    shift: float
    sd: float
    treated: int


@dataclass(frozen=True, slots=True)
class ClinicPart:
    """`outcomes` is the number of outcomes learnt from. In shadow nothing is moved; the shift is only shown.

    `others` names the clinics whose sums were added to this clinic's `own` outcomes.
    """

    outcomes: int
    shifts: Mapping[str, ClinicShift]
    is_shadow: bool
    model_version: str
    own: int
    others: tuple[str, ...] = ()

    def hundredths(self, option: str) -> int:
        """What counts in the ranking: 0 in shadow, and 0 for an option hardly anybody had here."""
        found = self.shifts.get(option)
        return 0 if self.is_shadow or found is None else round(found.shift * 100)


def prior_of(library: Library, treatments: tuple[str, ...]) -> "Prior":
    """The published evidence of these options as the start of learning; options not in the library have none."""
    from solstice.learn.prior import Prior, TreatmentPrior  # noqa: PLC0415 - numpy, only where outcomes are given

    known = {name: evidence_of(library, name) for name in treatments if name in library.options}
    return Prior(
        solstice="prior/1",
        treatments={name: TreatmentPrior(mean=found.mean, sd=found.sd) for name, found in known.items()},
    )


def clinic_part(
    posterior: "Posterior", person: PersonFile, library: Library, *, own: int | None = None, others: Sequence[str] = ()
) -> ClinicPart:
    """What the outcomes say for this person, against the evidence the learning started from.

    Both are taken against the mean of the options the clinic has outcomes of, so that the shifts add up to nothing: a
    clinic whose people get better with everything does not make one option look better. Where sums of `others` are in
    the posterior, `own` says how many outcomes are this clinic's.
    """
    from solstice.learn import rows_of  # noqa: PLC0415 - numpy, only where outcomes are given

    counts = dict(zip(posterior.statistics.treatments, posterior.statistics.counts, strict=True))
    at = {
        name: place
        for place, name in enumerate(posterior.treatments)
        if name in library.options and counts.get(name, 0) >= LEAST_TREATED
    }
    whose = (round(posterior.n) if own is None else own, tuple(others))
    if len(at) < 2:
        return ClinicPart(round(posterior.n), {}, posterior.shadow, version_of(posterior), *whose)
    found = posterior.contrasts(rows_of([covariates_of(person, library)], posterior.covariates))
    learnt = {name: float(found.mean[0, place]) for name, place in at.items()}
    published = {name: evidence_of(library, name).mean for name in at}
    middle, other = sum(learnt.values()) / len(at), sum(published.values()) / len(at)
    shifts = {
        name: ClinicShift(
            (learnt[name] - middle) - (published[name] - other), float(found.sd[0, place]), round(counts[name])
        )
        for name, place in at.items()
    }
    return ClinicPart(round(posterior.n), shifts, posterior.shadow, version_of(posterior), *whose)


def version_of(posterior: "Posterior") -> str:
    """Names the outcomes a ranking rests on: their number and a fingerprint of their sums."""
    digest = hashlib.sha256(posterior.statistics.moments.round(9).tobytes()).hexdigest()[:8]
    return f"clinic {round(posterior.n)}/{digest}"


def covariates_of(person: PersonFile, library: Library) -> dict[str, float | None]:
    """The characteristics a clinic's outcomes may carry, by name; None is unknown and stays unknown."""
    known = known_about(person, library)
    out: dict[str, float | None] = {}
    for name, value in known.facts.items():
        out[name] = float(value) if isinstance(value, bool) else None
    for number, span in known.numbers.items():
        out[number] = (span.low + span.high) / 2 if span is not None else None
    for instrument, latest in known.latest.items():
        total = latest.total()
        out[instrument] = total.low if total is not None and total.is_known and not latest.is_stale else None
    out["female"] = {"female": 1.0, "male": 0.0}.get(person.person.sex or "")
    out["trials"] = float(len(person.trials)) if person.trials else None
    return out
