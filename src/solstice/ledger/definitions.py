"""Definitions of resistance beside the regulatory one: the Delphi consensus, a register rule, modalities."""

from collections.abc import Iterable, Mapping, Sequence

from solstice.content.staging_model import StagingFile
from solstice.kernel import Reason, Refusal, Span
from solstice.kernel.number_words import whole_words
from solstice.ledger.adds import MODALITY
from solstice.ledger.counted import MODALITIES, Counted
from solstice.ledger.open_ended import is_open_ended
from solstice.ledger.result import Answer, Definition, RestsOn
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth, all_of

IDS = ("delphi", "karolinska", "multi_therapy")
ANSWERS: dict[Truth, Answer] = {True: "yes", False: "no", None: "cannot_tell"}


def at_least(count: Span, needed: float) -> Truth:
    """Whether a count reaches what is needed."""
    if count.low >= needed:
        return True
    return False if count.high < needed else None


def delphi_truth(counted: Counted, staging: StagingFile) -> Truth:
    return at_least(counted.little, staging.delphi.min_failed)


def karolinska_truth(counted: Counted, staging: StagingFile) -> Truth:
    rule = staging.karolinska
    enough = at_least(counted.register_failed, rule.min_failed)
    return all_of(enough, at_least(counted.register_started, rule.min_started))


def modalities_span(counted: Counted) -> Span:
    """Of three modalities, those with a failed adequate course: at least, at most."""
    return Span.between(counted.modalities.count(True), len(MODALITIES) - counted.modalities.count(False))


def definitions(
    cases: Sequence[Case], counted: Counted, staging: StagingFile, decides: Mapping[str, str] | None = None
) -> dict[str, Definition]:
    """Each definition on the same trials, with the trials it rests on. Draft where the rule rests on memory."""
    texts = decides or {}
    return {
        "delphi": _delphi(cases, counted, staging, texts.get("delphi")),
        "karolinska": _karolinska(cases, counted, staging, texts.get("karolinska")),
        "multi_therapy": _multi_therapy(cases, counted, staging, texts.get("multi_therapy")),
    }


def refuse_definitions(refusal: Refusal, staging: StagingFile) -> dict[str, Definition]:
    """Every definition refused for the same reason."""
    named = (
        ("delphi", staging.delphi.name, staging.delphi.rule),
        ("karolinska", staging.karolinska.name, staging.karolinska.rule),
        ("multi_therapy", staging.multi_therapy.name, staging.multi_therapy.rule),
    )
    return {one: Definition(one, name, rule, None, None, refused=refusal) for one, name, rule in named}


def name_of(case: Case) -> str:
    return case.need.molecule or case.need.name


def words_of(case: Case) -> str:
    """How it is called in a sentence: the molecule, or the name where the molecule is written as an id."""
    name = name_of(case)
    return case.need.name if "-" in name else name


def one_each(cases: Iterable[Case]) -> tuple[RestsOn, ...]:
    """The trials a count rests on, one for each molecule or kind of course: the one that stands firmest."""
    best: dict[str, Case] = {}
    for case in cases:
        known = best.get(name_of(case))
        if known is None or _firmness(case) > _firmness(known):
            best[name_of(case)] = case
    return tuple(RestsOn(case.index, case.need.name) for case in sorted(best.values(), key=lambda case: case.index))


def _firmness(case: Case) -> tuple[bool, bool]:
    return not case.weighed.assumptions, case.weighed.verdict.failed_strict is True


def _delphi(cases: Sequence[Case], counted: Counted, staging: StagingFile, decides: str | None) -> Definition:
    model = staging.delphi
    truth = delphi_truth(counted, staging)
    sure = one_each(case for case in cases if case.marks.little is True)
    reasons = [Reason("rule", f"{model.rule[0].upper()}{model.rule[1:]}", (staging.source(model.source),))]
    partial = [case for case in cases if case.marks.counted is True and case.weighed.is_little is False]
    if partial and truth is not True:
        names = ", ".join(dict.fromkeys(case.need.name for case in partial))
        reasons.append(Reason("partial", f"{names}: helped in part; {model.partial_rule}"))
    return Definition(
        "delphi",
        model.name,
        model.rule,
        ANSWERS[truth],
        counted.little,
        sure,
        tuple(reasons),
        _is_draft(staging, "delphi"),
        decides=decides,
        is_open=is_open_ended(cases, lambda marks: marks.little),
    )


def _karolinska(cases: Sequence[Case], counted: Counted, staging: StagingFile, decides: str | None) -> Definition:
    model = staging.karolinska
    truth = karolinska_truth(counted, staging)
    sure = one_each(case for case in cases if case.marks.lasted_in_vain is True)
    started = counted.register_started
    number = whole_words(started, is_open=is_open_ended(cases, lambda marks: marks.started))
    reasons = (
        Reason("rule", f"{model.rule[0].upper()}{model.rule[1:]}", (staging.source(model.source),)),
        Reason("started", f"Treatments started in this episode: {number}; {model.min_started} are needed"),
    )
    answer, span = ANSWERS[truth], counted.register_failed
    is_open = is_open_ended(cases, lambda marks: marks.lasted_in_vain)
    return Definition(
        "karolinska", model.name, model.rule, answer, span, sure, reasons, decides=decides, is_open=is_open
    )


def _multi_therapy(cases: Sequence[Case], counted: Counted, staging: StagingFile, decides: str | None) -> Definition:
    model = staging.multi_therapy
    failed = [
        case
        for case in cases
        if case.marks.counted is True
        or (case.trial.kind in MODALITY and all_of(case.weighed.verdict.failed, case.weighed.in_episode) is True)
    ]
    words = {True: "without enough benefit", False: "no failed adequate course", None: "not known yet"}
    reasons = [
        Reason(f"modality_{name}", f"{name.capitalize()}: {words[truth]}")
        for name, truth in zip(MODALITIES, counted.modalities, strict=True)
    ]
    reasons.append(Reason("rule", f"{model.rule[0].upper()}{model.rule[1:]}", (staging.source(model.source),)))
    span, rests_on = modalities_span(counted), one_each(failed)
    return Definition("multi_therapy", model.name, model.rule, None, span, rests_on, tuple(reasons), decides=decides)


def _is_draft(staging: StagingFile, name: str) -> bool:
    return bool(getattr(staging, name).source.verified == "memory")
