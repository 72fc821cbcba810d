"""The twelve questions that must be settled before resistance is more than the look of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from solstice.content.staging_model import PseudoResistance
from solstice.ledger.result import PseudoResistanceItem, State
from solstice.ledger.tally import Case
from solstice.ledger.truth import Truth, any_of
from solstice.person import PersonFile

Finding = tuple[State, str]
FACT_QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "medical": {"pregnancy": "pregnancy"},
    "drugs": {"substance_use_severe": "severe substance use"},
    "comorbid": {"personality_disorder": "personality disorder", "substance_use_severe": "severe substance use"},
    "psychosocial": {
        "unsafe_home": "an unsafe home",
        "unemployed": "unemployment",
        "bereavement": "bereavement",
        "living_alone": "living alone",
    },
}


def checklist(cases: Sequence[Case], person: PersonFile, rules: PseudoResistance) -> tuple[PseudoResistanceItem, ...]:
    """Each question open, ruled out or present; a clinician's answer goes before the computed one."""
    out: list[PseudoResistanceItem] = []
    for question in rules.items:
        state, found = _computed(question.id, cases, person, rules)
        out.append(_item(question.id, question.ask, (state, found), person.pseudo_resistance.get(question.id)))
    return tuple(out)


@lru_cache(maxsize=512)
def _item(name: str, ask: str, facts: Finding, said: State | None) -> PseudoResistanceItem:
    """Most answers are alike from person to person: nothing is recorded."""
    state, found = facts
    why = found
    if said is not None:
        why = f"Set by the clinician. The facts alone: {state.replace('_', ' ')} ({found[0].lower()}{found[1:]})"
    return PseudoResistanceItem(
        id=name,
        ask=ask,
        state=said or state,
        why=why,
        facts_state=state,
        facts_why=found,
        is_from_clinician=said is not None,
    )


def _computed(name: str, cases: Sequence[Case], person: PersonFile, rules: PseudoResistance) -> Finding:
    if name in ABOUT_TRIALS:
        return ABOUT_TRIALS[name](cases)
    match name:
        case "bipolarity":
            return _bipolarity(person, rules)
        case "psychosis":
            return _psychosis(person, rules)
        case "pharmacogenetic":
            return "open", "Not recorded here; information only"
        case _:
            return _conditions(name, person, rules)


def _medicines(cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if case.need.role == "medicine" and case.weighed.in_episode is not False]


def _over(cases: Sequence[Case], truth: Callable[[Case], Truth], words: tuple[str, str, str]) -> Finding:
    """Present where any medicine fell short, ruled out where all are known to have reached it."""
    medicines = _medicines(cases)
    short = [case.need.name for case in medicines if truth(case) is False]
    unknown = [case.need.name for case in medicines if truth(case) is None]
    present, open_, ruled_out = words
    if short:
        return "present", f"{present}: {_listed(short)}"
    if unknown:
        return "open", f"{open_}: {_listed(unknown)}"
    return ("ruled_out", ruled_out) if medicines else ("open", "No antidepressant is recorded in this episode")


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _dose(cases: Sequence[Case]) -> Finding:
    words = ("Below the minimum dose", "Dose not known", "Every medicine reached its minimum dose")
    return _over(cases, lambda case: case.weighed.dose_ok, words)


def _duration(cases: Sequence[Case]) -> Finding:
    words = ("Too short", "Weeks at dose not known", "Every medicine was taken for 4 weeks or more at dose")
    return _over(cases, lambda case: case.weighed.weeks_ok, words)


def _adherence(cases: Sequence[Case]) -> Finding:
    words = ("Too few doses taken", "Adherence not confirmed", "Adherence is confirmed for every medicine")
    return _over(cases, lambda case: case.weighed.adherence_ok, words)


def _intolerance(cases: Sequence[Case]) -> Finding:
    def tolerated(case: Case) -> Truth:
        if "intolerance_before_adequacy" in case.weighed.codes:
            return False
        return True if case.trial.stopped_for is not None or case.weighed.verdict.adequate is True else None

    words = (
        "Stopped for side effects before adequate",
        "Reason for stopping not known",
        "No medicine was stopped early for side effects",
    )
    return _over(cases, tolerated, words)


def _psychotherapy(cases: Sequence[Case]) -> Finding:
    courses = [case for case in cases if case.trial.kind == "psychotherapy"]
    if not courses:
        return "open", "No psychotherapy is recorded"
    match any_of(*(case.weighed.verdict.adequate for case in courses)):
        case True:
            return "ruled_out", "A course of 8 sessions or more is recorded"
        case False:
            return "present", "Every recorded psychotherapy was shorter than 8 sessions"
        case None:
            return "open", "Which psychotherapy it was, or how many sessions, is not known"


def _found(words: tuple[str, ...], person: PersonFile) -> list[str]:
    return [name for name in person.conditions or () if any(word in name.casefold() for word in words)]


def _bipolarity(person: PersonFile, rules: PseudoResistance) -> Finding:
    words = rules.condition_words["bipolarity"]
    if person.facts.bipolarity is True or _found(words, person):
        return "present", "Bipolarity is recorded"
    family = [name for name in person.family_history or () if any(word in name.casefold() for word in words)]
    if family:
        return "open", "Bipolarity in the family"
    if person.facts.bipolarity is False:
        return "ruled_out", "Bipolarity is recorded as absent"
    return "open", "Bipolarity is not recorded"


def _psychosis(person: PersonFile, rules: PseudoResistance) -> Finding:
    if person.episode.psychosis is True or _found(rules.condition_words["psychosis"], person):
        return "present", "Psychotic features are recorded"
    if person.episode.psychosis is False:
        return "ruled_out", "Psychotic features are recorded as absent"
    return "open", "Psychotic features are not recorded"


def _conditions(name: str, person: PersonFile, rules: PseudoResistance) -> Finding:
    found = _found(rules.condition_words.get(name, ()), person)
    found += [text for fact, text in FACT_QUESTIONS.get(name, {}).items() if getattr(person.facts, fact) is True]
    if found:
        return "present", f"Recorded: {_listed(found)}"
    return "open", "Nothing is recorded; that does not rule it out"


ABOUT_TRIALS: Mapping[str, Callable[[Sequence[Case]], Finding]] = {
    "dose_inadequate": _dose,
    "duration_inadequate": _duration,
    "nonadherence": _adherence,
    "intolerance_only": _intolerance,
    "psychotherapy_dose": _psychotherapy,
}
