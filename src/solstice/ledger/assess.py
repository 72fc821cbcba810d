"""From a person file to the ledger: what was adequate, what it adds up to, and what is still missing."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from solstice.content.library import Library
from solstice.content.treatment_model import Treatments
from solstice.kernel import Refusal, Span
from solstice.kernel.day import day_in_words
from solstice.ledger.adds import legend_of
from solstice.ledger.cautions import cautions
from solstice.ledger.checked import CheckedOnly, checked_only, is_unchecked
from solstice.ledger.counted import counted_of, sums_of
from solstice.ledger.deciding import decides, deciding_questions
from solstice.ledger.definitions import definitions, refuse_definitions
from solstice.ledger.disagreements import disagreements
from solstice.ledger.explain import judged
from solstice.ledger.need import need_of
from solstice.ledger.open_ended import is_open_ended
from solstice.ledger.pseudo_resistance import checklist
from solstice.ledger.question import DecidingQuestion
from solstice.ledger.regulatory import lifetime_of, regulatory
from solstice.ledger.result import Counts, Ledger
from solstice.ledger.room import room_of
from solstice.ledger.staging import refuse_all, stage_counted, standing_of
from solstice.ledger.tally import Case, case_of
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
    return assess_all([person], treatments)[0]


def assess_all(people: Sequence[PersonFile], treatments: Treatments) -> list[Ledger]:
    """`assess_with` of each, side by side; quickest for some thirty at a time."""
    out: list[Ledger] = []
    for person, told in zip(people, _side_by_side([_steps(one, treatments) for one in people]), strict=True):
        unsure = any(map(is_unchecked, person.trials))
        out.append(replace(told, checked_only=_checked_only(person, told, treatments)) if unsure else told)
    return out


def _checked_only(person: PersonFile, told: Ledger, treatments: Treatments) -> CheckedOnly:
    return checked_only(person, told, lambda other: _side_by_side([_steps(other, treatments)])[0])


Steps = Generator[None, None, Ledger]


def _side_by_side(each: Sequence[Steps]) -> list[Ledger]:
    """Take every ledger one step further, then all of them the next step.

    What a step needs stays close to the processor from one person to the next: a third less time than one by one.
    """
    done: dict[int, Ledger] = {}
    going = dict(enumerate(each))
    while going:
        for place, steps in list(going.items()):
            try:
                next(steps)
            except StopIteration as end:
                done[place] = end.value
                del going[place]
    return [done[place] for place in range(len(each))]


def _steps(person: PersonFile, treatments: Treatments) -> Steps:
    """One ledger as told, in steps of about the same length; nothing is passed between people."""
    cases = cases_of(person, treatments)
    yield
    blocked = why_not_staged(person)
    staging = treatments.staging
    standing = standing_of(person, staging)
    legend = legend_of(cases)
    sums = sums_of(cases, legend, bare=False)
    counted = counted_of(sums.total, legend)
    questions: tuple[DecidingQuestion, ...] = ()
    texts: Mapping[str, str] = {}
    if blocked is None:
        bare = counted_of(sums_of(cases, legend, bare=True).total, legend)
        yield
        questions = deciding_questions(cases, person, treatments, sums=sums, counted=counted)
        yield
        texts = decides(questions)
        staged = stage_counted((counted, bare), standing, staging, texts)
        if is_open_ended(cases, lambda marks: marks.strict):
            staged["mgh_s"] = replace(staged["mgh_s"], is_open=True)
        defined = definitions(cases, counted, staging, texts)
    else:
        staged, defined = refuse_all(blocked, staging), refuse_definitions(blocked, staging)
    yield
    answer = regulatory(cases, staging, blocked, texts.get("regulatory_trd"))
    room = room_of(cases, counted.failed, standing, treatments)
    lifetime = lifetime_of(cases)
    between = disagreements(cases, answer, staged, defined)
    yield
    trials = tuple([judged(case, treatments) for case in cases])
    yield
    return Ledger(
        label=treatments.adequacy.label,
        label_note=treatments.table_note,
        trials=trials,
        regulatory=answer,
        staging=staged,
        pseudo_resistance=checklist(cases, person, staging.pseudo_resistance),
        deciding_questions=questions,
        counts=_counts(cases, counted.failed, lifetime.failed),
        warnings=cautions(cases, person, room, treatments),
        severity_proposal=severity_proposal(person, treatments),
        descriptive_only=staging.descriptive_only,
        definitions=defined,
        disagreements=between,
        lifetime=lifetime,
        room=room,
        not_scored=_not_scored(treatments),
    )


@lru_cache(maxsize=8)
def _not_scored(treatments: Treatments) -> tuple[Refusal, ...]:
    return tuple(Refusal(one.id, f"{one.name}: {one.why}") for one in treatments.staging.not_scored)


def cases_of(person: PersonFile, treatments: Treatments) -> tuple[Case, ...]:
    """Every trial with its rule and its weighing, in the order of the file."""
    circumstance = circumstance_of(person)
    out: list[Case] = []
    for index, trial in enumerate(person.trials):
        need = need_of(trial, treatments)
        out.append(case_of(index, trial, need, weigh(trial, need, circumstance, treatments)))
    return tuple(out)


def why_not_staged(person: PersonFile) -> Refusal | None:
    """What blocks staging: an age under 18, bipolarity (the models are for unipolar adults), and no history at all.

    `trials: []` says that nothing was tried; where the key is absent nobody has told, which is not the same.
    """
    ages = person.age_years
    if ages is not None and ages[0] < 18:
        text = "Under 18 (or perhaps under 18): adult thresholds and staging are not applied; a specialist decides."
        return Refusal("under_18", text)
    if person.facts.bipolarity is True:
        text = "Bipolarity is recorded: staging for unipolar depression does not apply; see the bipolar pathway."
        return Refusal("bipolarity", text)
    if not person.trials and "trials" not in person.model_fields_set:
        return Refusal("nothing_told", "What was tried is not written down yet: nothing can be said.")
    return None


def _counts(cases: Sequence[Case], failed: Span, failed_lifetime: Span) -> Counts:
    medicines = [case for case in cases if case.need.role == "medicine"]
    inside = [case for case in medicines if case.weighed.in_episode is not False]
    return Counts(
        failed_episode=failed,
        failed_lifetime=failed_lifetime,
        inadequate=_inadequate(medicines),
        intolerant=_intolerant(medicines),
        inadequate_episode=_inadequate(inside),
        intolerant_episode=_intolerant(inside),
        is_open=is_open_ended(cases, lambda marks: marks.counted),
    )


def _inadequate(cases: Sequence[Case]) -> int:
    return sum(case.weighed.verdict.adequate is False for case in cases)


def _intolerant(cases: Sequence[Case]) -> int:
    return sum("intolerance_before_adequacy" in case.weighed.codes for case in cases)


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
