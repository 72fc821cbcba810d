"""Hard constraints: which options are refused, which need care, and what must be asked first."""

from dataclasses import dataclass

from solstice.content.constraint_model import Constraint, Constraints
from solstice.content.option_model import Option
from solstice.formulation.conditions import Finding, decide
from solstice.formulation.known import Known
from solstice.kernel import Reason, Refusal


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
                refusals.append(Refusal(constraint.id, _because(constraint.reason, finding), source))
            case None if constraint.unknown == "ask":
                ask_first.extend(finding.ask)
                text = f"Ask first: {' '.join(finding.ask)} {constraint.reason}"
                cautions.append(Reason(f"{constraint.id}-unknown", text, source))
            case _:
                pass
    return Verdict(tuple(refusals), tuple(cautions), tuple(dict.fromkeys(ask_first)))


def concerns(constraint: Constraint, option: Option) -> bool:
    """Whether the constraint names the option, one of its tags, or every option."""
    return (
        option.id in constraint.options
        or "every" in constraint.tags
        or bool(set(constraint.tags) & {str(tag) for tag in option.tags})
    )


def _because(reason: str, finding: Finding) -> str:
    return reason if finding.text == "always" else f"{reason} ({finding.text[:1].upper()}{finding.text[1:]}.)"
