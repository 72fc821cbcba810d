"""All staging models side by side: value or range, what would decide it, what the model cannot say, draft or signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from solstice.kernel.number_words import HOW_MANY, number_words
from solstice.ledger import Ledger
from solstice.ledger.result import Definition
from solstice_web.measures.content import library
from solstice_web.workspace.history_words import ANSWERS, Stage, stages_of

REGULATORY = "regulatory_trd"


@dataclass(frozen=True, slots=True)
class Row:
    """One model beside the others; `limits` says what it cannot say."""

    stage: Stage
    limits: tuple[str, ...]


def models_of(ledger: Ledger) -> list[Row]:
    """Every staging model in a fixed order, without the regulatory definition, which stands apart."""
    limits = _limits()
    return [Row(stage, limits.get(stage.key, ())) for stage in stages_of(ledger) if stage.key != REGULATORY]


def regulatory_of(ledger: Ledger) -> Stage:
    return next(stage for stage in stages_of(ledger) if stage.key == REGULATORY)


def _limits() -> Mapping[str, tuple[str, ...]]:
    staging = library().treatments.staging
    thase_rush = tuple(
        f"It {limit}." if not limit.startswith("ECT") else f"{limit}." for limit in staging.thase_rush.limits
    )
    return {
        "maudsley": tuple(
            f"{one.case[:1].upper()}{one.case[1:]}: {one.decision}." for one in staging.maudsley.decisions
        ),
        "thase_rush_strict": (f"Strict: {staging.thase_rush.strict_rule}.", *thase_rush),
        "thase_rush_lenient": (f"Lenient: {staging.thase_rush.lenient_rule}.", *thase_rush),
        "european": (f"{staging.european.decision[:1].upper()}{staging.european.decision[1:]}.",),
        "mgh_s": (
            f"{staging.mgh_s.decision[:1].upper()}{staging.mgh_s.decision[1:]}.",
            f"It has no upper end; {staging.mgh_s.example_threshold.text}.",
        ),
    }


def is_draft() -> bool:
    """Whether no clinician has signed the file of the staging models yet."""
    return library().treatments.staging.is_draft


@dataclass(frozen=True, slots=True)
class Other:
    """A definition beside the regulatory one: met, not met, not told, or only a count."""

    name: str
    value: str
    rule: str
    rests_on: str
    decides: str
    is_draft: bool


def others_of(ledger: Ledger) -> list[Other]:
    return [_other(one) for one in ledger.definitions.values()]


def _other(one: Definition) -> Other:
    if one.refused is not None:
        value = one.refused.text
    elif one.answer is not None:
        value = ANSWERS[one.answer]
    else:
        value = "not known" if one.span is None else number_words(one.span, is_open=one.is_open)
    names = ", ".join(dict.fromkeys(trial.name for trial in one.rests_on))
    return Other(one.name, value, f"{one.rule[:1].upper()}{one.rule[1:]}.", names, one.decides or "", one.is_draft)


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in one sentence, and how many trials it rests on in this episode and over the lifetime."""

    sentence: str
    answer: str
    strict: str
    counted: tuple[str, ...]
    could_count: tuple[str, ...]
    episode: str
    lifetime: str
    how_many: str
    before: str
    room: str
    is_crowded: bool
    is_provisional: bool


def headline_of(ledger: Ledger) -> Headline:
    regulatory = ledger.regulatory
    strict = "" if regulatory.strict_answer == regulatory.answer else ANSWERS[regulatory.strict_answer].lower()
    return Headline(
        sentence=_sentence(ledger),
        answer=regulatory.answer,
        strict=strict,
        counted=tuple(dict.fromkeys(one.name for one in regulatory.rests_on)) or regulatory.counted,
        could_count=regulatory.could_count,
        episode=ledger.counts.words,
        lifetime=ledger.lifetime.words,
        how_many=HOW_MANY if ledger.counts.is_open or ledger.lifetime.is_open else "",
        before=", ".join(dict.fromkeys(one.name for one in ledger.lifetime.before_episode)),
        room=ledger.room.text,
        is_crowded=ledger.room.is_over,
        is_provisional=regulatory.is_provisional,
    )


def _sentence(ledger: Ledger) -> str:
    if not ledger.trials:
        return "Nothing is written down yet, so nothing can be said."
    words = {
        "yes": "The regulatory definition of treatment resistance is met",
        "no": "Not resistant by the regulatory definition",
        "cannot_tell": "Whether the regulatory definition is met cannot be told yet",
    }
    provisional = ", provisionally" if ledger.regulatory.is_provisional and ledger.regulatory.answer == "yes" else ""
    reason = ledger.regulatory.reasons[0].text
    return f"{words[ledger.regulatory.answer]}{provisional}: {reason[:1].lower()}{reason[1:]}."
