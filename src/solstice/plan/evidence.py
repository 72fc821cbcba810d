"""The evidence part: published effects of one option weighed with a cautious prior, with the doubt widened."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from solstice.content.evidence_model import Effect, EvidenceTable
from solstice.content.option_model import Option
from solstice.evidence.standardise import standardise
from solstice.kernel import Reason, Source

CERTAINTY_WORDS = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very_low": "very low certainty",
}
POPULATION_WORDS = {
    "trd": "treatment-resistant depression",
    "chronic": "chronic depression",
    "recurrent": "recurrent depression",
    "depression": "depression in general, so indirect",
}
COMPARATOR_WORDS = {
    "usual_care": "against usual care",
    "sham_or_placebo": "against sham or placebo",
    "active": "against an active comparison",
    "mixed": "against mixed comparisons",
    "option": "against {against}",
}


@dataclass(frozen=True, slots=True)
class EvidenceSummary:
    """Mean and SD of the effect against continuing as now, in SD units, and the sentences behind it."""

    mean: float
    sd: float
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[str, ...]
    sources: tuple[Source, ...]


def summarise(option: Option, table: EvidenceTable, options: Mapping[str, Option]) -> EvidenceSummary:
    """Normal prior of the option's kind times its published effects, each with a widened SE.

    An effect against another option adds that option's summary. An option without effects keeps its prior.
    """
    mean, sd, used = _posterior(option, table, options)
    prior = table.priors[option.prior]
    for_ = tuple(_reason(effect, table, options) for effect in used if effect.speaks == "for")
    against = tuple(_reason(effect, table, options) for effect in used if effect.speaks == "against")
    unknown = [option.no_good_trial] if option.no_good_trial else []
    if not used and not option.no_good_trial:
        unknown.append("No trial of this option stands in the table; the estimate is a cautious guess.")
    sources = (*(source for reason in for_ + against for source in reason.sources), table.source(prior.source))
    return EvidenceSummary(mean, sd, for_, against, tuple(unknown), tuple(dict.fromkeys(sources)))


def _posterior(
    option: Option, table: EvidenceTable, options: Mapping[str, Option]
) -> tuple[float, float, tuple[Effect, ...]]:
    prior = table.priors[option.prior]
    used = tuple(sorted((effect for effect in table.effects if effect.option == option.id), key=lambda one: one.id))
    precision, weighted = 1 / prior.sd**2, prior.mean / prior.sd**2
    for effect in used:
        d, se = standardise(effect.figure)
        variance = se**2 + widening(effect, table) ** 2
        if effect.against is not None:
            base_mean, base_sd, _ = _posterior(options[effect.against], table, options)
            d, variance = d + base_mean, variance + base_sd**2
        precision, weighted = precision + 1 / variance, weighted + d / variance
    return weighted / precision, math.sqrt(1 / precision), used


def widening(effect: Effect, table: EvidenceTable) -> float:
    """SD units of doubt that the published SE does not hold: certainty, population and comparator, in squares."""
    wide = table.widening
    return math.sqrt(
        wide.certainty[effect.certainty] ** 2
        + wide.population[effect.population] ** 2
        + wide.comparator[effect.comparator] ** 2
    )


def _reason(effect: Effect, table: EvidenceTable, options: Mapping[str, Option]) -> Reason:
    against = COMPARATOR_WORDS[effect.comparator].format(against=options[effect.against].name if effect.against else "")
    text = (
        f"{effect.study} ({POPULATION_WORDS[effect.population]}; {against}; {CERTAINTY_WORDS[effect.certainty]}): "
        f"{effect.reading}."
    )
    return Reason(effect.id, text, (table.source(effect.source),))
