"""From a person file to the ledger: what was adequate, what it adds up to, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from solstice.content.library import Library
from solstice.content.treatment_model import Treatments
from solstice.kernel import Reason, Refusal
from solstice.kernel.day import day_in_words
from solstice.ledger.deciding import decides, deciding_questions
from solstice.ledger.explain import judged
from solstice.ledger.need import need_of
from solstice.ledger.pseudo_resistance import checklist
from solstice.ledger.regulatory import regulatory
from solstice.ledger.result import Counts, Ledger
from solstice.ledger.staging import refuse_all, stage_all
from solstice.ledger.tally import Case, tally
from solstice.ledger.weigh import circumstance_of, weigh
from solstice.person import SEVERITIES, PersonFile


def assess(person: PersonFile, library: Library, *, thresholds: Mapping[str, float] | None = None) -> Ledger:
    """Judge every trial and stage the episode.

    `thresholds` sets other minimum doses, by medicine id, among the readings the library lists. Raises ValueError for
    one it does not list.
    """
    treatments = library.treatments if not thresholds else library.treatments.with_thresholds(thresholds)
    return assess_with(person, treatments)


def assess_with(person: PersonFile, treatments: Treatments) -> Ledger:
    """`assess` for a caller that already holds the treatments (many people, one library)."""
    circumstance = circumstance_of(person)
    cases = cases_of(person, treatments)
    blocked = why_not_staged(person)
    staging = treatments.staging
    if blocked is None:
        questions = deciding_questions(cases, person, circumstance, treatments)
        staged = {
            name: replace(item, decides=decides(name, questions))
            for name, item in stage_all(cases, person, staging).items()
        }
    else:
        questions, staged = (), refuse_all(blocked, staging)
    answer = replace(regulatory(cases, staging, blocked), decides=decides("regulatory_trd", questions))
    return Ledger(
        label=treatments.adequacy.label,
        label_note=treatments.table_note,
        trials=tuple(judged(case, treatments) for case in cases),
        regulatory=answer,
        staging=staged,
        pseudo_resistance=checklist(cases, person, staging.pseudo_resistance),
        deciding_questions=questions,
        counts=_counts(cases),
        warnings=_warnings(cases),
        severity_proposal=severity_proposal(person, treatments),
        descriptive_only=staging.descriptive_only,
    )


def cases_of(person: PersonFile, treatments: Treatments) -> tuple[Case, ...]:
    """Every trial with its rule and its weighing, in the order of the file."""
    circumstance = circumstance_of(person)
    out: list[Case] = []
    for index, trial in enumerate(person.trials):
        need = need_of(trial, treatments)
        out.append(Case(index, trial, need, weigh(trial, need, circumstance, treatments)))
    return tuple(out)


def why_not_staged(person: PersonFile) -> Refusal | None:
    """Bipolarity and an age under 18 block staging: the models were made for adults with unipolar depression."""
    ages = person.age_years
    if ages is not None and ages[0] < 18:
        text = "Under 18 (or perhaps under 18): adult thresholds and staging are not applied; a specialist decides."
        return Refusal("under_18", text)
    if person.facts.bipolarity is True:
        text = "Bipolarity is recorded: staging for unipolar depression does not apply; see the bipolar pathway."
        return Refusal("bipolarity", text)
    return None


def _counts(cases: Sequence[Case]) -> Counts:
    medicines = [case for case in cases if case.need.role == "medicine"]
    return Counts(
        failed_episode=tally(cases).count,
        failed_lifetime=tally(cases, in_any_episode=True).count,
        inadequate=sum(case.weighed.verdict.adequate is False for case in medicines),
        intolerant=sum("intolerance_before_adequacy" in case.weighed.codes for case in medicines),
    )


def _warnings(cases: Sequence[Case]) -> tuple[Reason, ...]:
    """A racemate beside its active half; the same molecule more than once."""
    medicines = [case for case in cases if case.need.role == "medicine" and case.need.molecule is not None]
    molecules = [case.need.molecule for case in medicines]
    out: list[Reason] = []
    for case in medicines:
        near = case.need.near
        if near in molecules and str(case.need.molecule) < str(near):
            text = (
                f"{case.need.molecule} and {near} are close relatives: counted as two; confirm that both should count"
            )
            out.append(Reason("near_molecules", text))
    out.extend(
        Reason("same_molecule", f"{molecule} stands {molecules.count(molecule)} times: it counts once")
        for molecule in dict.fromkeys(molecules)
        if molecules.count(molecule) > 1
    )
    return tuple(dict.fromkeys(out))


def severity_proposal(person: PersonFile, treatments: Treatments) -> str | None:
    """What the latest scale would suggest as severity; a hint for the clinician, used in no range."""
    if person.episode.severity is not None:
        return None
    proposal = treatments.staging.maudsley.severity_proposal
    for answers in sorted(person.answers, key=lambda one: one.on, reverse=True):
        starts = proposal.starts_at.get(answers.instrument)
        total = answers.total
        if total is None and answers.items is not None and None not in answers.items:
            total = float(sum(item or 0 for item in answers.items))
        if starts is None or total is None:
            continue
        level = [name for name in SEVERITIES if total >= starts[name]][-1:]
        if level:
            return f"{answers.instrument} was {total:g} on {day_in_words(answers.on)}: {level[0]}? {proposal.text}"
    return None
