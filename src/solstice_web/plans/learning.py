"""What the clinic's outcomes teach, with the sums of other clinics that were added, and whether forecasts came true."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Max

from solstice.learn.calibrated import NEWEST, Told
from solstice.person import PersonFile
from solstice.plan.clinic import ClinicPart, clinic_part, covariates_of, prior_of
from solstice.plan.frequencies import NO_FREQUENCIES, NaturalFrequencies, natural_frequencies
from solstice_web.measures.content import library
from solstice_web.people.zones import zone_of
from solstice_web.plans.models import Decision, OtherClinic
from solstice_web.plans.outcomes import Outcome, each_outcome

if TYPE_CHECKING:
    from solstice.learn import Posterior, Statistics
    from solstice.learn.forecast import Forecaster
    from solstice.learn.streaming import OutcomeRow

LEAST_OUTCOMES = 20
"""With fewer outcomes in the clinic nothing is learnt and nothing is shown, also not in shadow."""
LEAST_TO_FORECAST, LEAST_OF_OPTION = 100, 20
"""With fewer outcomes of its own, in all and of an option, the clinic forecasts nothing."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is learnt on one day. `told` are forecasts with what came of them; `own` counts this clinic's outcomes."""

    posterior: "Posterior"
    forecaster: "Forecaster | None"
    told: tuple[Told, ...]
    own: int
    others: tuple[str, ...]


_kept: dict[str, tuple[tuple[Any, ...], Learnt | None]] = {}


def learnt(*, at: datetime) -> Learnt | None:
    """Worked out once a day and whenever a decision or another clinic's sums were added or taken back.

    None while there are fewer than 20 outcomes here. The learning starts from the published evidence.
    """
    told = Decision.objects.aggregate(count=Count("id"), latest=Max("at"))
    if told["count"] < LEAST_OUTCOMES:
        return None
    day = at.astimezone(zone_of(settings.SOLSTICE_TIME_ZONE)).date()
    others = tuple(OtherClinic.objects.filter(removed_at__isnull=True).order_by("hash").values_list("hash", flat=True))
    key = (day, told["count"], told["latest"], others, library().version)
    if "model" not in _kept or _kept["model"][0] != key:
        _kept["model"] = (key, _learn())
    return _kept["model"][1]


def clinic_model(*, at: datetime) -> "Posterior | None":
    """What there is to learn, as a posterior; None while there is nothing."""
    found = learnt(at=at)
    return None if found is None else found.posterior


def clinic_part_for(facts: PersonFile, *, at: datetime) -> ClinicPart | None:
    """The clinic's own part for one person; None while there is nothing to learn from."""
    return part_of(learnt(at=at), facts)


def part_of(found: Learnt | None, facts: PersonFile) -> ClinicPart | None:
    """The same from what is learnt already."""
    if found is None:
        return None
    return clinic_part(found.posterior, facts, library(), own=found.own, others=found.others)


def frequencies_of(found: Learnt | None, facts: PersonFile) -> NaturalFrequencies:
    """Shares of people like this one where forecasts came true here, else why none are shown."""
    if found is None:
        return NO_FREQUENCIES
    return natural_frequencies(found.told, found.forecaster, covariates_of(facts, library()))


def forecast_for(facts: PersonFile, option: str, *, at: datetime) -> dict[str, Any] | None:
    """What is forecast of one option, to be kept with the decision and set against its outcome; shown to nobody."""
    found = learnt(at=at)
    if found is None or found.forecaster is None:
        return None
    forecast = found.forecaster.forecast(covariates_of(facts, library()), option)
    return None if forecast is None else forecast.to_json()


def rows_of_outcomes(outcomes: Iterator[Outcome]) -> "Iterator[OutcomeRow]":
    """Outcomes as the learning model reads them; names of characteristics as plan.clinic.covariates_of has them."""
    from solstice.learn.streaming import OutcomeRow  # noqa: PLC0415 - numpy, only where there is something to learn

    sexes = {"female": 1.0, "male": 0.0}
    for one in outcomes:
        age = None if one.age is None else float(one.age)
        yield OutcomeRow(one.option, one.change, {"phq-9": one.baseline, "age": age, "female": sexes.get(one.sex)})


def _learn() -> Learnt | None:
    from solstice.learn import learn, pool  # noqa: PLC0415 - numpy and scipy, only where there is something to learn
    from solstice.learn.forecast import Forecaster  # noqa: PLC0415
    from solstice.learn.streaming import Running, without_curves  # noqa: PLC0415
    from solstice_web.plans.sharing import counted_here  # noqa: PLC0415

    newest: list[tuple[Any, int, Told]] = []
    running = Running().add_all(rows_of_outcomes(_noting(newest)))
    if len(running.treatments) < 2:
        return None
    own = running.statistics()
    if own.n < LEAST_OUTCOMES:
        return None
    others = counted_here()
    parts: list[Statistics] = [own, *(one.statistics for _, one in others)]
    if any(_has_no_curves(part) for part in parts):
        parts = [without_curves(part) for part in parts]
    posterior = learn(
        pool(parts), prior_of(library(), tuple(sorted({name for one in parts for name in one.treatments})))
    )
    forecaster = Forecaster(own, least_treated=LEAST_OF_OPTION) if own.n >= LEAST_TO_FORECAST else None
    names = tuple(name for name, _ in others)
    return Learnt(posterior, forecaster, tuple(told for *_, told in newest), round(own.n), names)


def _has_no_curves(statistics: "Statistics") -> bool:
    return all(column.kind in {"value", "missing"} for column in statistics.basis.columns)


def _noting(newest: list[tuple[Any, int, Told]]) -> Iterator[Outcome]:
    """Outcomes on their way to the sums; the newest of those that were forecast are kept, and no more."""
    for number, one in enumerate(each_outcome()):
        told = _told(one)
        if told is not None:
            place = (told.known_on, number, told)
            (heapq.heappush if len(newest) < NEWEST else heapq.heappushpop)(newest, place)
        yield one


def _told(one: Outcome) -> Told | None:
    from solstice.learn.forecast import CLEARLY_BETTER  # noqa: PLC0415 - numpy, only where there is something to learn

    if one.forecast is None:
        return None
    return Told(
        option=one.option,
        made_on=one.decided_on,
        known_on=one.known_on,
        mean=one.forecast["mean"],
        lower=one.forecast["lower"],
        upper=one.forecast["upper"],
        chance=one.forecast["chance"],
        outcome=one.change,
        better=one.change >= CLEARLY_BETTER,
    )
