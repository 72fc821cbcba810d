"""Which of a therapy's indications and cautions hold for a person; what cannot be known stays open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

from solstice.content.therapy_condition import (
    FLAG_NAMES,
    AgeBelow,
    AllOf,
    AnswerIs,
    AnyOf,
    Condition,
    ContraFlag,
    FactIs,
    FlagIsOpen,
    Judged,
    Not,
    ScoreIs,
    plain,
)
from solstice.content.therapy_model import Therapy
from solstice.kernel import Source


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person; anything absent is unknown. Answers are keyed by instrument and item (from 1).

    `flags` None means that nobody has checked the contra flags; a set holds those that are open.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[tuple[str, int], int] = field(default_factory=dict)
    facts: Mapping[str, bool | str | None] = field(default_factory=dict)
    flags: frozenset[str] | None = None
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One indication, caution or pause: `holds` None is not known. `because` is a sentence with the person's value."""

    kind: Literal["indication", "caution", "pause"]
    text: str
    holds: bool | None
    because: str
    do: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Suitability:
    findings: tuple[Finding, ...]

    @property
    def paused(self) -> bool:
        return any(finding.kind == "pause" and finding.holds is True for finding in self.findings)

    @property
    def not_known(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.holds is None)


def suitability(therapy: Therapy, known: Known) -> Suitability:
    """Every indication, caution and pause of the therapy with whether it holds for this person."""
    findings: list[Finding] = []
    for indication in therapy.indications:
        holds, because = judge(indication.when, known) if indication.when is not None else (None, "to be talked about")
        findings.append(Finding("indication", indication.text, holds, because, None, therapy.source(indication.source)))
    for caution in therapy.cautions:
        holds, because = judge(caution.when, known)
        findings.append(Finding("caution", caution.text, holds, because, caution.do, therapy.source(caution.source)))
    for pause in therapy.pauses:
        holds, because = judge(FlagIsOpen(flag=pause.flag), known)
        findings.append(Finding("pause", pause.why, holds, because, pause.do, therapy.source(pause.source)))
    return Suitability(tuple(findings))


def judge(condition: Condition, known: Known) -> tuple[bool | None, str]:  # noqa: PLR0911 - one return a case of the closed union
    """Whether the condition holds (None: cannot be known), and the sentence that says why."""
    match condition:
        case ScoreIs(score=score):
            return _against(condition, known.scores.get(score), score.upper())
        case AnswerIs(answer=answer, item=item):
            return _against(condition, known.answers.get((answer, item)), f"{answer.upper()} item {item}")
        case FactIs():
            return _fact(condition, known.facts.get(condition.fact))
        case FlagIsOpen(flag=flag):
            return _flag(flag, known.flags)
        case AgeBelow(age_below=limit):
            return (None, "age is not known") if known.age is None else (known.age < limit, f"age is {known.age}")
        case Judged():
            return None, f"only a clinician can say whether {plain(condition)}"
        case AllOf(parts=parts):
            return _joined([judge(part, known) for part in parts], decisive=False)
        case AnyOf(parts=parts):
            return _joined([judge(part, known) for part in parts], decisive=True)
        case Not(part=part):
            holds, because = judge(part, known)
            return (None if holds is None else not holds), because
        case _:
            assert_never(condition)


def _flag(flag: ContraFlag, flags: frozenset[str] | None) -> tuple[bool | None, str]:
    if flags is None:
        return None, f"{FLAG_NAMES[flag]} has not been checked"
    return flag in flags, f"{FLAG_NAMES[flag]}: {_word(flag in flags)}"


def _fact(condition: FactIs, found: bool | str | None) -> tuple[bool | None, str]:
    name = condition.fact.replace("_", " ")
    return (None, f"{name} is not known") if found is None else (found == condition.value, f"{name}: {_word(found)}")


def _against(condition: ScoreIs | AnswerIs, value: float | None, name: str) -> tuple[bool | None, str]:
    if value is None:
        return None, f"{name} is not known"
    holds = condition.allows(value)
    return holds, f"{name} is {value:g}, which is {'' if holds else 'not '}{condition.words}"


def _joined(verdicts: Iterable[tuple[bool | None, str]], *, decisive: bool) -> tuple[bool | None, str]:
    """Kleene's and/or: one decisive part decides, otherwise an unknown part leaves it open."""
    verdicts = list(verdicts)
    deciding = [text for holds, text in verdicts if holds is decisive]
    if deciding:
        return decisive, "; ".join(deciding)
    unknown = [text for holds, text in verdicts if holds is None]
    return (None, "; ".join(unknown)) if unknown else (not decisive, "; ".join(text for _, text in verdicts))


def _word(value: bool | str) -> str:
    return value if isinstance(value, str) else ("yes" if value else "no")
