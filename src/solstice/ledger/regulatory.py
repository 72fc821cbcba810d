"""The regulatory definition of treatment-resistant depression: yes, no, or cannot tell, with the trials it rests on."""

from collections.abc import Sequence

from solstice.content.staging_model import StagingFile
from solstice.kernel import Reason, Refusal
from solstice.ledger.definitions import name_of, one_each, words_of
from solstice.ledger.open_ended import is_lifetime_open
from solstice.ledger.result import Answer, Lifetime, Regulatory, RestsOn
from solstice.ledger.tally import Case, Tally, tally


def answer_of(count: Tally, needed: int) -> Answer:
    if count.count.low >= needed:
        return "yes"
    return "no" if count.count.high < needed else "cannot_tell"


def regulatory(
    cases: Sequence[Case], staging: StagingFile, blocked: Refusal | None, decides: str | None = None
) -> Regulatory:
    """Two or more distinct medicines, each failed and adequate, in this episode. Source: McIntyre 2023."""
    rule = staging.regulatory
    if blocked is not None:
        answer: Answer = "no" if blocked.code == "bipolarity" else "cannot_tell"
        return Regulatory(answer, answer, (), (), False, (Reason(blocked.code, blocked.text, blocked.sources),))
    counted = tally(cases)
    strict = tally(cases, strict=True)
    sure = [case for case in cases if case.marks.counted is True]
    could = [case for case in cases if case.marks.counted is None]
    names = tuple(dict.fromkeys(name_of(case) for case in sure))
    shown = {name_of(case): words_of(case) for case in (*could, *sure)}
    rests_on = one_each(sure)
    answer = answer_of(counted, rule.min_failed)
    provisional = any(case.weighed.assumptions for case in sure)
    reasons = [
        Reason(
            "counted",
            _counted_text([shown[name] for name in names], answer, rule.min_failed),
            (staging.source(rule.source),),
        )
    ]
    if rests_on:
        reasons.append(Reason("rests_on", f"It rests on {_listed_trials(rests_on)}"))
    possible = tuple(name for name in dict.fromkeys(name_of(case) for case in could) if name not in names)
    if possible:
        reasons.append(Reason("could_count", f"Cannot be told yet: {', '.join(shown[name] for name in possible)}"))
    asked = [case.need.name for case in cases if case.weighed.is_asked_about]
    if asked:
        reasons.append(
            Reason("asked_about", f"Recorded, not counted, to be asked about: {', '.join(dict.fromkeys(asked))}")
        )
    if provisional:
        text = "Provisional: adherence or adequacy of a counted trial is presumed, not confirmed"
        reasons.append(Reason("provisional", text))
    strict_answer = answer_of(strict, rule.min_failed)
    return Regulatory(answer, strict_answer, names, possible, provisional, tuple(reasons), decides, rests_on)


def lifetime_of(cases: Sequence[Case]) -> Lifetime:
    """Failed adequate trials in this episode and in any; the second never enters a stage."""
    medicines = [case for case in cases if case.need.role == "medicine"]
    sure = [case for case in medicines if case.weighed.verdict.failed is True]
    return Lifetime(
        failed=tally(cases, in_any_episode=True).count,
        rests_on=one_each(sure),
        before_episode=one_each(case for case in sure if case.weighed.in_episode is False),
        is_open=is_lifetime_open(medicines),
    )


def _listed_trials(rests_on: tuple[RestsOn, ...]) -> str:
    return ", ".join(f"trial {one.index + 1} ({one.name})" for one in rests_on)


def _counted_text(names: Sequence[str], answer: Answer, needed: int) -> str:
    listed = f": {', '.join(names)}" if names else ""
    number = "No antidepressant" if not names else f"{len(names)} antidepressant{'s' if len(names) > 1 else ''}"
    text = f"{number} with a failed adequate trial in this episode{listed}"
    if answer == "no":
        return f"{text}; {needed} are needed"
    return text if answer == "yes" else f"{text}; whether {needed} is reached depends on what is missing"
