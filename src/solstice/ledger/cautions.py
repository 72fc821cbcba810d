"""What is odd in a history as it was told, each with its trial and field, so that a page can say it there."""

import difflib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from solstice.content.treatment_model import Treatments, slug
from solstice.kernel.day import day_in_words
from solstice.ledger.course import accelerated_sessions
from solstice.ledger.need import COURSES
from solstice.ledger.result import Caution, Room
from solstice.ledger.tally import Case
from solstice.ledger.weigh import DAYS_A_WEEK, HELPED, circumstance_of, length_of
from solstice.person import PersonFile, Trial, span_of

FAR_ABOVE = 3
"""Times the label maximum from which a dose is taken for a slip of the keyboard."""
MOST_SESSIONS = 200
CLOSE = 0.75


def cautions(
    cases: Sequence[Case], person: PersonFile, room: Room | None, treatments: Treatments
) -> tuple[Caution, ...]:
    """Every oddity; none of them changes a judgement."""
    found = [*_relatives(cases), *_repeats(cases)]
    for case in cases:
        found += _amounts(case, treatments)
        found += _names(case, treatments)
        found += _times(case, person)
    if room is not None and room.is_over:
        found.append(Caution("more_than_fits", room.text[0].upper() + room.text[1:], None, "started"))
    return tuple(dict.fromkeys(found))


def _relatives(cases: Sequence[Case]) -> Iterator[Caution]:
    """A racemate beside its active half; the same molecule more than once."""
    medicines = [case for case in cases if case.need.role == "medicine" and case.need.molecule is not None]
    molecules = [case.need.molecule for case in medicines]
    told: set[str] = set()
    for case in medicines:
        molecule, near = case.need.molecule or "", case.need.near
        if near in molecules and molecule < str(near) and molecule not in told:
            both = f"{_shown(molecule)} and {_shown(str(near))}"
            text = f"{both} are close relatives: counted as two; confirm that both should count"
            yield Caution("near_molecules", text, case.index, "agent")
        told.add(molecule)
    for name in dict.fromkeys(molecules):
        if molecules.count(name) > 1:
            last = [case.index for case in medicines if case.need.molecule == name][-1]
            text = f"{_shown(str(name))} stands {molecules.count(name)} times: it counts once"
            yield Caution("same_molecule", text, last, "agent")


def _shown(molecule: str) -> str:
    return molecule.replace("-", " ")


def _repeats(cases: Sequence[Case]) -> Iterator[Caution]:
    """The same thing told twice, word for word but for the note."""
    seen: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        alike = seen.setdefault((case.trial.kind, case.need.name), [])
        for other in alike:
            if len(case.trial.model_fields_set) > 2 and _told(case.trial) == _told(
                other.trial
            ):  # more than kind and agent
                text = f"Trial {case.index + 1} says the same as trial {other.index + 1}: was it told twice?"
                yield Caution("duplicate_trial", text, case.index, "agent")
                break
        alike.append(case)


def _told(trial: Trial) -> Trial:
    return trial.model_copy(update={"note": None, "agent": None})


def _amounts(case: Case, treatments: Treatments) -> Iterator[Caution]:
    trial, need = case.trial, case.need
    dose = span_of(trial.dose)
    if need.dose_max is not None and dose.low > FAR_ABOVE * need.dose_max:
        text = (
            f"{dose.low:g} {need.unit} is {dose.low / need.dose_max:.0f} times the label maximum of {need.dose_max:g}"
        )
        yield Caution("dose_implausible", f"{text}: check the number", case.index, "dose")
    sessions = span_of(trial.sessions)
    if sessions.low > MOST_SESSIONS:
        yield Caution("sessions_implausible", f"{sessions.low:g} sessions: check the number", case.index, "sessions")
    needed = accelerated_sessions(treatments)
    if trial.accelerated_course_complete is True and trial.sessions is not None and sessions.high < needed:
        text = f"Told as a whole accelerated course, which has {needed} sessions; {sessions.high:g} are given"
        yield Caution("accelerated_course_short", text, case.index, "sessions")
    if trial.stopped_for == "inefficacy" and trial.outcome in HELPED:
        text = "It is told that it helped, and that it was stopped because it did not: one of the two is wrong"
        yield Caution("outcome_contradiction", text, case.index, "stopped_for")


def _names(case: Case, treatments: Treatments) -> Iterator[Caution]:
    agent = case.trial.agent
    if agent is None or case.need.role != "unlisted":
        return
    if not any(letter.isalpha() for letter in agent):
        yield Caution("agent_no_name", "This is no name of a treatment: write it in letters", case.index, "agent")
        return
    kind = _kind_of_course(treatments, agent)
    if kind is not None:
        text = f"{agent} is counted in sessions: give it the kind {kind}, so that it can be judged"
        yield Caution("kind_of_course", text, case.index, "kind")
        return
    close = _close_name(treatments, agent)
    ask = f"; did you mean {close}?" if close else ": it is recorded, not counted, and asked about"
    yield Caution("unknown_agent", f"{agent} is not in the library{ask}", case.index, "agent")


def _kind_of_course(treatments: Treatments, agent: str) -> str | None:
    """The kind of course that a name means by itself, where it was written down as a medicine."""
    name = slug(agent)
    for kind in COURSES:
        if name == kind or name in {slug(brand) for brand in treatments.names.brands.get(kind, ())}:
            return kind
    return "psychotherapy" if name in treatments.stimulation.psychotherapy.recognised else None


@lru_cache(maxsize=4096)
def _close_name(treatments: Treatments, agent: str) -> str | None:
    names = {one.name.casefold(): one.name for one in treatments.medicines.values()}
    names |= {brand.casefold(): brand for brands in treatments.names.brands.values() for brand in brands}
    begins = treatments.medicine(agent.split(maxsplit=1)[0])  # a salt or a strength after the name
    if begins is not None:
        return begins.name
    close = difflib.get_close_matches(agent.casefold(), names, n=1, cutoff=CLOSE)
    return names[close[0]] if close else None


def _times(case: Case, person: PersonFile) -> Iterator[Caution]:
    trial, born = case.trial, person.person.birth_year
    if trial.ended is not None and trial.ended.earliest > person.at:
        text = (
            f"The end ({trial.ended.in_words()}) lies after {day_in_words(person.at)}: only the time until then counts"
        )
        yield Caution("ended_in_future", text, case.index, "ended")
    if born is not None and trial.started is not None and trial.started.latest.year < born:
        yield Caution("before_birth", f"The start lies before the year of birth ({born})", case.index, "started")
    if trial.weeks_at_dose is None or trial.started is None:
        return
    days, weeks = length_of(trial, circumstance_of(person)), span_of(trial.weeks_at_dose)
    if days is not None and weeks.low > days.high / DAYS_A_WEEK + 1:
        text = f"{weeks.low:g} weeks at dose do not fit between the dates ({days.high / DAYS_A_WEEK:.0f} weeks at most)"
        yield Caution("weeks_beyond_dates", text, case.index, "weeks_at_dose")
