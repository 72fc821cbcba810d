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
    medicines = [case for case in cases if case.need.role == "medicine" and case.weighed.in_episode is not False]
    unjudged = _unjudged(cases)
    said = person.pseudo_resistance
    out: list[PseudoResistanceItem] = []
    for question in rules.items:
        name = question.id
        about_medicines = ABOUT_MEDICINES.get(name)
        found = about_medicines(medicines) if about_medicines else _computed(name, cases, person, rules)
        if about_medicines and unjudged and found[0] == "ruled_out":
            found = "ruled_out", f"{found[1]}; not judged, because not in the library: {unjudged}"
        out.append(_item(name, question.ask, found, said.get(name)))
    return tuple(out)


def _unjudged(cases: Sequence[Case]) -> str:
    """Medicines of this episode of which the library knows neither dose nor weeks."""
    kinds = ("medicine", "other")
    unlisted = [case for case in cases if case.need.role == "unlisted" and case.trial.kind in kinds]
    return _listed([case.need.name for case in unlisted if case.weighed.in_episode is not False])


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
    match name:
        case "psychotherapy_dose":
            return _psychotherapy(cases)
        case "bipolarity":
            return _bipolarity(person, rules)
        case "psychosis":
            return _psychosis(person, rules)
        case "pharmacogenetic":
            return "open", "Not recorded here; information only"
        case _:
            return _conditions(name, person, rules)


def _over(medicines: Sequence[Case], truths: Sequence[Truth], words: tuple[str, str, str]) -> Finding:
    """Present where any medicine fell short, ruled out where all are known to have reached it."""
    present, open_, ruled_out = words
    if False in truths:
        short = [case.need.name for case, truth in zip(medicines, truths, strict=True) if truth is False]
        return "present", f"{present}: {_listed(short)}"
    if None in truths:
        unknown = [case.need.name for case, truth in zip(medicines, truths, strict=True) if truth is None]
        return "open", f"{open_}: {_listed(unknown)}"
    return ("ruled_out", ruled_out) if medicines else ("open", "No antidepressant is recorded in this episode")


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _dose(medicines: Sequence[Case]) -> Finding:
    words = ("Below the minimum dose", "Dose not known", "Every medicine reached its minimum dose")
    return _over(medicines, [case.weighed.dose_ok for case in medicines], words)


def _duration(medicines: Sequence[Case]) -> Finding:
    words = ("Too short", "Weeks at dose not known", "Every medicine was taken for 4 weeks or more at dose")
    return _over(medicines, [case.weighed.weeks_ok for case in medicines], words)


def _adherence(medicines: Sequence[Case]) -> Finding:
    words = ("Too few doses taken", "Adherence not confirmed", "Adherence is confirmed for every medicine")
    return _over(medicines, [case.weighed.adherence_ok for case in medicines], words)


def _intolerance(medicines: Sequence[Case]) -> Finding:
    def tolerated(case: Case) -> Truth:
        if "intolerance_before_adequacy" in case.weighed.codes:
            return False
        return True if case.trial.stopped_for is not None or case.weighed.verdict.adequate is True else None

    words = (
        "Stopped for side effects before adequate",
        "Reason for stopping not known",
        "No medicine was stopped early for side effects",
    )
    return _over(medicines, [tolerated(case) for case in medicines], words)


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
    if not person.conditions:
        return []
    return [name for name in person.conditions if any(word in name.casefold() for word in words)]


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
    if name in FACT_QUESTIONS:
        found += [text for fact, text in FACT_QUESTIONS[name].items() if getattr(person.facts, fact) is True]
    if found:
        return "present", f"Recorded: {_listed(found)}"
    return "open", "Nothing is recorded; that does not rule it out"


ABOUT_MEDICINES: Mapping[str, Callable[[Sequence[Case]], Finding]] = {
    "dose_inadequate": _dose,
    "duration_inadequate": _duration,
    "nonadherence": _adherence,
    "intolerance_only": _intolerance,
}
