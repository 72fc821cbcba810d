"""The staging models: each a value, or the range of values the missing facts leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from solstice.content.staging_model import EuropeanModel, MaudsleyModel, MghModel, StagingFile, Step
from solstice.kernel import Refusal, Span
from solstice.kernel.quick import quick
from solstice.ledger.adds import Classes
from solstice.ledger.counted import Counted, count
from solstice.ledger.result import Staged
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth
from solstice.person import SEVERITIES, Episode, PersonFile

BASE_CLASSES = frozenset({"TCA", "MAOI"})


@quick
@dataclass(frozen=True, slots=True)
class Standing:
    """What the Maudsley method needs to know about the episode: its length in months and its severity score."""

    months: Span
    severity: Span


def standing_of(person: PersonFile, staging: StagingFile) -> Standing:
    return Standing(episode_months(person), severity_scores(person.episode, staging.maudsley))


# ---------------------------------------------------------------------------------------------- the person's episode


def months_between(start: date, end: date) -> float:
    """Calendar months with the rest as a share of 31 days: the same day a year later is exactly 12."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    return max(0.0, whole + (end.day - start.day) / 31)


def episode_months(person: PersonFile) -> Span:
    """How long the current episode has lasted; anything where its start is not known."""
    episode = person.episode
    if episode.months is not None:
        return Span.exactly(episode.months)
    if episode.started is None:
        return Span.between(0, float("inf"))
    latest, earliest = min(episode.started.latest, person.at), episode.started.earliest
    longest = float("inf") if earliest == date.min else months_between(earliest, person.at)
    return Span.between(months_between(latest, person.at), longest)


def severity_scores(episode: Episode, model: MaudsleyModel) -> Span:
    """Severity on the Maudsley scale. Only what a clinician set narrows it, never a questionnaire."""
    lowest = episode.severity or episode.severity_at_least or SEVERITIES[0]
    highest = episode.severity or episode.severity_at_most or SEVERITIES[-1]
    return severity_between(lowest, highest, episode.psychosis, model)


def severity_between(lowest: str, highest: str, psychosis: Truth, model: MaudsleyModel) -> Span:
    return Span.between(
        _severity_score(lowest, model, psychotic=psychosis is True),
        _severity_score(highest, model, psychotic=psychosis is not False),
    )


def _severity_score(level: str, model: MaudsleyModel, *, psychotic: bool) -> int:
    if level != "severe":
        return model.severity[level]
    return model.severity["severe_with_psychosis" if psychotic else "severe_without_psychosis"]


# ------------------------------------------------------------------------------------------------------- Maudsley


def step_score(value: float, steps: tuple[Step, ...]) -> int:
    for step in steps:
        if step.up_to is None or value <= step.up_to:
            return step.score
    raise ValueError(f"no step holds {value:g}; the last step of a model is open")


def _scores(value: Span, steps: tuple[Step, ...]) -> Span:
    return Span.between(step_score(value.low, steps), step_score(value.high, steps))


def maudsley_parts(
    *, failed: Span, months: Span, severity: Span, augmentation: tuple[Truth, Truth], ect: Truth, model: MaudsleyModel
) -> dict[str, Span]:
    """The five items; `augmentation` is (surely used, possibly used). The failures item assumes at least one."""
    sure, possible = augmentation
    return {
        "duration": Span.between(
            step_score(months.low, model.duration_months), step_score(months.high, model.duration_months)
        ),
        "severity": severity,
        "failures": Span.between(
            step_score(max(1.0, failed.low), model.failures), step_score(failed.high, model.failures)
        ),
        "augmentation": Span.between(float(sure is True), float(possible is not False)),
        "ect": Span.between(float(ect is True), float(ect is not False)),
    }


def maudsley_range(counted: Counted, standing: Standing, model: MaudsleyModel) -> tuple[Span, dict[str, Span]]:
    """The sum and its parts; Source: Fekadu 2018, table 3; failures item from PLoS ONE 2020 panel 1."""
    parts = maudsley_parts(
        failed=Span.between(counted.failed.low, max(counted.failed_or_asked.high, 1.0)),
        months=standing.months,
        severity=standing.severity,
        augmentation=counted.augmentation,
        ect=counted.ect_used,
        model=model,
    )
    return Span.between(sum(part.low for part in parts.values()), sum(part.high for part in parts.values())), parts


def does_maudsley_apply(counted: Counted) -> bool:
    """Not without a failed adequate trial, or one that may prove to be."""
    return counted.failed_or_asked.high != 0


def maudsley(counts: Sequence[Counted], standing: Standing, model: MaudsleyModel, decides: str | None) -> Staged:
    """Maudsley Staging Method as a range."""
    if not does_maudsley_apply(counts[0]):
        refusal = Refusal(
            "no_failed_adequate_trial", "No failed adequate antidepressant trial: the method does not apply."
        )
        return Staged("maudsley", model.name, None, None, (), refused=refusal, decides=decides)
    span, parts = maudsley_range(counts[0], standing, model)
    bare, _ = maudsley_range(counts[-1], standing, model)
    bands = tuple(band.name for band in model.bands if band.min <= span.high and span.low <= band.max)
    conditional = counts[0].failed.low == 0
    notes = (
        ("Applies only if at least one of the open trials proves adequate and without enough benefit.",)
        if conditional
        else ()
    )
    return Staged(
        "maudsley",
        model.name,
        span,
        span.hull(bare),
        bands,
        parts=parts,
        is_conditional=conditional,
        decides=decides,
        notes=notes,
    )


# ------------------------------------------------------------------------------------------------------- Thase–Rush


def thase_rush_stage(failed: frozenset[str], *, ect_failed: bool, strict: bool) -> int:
    """The stage for a set of failed classes. Strict: TCA and MAOI must be additional to two other classes."""
    if len(failed) < 2:
        return len(failed)
    if "TCA" not in failed or (strict and len(failed - BASE_CLASSES) < 2):
        return 2
    if "MAOI" not in failed:
        return 3
    return 5 if ect_failed else 4


@lru_cache(maxsize=4096)
def thase_rush_ends(classes: Classes, ect: Truth, *, strict: bool) -> tuple[int, int]:
    """More failed classes never lower the stage, so the ends come from the sure and the possible classes."""
    sure, possible, has_unnamed = classes
    low = max(thase_rush_stage(sure, ect_failed=ect is True, strict=strict), int(has_unnamed))
    return low, max(low, *[thase_rush_stage(one, ect_failed=ect is not False, strict=strict) for one in possible])


def thase_rush_range(counted: Counted, *, strict: bool) -> Span:
    return Span.between(*thase_rush_ends(counted.classes, counted.bilateral_ect_failed, strict=strict))


def thase_rush(counts: Sequence[Counted], staging: StagingFile, *, strict: bool, decides: str | None) -> Staged:
    """Thase–Rush stage, with its labels."""
    model = staging.thase_rush
    span = thase_rush_range(counts[0], strict=strict)
    rule = model.strict_rule if strict else model.lenient_rule
    labels = tuple(f"stage {stage}" for stage in range(int(span.low), int(span.high) + 1))
    name = f"{model.name} ({'strict' if strict else 'lenient'})"
    model_id = "thase_rush_strict" if strict else "thase_rush_lenient"
    bare = span.hull(thase_rush_range(counts[-1], strict=strict))
    return Staged(model_id, name, span, bare, labels, decides=decides, notes=(f"{rule[0].upper()}{rule[1:]}.",))


# ---------------------------------------------------------------------------------------------- European and MGH-S


def european_range(counted: Counted, model: EuropeanModel) -> Span:
    top, failed, ect = model.stages[-1].failed, counted.failed_strict, counted.ect_failed
    return Span.between(min(top, failed.low + float(ect is True)), min(top, failed.high + float(ect is not False)))


def european(counts: Sequence[Counted], standing: Standing, model: EuropeanModel, decides: str | None) -> Staged:
    """European stage as the number of failed trials of 6 weeks or more: 0 none, 1 A, 2 TRD1, … 6 TRD5 and more."""
    span, bare = european_range(counts[0], model), european_range(counts[-1], model)
    labels = tuple(stage.stage for stage in model.stages if span.low <= stage.failed <= span.high)
    if span.low == 0:
        labels = ("none", *labels)
    notes = [model.decision[0].upper() + model.decision[1:] + "."]
    if span.low >= 2 and standing.months.low >= model.chronic_months and counts[0].augmentation[0] is True:
        notes.append("Stage C (chronic): 12 months or more, with augmentation.")
    return Staged("european", model.name, span, span.hull(bare), labels, decides=decides, notes=tuple(notes))


def mgh_points(*, failed: float, optimised: float, augmented: float, ect_failed: bool, model: MghModel) -> float:
    return (
        failed * model.failed_trial
        + optimised * model.optimised
        + augmented * model.augmented
        + float(ect_failed) * model.ect_failed
    )


def mgh_range(counted: Counted, model: MghModel) -> Span:
    """Failed trials of 6 weeks or more, optimised doses, augmentations and failed ECT."""
    ect, failed, optimised, augmented = (
        counted.ect_failed,
        counted.failed_strict,
        counted.optimised,
        counted.augmentations,
    )
    return Span.between(
        mgh_points(
            failed=failed.low, optimised=optimised.low, augmented=augmented.low, ect_failed=ect is True, model=model
        ),
        mgh_points(
            failed=failed.high,
            optimised=optimised.high,
            augmented=augmented.high,
            ect_failed=ect is not False,
            model=model,
        ),
    )


def mgh_s(counts: Sequence[Counted], model: MghModel, decides: str | None) -> Staged:
    """MGH staging points."""
    span = mgh_range(counts[0], model)
    notes = (f"{model.decision[0].upper()}{model.decision[1:]}.",)
    bare = span.hull(mgh_range(counts[-1], model))
    return Staged("mgh_s", model.name, span, bare, (), decides=decides, notes=notes)


# ------------------------------------------------------------------------------------------------------ all models

MODELS = ("maudsley", "thase_rush_strict", "thase_rush_lenient", "european", "mgh_s")


def stage_all(cases: Sequence[Case], person: PersonFile, staging: StagingFile) -> dict[str, Staged]:
    """Every model on the same trials, each with the range it has without presumptions."""
    counts = (count(cases, bare=False), count(cases, bare=True))
    return stage_counted(counts, standing_of(person, staging), staging)


def stage_counted(
    counts: Sequence[Counted], standing: Standing, staging: StagingFile, decides: Mapping[str, str] | None = None
) -> dict[str, Staged]:
    """`stage_all` for a caller that has counted: with the presumptions, and without; `decides` by model."""
    texts = decides or {}
    return {
        "maudsley": maudsley(counts, standing, staging.maudsley, texts.get("maudsley")),
        "thase_rush_strict": thase_rush(counts, staging, strict=True, decides=texts.get("thase_rush_strict")),
        "thase_rush_lenient": thase_rush(counts, staging, strict=False, decides=texts.get("thase_rush_lenient")),
        "european": european(counts, standing, staging.european, texts.get("european")),
        "mgh_s": mgh_s(counts, staging.mgh_s, texts.get("mgh_s")),
    }


def width_of_standing(standing: Standing, model: MaudsleyModel) -> float:
    """How wide the Maudsley range is by what is not known of the episode alone."""
    months = standing.months
    shortest, longest = step_score(months.low, model.duration_months), step_score(months.high, model.duration_months)
    return longest - shortest + standing.severity.width


def refuse_all(refusal: Refusal, staging: StagingFile) -> dict[str, Staged]:
    """Every model refused for the same reason."""
    names = (
        staging.maudsley.name,
        f"{staging.thase_rush.name} (strict)",
        f"{staging.thase_rush.name} (lenient)",
        staging.european.name,
        staging.mgh_s.name,
    )
    return {
        model: Staged(model, name, None, None, (), refused=refusal) for model, name in zip(MODELS, names, strict=True)
    }
