"""Hard constraints: which options are refused, which need care, and what must be asked first."""

from dataclasses import dataclass

from solstice.content.constraint_model import Constraint, Constraints
from solstice.content.option_model import Option
from solstice.formulation.basis import Finding
from solstice.formulation.conditions import decide
from solstice.formulation.known import Known
from solstice.kernel import Reason, Refusal

EVERY = "every"
"""The tag of a constraint that concerns all options; what it must ask is asked once, before the list."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusals` empty means that the option may be ranked."""

    refusals: tuple[Refusal, ...]
    cautions: tuple[Reason, ...]
    ask_first: tuple[str, ...]


def judge(option: Option, known: Known, content: Constraints) -> Verdict:
    """Apply every constraint that concerns the option."""
    refusals: list[Refusal] = []
    cautions: list[Reason] = []
    ask_first: list[str] = []
    for constraint in content.constraints:
        if not concerns(constraint, option):
            continue
        finding, source = decide(constraint.when, known), (content.source(constraint.source),)
        match finding.truth:
            case True if constraint.then == "refuse":
                refusals.append(Refusal(constraint.id, _because(constraint.reason, finding), source))
            case True:
                cautions.append(Reason(constraint.id, _because(constraint.reason, finding), source))
            case None if constraint.unknown == "refuse":
                text = f"This must be known first: {' '.join(finding.ask)} {constraint.reason}"
                refusals.append(Refusal(f"{constraint.id}-unknown", text, source))
            case None if constraint.unknown == "ask" and EVERY not in constraint.tags:
                ask_first.extend(finding.ask)
                text = f"Ask first: {' '.join(finding.ask)} {constraint.reason}"
                cautions.append(Reason(f"{constraint.id}-unknown", text, source))
            case _:
                pass
    return Verdict(tuple(refusals), tuple(cautions), tuple(dict.fromkeys(ask_first)))


def ask_before_all(known: Known, content: Constraints) -> tuple[str, ...]:
    """Sentences for what must be asked once, whatever the option."""
    out = []
    for constraint in content.constraints:
        if EVERY in constraint.tags and constraint.unknown == "ask":
            finding = decide(constraint.when, known)
            if finding.truth is None:
                out.append(f"Ask first: {' '.join(finding.ask)} {constraint.reason}")
    return tuple(out)


def concerns(constraint: Constraint, option: Option) -> bool:
    """Whether the constraint names the option, one of its tags, or every option."""
    return (
        option.id in constraint.options
        or EVERY in constraint.tags
        or bool(set(constraint.tags) & {str(tag) for tag in option.tags})
    )


def _because(reason: str, finding: Finding) -> str:
    return reason if finding.text == "always" else f"{reason} ({finding.text[:1].upper()}{finding.text[1:]}.)"
