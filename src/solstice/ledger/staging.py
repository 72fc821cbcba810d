"""The staging models: each a value, or the range of values the missing facts leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from solstice.content.staging_model import MaudsleyModel, MghModel, StagingFile, Step
from solstice.content.treatment_model import slug
from solstice.kernel import Refusal, Span
from solstice.ledger.result import Staged
from solstice.ledger.tally import Case, Reading, Tally, failure_of, tally
from solstice.ledger.truth import Truth, all_of, any_of
from solstice.person import SEVERITIES, Episode, PersonFile

BASE_CLASSES = frozenset({"TCA", "MAOI"})


@dataclass(frozen=True, slots=True)
class Tallies:
    """The four counts the models need, in one reading."""

    counted: Tally
    asked: Tally
    strict: Tally


def tallies(cases: Sequence[Case], *, bare: bool) -> Tallies:
    if bare:
        return Tallies(
            tally(cases, reading=Reading.BARE),
            tally(cases, reading=Reading.BARE, with_unlisted=True),
            tally(cases, reading=Reading.BARE, strict=True, with_unlisted=True),
        )
    return Tallies(
        tally(cases, reading=Reading.COUNTED),
        tally(cases, reading=Reading.ASKED, with_unlisted=True),
        tally(cases, reading=Reading.ASKED, strict=True, with_unlisted=True),
    )


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
        return Span(0, float("inf"))
    latest = min(episode.started.latest, person.at)
    return Span(months_between(latest, person.at), months_between(episode.started.earliest, person.at))


def severity_scores(episode: Episode, model: MaudsleyModel) -> Span:
    """Severity on the Maudsley scale. Only what a clinician set narrows it, never a questionnaire."""
    lowest = episode.severity or episode.severity_at_least or SEVERITIES[0]
    highest = episode.severity or episode.severity_at_most or SEVERITIES[-1]
    return Span(
        _severity_score(lowest, model, psychotic=episode.psychosis is True),
        _severity_score(highest, model, psychotic=episode.psychosis is not False),
    )


def _severity_score(level: str, model: MaudsleyModel, *, psychotic: bool) -> int:
    if level != "severe":
        return model.severity[level]
    return model.severity["severe_with_psychosis" if psychotic else "severe_without_psychosis"]


# ------------------------------------------------------------------------------------------------------- Maudsley


def step_score(value: float, steps: tuple[Step, ...]) -> int:
    return next(step.score for step in steps if step.up_to is None or value <= step.up_to)


def maudsley_parts(
    *, failed: Span, months: Span, severity: Span, augmentation: tuple[Truth, Truth], ect: Truth, model: MaudsleyModel
) -> dict[str, Span]:
    """The five items; `augmentation` is (surely used, possibly used). The failures item assumes at least one."""
    sure, possible = augmentation
    return {
        "duration": Span(step_score(months.low, model.duration_months), step_score(months.high, model.duration_months)),
        "severity": severity,
        "failures": Span(step_score(max(1.0, failed.low), model.failures), step_score(failed.high, model.failures)),
        "augmentation": Span(float(sure is True), float(possible is not False)),
        "ect": Span(float(ect is True), float(ect is not False)),
    }


def augmentation_used(cases: Sequence[Case], *, bare: bool) -> tuple[Truth, Truth]:
    """Whether an augmentation was surely, and possibly, used adequately in this episode.

    Sure only where adherence or a level proves the use: the item asks for use, so nothing else stands for it.
    """
    uses = [_use_of(case, cases, bare=bare) for case in cases if _is_augmentation(case)]
    return any_of(*(sure for sure, _ in uses)), any_of(*(possible for _, possible in uses))


def _use_of(case: Case, cases: Sequence[Case], *, bare: bool) -> tuple[Truth, Truth]:
    weighed = case.weighed
    adequate = weighed.bare.adequate if bare else weighed.verdict.adequate
    if weighed.is_asked_about and adequate is False:
        adequate = None
    used = all_of(adequate, weighed.in_episode, _partner_dose(case, cases))
    return (used if weighed.is_use_proven else all_of(used, None)), used


def _is_augmentation(case: Case) -> bool:
    role, kind = case.need.role, case.trial.kind
    added = case.trial.added_to is not None and role in {"medicine", "unlisted"}
    return role == "augmentation" or (role == "unlisted" and kind == "augmentation") or added


def _partner_dose(case: Case, cases: Sequence[Case]) -> Truth:
    """For a combination of two antidepressants: whether the other one was at its own minimum dose."""
    if not (case.need.is_combination or (case.need.role == "medicine" and case.trial.added_to is not None)):
        return True
    if case.trial.added_to is None:
        return None
    name = slug(case.trial.added_to)
    others = [other for other in cases if other.need.molecule is None or other.need.molecule != case.need.molecule]
    doses = [other.weighed.dose_ok for other in others if other is not case and _is_called(other, name)]
    return any_of(*doses) if doses else None


def _is_called(case: Case, name: str) -> bool:
    return name in {case.need.molecule, slug(case.need.name)} or name == slug(case.trial.agent or "")


def ect_used(cases: Sequence[Case]) -> Truth:
    return any_of(*(case.weighed.in_episode for case in cases if case.trial.kind == "ect"))


def maudsley(cases: Sequence[Case], person: PersonFile, model: MaudsleyModel, counts: Sequence[Tallies]) -> Staged:
    """Maudsley Staging Method as a range. Source: Fekadu 2018, table 3; failures item from PLoS ONE 2020 panel 1."""
    spans: list[Span] = []
    parts: dict[str, Span] = {}
    for bare, counted in enumerate(counts):
        low, high = counted.counted.count.low, counted.asked.count.high
        parts_here = maudsley_parts(
            failed=Span(low, max(high, 1.0)),
            months=episode_months(person),
            severity=severity_scores(person.episode, model),
            augmentation=augmentation_used(cases, bare=bool(bare)),
            ect=ect_used(cases),
            model=model,
        )
        parts = parts or parts_here
        spans.append(
            Span(sum(part.low for part in parts_here.values()), sum(part.high for part in parts_here.values()))
        )
    if counts[0].asked.count.high == 0:
        refusal = Refusal(
            "no_failed_adequate_trial", "No failed adequate antidepressant trial: the method does not apply."
        )
        return Staged("maudsley", model.name, None, None, (), refused=refusal)
    span = spans[0]
    bands = tuple(band.name for band in model.bands if band.min <= span.high and span.low <= band.max)
    conditional = counts[0].counted.count.low == 0
    notes = (
        ("Applies only if at least one of the open trials proves adequate and without enough benefit.",)
        if conditional
        else ()
    )
    return Staged(
        "maudsley", model.name, span, span.hull(spans[-1]), bands, parts=parts, is_conditional=conditional, notes=notes
    )


# ------------------------------------------------------------------------------------------------------- Thase–Rush


@lru_cache(maxsize=4096)
def thase_rush_stage(failed: frozenset[str], *, ect_failed: bool, strict: bool) -> int:
    """The stage for a set of failed classes. Strict: TCA and MAOI must be additional to two other classes."""
    if len(failed) < 2:
        return len(failed)
    if "TCA" not in failed or (strict and len(failed - BASE_CLASSES) < 2):
        return 2
    if "MAOI" not in failed:
        return 3
    return 5 if ect_failed else 4


def bilateral_ect_failed(cases: Sequence[Case], *, bare: bool) -> Truth:
    return any_of(
        *(
            all_of(
                case.weighed.bare.failed if bare else case.weighed.verdict.failed,
                case.weighed.is_bilateral,
                case.weighed.in_episode,
            )
            for case in cases
            if case.trial.kind == "ect"
        )
    )


def thase_rush(cases: Sequence[Case], staging: StagingFile, counts: Sequence[Tallies], *, strict: bool) -> Staged:
    """Thase–Rush stage. More failed classes never lower it, so the ends come from the sure and the possible classes."""
    model = staging.thase_rush
    spans: list[Span] = []
    for bare, counted in enumerate(counts):
        count = counted.counted
        ect = bilateral_ect_failed(cases, bare=bool(bare))
        low = max(
            thase_rush_stage(count.sure_classes, ect_failed=ect is True, strict=strict), min(1, len(count.unnamed_sure))
        )
        high = max(
            thase_rush_stage(classes, ect_failed=ect is not False, strict=strict)
            for classes in count.possible_class_sets()
        )
        spans.append(Span(low, max(low, high)))
    span = spans[0]
    rule = model.strict_rule if strict else model.lenient_rule
    labels = tuple(f"stage {stage}" for stage in range(int(span.low), int(span.high) + 1))
    name = f"{model.name} ({'strict' if strict else 'lenient'})"
    model_id = "thase_rush_strict" if strict else "thase_rush_lenient"
    return Staged(model_id, name, span, span.hull(spans[-1]), labels, notes=(f"{rule[0].upper()}{rule[1:]}.",))


# ---------------------------------------------------------------------------------------------- European and MGH-S


def ect_failed(cases: Sequence[Case], *, bare: bool) -> Truth:
    return any_of(
        *(
            all_of(case.weighed.bare.failed if bare else case.weighed.verdict.failed, case.weighed.in_episode)
            for case in cases
            if case.trial.kind == "ect"
        )
    )


def european(cases: Sequence[Case], person: PersonFile, staging: StagingFile, counts: Sequence[Tallies]) -> Staged:
    """European stage as the number of failed trials of 6 weeks or more: 0 none, 1 A, 2 TRD1, … 6 TRD5 and more."""
    model = staging.european
    spans: list[Span] = []
    top = model.stages[-1].failed
    for bare, counted in enumerate(counts):
        ect = ect_failed(cases, bare=bool(bare))
        count = counted.strict.count
        spans.append(Span(min(top, count.low + float(ect is True)), min(top, count.high + float(ect is not False))))
    span = spans[0]
    labels = tuple(stage.stage for stage in model.stages if span.low <= stage.failed <= span.high)
    if span.low == 0:
        labels = ("none", *labels)
    notes = [model.decision[0].upper() + model.decision[1:] + "."]
    months, used = episode_months(person), augmentation_used(cases, bare=False)
    if span.low >= 2 and months.low >= model.chronic_months and used[0] is True:
        notes.append("Stage C (chronic): 12 months or more, with augmentation.")
    return Staged("european", model.name, span, span.hull(spans[-1]), labels, notes=tuple(notes))


def mgh_points(*, failed: float, optimised: float, augmented: float, ect_failed: bool, model: MghModel) -> float:
    return (
        failed * model.failed_trial
        + optimised * model.optimised
        + augmented * model.augmented
        + float(ect_failed) * model.ect_failed
    )


def mgh_s(cases: Sequence[Case], staging: StagingFile, counts: Sequence[Tallies]) -> Staged:
    """MGH staging points: failed trials of 6 weeks or more, optimised doses, augmentations and failed ECT."""
    model = staging.mgh_s
    spans: list[Span] = []
    for bare, counted in enumerate(counts):
        is_bare = bool(bare)
        ect = ect_failed(cases, bare=is_bare)
        optimised, augmented = _optimised(cases, bare=is_bare), _augmentations(cases, bare=is_bare)
        count = counted.strict.count
        low = mgh_points(
            failed=count.low, optimised=optimised.low, augmented=augmented.low, ect_failed=ect is True, model=model
        )
        high = mgh_points(
            failed=count.high,
            optimised=optimised.high,
            augmented=augmented.high,
            ect_failed=ect is not False,
            model=model,
        )
        spans.append(Span(low, high))
    notes = (f"{model.decision[0].upper()}{model.decision[1:]}.",)
    return Staged("mgh_s", model.name, spans[0], spans[0].hull(spans[-1]), (), notes=notes)


def _optimised(cases: Sequence[Case], *, bare: bool) -> Span:
    """Failed molecules that reached the label maximum."""
    best: dict[str, Truth] = {}
    for case in cases:
        if case.need.role != "medicine" or case.need.molecule is None:
            continue
        reading = Reading.BARE if bare else Reading.ASKED
        truth = all_of(failure_of(case, reading=reading, strict=True), case.weighed.at_label_max)
        best[case.need.molecule] = any_of(best.get(case.need.molecule, False), truth)
    return _span_of_truths(best)


def _augmentations(cases: Sequence[Case], *, bare: bool) -> Span:
    best: dict[str, Truth] = {}
    for case in cases:
        if _is_augmentation(case):
            key = case.need.molecule or case.need.name
            best[key] = any_of(best.get(key, False), _use_of(case, cases, bare=bare)[0])
    return _span_of_truths(best)


def _span_of_truths(truths: Mapping[str, Truth]) -> Span:
    values = list(truths.values())
    return Span(values.count(True), len(values) - values.count(False))


MODELS = ("maudsley", "thase_rush_strict", "thase_rush_lenient", "european", "mgh_s")


def stage_all(
    cases: Sequence[Case], person: PersonFile, staging: StagingFile, *, with_bare: bool = True
) -> dict[str, Staged]:
    """Every model on the same trials; `with_bare` adds the ranges without presumptions."""
    counts = [tallies(cases, bare=bare) for bare in ((False, True) if with_bare else (False,))]
    return {
        "maudsley": maudsley(cases, person, staging.maudsley, counts),
        "thase_rush_strict": thase_rush(cases, staging, counts, strict=True),
        "thase_rush_lenient": thase_rush(cases, staging, counts, strict=False),
        "european": european(cases, person, staging, counts),
        "mgh_s": mgh_s(cases, staging, counts),
    }


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
