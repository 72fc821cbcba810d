"""Hard constraints: which options are refused, which need care, and what must be asked first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from solstice.content.constraint_model import Constraint, Constraints
from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.formulation.basis import Finding
from solstice.formulation.conditions import decide
from solstice.formulation.known import Known
from solstice.kernel import Reason, Refusal

EVERY = "every"
"""The tag of a constraint that concerns all options; what it must ask is asked once, before the list."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one constraint says of this person, to every option that it concerns."""

    refusal: Refusal | None = None
    caution: Reason | None = None
    ask_first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusals` empty means that the option may be ranked."""

    refusals: tuple[Refusal, ...]
    cautions: tuple[Reason, ...]
    ask_first: tuple[str, ...]


NOTHING, NO_VERDICT = Said(), Verdict((), (), ())


def said_by(constraint: Constraint, known: Known, content: Constraints) -> Said:
    """Apply one constraint to what is known; the answer is the same for every option it concerns."""
    finding = decide(constraint.when, known)
    if finding.truth is False:
        return NOTHING
    source = (content.source(constraint.source),)
    if finding.truth:
        text = _because(constraint.reason, finding)
        if constraint.then == "refuse":
            return Said(refusal=Refusal(constraint.id, text, source))
        return Said(caution=Reason(constraint.id, text, source))
    asked = " ".join(finding.ask)
    if constraint.unknown == "refuse":
        text = f"This must be known first: {asked} {constraint.reason}"
        return Said(refusal=Refusal(f"{constraint.id}-unknown", text, source))
    if constraint.unknown == "ask" and EVERY not in constraint.tags:
        caution = Reason(f"{constraint.id}-unknown", f"Ask first: {asked} {constraint.reason}", source)
        return Said(caution=caution, ask_first=finding.ask)
    return NOTHING


def said_by_all(known: Known, content: Constraints) -> tuple[Said, ...]:
    """What every constraint says, in the order of the content."""
    return tuple(said_by(constraint, known, content) for constraint in content.constraints)


@lru_cache(maxsize=8)
def concerning(library: Library) -> Mapping[str, tuple[int, ...]]:
    """By option, the places of the constraints that concern it; it depends on the content alone."""
    constraints = library.constraints.constraints
    return {
        option.id: tuple(place for place, constraint in enumerate(constraints) if concerns(constraint, option))
        for option in library.options.values()
    }


def judge(option: Option, said: Sequence[Said], library: Library) -> Verdict:
    """What the constraints that concern the option say, in the order of the content."""
    found = [said[place] for place in concerning(library)[option.id]]
    return Verdict(
        tuple(one.refusal for one in found if one.refusal is not None),
        tuple(one.caution for one in found if one.caution is not None),
        tuple(dict.fromkeys(question for one in found for question in one.ask_first)),
    )


def is_refused(option: str, said: Sequence[Said], library: Library) -> bool:
    """Whether any constraint takes the option off the list."""
    return any(said[place].refusal is not None for place in concerning(library)[option])


def ask_before_all(known: Known, content: Constraints) -> tuple[str, ...]:
    """Sentences for what must be asked once, whatever the option."""
    out = []
    for constraint in content.constraints:
        if EVERY in constraint.tags and constraint.unknown == "ask":
            finding = decide(constraint.when, known)
            if finding.truth is None:
                out.append(f"Ask first: {' '.join(finding.ask)} {constraint.reason}")
    return tuple(out)


def said_of_all(known: Known, content: Constraints) -> tuple[str, ...]:
    """What holds for every option and takes none off the list: said once, before the list."""
    found = [one for one in content.constraints if EVERY in one.tags and one.then == "caution"]
    said = (said_by(one, known, content).caution for one in found if decide(one.when, known).truth)
    return tuple(one.text for one in said if one is not None)


def concerns(constraint: Constraint, option: Option) -> bool:
    """Whether the constraint names the option, one of its tags, or every option."""
    return (
        option.id in constraint.options
        or EVERY in constraint.tags
        or bool(set(constraint.tags) & {str(tag) for tag in option.tags})
    )


def _because(reason: str, finding: Finding) -> str:
    return reason if finding.text == "always" else f"{reason} ({finding.text[:1].upper()}{finding.text[1:]}.)"
